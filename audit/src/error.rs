use crate::RangeError;
use std::{error, fmt};

/// Why something that others wrote cannot be used. It does not name the file.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It is larger than what is read; see [`limits`](crate::limits).
    TooLarge {
        /// How many bytes there are, or at least are.
        bytes: usize,
        /// How many are read.
        limit: usize,
    },
    /// An advisory of RustSec without its block of TOML.
    FrontMatter,
    /// TOML that is damaged, or has not the keys that it must have.
    Toml(Box<toml::de::Error>),
    /// JSON that is damaged, or has not the keys that it must have.
    Json(serde_json::Error),
    /// Not a date.
    Date(String),
    /// Not a version.
    Version {
        /// What stands there.
        text: String,
        /// What is wrong with it.
        error: semver::Error,
    },
    /// Not a requirement on versions.
    Requirement {
        /// What stands there.
        text: String,
        /// What is wrong with it.
        error: semver::Error,
    },
    /// A requirement on versions that is no range.
    Range(RangeError),
    /// A document that is no SBOM of a kind that is read.
    NotAnSbom,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(f, "{bytes} bytes, over the limit of {limit}"),
            Self::FrontMatter => f.write_str("it does not begin with a block of TOML, as ```toml ... ```"),
            Self::Toml(_) => f.write_str("the TOML at its beginning is not that of an advisory"),
            Self::Json(_) => f.write_str("it is not the JSON that is expected here"),
            Self::Date(text) => write!(f, "{text:?} is no date, such as 2021-01-31"),
            Self::Version { text, .. } => write!(f, "{text:?} is no version"),
            Self::Requirement { text, .. } => write!(f, "{text:?} is no requirement on versions"),
            Self::Range(error) => error.fmt(f),
            Self::NotAnSbom => f.write_str("it is JSON, but no CycloneDX, SPDX 2 or SPDX 3 document"),
        }
    }
}

impl error::Error for ReadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Toml(error) => Some(&**error),
            Self::Json(error) => Some(error),
            Self::Version { error, .. } | Self::Requirement { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<RangeError> for ReadError {
    fn from(error: RangeError) -> Self {
        Self::Range(error)
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
