//! A graph as a tree for people, in the manner of `cargo tree`.

use crate::words::printable;
use auditable_graph::{Graph, Kind, Package, Source};
use std::collections::HashSet;
use std::fmt::Write as _;

/// Deeper than any real graph; a hostile one could else make each line longer than the one before without end.
const MAX_DEPTH: usize = 128;

/// Writes the tree. A package that was written with its dependencies before is marked with `(*)`.
///
/// Several trees, if the list names no root: one for each package that no other depends on.
pub(crate) fn write(graph: &Graph, text: &mut String) {
    let mut written: HashSet<*const Package> = HashSet::new();
    for top in tops(graph) {
        // What is still to be written: a package, the prefix of its line and that of the lines below it.
        let mut open = vec![(top, 0usize, String::new(), String::new())];
        while let Some((package, depth, prefix, below)) = open.pop() {
            let is_new = written.insert(std::ptr::from_ref(package));
            let mut line = format!("{prefix}{}", label(package));
            let dependencies: Vec<&Package> = graph.dependencies(package).collect();
            let is_cut = depth == MAX_DEPTH && !dependencies.is_empty();
            if !is_new && !dependencies.is_empty() {
                line.push_str(" (*)");
            } else if is_cut {
                line.push_str(" (deeper than is shown)");
            }
            let _ = writeln!(text, "{line}");
            if is_new && !is_cut {
                // The last is written last, so it goes onto the stack first.
                for (index, dependency) in dependencies.iter().enumerate().rev() {
                    let is_last = index + 1 == dependencies.len();
                    let (branch, space) =
                        if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
                    open.push((
                        *dependency,
                        depth + 1,
                        format!("{below}{branch}"),
                        format!("{below}{space}"),
                    ));
                }
            }
        }
    }
}

fn tops(graph: &Graph) -> Vec<&Package> {
    if let Some(root) = graph.root() {
        return vec![root];
    }
    let needed: HashSet<u32> =
        graph.packages().iter().flat_map(|package| package.dependencies.iter().copied()).collect();
    (0u32..)
        .zip(graph.packages())
        .filter(|(index, _)| !needed.contains(index))
        .map(|(_, package)| package)
        .collect()
}

/// `serde 1.0.219`, and what is out of the ordinary about it.
fn label(package: &Package) -> String {
    let mut label = format!("{} {}", printable(&package.name), package.version);
    if package.source != Source::CratesIo {
        let _ = write!(label, " ({})", printable(package.source.as_str()));
    }
    if package.kind == Kind::Build {
        label.push_str(" [build]");
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::{Format, Version};

    fn tree(packages: Vec<Package>) -> String {
        let mut text = String::new();
        write(&Graph::new(packages, Format::RECORDS).unwrap(), &mut text);
        text
    }

    fn package(name: &str, dependencies: &[u32]) -> Package {
        let mut package = Package::new(name, Version::new(1, 0, 0), Source::CratesIo);
        package.dependencies = dependencies.to_vec();
        package
    }

    #[test]
    fn a_shared_dependency_is_written_once_with_what_is_below_it() {
        let mut root = package("app", &[1, 2]);
        root.is_root = true;
        root.source = Source::Local;
        let mut build = package("cc", &[3]);
        build.kind = Kind::Build;
        assert_eq!(
            tree(vec![root, package("bytes", &[3]), build, package("shared", &[4]), package("deep", &[])]),
            "app 1.0.0 (local)\n\
             ├── bytes 1.0.0\n\
             │   └── shared 1.0.0\n\
             │       └── deep 1.0.0\n\
             └── cc 1.0.0 [build]\n\
             \u{20}   └── shared 1.0.0 (*)\n"
        );
    }

    #[test]
    fn without_a_root_there_is_a_tree_for_each_top() {
        assert_eq!(
            tree(vec![package("a", &[2]), package("b", &[]), package("c", &[])]),
            "a 1.0.0\n└── c 1.0.0\nb 1.0.0\n"
        );
    }

    #[test]
    fn a_chain_without_end_is_cut() {
        let mut chain: Vec<Package> = (1..10_000u32).map(|next| package("a", &[next])).collect();
        chain.push(package("a", &[]));
        let text = tree(chain);
        assert!(text.ends_with("a 1.0.0 (deeper than is shown)\n"));
        assert_eq!(text.lines().count(), MAX_DEPTH + 1);
    }
}
