use crate::limits::{MAX_DEPENDENCIES, MAX_JSON_BYTES, MAX_PACKAGES, MAX_TEXT_BYTES, MAX_WRITTEN_JSON_BYTES};
use std::{error, fmt};

/// Why something is not a list of crates, or cannot be written as one.
#[derive(Debug)]
#[non_exhaustive]
pub enum GraphError {
    /// The bytes are not JSON of the expected shape. The inner error says what and at which column, which in the
    /// usual single line of JSON is the offset.
    Json(serde_json::Error),
    /// There is more JSON than [`MAX_JSON_BYTES`]. Carries the size in bytes.
    JsonTooLarge(usize),
    /// There are more than [`MAX_PACKAGES`] packages. Carries their number.
    TooManyPackages(usize),
    /// A name, a version or a source has more than [`MAX_TEXT_BYTES`]. Carries its size in bytes.
    TextTooLong(usize),
    /// There are more than [`MAX_DEPENDENCIES`] dependencies. Carries their number.
    TooManyDependencies(usize),
    /// A dependency points to no package of the list.
    DependencyOutOfRange {
        /// Name of the package that has the dependency.
        package: String,
        /// The index that was given.
        dependency: u32,
        /// How many packages the list has.
        package_count: usize,
    },
    /// Packages depend on each other in a circle. Carries the name of one of them.
    Cycle(String),
    /// More than one package is marked as the root. Carries the names of the first two.
    SeveralRoots(String, String),
    /// The list cannot be written without exactly one root.
    NoRoot,
    /// A name or a source has a character that readers of the format do not expect: a quote, a backslash or a
    /// control character. Carries the text.
    UnwritableText(String),
    /// The JSON would be larger than [`MAX_WRITTEN_JSON_BYTES`]. Carries its size in bytes.
    WrittenJsonTooLarge(usize),
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(_) => f.write_str("the list is not the expected JSON"),
            Self::JsonTooLarge(bytes) => {
                write!(f, "the list has {bytes} bytes of JSON, over the limit of {MAX_JSON_BYTES}")
            }
            Self::TooManyPackages(count) => {
                write!(f, "the list has {count} packages, over the limit of {MAX_PACKAGES}")
            }
            Self::TextTooLong(bytes) => {
                write!(
                    f,
                    "a name, a version or a source has {bytes} bytes, over the limit of {MAX_TEXT_BYTES}"
                )
            }
            Self::TooManyDependencies(count) => {
                write!(f, "the list has {count} dependencies, over the limit of {MAX_DEPENDENCIES}")
            }
            Self::DependencyOutOfRange { package, dependency, package_count } => write!(
                f,
                "package {package:?} depends on package number {dependency} of a list that has {package_count}"
            ),
            Self::Cycle(name) => write!(f, "package {name:?} depends on itself, directly or through others"),
            Self::SeveralRoots(first, second) => {
                write!(f, "more than one package is marked as the root: {first:?} and {second:?}")
            }
            Self::NoRoot => f.write_str("the list names no root package"),
            Self::UnwritableText(text) => write!(f, "{text:?} cannot be written into a list"),
            Self::WrittenJsonTooLarge(bytes) => {
                write!(
                    f,
                    "the list would have {bytes} bytes of JSON, over the limit of {MAX_WRITTEN_JSON_BYTES}"
                )
            }
        }
    }
}

impl error::Error for GraphError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}
