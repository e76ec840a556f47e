//! From compilations to packages.
//!
//! Cargo compiles units: a package's library, its build script, the same library once more for the host. The list
//! speaks of packages, so all units of a package become one.

use crate::report::Problem;
use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What the list tells packages apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PackageKey {
    pub(crate) name: String,
    pub(crate) version: Version,
    pub(crate) source: Source,
}

/// One compilation, or one run of a build script.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) package: PackageKey,
    pub(crate) role: Role,
    /// Indices of other units.
    pub(crate) dependencies: Vec<usize>,
}

/// What a unit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its code goes wherever what depends on it goes.
    Library,
    /// It takes part only in building: a procedural macro or a build script. So do its dependencies then.
    Build,
    /// It belongs to the standard library (`-Z build-std`), which is no package of a registry: readers would take
    /// `std` for the one of that name on crates.io. It is left out with all that only it needs.
    Standard,
}

/// The packages that the unit `root` needs, directly and through others.
///
/// A package is a runtime one if a way leads to it on which nothing is only for building.
///
/// # Errors
///
/// If there would be no sound graph.
pub(crate) fn collapse(units: &[Unit], root: usize, format: Format) -> Result<Graph, Problem> {
    let Some(root_package) = units.get(root).map(|unit| &unit.package) else {
        return Err(Problem::new("the package that is linked is not among the compiled ones"));
    };
    let mut kinds: BTreeMap<&PackageKey, Kind> = BTreeMap::new();
    let mut edges: BTreeMap<&PackageKey, BTreeSet<&PackageKey>> = BTreeMap::new();
    // Each unit is visited at most once a kind, however many ways lead to it.
    let mut seen: HashSet<(usize, Kind)> = HashSet::new();
    let mut open = vec![(root, Kind::Runtime)];
    while let Some((index, kind)) = open.pop() {
        let Some(unit) = units.get(index) else { continue };
        if !seen.insert((index, kind)) {
            continue;
        }
        let known = kinds.entry(&unit.package).or_insert(kind);
        *known = (*known).min(kind);
        for &dependency in &unit.dependencies {
            let Some(needed) = units.get(dependency) else { continue };
            let kind = match needed.role {
                Role::Library => kind,
                Role::Build => Kind::Build,
                Role::Standard => continue,
            };
            // Tests can depend on what depends on their own package: the only circle that cargo allows. The list
            // has no room for it, and that the root needs them is what counts.
            if needed.package != unit.package && needed.package != *root_package {
                edges.entry(&unit.package).or_default().insert(&needed.package);
            }
            open.push((dependency, kind));
        }
    }

    let index_of: BTreeMap<&PackageKey, u32> = kinds.keys().copied().zip(0u32..).collect();
    let packages = kinds.iter().map(|(&key, &kind)| Package {
        name: key.name.clone(),
        version: key.version.clone(),
        source: key.source.clone(),
        kind,
        dependencies: edges
            .get(key)
            .into_iter()
            .flatten()
            .filter_map(|to| index_of.get(to).copied())
            .collect(),
        is_root: key == root_package,
    });
    Graph::new(packages.collect(), format)
        .map_err(|error| Problem::new("what was compiled does not make a sound list").cause(error))
}

#[cfg(test)]
mod tests {
    use super::Role::{Build, Library, Standard};
    use super::*;

    fn unit(name: &str, role: Role, dependencies: &[usize]) -> Unit {
        let package =
            PackageKey { name: name.into(), version: Version::new(1, 0, 0), source: Source::CratesIo };
        Unit { package, role, dependencies: dependencies.to_vec() }
    }

    fn listed(units: &[Unit]) -> Vec<String> {
        let graph = collapse(units, 0, Format::PRECURSOR).unwrap();
        let line = |package: &Package| {
            let needs: Vec<&str> = graph.dependencies(package).map(|needed| needed.name.as_str()).collect();
            format!("{} {} -> {}", package.name, package.kind, needs.join(" "))
        };
        graph.packages().iter().map(line).collect()
    }

    #[test]
    fn what_a_macro_and_the_program_share_is_runtime() {
        let units = [
            unit("app", Library, &[1, 3]),
            unit("derive", Build, &[2]),
            unit("shared", Library, &[4]),
            unit("shared", Library, &[]),
            unit("quote", Library, &[]),
        ];
        assert_eq!(
            listed(&units),
            [
                "derive build -> shared",
                "quote build -> ",
                "shared runtime -> quote",
                "app runtime -> derive shared"
            ]
        );
    }

    #[test]
    fn a_build_script_makes_its_dependencies_build_ones() {
        let units = [
            unit("app", Library, &[1, 3]),
            unit("app", Build, &[2]),
            unit("cc", Library, &[]),
            unit("app", Library, &[4]),
            unit("libc", Library, &[]),
        ];
        assert_eq!(listed(&units), ["cc build -> ", "libc runtime -> ", "app runtime -> cc libc"]);
    }

    #[test]
    fn a_test_that_needs_what_needs_its_package_is_no_circle() {
        let units = [
            unit("app", Library, &[1]),
            unit("testing", Library, &[2]),
            unit("app", Library, &[3]),
            unit("libc", Library, &[]),
        ];
        assert_eq!(
            listed(&units),
            ["libc runtime -> ", "testing runtime -> ", "app runtime -> libc testing"]
        );
    }

    #[test]
    fn the_standard_library_is_left_out_with_what_only_it_needs() {
        let units = [
            unit("app", Library, &[1, 3]),
            unit("std", Standard, &[2]),
            unit("hashbrown", Library, &[]),
            unit("libc", Library, &[1]),
        ];
        assert_eq!(listed(&units), ["libc runtime -> ", "app runtime -> libc"]);
    }
}
