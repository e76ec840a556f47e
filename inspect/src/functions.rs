//! Which functions are in a binary: whether a vulnerable one is there at all.
//!
//! Advisories name functions, and a program that does not contain them is not affected. Two kinds of evidence are
//! read. Debug information (DWARF) names every function that was linked, also those that are inlined everywhere, and
//! so tells what is there *and* what is not. A symbol table names what was not inlined: it shows that a function is
//! there, never that it is not.
//!
//! Linked does not mean executed, and a function that leaves no instructions of its own is not found. What is not found
//! is said to be absent only if it would have been found: by any path that leads to it, in any crate that may have
//! compiled it.

mod dwarf;
mod layout;
mod list;
mod matcher;
mod origin;
mod path;
mod reader;
mod reason;
mod symbol;
mod table;
mod told;
mod units;

pub use path::{FunctionPath, FunctionPathError};
pub use reason::Reason;

use crate::facts::{DebugInfo, facts};
use crate::window::{Pages, Window};
use crate::{Binary, Error, List, ReadAt};
use auditable_graph::{Graph, Version};
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
    /// Debug information: it tells what is there and, of crates that have it, what is not.
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
    /// It is not linked, on the evidence of debug information of all crates that may have compiled it.
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

/// Answers queries from what a binary tells of its functions; `binary` is one of [`binaries`](crate::binaries) of
/// the same source. That may be a file of debug information only, such as a dSYM, of the same build.
///
/// Only functions of Rust are looked at: that a package has no code says nothing about C code that it brings along.
/// The list of the binary tells which packages use which; without one, nothing is [`Answer::Absent`] after link-time
/// optimisation. A file that is yet to be linked answers nothing.
///
/// Reads all debug information once, in pieces: memory grows with the number of queries and a little with that of
/// functions, not with the size of the file. Debug information that the linker compressed is held in memory, up to
/// [`MAX_INFLATED_DEBUG_BYTES`](crate::limits::MAX_INFLATED_DEBUG_BYTES).
///
/// # Errors
///
/// [`Error::Malformed`] if the headers or the symbol table are damaged, [`Error::Io`]. Damage of the debug information
/// itself is an answer, [`Reason::DamagedDebugInfo`]; a damaged list is as none.
pub fn search(source: &dyn ReadAt, binary: &Binary, queries: &[Query]) -> Result<Search, Error> {
    let pages = Pages::of(source)?;
    let file = Window::of(binary, source, &pages)?;
    let layout = layout::Layout::read(&file, binary.architecture)?;
    if layout.is_relocatable {
        let answers = queries.iter().map(|_| Answer::Unknown(Reason::NotLinkedYet)).collect();
        return Ok(Search { evidence: Evidence::None, answers });
    }
    let list = list::List::new(graphs(binary));
    let asked = queries.iter().filter_map(|query| Some((query.package.as_str(), query.version.as_ref()?)));
    let packages = origin::Packages::new(list.graphs(), asked);
    let mut matcher = matcher::Matcher::new(queries, &list);
    let debug = dwarf::read(&file, &layout, &packages, &mut matcher)?;
    let symbols = table::read(&file, &layout, &debug.told, &mut matcher)?;
    let reason = match debug.reason {
        // Nothing is told by the file itself; perhaps by another.
        Some(Reason::Stripped) if facts(source, binary)?.debug_info == DebugInfo::Separate => {
            Some(Reason::SeparateDebugInfo)
        }
        Some(Reason::Stripped) if symbols.has_functions => Some(Reason::OnlySymbols),
        Some(reason) => Some(reason),
        None if symbols.has_shared => Some(Reason::SharedLibrary),
        None if symbols.has_untold => Some(Reason::SomeWithoutDebugInfo),
        None if !symbols.has_functions => Some(Reason::NoSymbolTable),
        None => None,
    };
    let evidence = match reason {
        None => Evidence::Dwarf,
        Some(_) if symbols.has_functions || !debug.told.is_empty() => Evidence::Symbols,
        Some(_) => Evidence::None,
    };
    let proof = units::Proof::new(&debug.units, list.graphs());
    let absent = |query: &Query, perhaps: Option<Reason>| {
        let path = query.function.as_ref();
        let reason = if let Some(reason) = reason {
            reason
        } else if path.is_some_and(FunctionPath::is_of_type) {
            Reason::NamesType
        } else if let Some(reason) = perhaps {
            reason
        } else if !proof.covers(query) {
            Reason::NoDependencyDebugInfo
        } else if path.is_some_and(FunctionPath::may_leave_no_code) {
            Reason::MayLeaveNoCode
        } else {
            return Answer::Absent;
        };
        Answer::Unknown(reason)
    };
    let answers = matcher
        .finish()
        .into_iter()
        .zip(queries)
        .map(|((found, perhaps), query)| found.map_or_else(|| absent(query, perhaps), Answer::Present))
        .collect();
    Ok(Search { evidence, answers })
}

/// The lists of a binary; none if one of them is damaged, for it may be the one that matters.
fn graphs(binary: &Binary) -> Vec<Graph> {
    let lists = binary.lists.as_ref().map(Vec::as_slice).unwrap_or_default();
    lists.iter().map(List::graph).collect::<Result<_, _>>().unwrap_or_default()
}
