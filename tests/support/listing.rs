use auditable_graph::{Format, Graph, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A list in a form that two of which can be compared: packages as `name version source`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) root: String,
    pub(crate) kinds: BTreeMap<String, Kind>,
    pub(crate) edges: BTreeSet<(String, String)>,
}

impl Listing {
    /// The list in a binary and where it was taken from, or `None` if there is no list.
    ///
    /// # Panics
    ///
    /// If the binary or the list is damaged.
    #[track_caller]
    pub(crate) fn of_binary(path: &Path) -> Option<(Self, Format)> {
        let graph = auditable_inspect::read_file(path)
            .unwrap_or_else(|error| panic!("{}: {error:?}", path.display()))?;
        Some((Self::of_graph(&graph), graph.format()))
    }

    pub(crate) fn of_graph(graph: &Graph) -> Self {
        let mut listing = Self::default();
        for package in graph.packages() {
            let name = Self::name(&package.name, &package.version.to_string(), package.source.as_str());
            if package.is_root {
                listing.root.clone_from(&name);
            }
            for needed in graph.dependencies(package) {
                let needed = Self::name(&needed.name, &needed.version.to_string(), needed.source.as_str());
                listing.edges.insert((name.clone(), needed));
            }
            listing.kinds.insert(name, package.kind);
        }
        listing
    }

    pub(crate) fn name(package: &str, version: &str, source: &str) -> String {
        format!("{package} {version} {source}")
    }

    /// The same list with another source for the root, if that is all in which the roots differ.
    pub(crate) fn with_source_of_root(&self, other: &str) -> Self {
        let without_source = |name: &str| name.rsplit_once(' ').map(|(id, _)| id.to_owned());
        if without_source(&self.root) != without_source(other) {
            return self.clone();
        }
        let renamed = |name: &String| if *name == self.root { other.to_owned() } else { name.clone() };
        Self {
            root: other.to_owned(),
            kinds: self.kinds.iter().map(|(name, kind)| (renamed(name), *kind)).collect(),
            edges: self.edges.iter().map(|(from, to)| (renamed(from), renamed(to))).collect(),
        }
    }

    /// The names of the packages, without version and source, with ` (build)` after those that are only for building.
    pub(crate) fn packages(&self) -> Vec<String> {
        let short = |(name, kind): (&String, &Kind)| {
            let name = name.split(' ').next().unwrap_or(name);
            if *kind == Kind::Build { format!("{name} (build)") } else { name.to_owned() }
        };
        self.kinds.iter().map(short).collect()
    }

    /// Packages of the other list that are not in this one, packages that only this one has, and those of which the
    /// two do not agree whether they are only for building.
    pub(crate) fn compare(&self, truth: &Self) -> Difference {
        let missing = truth.kinds.keys().filter(|name| !self.kinds.contains_key(*name));
        let extra = self.kinds.keys().filter(|name| !truth.kinds.contains_key(*name));
        let wrong_kind = self
            .kinds
            .iter()
            .filter(|&(name, kind)| truth.kinds.get(name).is_some_and(|true_kind| true_kind != kind));
        Difference {
            missing: missing.cloned().collect(),
            extra: extra.cloned().collect(),
            wrong_kind: wrong_kind.map(|(name, kind)| format!("{name}: listed as {kind}")).collect(),
            missing_edges: truth.edges.difference(&self.edges).cloned().collect(),
            extra_edges: self.edges.difference(&truth.edges).cloned().collect(),
            root: (self.root != truth.root).then(|| format!("{} instead of {}", self.root, truth.root)),
        }
    }
}

/// How a list differs from the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) missing: Vec<String>,
    pub(crate) extra: Vec<String>,
    pub(crate) wrong_kind: Vec<String>,
    pub(crate) missing_edges: Vec<(String, String)>,
    pub(crate) extra_edges: Vec<(String, String)>,
    pub(crate) root: Option<String>,
}

impl Difference {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing is missing, though there may be too much.
    pub(crate) fn is_superset(&self) -> bool {
        self.missing.is_empty() && self.missing_edges.is_empty() && self.root.is_none()
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(root) = &self.root {
            writeln!(f, "  root         {root}")?;
        }
        for (title, names) in [
            ("missing     ", &self.missing),
            ("extra       ", &self.extra),
            ("wrong kind  ", &self.wrong_kind),
        ] {
            for name in names {
                writeln!(f, "  {title} {name}")?;
            }
        }
        for (title, edges) in [("missing edge", &self.missing_edges), ("extra edge  ", &self.extra_edges)] {
            for (from, to) in edges {
                writeln!(f, "  {title} {from} -> {to}")?;
            }
        }
        Ok(())
    }
}
