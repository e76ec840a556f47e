//! What a link is made of: a ladder of sources, the best first.
//!
//! | rung | says | used when |
//! |---|---|---|
//! | [`precursor`] | exactly what was compiled | the user has cargo write SBOM precursors (nightly) |
//! | [`records`] | exactly what was compiled | cargo's records of this link are complete |
//! | [`unit_graph`] | exactly what cargo would compile | a second cargo can be asked for the same command |
//! | [`metadata`] | what the lock file allows, at most | all else failed |
//!
//! A rung is taken only if it is complete and agrees with the `--extern` arguments of the link. Which one it was is
//! recorded in the list as its [`Format`](auditable_graph::Format).

mod link;
mod metadata;
mod package_id;
mod place;
mod precursor;
pub(crate) mod records;
mod source;
mod unit_graph;
mod units;

pub(crate) use self::link::Link;

use crate::report::Problem;
use auditable_graph::Graph;

/// The crates that are compiled into what is linked; and if they may not be exactly those, why it is not known better.
///
/// # Errors
///
/// If no source knows them: what each said.
pub(crate) fn graph(link: &Link) -> Result<(Graph, Option<Problem>), Problem> {
    let mut failures: Vec<String> = Vec::new();
    for (name, rung) in RUNGS {
        match rung(link) {
            Ok(Some(graph)) if graph.format().is_exact() => return Ok((graph, None)),
            Ok(Some(graph)) => {
                let doubt = Problem::new(format!("it comes from {name}, since nothing better is known"));
                return Ok((graph, Some(doubt.cause(failures.join("\n")))));
            }
            Ok(None) => {}
            Err(problem) => failures.push(format!("{name}: {}", chain(&problem))),
        }
    }
    Err(Problem::new("could not find out which crates were compiled").cause(failures.join("\n")))
}

/// A source of the graph: `Ok(None)` if it does not apply to this link.
type Rung = fn(&Link) -> Result<Option<Graph>, Problem>;

const RUNGS: &[(&str, Rung)] = &[
    ("cargo's SBOM precursor", precursor::graph),
    ("cargo's records of the build", records::graph),
    ("cargo's unit graph", unit_graph::graph),
    ("cargo metadata", metadata::graph),
];

/// A problem and its causes in one line.
fn chain(problem: &Problem) -> String {
    let mut text = problem.to_string();
    let mut cause = std::error::Error::source(problem);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(error.to_string().trim_end());
        cause = error.source();
    }
    text
}
