//! Which crates have debug information of their own, and whether crates were compiled together.
//!
//! A function that was compiled without debug information and is inlined into another leaves no trace. That happens
//! only where code of several crates is optimised together, at the link. The names of units tell the crates:
//!
//! ```text
//! src/main.rs/@/app.cb18ff9e120fa9f6-cgu.0     since Rust 1.47 or so
//! src/main.rs/@/3a1fbbbh-cgu.0                 before
//! ```
//!
//! Each object file has a table of abbreviations for its units. Compiled one by one, crates never share one; what the
//! linker optimises has units of several crates in one object file, those of the standard library too.

use super::matcher::{is_std, library};
use super::origin::{Origin, Packages};
use super::{Query, told::hash};
use auditable_graph::{Graph, Kind, Package, Version};
use std::collections::{HashMap, HashSet};

/// The crates of units of debug information.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Crates whose units name functions, by what identifies them.
    named: HashMap<u64, Crate>,
    /// The crate of each table of abbreviations.
    tables: HashMap<u64, u64>,
    /// Whether units of several crates share such a table.
    is_mixed: bool,
    has_std: bool,
    is_full: bool,
}

#[derive(Debug)]
struct Crate {
    /// The name of its library, or of its program, if the unit tells it.
    library: Option<String>,
    origin: Origin,
}

/// What the header of a unit tells.
pub(super) struct UnitName<'t> {
    /// `DW_AT_name` and `DW_AT_comp_dir`.
    pub(super) name: &'t str,
    pub(super) folder: &'t str,
    /// Where its abbreviations are.
    pub(super) table: u64,
    pub(super) is_of_std: bool,
    /// Whether it has functions with linkage names, as from level 1 of debug information on.
    pub(super) names_functions: bool,
}

impl Units {
    /// Adds a unit of Rust.
    pub(super) fn add(&mut self, unit: &UnitName<'_>, packages: &Packages) {
        let (root, part) = unit.name.split_once("/@/").unwrap_or((unit.name, ""));
        let crate_part = part.split("-cgu").next().filter(|part| part.contains('.'));
        let id = hash((unit.folder, root, crate_part));
        if self.tables.len() >= MAX_CRATES || self.named.len() >= MAX_CRATES {
            self.is_full = true;
            return;
        }
        self.is_mixed |= *self.tables.entry(unit.table).or_insert(id) != id;
        let name = crate_part.and_then(|part| part.split_once('.')).map(|(name, _)| name);
        if unit.is_of_std || name.is_some_and(is_std) {
            self.has_std = true;
        } else if unit.names_functions {
            let origin = match packages.origin(root) {
                Origin::Unknown => packages.origin(&format!("{}/{root}", unit.folder)),
                origin => origin,
            };
            self.named.entry(id).or_insert_with(|| Crate { library: name.map(str::to_owned), origin });
        }
    }

    /// Whether crates were compiled one by one: units of the standard library, with which rustc optimises all others if
    /// it does so at all, stand apart.
    fn are_separate(&self) -> bool {
        self.has_std && !self.named.is_empty() && !self.is_mixed && !self.is_full
    }

    /// Which packages have debug information of their own.
    fn has(&self, graph: &Graph) -> Vec<bool> {
        let runtime = || graph.packages().iter().filter(|package| package.kind == Kind::Runtime);
        let mut versions: HashMap<String, usize> = HashMap::new();
        for package in runtime() {
            let count = versions.entry(library(&package.name)).or_default();
            *count = count.saturating_add(1);
        }
        // What is nobody else's is of the root, whose program may have any name.
        let is_of_root = |unit: &Crate| {
            !matches!(&unit.origin, Origin::Package { .. } | Origin::Vendored { .. })
                && unit.library.as_ref().is_none_or(|name| !versions.contains_key(name))
        };
        let has = |package: &Package| {
            let library = library(&package.name);
            let is_whole = self.named.values().any(
                |unit| matches!(&unit.origin, Origin::Package { library: name, version } if *name == library && *version == package.version),
            );
            // Without a version, all that have the name must be there.
            let loose = self.named.values().filter(|unit| match &unit.origin {
                Origin::Package { .. } | Origin::Std => false,
                Origin::Vendored { library: name } => *name == library,
                Origin::Unknown => unit.library.as_ref() == Some(&library),
            });
            is_whole
                || loose.count() >= versions.get(&library).copied().unwrap_or(usize::MAX)
                || (package.is_root && self.named.values().any(is_of_root))
        };
        graph.packages().iter().map(|package| package.kind == Kind::Runtime && has(package)).collect()
    }
}

/// Of which packages debug information proves that something is not there.
pub(super) struct Proof {
    is_of_all: bool,
    packages: HashSet<(String, Version)>,
}

impl Proof {
    /// Holds the lists of a binary against its debug information. Where crates were optimised together, all that may
    /// have compiled a function must have some: its own crate, and those that use it, for what is generic is compiled
    /// in them.
    pub(super) fn new(units: &Units, graphs: &[Graph]) -> Self {
        let mut proof = Self { is_of_all: units.are_separate(), packages: HashSet::new() };
        if proof.is_of_all || units.is_full {
            return proof;
        }
        let mut open: Vec<&Package> = Vec::new();
        for graph in graphs {
            let is_open = below(graph, units.has(graph));
            for (package, is_open) in graph.packages().iter().zip(is_open) {
                if is_open {
                    open.push(package);
                } else if package.kind == Kind::Runtime {
                    proof.packages.insert((package.name.clone(), package.version.clone()));
                }
            }
        }
        // Where a linker put several lists together, each of them must agree.
        for package in open {
            proof.packages.remove(&(package.name.clone(), package.version.clone()));
        }
        proof
    }

    /// Whether the answer to a query can be that something is not there.
    pub(super) fn covers(&self, query: &Query) -> bool {
        let is_of = |version: &Version| self.packages.contains(&(query.package.clone(), version.clone()));
        self.is_of_all || query.version.as_ref().is_some_and(is_of)
    }
}

/// The packages that are compiled in without debug information of their own, and all that they use.
fn below(graph: &Graph, has: Vec<bool>) -> Vec<bool> {
    let mut is_open = vec![false; has.len()];
    let mut left: Vec<&Package> = Vec::new();
    for ((package, has), is_open) in graph.packages().iter().zip(has).zip(&mut is_open) {
        if package.kind == Kind::Runtime && !has {
            *is_open = true;
            left.push(package);
        }
    }
    while let Some(package) = left.pop() {
        for &next in &package.dependencies {
            let slot = usize::try_from(next).ok().and_then(|next| is_open.get_mut(next));
            if let (Some(is_open), Some(package)) = (slot.filter(|is_open| !**is_open), graph.package(next)) {
                *is_open = true;
                left.push(package);
            }
        }
    }
    is_open
}

/// Crates and object files that are told apart. Large programs have some thousand.
const MAX_CRATES: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"packages":[{"name":"a-b","version":"1.0.0","source":"crates.io"},
        {"name":"c","version":"1.0.0","source":"crates.io","dependencies":[0]},
        {"name":"c","version":"2.0.0","source":"crates.io"},
        {"name":"root","version":"0.1.0","source":"local","dependencies":[1,2],"root":true}]}"#;

    fn units(units: &[(&str, u64)]) -> (Units, Vec<Graph>) {
        let graphs = vec![Graph::from_json(LIST.as_bytes()).unwrap()];
        let packages = Packages::new(&graphs, std::iter::empty());
        let mut found = Units::default();
        for &(name, table) in units {
            let is_of_std = name.contains("/@/std.");
            found.add(&UnitName { name, folder: "/x", table, is_of_std, names_functions: true }, &packages);
        }
        (found, graphs)
    }

    fn covered(names: &[(&str, u64)]) -> Vec<bool> {
        let (units, graphs) = units(names);
        let proof = Proof::new(&units, &graphs);
        let query = |name: &str, major| Query::any_code(name, Some(Version::new(major, 0, 0)));
        [query("a-b", 1), query("c", 1), query("c", 2)].iter().map(|query| proof.covers(query)).collect()
    }

    const ROOT: &str = "src/main.rs/@/program.0-cgu.0";
    const STD: &str = "library/std/src/lib.rs/@/std.1-cgu.0";
    const A: &str = "/r/a-b-1.0.0/src/lib.rs/@/a_b.2-cgu.0";
    const C1: &str = "/r/c-1.0.0/src/lib.rs/@/c.3-cgu.0";
    const C2: &str = "/r/c-2.0.0/src/lib.rs/@/c.4-cgu.0";

    #[test]
    fn crates_that_were_compiled_one_by_one_are_all_proven() {
        assert_eq!(covered(&[(ROOT, 0), (STD, 1), (A, 2)]), [true; 3]);
        assert_eq!(covered(&[(ROOT, 0), (STD, 1)]), [true; 3]);
        // Nothing shows that it was so.
        assert_eq!(covered(&[(ROOT, 0), (A, 2)]), [false; 3]);
        assert_eq!(covered(&[(ROOT, 0), (STD, 1), (A, 1)]), [false; 3]);
    }

    #[test]
    fn after_optimisation_at_the_link_all_that_use_a_crate_must_have_debug_information() {
        assert_eq!(covered(&[(ROOT, 0), (STD, 0), (A, 0), (C1, 0), (C2, 0)]), [true; 3]);
        assert_eq!(covered(&[(ROOT, 0), (STD, 0), (A, 0), (C2, 0)]), [false, false, true]);
        assert_eq!(covered(&[(ROOT, 0), (STD, 0), (C1, 0)]), [false, true, false]);
        assert_eq!(covered(&[(STD, 0), (A, 0), (C1, 0), (C2, 0)]), [false; 3]);
    }

    #[test]
    fn without_folders_all_versions_must_be_there() {
        let (one, other) = ("lib.rs/@/c.3-cgu.0", "lib.rs/@/c.4-cgu.0");
        let a = "a.rs/@/a_b.2-cgu.1";
        assert_eq!(covered(&[(ROOT, 0), (STD, 0), (a, 0), (one, 0)]), [false; 3]);
        assert_eq!(covered(&[(ROOT, 0), (STD, 0), (a, 0), (one, 0), (other, 0)]), [true; 3]);
    }
}
