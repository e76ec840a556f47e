//! Paths of functions as advisories name them.

use super::matcher::is_type;
use std::{error, fmt};

/// The path of a function without generics: the name of a library, then modules and types, then the function, such as
/// `chrono::Local::now`. The first part is the name of the library, which has `_` where the package may have `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionPath {
    segments: Vec<String>,
}

impl FunctionPath {
    /// Reads a path. Generic arguments are dropped.
    ///
    /// # Errors
    ///
    /// If it is not at least a library and a function, or a part of it is not an identifier.
    pub fn parse(text: &str) -> Result<Self, FunctionPathError> {
        let error = || FunctionPathError { path: text.to_owned() };
        let mut plain = String::new();
        let mut depth = 0usize;
        for character in text.chars() {
            match character {
                '<' => depth = depth.saturating_add(1),
                '>' => depth = depth.checked_sub(1).ok_or_else(error)?,
                _ if depth == 0 => plain.push(character),
                _ => {}
            }
        }
        let segments: Vec<String> =
            plain.split("::").filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        if depth != 0 || segments.len() < 2 || !segments.iter().all(|segment| is_identifier(segment)) {
            return Err(error());
        }
        Ok(Self { segments })
    }

    /// The name of the library, such as `chrono`.
    pub fn library(&self) -> &str {
        self.segments.first().map_or("", String::as_str)
    }

    /// Whether the last part is the name of a type or a trait, by its first letter.
    pub fn is_of_type(&self) -> bool {
        self.segments.last().is_some_and(|name| is_type(name))
    }

    /// Whether the function may leave no instructions of its own, by what such names promise: conversions, and what wraps
    /// a value or gives what it wraps. Source: the Rust API Guidelines, C-CONV and C-GETTER.
    pub(super) fn may_leave_no_code(&self) -> bool {
        self.segments.last().is_some_and(|name| {
            FREE_NAMES.contains(&name.as_str())
                || FREE_STARTS.iter().any(|start| name.starts_with(start))
                || FREE_PARTS.iter().any(|part| name.contains(part))
        })
    }

    /// The parts after the library: modules, types, the function.
    pub(super) fn names(&self) -> &[String] {
        self.segments.get(1..).unwrap_or_default()
    }
}

impl fmt::Display for FunctionPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segments.join("::"))
    }
}

/// A text that is not the path of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionPathError {
    path: String,
}

impl fmt::Display for FunctionPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the path of a function, such as `library::Type::function`", self.path)
    }
}

impl error::Error for FunctionPathError {}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_')
}

const FREE_NAMES: [&str; 15] = [
    "assume_init",
    "borrow",
    "borrow_mut",
    "deref",
    "deref_mut",
    "force",
    "forget",
    "from",
    "get",
    "get_mut",
    "get_ref",
    "into",
    "leak",
    "new",
    "project",
];

const FREE_STARTS: [&str; 5] = ["as_", "assume_init_", "cast", "from_", "into_"];

const FREE_PARTS: [&str; 2] = ["transmute", "_unchecked"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_without_generics() {
        for (text, expected) in [
            ("time::now", "time::now"),
            ("tract::ObjectPool<H,T>::free", "tract::ObjectPool::free"),
            ("diesel::FromSql::<Text,Sqlite>::from_sql", "diesel::FromSql::from_sql"),
            ("a::_f", "a::_f"),
        ] {
            assert_eq!(FunctionPath::parse(text).unwrap().to_string(), expected);
        }
        assert!(FunctionPath::parse("pnet::transport::Iterator").unwrap().is_of_type());
        assert!(!FunctionPath::parse("pnet::transport::iterator").unwrap().is_of_type());
    }

    #[test]
    fn conversions_may_leave_no_code() {
        for (text, expected) in [
            ("bumpalo::collections::vec::Vec::into_iter", true),
            ("a::B::as_ref", true),
            ("a::B::get_unchecked", true),
            ("a::B::new", true),
            ("smallvec::SmallVec::insert_many", false),
            ("time::now", false),
            ("anyhow::Error::downcast_mut", false),
            ("a::assign", false),
        ] {
            assert_eq!(FunctionPath::parse(text).unwrap().may_leave_no_code(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_an_error_that_shows_it() {
        for text in ["", "now", "a::", "a::b c", "a::<b", "a>::b", "1::2", "<a as b>::c"] {
            let error = FunctionPath::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not the path of a function")), "{error}");
        }
    }
}
