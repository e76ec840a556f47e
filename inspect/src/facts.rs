//! What else a binary tells of how it was made: compilers, linker, symbols, debug information, build ID.
//!
//! Every fact is what some tool wrote into the file. A missing one means that nothing was found, not that there
//! was no such tool: all of them can be stripped.

mod coff;
mod debug;
mod elf;
mod macho;
mod pe;
mod releases;
mod rustc;
mod wasm;

use crate::limits::MAX_PRODUCERS;
use crate::recover::{Crates, Recovered, each_piece};
use crate::window::{Pages, Window};
use crate::{Binary, Container, Error, ReadAt};
use auditable_graph::Version;
use std::fmt;

/// What a binary tells of how it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The Rust compilers that left a trace, without repeats: one in most Rust programs, several if object files
    /// of several compilers were linked, none if the file tells nothing of Rust.
    pub rustc: Vec<Rustc>,
    /// The linker and its version as far as told, such as `LLD 19.1.7` or `Microsoft link 14.44`.
    pub linker: Option<String>,
    /// What the compilers, assemblers and linkers wrote of themselves, in the order of the file without repeats,
    /// such as `GCC: (Debian 12.2.0-14) 12.2.0`. Control characters are replaced.
    pub producers: Vec<String>,
    /// Whether there is no symbol table with the names of functions; what the dynamic linker needs does not count.
    pub is_stripped: bool,
    /// How much the file tells debuggers.
    pub debug_info: DebugInfo,
    /// The name of the file that holds the debug information, as the linker or `objcopy` wrote it: the path of a PDB
    /// on the machine of the build, or the file that `.gnu_debuglink` names.
    pub debug_file: Option<String>,
    /// What identifies this build, as tools of the platform write it: lower-case hex of the ELF note and the wasm
    /// section, the UUID of Mach-O, GUID and age of the PDB of a PE file as symbol servers join them.
    pub build_id: Option<String>,
}

/// A Rust compiler. Of the version and the commit at least one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rustc {
    /// Its version, such as 1.95.0 or 1.97.0-nightly: as the binary tells, or that of the release that was built from
    /// the commit.
    pub version: Option<Version>,
    /// The commit of the Rust repository that it was built from: lower-case hex digits, 40 or the first 9.
    pub commit: Option<String>,
}

/// As `1.95.0 (59807616e)`, `1.95.0` or `commit 59807616e1fa2540724bfbac14d7976d7e4a3860`.
impl fmt::Display for Rustc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.version, &self.commit) {
            (Some(version), Some(commit)) => {
                write!(f, "{version} ({})", commit.get(..SHORT_COMMIT_CHARACTERS).unwrap_or(commit))
            }
            (Some(version), None) => write!(f, "{version}"),
            (None, commit) => write!(f, "commit {}", commit.as_deref().unwrap_or("unknown")),
        }
    }
}

/// What debuggers find in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DebugInfo {
    /// Nothing.
    #[default]
    None,
    /// A reference to other files: a PDB, the file of a `.gnu_debuglink` section, the object files of Mach-O.
    Separate,
    /// Which source line each address comes from.
    LineTables,
    /// Also the functions, inlined ones included: `debug = 1`, or only the standard library's own.
    Functions,
    /// Also variables and types: `debug = 2`.
    Full,
    /// As much as `debug` says, but most of it in `.dwo` or `.dwp` files beside it.
    Split,
    /// Some, which cannot be read: it is damaged, compressed by zstd without the feature `functions`, or
    /// CodeView in an object of COFF.
    Unknown,
}

impl DebugInfo {
    /// `none`, `separate`, `line-tables`, `functions`, `full`, `split` or `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Separate => "separate",
            Self::LineTables => "line-tables",
            Self::Functions => "functions",
            Self::Full => "full",
            Self::Split => "split",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for DebugInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads what a binary tells of how it was made; `binary` is one of [`binaries`](crate::binaries) of the same
/// source.
///
/// Reads headers and small sections. Only if these do not name the Rust compiler, the loaded data is searched for
/// the paths of the standard library until there is one.
///
/// # Errors
///
/// [`Error::Malformed`] if its headers or the parts in question are damaged, [`Error::Limit`], [`Error::Io`].
pub fn facts(source: &dyn ReadAt, binary: &Binary) -> Result<Facts, Error> {
    let pages = Pages::of(source)?;
    let file = Window::of(binary, source, &pages)?;
    let mut facts = of_headers(&file)?;
    if facts.rustc.is_empty() {
        let mut search = rustc::Search::new();
        each_piece(&file, &mut |piece| search.add(piece))?;
        rustc::add(&mut facts.rustc, search.found);
    }
    Ok(facts)
}

/// What [`facts_and_recovered`] gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct FactsAndRecovered {
    /// As of [`facts`].
    pub facts: Result<Facts, Error>,
    /// As of [`recover`](crate::recover).
    pub recovered: Result<Vec<Recovered>, Error>,
}

/// Does the same as [`facts`] and [`recover`](crate::recover), for little more than the cost of the latter: the loaded
/// data is read once. If it cannot be read, that is the error of the crates only.
///
/// # Errors
///
/// If it is not to be known where the binary is in its file; [`Error::Io`].
pub fn facts_and_recovered(source: &dyn ReadAt, binary: &Binary) -> Result<FactsAndRecovered, Error> {
    let pages = Pages::of(source)?;
    let mut facts = of_headers(&Window::of(binary, source, &pages)?);
    // Each may read as much of the headers as alone.
    let pages = Pages::of(source)?;
    let file = Window::of(binary, source, &pages)?;
    let mut search = rustc::Search::new();
    let mut is_searched = !facts.as_ref().is_ok_and(|facts| facts.rustc.is_empty());
    let mut crates = Crates::default();
    let read = each_piece(&file, &mut |piece| {
        is_searched = is_searched || search.add(piece).is_break();
        crates.add(piece)
    });
    if let Ok(facts) = &mut facts {
        rustc::add(&mut facts.rustc, search.found);
    }
    Ok(FactsAndRecovered { facts, recovered: read.and_then(|()| crates.finish()) })
}

fn of_headers(file: &Window<'_>) -> Result<Facts, Error> {
    let mut facts = match file.container() {
        Container::Elf => elf::facts(file)?,
        Container::Pe => pe::facts(file)?,
        Container::Coff => coff::facts(file)?,
        Container::MachO => macho::facts(file)?,
        Container::Wasm => wasm::facts(file)?,
    };
    for producer in &facts.producers {
        rustc::add(&mut facts.rustc, rustc::of_producer(producer));
    }
    Ok(facts)
}

impl Facts {
    /// Adds what a tool wrote of itself.
    fn add_producer(&mut self, text: &[u8]) {
        let text = text.get(..MAX_TEXT_BYTES).unwrap_or(text);
        let text: String = String::from_utf8_lossy(text)
            .trim()
            .chars()
            .map(|character| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })
            .collect();
        if !text.is_empty() && self.producers.len() < MAX_PRODUCERS && !self.producers.contains(&text) {
            self.producers.push(text);
        }
    }
}

/// Digits of a number, as in build IDs.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As `rustc --version` shortens them.
const SHORT_COMMIT_CHARACTERS: usize = 9;

/// Most bytes of what a tool says of itself.
const MAX_TEXT_BYTES: usize = 256;
