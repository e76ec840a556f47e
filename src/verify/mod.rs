//! `auditable verify`: a gate for release pipelines.

use crate::Outcome;
use crate::inspect::summary;
use crate::scan::{Artifact, Inputs, Scanned, scan};
use crate::words::{Failure, Words};
use auditable_inspect::{Container, Location, facts};
use std::error::Error;
use std::io::Write as _;
use std::{fmt, io};

/// Check that binaries have a sound list of crates
///
/// Every binary in a file that is named must have a list that can be read and names its root package: of a universal
/// Mach-O file each slice, and of a wasm component at least one module. In folders, archives and lists of files the same
/// holds for every binary that tells that rustc compiled it; others are passed over, and counted.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(flatten)]
    inputs: Inputs,
}

const EXAMPLES: &str = "\
Examples:
  auditable verify target/release/app target/release/libapp.so
  auditable verify dist/

Exit status:
  0  every binary that must have a list has a sound one
  1  one has none, or one without a root; or nothing in a PATH has one
  2  something could not be read, or a list is damaged";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let mut outcome = Outcome::Clean;
    let mut stdout = io::stdout().lock();
    let summary = scan(&options.inputs, words, verify, |scanned| {
        let Scanned::Artifact(place, Some(verdict)) = scanned else { return Ok(()) };
        let ok = if let Verdict::Sound(_) = verdict { "ok: " } else { "" };
        if ok.is_empty() {
            outcome = outcome.max(Outcome::Finding);
        }
        match writeln!(stdout, "{place}: {ok}{verdict}") {
            // Nobody reads any more, but the exit status is still waited for.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Failure::new(NOT_WRITTEN).cause(error)),
        }
    })?;
    Ok(outcome.max(summary.outcome()))
}

const NOT_WRITTEN: &str = "could not write to standard output";

enum Verdict {
    Sound(String),
    /// Which binary of the file has none, if there are several.
    Missing(Option<Location>),
    NoRoot,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sound(summary) => f.write_str(summary),
            Self::Missing(None) => f.write_str("no list of crates"),
            Self::Missing(Some(location)) => write!(f, "no list of crates in {location}"),
            Self::NoRoot => f.write_str("the list names no root package"),
        }
    }
}

/// Nothing if the artifact is damaged, which is told elsewhere, or need not have a list.
fn verify(artifact: &Artifact<'_>) -> Result<Option<Verdict>, Failure> {
    if artifact.binaries.iter().any(|found| found.error().is_some()) {
        return Ok(None);
    }
    let mut summaries: Vec<String> = Vec::new();
    let mut missing = None;
    let mut is_of_rust = false;
    for found in &artifact.binaries {
        // A component is put together of modules, and not all of them were written in Rust.
        if found.graphs.is_empty() && found.binary.container != Container::Wasm {
            missing = missing.or(Some(found.binary.location.clone()));
        }
        is_of_rust |= facts(artifact.source, &found.binary).is_ok_and(|facts| !facts.rustc.is_empty());
        if found.graphs.iter().any(|graph| graph.root().is_none()) {
            return Ok(Some(Verdict::NoRoot));
        }
        summaries.extend(found.graphs.iter().map(summary));
    }
    summaries.dedup();
    Ok(match missing {
        _ if summaries.is_empty() && !artifact.is_named && !is_of_rust => None,
        Some(location) => Some(Verdict::Missing(location)),
        None if summaries.is_empty() => Some(Verdict::Missing(None)),
        None => Some(Verdict::Sound(summaries.join("; "))),
    })
}
