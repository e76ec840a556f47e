//! A graph in the language of Graphviz (<https://graphviz.org/doc/info/lang.html>).

use crate::scan::{Found, Place};
use crate::words::printable;
use auditable_graph::{Graph, Kind, Source};
use std::fmt::Write as _;

/// One directed graph for each list of a binary, named after the file. What only took part in building is dashed.
pub(super) fn graphs(found: &Found, place: &Place) -> Vec<Vec<u8>> {
    let title = found.title(place);
    found.graphs.iter().map(|graph| digraph(graph, &title).into_bytes()).collect()
}

fn digraph(graph: &Graph, title: &str) -> String {
    let mut text = format!("digraph {} {{\n", quoted(title));
    for (index, package) in graph.packages().iter().enumerate() {
        let mut label = format!("{} {}", printable(&package.name), package.version);
        if package.source != Source::CratesIo {
            let _ = write!(label, " ({})", printable(package.source.as_str()));
        }
        let _ = write!(text, "  {index} [label={}", quoted(&label));
        if package.kind == Kind::Build {
            text.push_str(", style=dashed");
        }
        if package.is_root {
            text.push_str(", shape=box");
        }
        text.push_str("];\n");
    }
    for (index, package) in graph.packages().iter().enumerate() {
        for dependency in &package.dependencies {
            let _ = writeln!(text, "  {index} -> {dependency};");
        }
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::{Format, Package, Version};

    #[test]
    fn what_a_name_holds_stays_inside_its_quotes() {
        let mut root = Package::new("app", Version::new(1, 0, 0), Source::Local);
        root.is_root = true;
        root.dependencies = vec![1];
        let mut build = Package::new("a\"b\\c\n", Version::new(2, 0, 0), Source::CratesIo);
        build.kind = Kind::Build;
        let graph = Graph::new(vec![root, build], Format::RECORDS).unwrap();
        assert_eq!(
            digraph(&graph, "x\"y"),
            "digraph \"x\\\"y\" {\n  \
               0 [label=\"a\\\"b\\\\c\\\\n 2.0.0\", style=dashed];\n  \
               1 [label=\"app 1.0.0 (local)\", shape=box];\n  \
               1 -> 0;\n\
             }\n"
        );
    }
}
