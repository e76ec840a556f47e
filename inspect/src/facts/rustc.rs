//! The Rust compiler of a binary, from what it says of itself and from the paths of the standard library.

use super::Rustc;
use super::releases::of_commit;
use crate::recover::Piece;
use auditable_graph::Version;
use memchr::memmem;
use std::ops::ControlFlow;

/// Adds a compiler unless it is there.
pub(super) fn add(known: &mut Vec<Rustc>, found: Option<Rustc>) {
    if let Some(found) = found
        && !known.contains(&found)
    {
        known.push(found);
    }
}

/// Reads `rustc version 1.95.0 (59807616e 2026-04-14)`, wherever in a text it stands.
pub(super) fn of_producer(text: &str) -> Option<Rustc> {
    let (_, rest) = text.split_once("rustc version ").or_else(|| text.split_once("rustc "))?;
    let end = rest.find([' ', ')', '\0']).unwrap_or(rest.len());
    let (version, rest) = rest.split_at_checked(end)?;
    let commit = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split([' ', ')']).next());
    let commit = commit.filter(|commit| commit.len() >= MIN_COMMIT_DIGITS && is_hex(commit.as_bytes()));
    Some(Rustc { version: Some(Version::parse(version).ok()?), commit: commit.map(str::to_owned) })
}

/// Searches the loaded data for what the compiler or the standard library says.
pub(super) struct Search {
    finder: memmem::Finder<'static>,
    /// What it says.
    pub(super) found: Option<Rustc>,
}

impl Search {
    pub(super) fn new() -> Self {
        Self { finder: memmem::Finder::new("rustc"), found: None }
    }

    /// Searches a piece; breaks once something is found.
    pub(super) fn add(&mut self, piece: &Piece<'_>) -> ControlFlow<()> {
        if self.found.is_none() {
            let fresh = piece.bytes.get(piece.fresh.start..).unwrap_or_default();
            // What begins in the rest of the piece is found with the next one.
            self.found = self.finder.find_iter(fresh).find_map(|place| of_text(fresh.get(place..)?));
        }
        if self.found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Reads a text that begins with `rustc`:
///
/// ```text
/// rustc/COMMIT/library/...              the standard library as it is distributed
/// rustc-1.63.0/library/...              Debian, and others that unpack the source of Rust
/// rustc-1.63.0-src/library/...
/// rustc version 1.95.0 (59807616e ...)  the compiler's own words
/// ```
fn of_text(text: &[u8]) -> Option<Rustc> {
    let text = text.get(..MAX_TEXT_BYTES).unwrap_or(text);
    if text.starts_with(b"rustc version ") {
        let end = text.iter().position(|byte| !(0x20..0x7f).contains(byte)).unwrap_or(text.len());
        // Without the commit there is no telling where the version ends.
        return of_producer(std::str::from_utf8(text.get(..end)?).ok()?)
            .filter(|rustc| rustc.commit.is_some());
    }
    let mut folders = text.split(|byte| matches!(byte, b'/' | b'\\'));
    let first = folders.next()?;
    if first == b"rustc" {
        let commit = folders.next().filter(|commit| commit.len() == COMMIT_DIGITS && is_hex(commit))?;
        let commit = std::str::from_utf8(commit).ok()?.to_owned();
        let version = of_commit(&commit);
        return (folders.next()? == b"library").then_some(Rustc { version, commit: Some(commit) });
    }
    let version = first.strip_prefix(b"rustc-")?;
    let version = version.strip_suffix(b"-src").unwrap_or(version);
    let version = Version::parse(std::str::from_utf8(version).ok()?).ok()?;
    (folders.next()? == b"library").then_some(Rustc { version: Some(version), commit: None })
}

fn is_hex(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

const COMMIT_DIGITS: usize = 40;

/// As `rustc --version` shows.
const MIN_COMMIT_DIGITS: usize = 7;

const MAX_TEXT_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: Option<Rustc>) -> Option<String> {
        found.map(|found| found.to_string())
    }

    #[test]
    fn compilers_name_themselves() {
        for (text, expected) in [
            ("rustc version 1.95.0 (59807616e 2026-04-14)", Some("1.95.0 (59807616e)")),
            ("clang LLVM (rustc version 1.95.0 (59807616e 2026-04-14))", Some("1.95.0 (59807616e)")),
            ("rustc version 1.63.0", Some("1.63.0")),
            ("clang LLVM (rustc version 1.63.0)", Some("1.63.0")),
            ("rustc 1.97.0-nightly (e9b9b5f1d 2026-05-02)", Some("1.97.0-nightly (e9b9b5f1d)")),
            (
                "rustc version 1.85.0 (4d91de4e4 2025-02-17) (Fedora 1.85.0-1.fc42)",
                Some("1.85.0 (4d91de4e4)"),
            ),
            ("rustc version unknown", None),
            ("GCC: (Debian 12.2.0-14) 12.2.0", None),
        ] {
            assert_eq!(shown(of_producer(text)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_standard_library_names_its_compiler() {
        for (text, expected) in [
            (
                "rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/io/mod.rs",
                Some("1.95.0 (59807616e)"),
            ),
            (
                r"rustc/0123456789abcdef0123456789abcdef01234567/library\std\src\io\mod.rs",
                Some("commit 0123456789abcdef0123456789abcdef01234567"),
            ),
            ("rustc-1.63.0/library/core/src/str/pattern.rs", Some("1.63.0")),
            ("rustc-1.78.0-src/library/core/src/str/pattern.rs", Some("1.78.0")),
            ("rustc version 1.95.0 (59807616e 2026-04-14)\0", Some("1.95.0 (59807616e)")),
            ("rustc version 1.95.0 is needed", None),
            ("rustc-1.63.0/vendor/hashbrown/src/lib.rs", None),
            ("rustc/59807616e1fa2540724bfbac14d7976d7e4a386/library/std", None),
            ("rustc-demangle/library/", None),
            ("rustc", None),
        ] {
            assert_eq!(shown(of_text(text.as_bytes())).as_deref(), expected, "{text}");
        }
    }
}
