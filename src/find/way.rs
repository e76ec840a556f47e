//! How a crate came into a binary.

use auditable_graph::{Graph, Package};
use std::collections::VecDeque;

/// The shortest ways from the root of a graph to its packages.
pub(crate) struct Ways<'a> {
    graph: &'a Graph,
    /// For each package the one that comes before it, or itself if it comes first.
    before: Vec<Option<u32>>,
}

impl<'a> Ways<'a> {
    /// Goes through the graph once. Without a root, what nothing depends on comes first.
    pub(crate) fn new(graph: &'a Graph) -> Self {
        let packages = graph.packages();
        let mut is_needed = vec![false; packages.len()];
        for &dependency in packages.iter().flat_map(|package| &package.dependencies) {
            if let Some(is_needed) = is_needed.get_mut(dependency as usize) {
                *is_needed = true;
            }
        }
        let mut before = vec![None; packages.len()];
        let mut open = VecDeque::new();
        for ((index, package), is_needed) in (0u32..).zip(packages).zip(is_needed) {
            if package.is_root || (graph.root().is_none() && !is_needed) {
                open.push_back(index);
                before[index as usize] = Some(index);
            }
        }
        while let Some(index) = open.pop_front() {
            for &dependency in graph.package(index).map_or(&[][..], |package| &package.dependencies) {
                if let Some(unknown @ None) = before.get_mut(dependency as usize) {
                    *unknown = Some(index);
                    open.push_back(dependency);
                }
            }
        }
        Self { graph, before }
    }

    /// The packages from the root to this one, both included. One that the root does not need stands alone. Nothing if
    /// there are more than so many.
    pub(crate) fn to(&self, mut index: u32, max_packages: usize) -> Option<Vec<&'a Package>> {
        let mut way: Vec<&Package> = self.graph.package(index).into_iter().collect();
        while way.len() <= max_packages {
            let Some(&Some(before)) = self.before.get(index as usize) else { break };
            if before == index {
                break;
            }
            way.extend(self.graph.package(before));
            index = before;
        }
        way.reverse();
        (way.len() <= max_packages).then_some(way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::{Format, Source, Version};

    fn ways(packages: &[(&str, &[u32])], root: Option<usize>) -> Vec<String> {
        let package = |(index, (name, dependencies)): (usize, &(&str, &[u32]))| {
            let mut package = Package::new(*name, Version::new(1, 0, 0), Source::CratesIo);
            package.dependencies = dependencies.to_vec();
            package.is_root = root == Some(index);
            package
        };
        let graph = Graph::new(packages.iter().enumerate().map(package).collect(), Format::RECORDS).unwrap();
        let ways = Ways::new(&graph);
        let names = |index| {
            let way = ways.to(index, 3).unwrap_or_default();
            way.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(" ")
        };
        (0..packages.len() as u32).map(names).collect()
    }

    #[test]
    fn the_shortest_way_begins_at_the_root() {
        let packages: &[(&str, &[u32])] =
            &[("root", &[1, 3]), ("a", &[2]), ("b", &[3]), ("c", &[]), ("lone", &[])];
        assert_eq!(ways(packages, Some(0)), ["root a", "root a b", "root c", "lone", "root"]);
    }

    #[test]
    fn a_way_that_is_too_long_is_none() {
        let packages: &[(&str, &[u32])] = &[("a", &[1]), ("b", &[2]), ("c", &[3]), ("d", &[])];
        assert_eq!(ways(packages, Some(0)), ["a b", "a b c", "", "a"]);
    }

    #[test]
    fn without_a_root_it_begins_at_what_nothing_needs() {
        assert_eq!(ways(&[("a", &[1]), ("b", &[]), ("c", &[1])], None), ["a", "a b", "c"]);
    }
}
