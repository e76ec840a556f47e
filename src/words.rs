//! What people are told, on standard error.

use clap::ValueEnum;
use std::error::Error;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

/// When to use colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Also elsewhere.
    Always,
    /// Nowhere.
    Never,
}

/// Writes messages.
pub(crate) struct Words {
    is_colored: bool,
    is_quiet: bool,
}

impl Words {
    pub(crate) fn new(color: Color, is_quiet: bool) -> Self {
        // https://no-color.org: set, and not empty.
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !no_color && io::stderr().is_terminal(),
        };
        Self { is_colored, is_quiet }
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Something that ends the program with status 2.
    pub(crate) fn error(&self, error: &(dyn Error + 'static)) {
        self.write("error", RED, &chain(error));
    }

    /// Something that is to be known, but does not stop anything.
    pub(crate) fn note(&self, text: &dyn fmt::Display) {
        if !self.is_quiet {
            self.write("note", BLUE, &text.to_string());
        }
    }

    /// Whether the error is that nobody reads our output any more.
    pub(crate) fn is_closed_pipe(&self, error: &(dyn Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<io::Error>()
                && error.kind() == io::ErrorKind::BrokenPipe
            {
                return true;
            }
            next = error.source();
        }
        false
    }

    fn write(&self, severity: &str, color: &str, text: &str) {
        let line = if self.is_colored {
            format!("{color}{severity}:{RESET} {text}\n")
        } else {
            format!("{severity}: {text}\n")
        };
        // One write, and nobody is left to tell if it fails.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    }
}

/// An error with the file that it is about.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: None, hint: None }
    }

    pub(crate) fn cause(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What the user may do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Some(cause) => Some(&**cause),
            None => None,
        }
    }
}

/// The error and its causes, each on a line, and the hint if there is one.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = printable_lines(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str("\n  caused by: ");
        text.push_str(&printable_lines(&error.to_string()));
        cause = error.source();
    }
    if let Some(hint) = error.downcast_ref::<Failure>().and_then(|failure| failure.hint.as_ref()) {
        text.push_str("\n  hint: ");
        text.push_str(&printable_lines(hint));
    }
    text
}

/// A name or a path, on one line and without anything that a terminal takes for an order or that changes how the rest
/// of the line looks. Names in lists and files come from strangers.
pub(crate) fn printable(text: &str) -> String {
    escaped(text, |character| character.is_control() || is_format(character))
}

/// As [`printable`], for text of several lines: what another program said.
fn printable_lines(text: &str) -> String {
    escaped(text, |character| character != '\n' && (character.is_control() || is_format(character)))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    // Nearly all names are of this kind.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if is_escaped(character) {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}

/// Characters that are not seen but change what is: separators of lines, marks of direction, joiners (Unicode's
/// general categories Zl, Zp and, of Cf, those outside of particular scripts).
const fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

const RED: &str = "\x1b[1;31m";
const BLUE: &str = "\x1b[1;34m";
const RESET: &str = "\x1b[0m";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_terminal_no_orders() {
        assert_eq!(printable("a\x1b[31mb\u{9b}c\u{0}é"), r"a\u{1b}[31mb\u{9b}c\u{0}é");
        assert_eq!(printable("a\nb\u{202e}c\u{2028}"), r"a\nb\u{202e}c\u{2028}");
        assert_eq!(printable_lines("a\nb\r"), "a\nb\\r");
    }

    #[test]
    fn causes_stand_below() {
        let failure = Failure::new("a").cause(Failure::new("b").cause(io::Error::other("c")));
        assert_eq!(chain(&failure), "a\n  caused by: b\n  caused by: c");
        assert_eq!(chain(&failure.hint("d")), "a\n  caused by: b\n  caused by: c\n  hint: d");
    }
}
