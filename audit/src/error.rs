use crate::RangeError;
use crate::limits::MAX_QUOTED_CHARS;
use auditable_graph::GraphError;
use std::{error, fmt};

/// Why something that others wrote cannot be used. It does not name the file, and of what stands in it quotes no more
/// than [`MAX_QUOTED_CHARS`](crate::limits::MAX_QUOTED_CHARS).
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
    Toml(SyntaxError),
    /// JSON that is damaged, or has not the keys that it must have.
    Json(SyntaxError),
    /// An advisory whose id is empty.
    NoId,
    /// A range of OSV without a beginning.
    NoBeginning,
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
    /// A list of crates that is none.
    List(GraphError),
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
            Self::NoId => f.write_str("it has no id"),
            Self::NoBeginning => f.write_str("a range of versions has no `introduced`, and begins nowhere"),
            Self::Date(text) => write!(f, "{:?} is no date, such as 2021-01-31", shortened(text)),
            Self::Version { text, .. } => write!(f, "{:?} is no version", shortened(text)),
            Self::Requirement { text, .. } => {
                write!(f, "{:?} is no requirement on versions", shortened(text))
            }
            Self::Range(error) => f.write_str(&shortened(&error.to_string())),
            Self::List(_) => f.write_str("a list of crates in it is unsound"),
            Self::NotAnSbom => f.write_str(
                "it is JSON, but no CycloneDX, SPDX 2 or SPDX 3 document, and not what `auditable inspect` writes",
            ),
        }
    }
}

impl error::Error for ReadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Toml(error) | Self::Json(error) => Some(error),
            Self::List(error) => Some(error),
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
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = shortened(text.strip_suffix(&place).unwrap_or(&text));
        Self::Json(SyntaxError { message, line: error.line() })
    }
}

/// What is wrong with TOML or JSON, and where. The errors of the parsers quote whole lines and values, of whatever
/// length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// In which line, from 1; 0 if it is not known.
    pub line: usize,
}

impl SyntaxError {
    /// Of a part of a text.
    pub(crate) fn of_toml(error: &toml::de::Error, part: &str, text: &str) -> Self {
        let lines = |text: &str| text.matches('\n').count();
        let above = text.find(part).and_then(|start| text.get(..start)).map_or(0, lines);
        let before = error.span().and_then(|span| part.get(..span.start)).map(lines);
        let line = before.map_or(0, |before| before.saturating_add(above).saturating_add(1));
        Self { message: shortened(error.message()), line }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl error::Error for SyntaxError {}

/// The beginning of a text, with an ellipsis if there is more.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collection, osv, rustsec};
    use std::error::Error as _;

    /// The longest of the texts of an error and its causes.
    fn longest(error: &ReadError) -> usize {
        error.to_string().len().max(error.source().map_or(0, |cause| cause.to_string().len()))
    }

    #[test]
    fn an_error_is_short_however_long_the_line_is() {
        let long = "9".repeat(100_000);
        let front = |keys: &str| format!("```toml\n[advisory]\nid = \"A\"\npackage = \"a\"\n{keys}\n```\n");
        for keys in [
            format!("date = [{}", "[".repeat(100_000)),
            format!("date = \"{long}\""),
            format!("date = {{ a = {long} }}"),
            format!("date = \"2020-01-01\"\n[versions]\npatched = [\"{long}\"]"),
            format!("date = \"2020-01-01\"\n[versions]\npatched = [\">= 2.0.0-{long}a, > 1\"]"),
            format!("date = \"2020-01-01\"\naliases = \"{long}\""),
        ] {
            let error = rustsec::parse(&front(&keys), Collection::Crates).unwrap_err();
            assert!(longest(&error) < 500, "{error}");
        }
        let json = format!(r#"{{"id": "A", "aliases": "{long}"}}"#);
        assert!(longest(&osv::parse(json.as_bytes()).unwrap_err()) < 500);
    }

    #[test]
    fn the_line_is_told() {
        let cause = |error: ReadError| error.source().unwrap().to_string();
        let json = osv::parse(b"{\n\n\"id\": 1}").unwrap_err();
        assert_eq!(cause(json), "line 3: invalid type: integer `1`, expected a string");
        let toml = rustsec::parse("\n```toml\n[advisory]\nid = 1\n```\n", Collection::Crates).unwrap_err();
        assert_eq!(cause(toml), "line 4: invalid type: integer `1`, expected a string");
    }
}
