//! Which functions are in a binary: whether a vulnerable one is there at all.
//!
//! Advisories name functions, and a program that does not contain them is not affected. Two kinds of evidence are
//! read. Debug information (DWARF) names every function that was linked, also those that are inlined everywhere, and
//! so tells what is there *and* what is not. A symbol table names what was not inlined: it shows that a function is
//! there, never that it is not.
//!
//! Linked does not mean executed, and a function that leaves no instructions of its own is not found.

mod dwarf;
mod layout;
mod matcher;
mod path;
mod reader;
mod symbol;
mod table;
mod told;

pub use path::{FunctionPath, FunctionPathError};

use crate::facts::{DebugInfo, facts};
use crate::window::{Pages, Window};
use crate::{Binary, Error, ReadAt};
use auditable_graph::Version;
use std::fmt;

/// A question about a binary: is this function there?
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The package, by its name in the list; `std` for the standard library.
    pub package: String,
    /// Its version. Functions whose source lay in the folder of another version are not of this package; `None`
    /// takes those of any version.
    pub version: Option<Version>,
    /// The function; `None` asks for any function of the package.
    pub function: Option<FunctionPath>,
}

impl Query {
    /// Asks for a function of a package.
    pub fn function(package: impl Into<String>, version: Option<Version>, function: FunctionPath) -> Self {
        Self { package: package.into(), version, function: Some(function) }
    }

    /// Asks whether a package has any code in the binary.
    pub fn any_code(package: impl Into<String>, version: Option<Version>) -> Self {
        Self { package: package.into(), version, function: None }
    }
}

/// What a binary answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// The best evidence that the binary has.
    pub evidence: Evidence,
    /// One for each query, in their order.
    pub answers: Vec<Answer>,
}

/// A kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// Debug information of all crates: it tells what is there and what is not.
    Dwarf,
    /// A symbol table, or debug information of some crates: it tells what is there.
    Symbols,
    /// Nothing that names functions.
    None,
}

impl Evidence {
    /// `dwarf`, `symbols` or `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dwarf => "dwarf",
            Self::Symbols => "symbols",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a function is in a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is linked.
    Present(Found),
    /// It is not linked, on the evidence of debug information of all crates.
    Absent,
    /// There is no telling.
    Unknown(Reason),
}

/// What shows that a function is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// [`Evidence::Dwarf`] or [`Evidence::Symbols`].
    pub evidence: Evidence,
    /// The function as the compiler names it, such as `time::offset_date_time::OffsetDateTime::now_utc`.
    pub symbol: String,
    /// Whether this copy is inlined into another function.
    pub is_inlined: bool,
    /// The source file, with `/` between folders, if the evidence tells it.
    pub file: Option<String>,
    /// How many copies are linked, at least.
    pub count: u64,
}

/// Why there is no telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is neither debug information nor a symbol table.
    Stripped,
    /// Only the symbol table is there, or only the standard library brought debug information along.
    OnlySymbols,
    /// Some crates were compiled without debug information.
    SomeWithoutDebugInfo,
    /// Without a symbol table nothing shows whether all crates have debug information.
    NoSymbolTable,
    /// The debug information is in a PDB, or in another file that the binary names.
    SeparateDebugInfo,
    /// The debug information is in `.dwo` or `.dwp` files.
    SplitDebugInfo,
    /// The debug information is compressed in an unknown way, or larger than what is read.
    UnreadableDebugInfo,
    /// The debug information is damaged.
    DamagedDebugInfo,
    /// A function of the same name and type is linked from another crate: the path may be that of a re-export.
    PerhapsReexported,
    /// A function of this name is linked whose source does not lie in the crate: a macro of another crate made it, it
    /// implements a trait of this one elsewhere, or it may be of the copy in the standard library.
    SourceElsewhere,
    /// The linker optimised, and nothing shows that the dependencies have debug information.
    NoDependencyDebugInfo,
    /// The path is that of a type, which may be used without any function of its own.
    NamesType,
}

impl Reason {
    /// A stable name for machines, such as `only-symbols`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stripped => "stripped",
            Self::OnlySymbols => "only-symbols",
            Self::SomeWithoutDebugInfo => "some-without-debug-info",
            Self::NoSymbolTable => "no-symbol-table",
            Self::SeparateDebugInfo => "separate-debug-info",
            Self::SplitDebugInfo => "split-debug-info",
            Self::UnreadableDebugInfo => "unreadable-debug-info",
            Self::DamagedDebugInfo => "damaged-debug-info",
            Self::PerhapsReexported => "perhaps-reexported",
            Self::SourceElsewhere => "source-elsewhere",
            Self::NoDependencyDebugInfo => "no-dependency-debug-info",
            Self::NamesType => "names-type",
        }
    }
}

/// For people, as the end of a sentence: `the binary is stripped`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stripped => "the binary is stripped",
            Self::OnlySymbols => "the program's own crates have no debug information, only symbols",
            Self::SomeWithoutDebugInfo => "some crates were compiled without debug information",
            Self::NoSymbolTable => "there is no symbol table to hold the debug information against",
            Self::SeparateDebugInfo => "the debug information is in another file",
            Self::SplitDebugInfo => "the debug information is in .dwo or .dwp files",
            Self::UnreadableDebugInfo => {
                "the debug information is too large, or compressed in an unknown way"
            }
            Self::DamagedDebugInfo => "the debug information is damaged",
            Self::SourceElsewhere => {
                "functions of this name are linked whose source does not lie in the crate, as macros make them"
            }
            Self::NoDependencyDebugInfo => {
                "nothing shows that the dependencies were compiled with debug information"
            }
            Self::NamesType => "the path names a type and not a function",
            Self::PerhapsReexported => {
                "another crate has a function of this name, which may be the same one re-exported"
            }
        })
    }
}

/// Answers queries from what a binary tells of its functions; `binary` is one of [`binaries`](crate::binaries) of
/// the same source. That may be a file of debug information only, such as a dSYM, of the same build.
///
/// Only functions of Rust are looked at: that a package has no code says nothing about C code that it brings along.
///
/// Reads all debug information once, in pieces: memory grows with the number of queries and a little with that of
/// functions, not with the size of the file. Debug information that the linker compressed is held in memory, up to
/// [`MAX_INFLATED_DEBUG_BYTES`](crate::limits::MAX_INFLATED_DEBUG_BYTES).
///
/// # Errors
///
/// [`Error::Malformed`] if the headers or the symbol table are damaged, [`Error::Io`]. Damage of the debug information
/// itself is an answer, [`Reason::DamagedDebugInfo`].
pub fn search(source: &dyn ReadAt, binary: &Binary, queries: &[Query]) -> Result<Search, Error> {
    let pages = Pages::of(source)?;
    let file = Window::of(binary, source, &pages)?;
    let layout = layout::Layout::read(&file, binary.architecture)?;
    let mut matcher = matcher::Matcher::new(queries);
    let debug = dwarf::read(&file, &layout, &mut matcher)?;
    let symbols = table::read(&file, &layout, &debug.told, &mut matcher)?;
    let reason = match debug.reason {
        // Nothing is told by the file itself; perhaps by another.
        Some(Reason::Stripped) if facts(source, binary)?.debug_info == DebugInfo::Separate => {
            Some(Reason::SeparateDebugInfo)
        }
        Some(Reason::Stripped) if symbols.has_functions => Some(Reason::OnlySymbols),
        Some(reason) => Some(reason),
        None if symbols.has_untold => Some(Reason::SomeWithoutDebugInfo),
        None if !symbols.has_functions => Some(Reason::NoSymbolTable),
        None => None,
    };
    let evidence = match reason {
        None => Evidence::Dwarf,
        Some(_) if symbols.has_functions || !debug.told.is_empty() => Evidence::Symbols,
        Some(_) => Evidence::None,
    };
    let answers = matcher
        .finish()
        .into_iter()
        .zip(queries)
        .map(|((found, perhaps), query)| match (found, reason) {
            (Some(found), _) => Answer::Present(found),
            (None, Some(reason)) => Answer::Unknown(reason),
            (None, None) if query.function.as_ref().is_some_and(FunctionPath::is_of_type) => {
                Answer::Unknown(Reason::NamesType)
            }
            (None, None) => perhaps.map_or(Answer::Absent, Answer::Unknown),
        })
        .collect();
    Ok(Search { evidence, answers })
}
