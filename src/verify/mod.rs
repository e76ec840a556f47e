//! `auditable verify`: a gate for release pipelines.

use crate::Outcome;
use crate::inspect::summary;
use crate::scan::{Artifact, Inputs, Place, Scanned, scan};
use crate::words::{Failure, Words, printable};
use auditable_inspect::archive::Library;
use auditable_inspect::{Container, Location, facts};
use auditable_sbom::lockfile::{Disagreement, LockFile};
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// Check that binaries have a sound list of crates
///
/// Every binary in a file that is named must have a list that can be read and names its root package: of a universal
/// Mach-O file each slice, and of a wasm component at least one module. In folders, archives and lists of files the same
/// holds for every binary that tells that rustc compiled it; others are passed over, and counted. Of a static library one
/// object must have a list, and an .rlib need not.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// Check also that every crate of the lists stands in this Cargo.lock, with the same version and kind of source
    ///
    /// A lock file has crates for all targets and features, so that what a list has not is no disagreement.
    #[arg(long, value_name = "FILE")]
    lockfile: Option<PathBuf>,

    #[command(flatten)]
    inputs: Inputs,
}

const EXAMPLES: &str = "\
Examples:
  auditable verify target/release/app target/release/libapp.so
  auditable verify dist/
  auditable verify --lockfile Cargo.lock target/release/app

Exit status:
  0  every binary that must have a list has a sound one, which agrees with the lock file
  1  one has none, or one without a root or with other crates; or nothing in a PATH has one
  2  something could not be read, or a list is damaged";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let lock = options.lockfile.as_deref().map(lock_file).transpose()?;
    let mut outcome = Outcome::Clean;
    let mut library_without: Option<Place> = None;
    let mut stdout = io::stdout().lock();
    let verify = |artifact: &Artifact<'_>| Ok(verify(artifact, lock.as_ref()));
    let summary = scan(&options.inputs, words, verify, |scanned| {
        let Scanned::Artifact(mut place, Some(verdict)) = scanned else { return Ok(()) };
        if let (Verdict::LibraryMissing, Some(library)) = (&verdict, place.archive()) {
            // Each object of it tells the same.
            if library_without.as_ref() == Some(&library) {
                return Ok(());
            }
            place = library_without.insert(library).clone();
        }
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
    /// No object of the static library, of which this is one, has a list.
    LibraryMissing,
    NoRoot,
    /// What the lock file has otherwise.
    Disagrees(Disagreement),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sound(summary) => f.write_str(summary),
            Self::Missing(None) | Self::LibraryMissing => f.write_str("no list of crates"),
            Self::Missing(Some(location)) => write!(f, "no list of crates in {location}"),
            Self::NoRoot => f.write_str("the list names no root package"),
            Self::Disagrees(disagreement) => {
                let count = disagreement.differences.len();
                let crates = if count == 1 { "crate" } else { "crates" };
                write!(f, "{count} {crates} of the list not so in the lock file")?;
                disagreement
                    .differences
                    .iter()
                    .try_for_each(|difference| write!(f, "\n  {}", printable(&difference.to_string())))
            }
        }
    }
}

/// Reads a lock file.
fn lock_file(path: &Path) -> Result<LockFile, Failure> {
    let failed = || Failure::new(printable(&path.display().to_string()));
    let text = fs::read_to_string(path).map_err(|error| failed().cause(error))?;
    LockFile::parse(&text).map_err(|error| failed().cause(error))
}

/// Nothing if the artifact is damaged, which is told elsewhere, or need not have a list.
fn verify(artifact: &Artifact<'_>, lock: Option<&LockFile>) -> Option<Verdict> {
    if artifact.binaries.iter().any(|found| found.error().is_some()) {
        return None;
    }
    let graphs = || artifact.binaries.iter().flat_map(|found| &found.graphs);
    // A component is put together of modules, and not all of them were written in Rust.
    let missing = artifact
        .binaries
        .iter()
        .find(|found| found.graphs.is_empty() && found.binary.container != Container::Wasm)
        .map(|found| found.binary.location.clone());
    if graphs().next().is_none() && !artifact.is_named && !is_of_rust(artifact) {
        return None;
    }
    if graphs().next().is_none() {
        match artifact.library {
            // It gets none by design.
            Some(Library::Rust) => return None,
            Some(_) => return Some(Verdict::LibraryMissing),
            None => {}
        }
    }
    if graphs().any(|graph| graph.root().is_none()) {
        return Some(Verdict::NoRoot);
    }
    let mut disagreements = graphs().filter_map(|graph| lock?.matching(graph).err());
    if let Some(disagreement) = disagreements.next() {
        return Some(Verdict::Disagrees(disagreement));
    }
    let mut summaries: Vec<String> = graphs().map(summary).collect();
    summaries.dedup();
    Some(match missing {
        Some(location) => Verdict::Missing(location),
        None if summaries.is_empty() => Verdict::Missing(None),
        None => Verdict::Sound(summaries.join("; ")),
    })
}

/// Whether a binary tells that rustc took part. What it does not tell cannot be asked of it.
fn is_of_rust(artifact: &Artifact<'_>) -> bool {
    artifact
        .binaries
        .iter()
        .any(|found| facts(artifact.source, &found.binary).is_ok_and(|facts| !facts.rustc.is_empty()))
}
