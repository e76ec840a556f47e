//! What the user is told when the list cannot be collected or embedded.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};

/// Something that went wrong on the way to an embedded list: what, why, and what to do.
///
/// There is no kind to match on, since callers do the same for all: tell the user, and go on or not.
#[derive(Debug)]
pub struct Problem {
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: None, hint: None }
    }

    pub(crate) fn cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints the problem in the form of cargo's own messages.
    pub(crate) fn print(&self, severity: Severity) {
        let mut text = format!("{severity}: {}\n", self.what);
        let mut cause: Option<&dyn Error> = match &self.cause {
            Some(cause) => Some(&**cause),
            None => None,
        };
        while let Some(error) = cause {
            text.push_str("  caused by: ");
            // Errors of other programs have several lines; they stay under their heading.
            text.push_str(&error.to_string().trim_end().replace('\n', "\n    "));
            text.push('\n');
            cause = error.source();
        }
        if let Some(hint) = &self.hint {
            text.push_str("  hint: ");
            text.push_str(hint);
            text.push('\n');
        }
        // One write, since other rustc processes print at the same time. Nobody is left to tell if it fails.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Some(cause) => Some(&**cause),
            None => None,
        }
    }
}

/// Whether the build goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// It does.
    Warning,
    /// It does not.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
