//! A graph as a tree for people, in the manner of `cargo tree`.

use crate::words::printable;
use auditable_graph::{Graph, Kind, Package, Source};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::slice;

/// Deeper than any real graph; a hostile one could else make each line longer than the one before without end.
const MAX_DEPTH: usize = 128;

/// Writes the tree. A package that was written with its dependencies before is marked with `(*)`.
///
/// Several trees, if the list names no root: one for each package that no other depends on.
pub(crate) fn write(graph: &Graph, text: &mut String) {
    let mut is_written = vec![false; graph.packages().len()];
    // What stands before the lines of the innermost level; each level ends at a place in it.
    let mut prefix = String::new();
    let mut levels: Vec<Level<'_>> = Vec::new();
    for top in tops(graph) {
        prefix.clear();
        levels.extend(line(graph, top, 0, &mut is_written, text).map(|rest| Level { rest, prefix_bytes: 0 }));
        while let Some(level) = levels.last_mut() {
            let Some(&dependency) = level.rest.next() else {
                levels.pop();
                continue;
            };
            prefix.truncate(level.prefix_bytes);
            text.push_str(&prefix);
            let is_last = level.rest.as_slice().is_empty();
            let (branch, space) = if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
            text.push_str(branch);
            prefix.push_str(space);
            let below = line(graph, dependency, levels.len(), &mut is_written, text);
            levels.extend(below.map(|rest| Level { rest, prefix_bytes: prefix.len() }));
        }
    }
}

/// The dependencies of a package that are still to be written.
struct Level<'a> {
    rest: slice::Iter<'a, u32>,
    /// How much of the prefix is theirs.
    prefix_bytes: usize,
}

/// Writes the rest of a line, and returns the dependencies that are to stand below.
fn line<'a>(
    graph: &'a Graph,
    index: u32,
    depth: usize,
    is_written: &mut [bool],
    text: &mut String,
) -> Option<slice::Iter<'a, u32>> {
    let package = graph.package(index)?;
    let was_written = is_written.get_mut(index as usize).is_some_and(|known| std::mem::replace(known, true));
    label(package, text);
    let (end, is_open) = match package.dependencies.is_empty() {
        true => ("\n", false),
        false if was_written => (" (*)\n", false),
        false if depth == MAX_DEPTH => (" (deeper than is shown)\n", false),
        false => ("\n", true),
    };
    text.push_str(end);
    is_open.then(|| package.dependencies.iter())
}

/// The packages that trees begin with.
fn tops(graph: &Graph) -> Vec<u32> {
    let indices = || (0u32..).zip(graph.packages());
    if let Some((root, _)) = indices().find(|(_, package)| package.is_root) {
        return vec![root];
    }
    let needed: HashSet<u32> =
        graph.packages().iter().flat_map(|package| package.dependencies.iter().copied()).collect();
    indices().map(|(index, _)| index).filter(|index| !needed.contains(index)).collect()
}

/// `serde 1.0.219`, and what is out of the ordinary about it.
fn label(package: &Package, text: &mut String) {
    let _ = write!(text, "{} {}", printable(&package.name), package.version);
    if package.source != Source::CratesIo {
        let _ = write!(text, " ({})", printable(package.source.as_str()));
    }
    if package.kind == Kind::Build {
        text.push_str(" [build]");
    }
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
