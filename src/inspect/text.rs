//! What is in a binary, for people.

use crate::recovery::confidence;
use crate::scan::{Found, Place};
use crate::tree;
use crate::words::printable;
use auditable_graph::{Graph, Kind};
use auditable_inspect::{DebugInfo, Facts, Recovered};
use std::fmt::Write as _;

/// The trees of the lists in a binary, or the crates that were recovered. Nothing if there is nothing to say.
pub(super) fn binary(
    found: &Found,
    place: &Place,
    recovered: &[Recovered],
    facts: Option<&Facts>,
    sha256: Option<&str>,
) -> Vec<Vec<u8>> {
    let title = found.title(place);
    let mut details = String::new();
    if let Some(sha256) = sha256 {
        let _ = writeln!(details, "  SHA-256 {sha256}");
    }
    if let Some(facts) = facts {
        let _ =
            writeln!(details, "  {} {}; {}", found.binary.container, found.binary.architecture, of(facts));
    }
    let trees = found.graphs.iter().map(|graph| {
        let mut text = format!("{title}: {}\n{details}", summary(graph));
        tree::write(graph, &mut text);
        text.into_bytes()
    });
    let trees: Vec<Vec<u8>> = trees.collect();
    if !trees.is_empty() || found.error().is_some() {
        return trees;
    }
    if recovered.is_empty() && details.is_empty() {
        return Vec::new();
    }
    let mut text = format!("{title}: no list of crates");
    if !recovered.is_empty() {
        let crates = if recovered.len() == 1 { "crate" } else { "crates" };
        let _ = write!(text, "; {} {crates} recovered from paths in it, a part of all", recovered.len());
    }
    let _ = write!(text, "\n{details}");
    for one in recovered {
        let version =
            one.version.as_ref().map_or_else(|| "(version unknown)".to_owned(), ToString::to_string);
        let _ = writeln!(text, "{} {version} [recovered, {}]", printable(&one.name), confidence(one));
    }
    vec![text.into_bytes()]
}

/// One line about a list.
pub(crate) fn summary(graph: &Graph) -> String {
    let count = graph.packages().len();
    let build = graph.packages().iter().filter(|package| package.kind == Kind::Build).count();
    let crates = if count == 1 { "crate" } else { "crates" };
    let exactness = if graph.format().is_exact() { "exact" } else { "inexact" };
    format!("{count} {crates} ({build} build-only); {exactness}, from {}", graph.format().description())
}

fn of(facts: &Facts) -> String {
    let mut text = String::new();
    for rustc in &facts.rustc {
        let _ = write!(text, "rustc {}; ", printable(&rustc.to_string()));
    }
    if let Some(linker) = &facts.linker {
        let _ = write!(text, "linked by {}; ", printable(linker));
    }
    text.push_str(if facts.is_stripped { "stripped; " } else { "not stripped; " });
    match facts.debug_info {
        DebugInfo::None => text.push_str("no debug information"),
        some => {
            let _ = write!(text, "debug information: {some}");
        }
    }
    if let Some(build_id) = &facts.build_id {
        let _ = write!(text, "; build id {}", printable(build_id));
    }
    text
}
