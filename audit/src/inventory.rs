use crate::{Collection, Ways};
use auditable_graph::{Graph, Kind, Package, Source, Version};

/// What is audited: the packages of one program, and what is known of how they hang together.
///
/// Unlike a [`Graph`] it promises nothing: it also comes from documents of others, in which packages may depend on each
/// other in circles.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// Where the packages are known from.
    pub origin: Origin,
    /// The packages.
    pub components: Vec<Component>,
    /// What is there and cannot be a [`Component`], such as a package without a version.
    pub unreadable: Vec<Unmatched>,
}

/// Where the packages of an inventory are known from. Displayed in reports, since it decides what they are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The list that the build left in the binary.
    List,
    /// What a binary without a list gives away of itself: never all of it.
    Recovered,
    /// A software bill of materials.
    Sbom,
}

impl Origin {
    /// `list`, `recovered` or `sbom`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Recovered => "recovered",
            Self::Sbom => "sbom",
        }
    }
}

/// A package, or a part of Rust itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Name, version, and what it depends on: indices into the components of the same inventory.
    pub package: Package,
    /// Which advisories are about it.
    pub collection: Collection,
}

/// A package that no advisory was looked up for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmatched {
    /// Its name.
    pub name: String,
    /// Its version, as it is written.
    pub version: Option<String>,
    /// Why.
    pub reason: UnmatchedReason,
}

/// Why no advisory was looked up for a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum UnmatchedReason {
    /// It does not come from crates.io, and advisories are about what does; the word of the list for where it comes
    /// from.
    Source(String),
    /// Its version is not known.
    NoVersion,
    /// Its version is not one of cargo's.
    Version,
}

impl Unmatched {
    /// The reason, in words.
    pub fn explanation(&self) -> String {
        match &self.reason {
            UnmatchedReason::Source(source) => format!("it is not from crates.io but {source}"),
            UnmatchedReason::NoVersion => "its version is not known".to_owned(),
            UnmatchedReason::Version => "its version is not one of cargo's".to_owned(),
        }
    }
}

impl Inventory {
    /// No packages yet.
    pub fn new(origin: Origin) -> Self {
        Self { origin, components: Vec::new(), unreadable: Vec::new() }
    }

    /// Adds the standard library and the compiler of a version of Rust, which every program is made with.
    pub fn add_toolchain(&mut self, version: &Version) {
        for (name, kind) in [("std", Kind::Runtime), ("rustc", Kind::Build)] {
            let source = Source::Other(TOOLCHAIN.to_owned());
            let package = Package { kind, ..Package::new(name, version.clone(), source) };
            self.components.push(Component { package, collection: Collection::Rust });
        }
    }

    /// The component at an index, such as one of its packages' dependencies.
    pub fn component(&self, index: u32) -> Option<&Component> {
        self.components.get(usize::try_from(index).ok()?)
    }

    /// The components that advisories are looked up for, with their indices.
    pub fn matched(&self) -> impl Iterator<Item = (u32, &Component)> {
        (0..).zip(&self.components).filter(|(_, component)| component.is_matched())
    }

    /// The packages that no advisory is looked up for, by name.
    pub fn unmatched(&self) -> Vec<Unmatched> {
        let foreign =
            self.components.iter().filter(|component| !component.is_matched()).map(|component| Unmatched {
                name: component.package.name.clone(),
                version: Some(component.package.version.to_string()),
                reason: UnmatchedReason::Source(component.package.source.to_string()),
            });
        let mut unmatched: Vec<Unmatched> = foreign.chain(self.unreadable.iter().cloned()).collect();
        unmatched.sort();
        unmatched
    }

    /// The shortest ways to all components.
    pub fn ways(&self) -> Ways {
        Ways::new(self)
    }

    /// Whether only packages that took part in building lead to each component, which did so itself: then nothing of it
    /// can have got into the program, not even as the expansion of a macro.
    pub(crate) fn behind_build(&self) -> Vec<bool> {
        let is_build = |component: &Component| component.package.kind == Kind::Build;
        // Whether there is anything above, and whether all of it is such.
        let mut above = vec![(false, true); self.components.len()];
        for component in &self.components {
            for &dependency in &component.package.dependencies {
                if let Some(state) = usize::try_from(dependency).ok().and_then(|at| above.get_mut(at)) {
                    *state = (true, state.1 && is_build(component));
                }
            }
        }
        let behind = self.components.iter().zip(above);
        behind
            .map(|(component, (is_needed, by_build))| is_build(component) && is_needed && by_build)
            .collect()
    }
}

impl From<&Graph> for Inventory {
    fn from(graph: &Graph) -> Self {
        let components = graph.packages().iter().map(|package| Component::from(package.clone())).collect();
        Self { components, ..Self::new(Origin::List) }
    }
}

impl From<Package> for Component {
    fn from(package: Package) -> Self {
        Self { package, collection: Collection::Crates }
    }
}

impl Component {
    fn is_matched(&self) -> bool {
        match self.collection {
            Collection::Crates => self.package.source == Source::CratesIo,
            Collection::Rust => true,
        }
    }
}

/// The source of the parts of Rust itself.
const TOOLCHAIN: &str = "toolchain";

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Format;

    fn inventory(packages: &[(&str, Kind, &[u32])]) -> Inventory {
        let mut inventory = Inventory::new(Origin::Sbom);
        for (name, kind, dependencies) in packages {
            let package = Package {
                kind: *kind,
                dependencies: dependencies.to_vec(),
                ..Package::new(*name, Version::new(1, 0, 0), Source::CratesIo)
            };
            inventory.components.push(package.into());
        }
        inventory
    }

    const RUNTIME: Kind = Kind::Runtime;

    #[test]
    fn only_what_is_behind_another_build_package_left_nothing() {
        let inventory = inventory(&[
            ("app", RUNTIME, &[1]),
            ("macros", Kind::Build, &[2, 3]),
            ("syn", Kind::Build, &[]),
            ("both", RUNTIME, &[]),
        ]);
        assert_eq!(inventory.behind_build(), [false, false, true, false]);
    }

    #[test]
    fn only_crates_of_crates_io_and_the_toolchain_are_matched() {
        let sources =
            [Source::CratesIo, Source::Git, Source::Local, Source::Registry, Source::Other("moon".into())];
        let packages = sources.map(|source| Package::new("one", Version::new(1, 0, 0), source)).to_vec();
        let graph = Graph::new(packages, Format::RECORDS).unwrap();
        let mut inventory = Inventory::from(&graph);
        inventory.add_toolchain(&Version::new(1, 95, 0));
        inventory.unreadable.push(Unmatched {
            name: "bare".into(),
            version: None,
            reason: UnmatchedReason::NoVersion,
        });
        let matched: Vec<&str> =
            inventory.matched().map(|(_, component)| component.package.name.as_str()).collect();
        assert_eq!(matched, ["one", "std", "rustc"]);
        let unmatched: Vec<String> = inventory.unmatched().iter().map(Unmatched::explanation).collect();
        assert_eq!(
            unmatched,
            [
                "its version is not known",
                "it is not from crates.io but git",
                "it is not from crates.io but local",
                "it is not from crates.io but moon",
                "it is not from crates.io but registry",
            ]
        );
    }
}
