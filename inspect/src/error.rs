use crate::Container;
use auditable_graph::GraphError;
use std::{error, fmt, io};

/// Why no list could be read. The variants say who is wrong; the offsets count from the start of the file,
/// also inside a slice of a universal file or a nested wasm module.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened.
    Open(io::Error),
    /// Reading failed although the file is long enough.
    Io {
        /// What the system said.
        error: io::Error,
        /// Where the read began.
        offset: u64,
    },
    /// Not one of the containers that are read.
    NotABinary {
        /// The first bytes, at most 16.
        start: Vec<u8>,
        /// What it is instead, if that is known, such as `a Java class file`.
        known_as: Option<&'static str>,
    },
    /// The container is damaged.
    Malformed {
        /// The container.
        container: Container,
        /// What is wrong, such as `section table ends past the file`.
        what: &'static str,
        /// Where the value lies that is wrong, or the thing that it describes.
        offset: u64,
    },
    /// More than is read; see [`limits`](crate::limits).
    Limit {
        /// What there is too much of, with its unit, such as `bytes of JSON`.
        what: &'static str,
        /// How many are read.
        limit: u64,
        /// How many there are, or at least are.
        actual: u64,
        /// Where they are.
        offset: u64,
    },
    /// More than the caller of a visit allows; see [`VisitLimits`](crate::archive::VisitLimits).
    #[cfg(feature = "archives")]
    VisitLimit {
        /// What there is too much of.
        what: crate::archive::Quantity,
        /// How much is allowed, in the unit of what it is.
        limit: u64,
        /// How much there is, or at least is.
        actual: u64,
        /// Where.
        offset: u64,
    },
    /// The section is there and its content is not zlib data, or is damaged or cut short.
    Inflate {
        /// What is wrong, such as `the checksum of the zlib stream does not match`.
        what: &'static str,
        /// Where in the file: the byte at which reading stopped.
        offset: u64,
    },
    /// The section could be inflated to something that is not a sound list.
    List {
        /// Why.
        error: GraphError,
        /// Where the section begins.
        offset: u64,
    },
    /// The file has several lists that differ, and one was asked for.
    SeveralLists,
    /// An archive, or what is compressed, is damaged. Offsets count from its own start.
    #[cfg(feature = "archives")]
    MalformedArchive {
        /// Its format.
        format: crate::archive::Format,
        /// What is wrong.
        what: &'static str,
        /// Where.
        offset: u64,
    },
    /// An archive, or a part of it, is stored in a way that is not read.
    #[cfg(feature = "archives")]
    UnsupportedArchive {
        /// Its format.
        format: crate::archive::Format,
        /// What is not read.
        what: &'static str,
        /// Where it is.
        offset: u64,
    },
    /// The JSON that says what an image consists of is damaged.
    #[cfg(feature = "archives")]
    Manifest(serde_json::Error),
    /// A temporary file cannot be written or read.
    #[cfg(feature = "archives")]
    TemporaryFile(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(_) => f.write_str("cannot open the file"),
            Self::Io { offset, .. } => write!(f, "cannot read the file (at offset {offset:#x})"),
            Self::NotABinary { known_as: Some(known_as), .. } => write!(f, "not a binary but {known_as}"),
            Self::NotABinary { start, .. } if start.is_empty() => f.write_str("not a binary: it is empty"),
            Self::NotABinary { start, .. } => {
                f.write_str("not an ELF, PE, COFF, Mach-O or wasm binary: it begins with")?;
                start.iter().take(SHOWN_BYTES).try_for_each(|byte| write!(f, " {byte:02x}"))
            }
            Self::Malformed { container, what, offset } => {
                write!(f, "{what} ({container}, at offset {offset:#x})")
            }
            Self::Limit { what, limit, actual, offset } => {
                write!(f, "{actual} {what}, over the limit of {limit} (at offset {offset:#x})")
            }
            #[cfg(feature = "archives")]
            Self::VisitLimit { what, limit, actual, offset } => {
                write!(f, "{actual} {what}, over the limit of {limit} (at offset {offset:#x})")
            }
            Self::Inflate { what, offset } => write!(f, "{what} (at offset {offset:#x})"),
            Self::List { offset, .. } => {
                write!(f, "the section has no sound list of crates (at offset {offset:#x})")
            }
            #[cfg(feature = "archives")]
            Self::MalformedArchive { format, what, offset }
            | Self::UnsupportedArchive { format, what, offset } => {
                write!(f, "{what} ({format}, at offset {offset:#x})")
            }
            #[cfg(feature = "archives")]
            Self::Manifest(_) => f.write_str("cannot read the manifest of the image"),
            #[cfg(feature = "archives")]
            Self::TemporaryFile(_) => f.write_str("cannot keep what was decompressed in a temporary file"),
            Self::SeveralLists => f.write_str(
                "the file has several lists of crates that differ: read them one by one with `binaries`",
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Open(error) | Self::Io { error, .. } => Some(error),
            Self::List { error, .. } => Some(error),
            #[cfg(feature = "archives")]
            Self::Manifest(error) => Some(error),
            #[cfg(feature = "archives")]
            Self::TemporaryFile(error) => Some(error),
            _ => None,
        }
    }
}

/// As many as every magic number needs.
const SHOWN_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_pass_between_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Error>();
    }

    #[test]
    fn the_cause_is_not_in_the_message() {
        let error = Error::Io { error: io::Error::other("the cause"), offset: 0x1f40 };
        assert_eq!(error.to_string(), "cannot read the file (at offset 0x1f40)");
        assert_eq!(error::Error::source(&error).unwrap().to_string(), "the cause");
    }
}
