//! `auditable verify`: a gate for release pipelines.

use crate::Outcome;
use crate::files::Input;
use crate::inspect::summary;
use crate::words::{Failure, Words, printable};
use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::{fmt, io};

/// Check that binaries have a sound list of crates
///
/// Every binary in every file must have a list that can be read and names its root package: of a universal Mach-O
/// file each slice, and of a wasm component at least one module.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// Programs, libraries or modules; - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  auditable verify target/release/app target/release/libapp.so

Exit status:
  0  every file has a sound list
  1  a file has none, or one without a root
  2  a file could not be read, or its list is damaged";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let mut outcome = Outcome::Clean;
    let mut stdout = io::stdout().lock();
    for path in &options.paths {
        let path_text = printable(&path.display().to_string());
        match Input::open(path).and_then(|input| verify(&input)) {
            Ok(Verdict::Sound(summary)) => writeln!(stdout, "{path_text}: ok: {summary}")?,
            Ok(verdict) => {
                writeln!(stdout, "{path_text}: {verdict}")?;
                outcome = outcome.max(Outcome::Finding);
            }
            Err(failure) => {
                words.error(&failure);
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

enum Verdict {
    Sound(String),
    Missing(Option<String>),
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

fn verify(input: &Input) -> Result<Verdict, Failure> {
    let mut summaries: Vec<String> = Vec::new();
    let mut without = None;
    for binary in input.binaries()? {
        let lists = binary.lists.map_err(|error| input.failure(error))?;
        if lists.is_empty() {
            without = without.or(Some(binary.location.clone().map(|location| location.to_string())));
        }
        for list in lists {
            let graph = list.graph().map_err(|error| input.failure(error))?;
            if graph.root().is_none() {
                return Ok(Verdict::NoRoot);
            }
            summaries.push(summary(&graph));
        }
    }
    summaries.dedup();
    match without {
        // A component is put together of modules of which only some were written in Rust.
        Some(location) if summaries.is_empty() || !is_module(location.as_deref()) => {
            Ok(Verdict::Missing(location))
        }
        _ => Ok(Verdict::Sound(summaries.join("; "))),
    }
}

fn is_module(location: Option<&str>) -> bool {
    location.is_some_and(|location| location.starts_with("module"))
}
