//! Crates that a binary without a list names all the same: in the paths of source files that panics and logs
//! show.
//!
//! What is found this way is a part of what was compiled, often a fifth: code that cannot panic leaves no path.
//! It must always be told apart from a list.

use crate::{Binary, Error, ReadAt};
use auditable_graph::Version;

/// A crate that paths in a binary name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// Its name.
    pub name: String,
    /// Its version; `None` if the paths do not tell it.
    pub version: Option<Version>,
    /// Where its source lay.
    pub origin: Origin,
    /// How sure it is that a crate of this name and version was compiled in.
    pub confidence: Confidence,
    /// One of the paths, as it is in the file but with `/` between folders: from the folder that tells the crate.
    pub path: String,
    /// How many such paths there are.
    pub path_count: u64,
}

/// Where the source of a crate lay, by the shape of the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A folder that cargo unpacks crates of a registry into. The path does not prove which registry, except by
    /// the name of the index.
    Registry {
        /// The host in the folder's name, such as `index.crates.io`; `None` if there is none.
        index: Option<String>,
    },
    /// A checkout of a git repository.
    Git {
        /// The name of the repository, as far as cargo keeps it.
        repository: String,
        /// The first digits of the commit.
        revision: String,
    },
    /// A folder of vendored crates.
    Vendor,
}

/// How sure a recovered crate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// The name is that of a folder, which is usually that of the crate.
    Likely,
    /// Name and version stand in a path of a shape that only cargo and distributions make.
    Certain,
}

/// Finds the crates that paths in a binary name, sorted by name and version; `binary` is one of
/// [`binaries`](crate::binaries) of the same source.
///
/// Crates of the standard library are not among them. Reads all read-only data once, in pieces.
///
/// # Errors
///
/// [`Error::Malformed`] if the headers are damaged, [`Error::Limit`], [`Error::Io`].
pub fn recover(source: &dyn ReadAt, binary: &Binary) -> Result<Vec<Recovered>, Error> {
    let _ = (source, binary);
    Ok(Vec::new())
}
