//! What the list of a binary says of its crates.

use super::matcher::library;
use auditable_graph::{Graph, Kind, Package, Version};
use std::collections::HashSet;

/// The lists of a binary: one as a rule, several where a linker put some together.
#[derive(Debug, Default)]
pub(super) struct List {
    graphs: Vec<Graph>,
    /// The usual names of the libraries that are compiled in.
    libraries: HashSet<String>,
}

impl List {
    pub(super) fn new(graphs: Vec<Graph>) -> Self {
        let packages = graphs.iter().flat_map(Graph::packages);
        let libraries = packages
            .filter(|package| package.kind == Kind::Runtime)
            .map(|package| library(&package.name))
            .collect();
        Self { graphs, libraries }
    }

    pub(super) fn graphs(&self) -> &[Graph] {
        &self.graphs
    }

    /// Whether a library is one of the packages that are compiled in, by its usual name; `None` if there is no list.
    pub(super) fn has_library(&self, name: &str) -> Option<bool> {
        (!self.graphs.is_empty()).then(|| self.libraries.contains(name))
    }

    /// The usual names of the libraries that a package uses, however far down; `None` if the list does not have the
    /// package.
    pub(super) fn below(&self, name: &str, version: Option<&Version>) -> Option<HashSet<String>> {
        let is_asked = |package: &&Package| {
            package.name == name && version.is_none_or(|version| package.version == *version)
        };
        let mut below = None;
        for graph in &self.graphs {
            let mut seen = vec![false; graph.packages().len()];
            let mut left: Vec<&Package> = graph.packages().iter().filter(is_asked).collect();
            while let Some(package) = left.pop() {
                let below: &mut HashSet<String> = below.get_or_insert_default();
                for &next in &package.dependencies {
                    let slot = usize::try_from(next).ok().and_then(|next| seen.get_mut(next));
                    if let (Some(seen), Some(package)) = (slot.filter(|seen| !**seen), graph.package(next)) {
                        *seen = true;
                        below.insert(library(&package.name));
                        left.push(package);
                    }
                }
            }
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_package_uses_is_below_it() {
        let json = br#"{"packages":[{"name":"a-b","version":"1.0.0","source":"crates.io"},
            {"name":"c","version":"1.0.0","source":"crates.io","dependencies":[0]},
            {"name":"d","version":"1.0.0","source":"crates.io","kind":"build"},
            {"name":"root","version":"0.1.0","source":"local","dependencies":[1,2],"root":true}]}"#;
        let list = List::new(vec![Graph::from_json(json).unwrap()]);
        let below = |name| list.below(name, None).map(|below| below.len());
        assert_eq!([below("root"), below("c"), below("a-b"), below("e")], [Some(3), Some(1), Some(0), None]);
        assert_eq!(list.has_library("a_b"), Some(true));
        assert_eq!(list.has_library("d"), Some(false));
        assert_eq!(List::default().has_library("a_b"), None);
    }
}
