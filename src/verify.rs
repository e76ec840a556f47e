//! `auditable verify`: a gate for release pipelines.

use crate::Outcome;
use crate::files::Input;
use crate::inspect::summary;
use crate::words::{Failure, Words, printable};
use auditable_inspect::{Container, Location};
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
            Ok(verdict) => {
                let ok = if let Verdict::Sound(_) = verdict { "ok: " } else { "" };
                if ok.is_empty() {
                    outcome = outcome.max(Outcome::Finding);
                }
                match writeln!(stdout, "{path_text}: {ok}{verdict}") {
                    // Nobody reads any more, but the exit status is still waited for.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                    written => written.map_err(|error| Failure::new(NOT_WRITTEN).cause(error))?,
                }
            }
            Err(failure) => {
                words.error(&failure);
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
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

fn verify(input: &Input) -> Result<Verdict, Failure> {
    let mut summaries: Vec<String> = Vec::new();
    let mut missing = None;
    for binary in input.binaries()? {
        let lists = binary.lists.map_err(|error| input.failure(error))?;
        // A component is put together of modules, and not all of them were written in Rust.
        if lists.is_empty() && binary.container != Container::Wasm {
            missing = missing.or(Some(binary.location));
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
    Ok(match missing {
        Some(location) => Verdict::Missing(location),
        None if summaries.is_empty() => Verdict::Missing(None),
        None => Verdict::Sound(summaries.join("; ")),
    })
}
