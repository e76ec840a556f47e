use std::fs;
use std::path::{Path, PathBuf};

/// The first source file in rustc's dep-info: the root module of the crate.
///
/// The format is that of make: `TARGET: SOURCE SOURCE...`, with spaces in names written as `\ `. Paths are relative
/// to the folder of the rustc call.
pub(crate) fn first_source(dep_info: &Path) -> Option<PathBuf> {
    // Only the first line matters, but generated crates have some of a megabyte.
    parse(&fs::read_to_string(dep_info).ok()?)
}

fn parse(text: &str) -> Option<PathBuf> {
    for line in text.lines() {
        // The colon of a Windows drive is not followed by a space.
        let Some((_, sources)) = line.split_once(": ") else { continue };
        let mut source = String::new();
        let mut characters = sources.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' if characters.peek() == Some(&' ') => {
                    source.push(' ');
                    characters.next();
                }
                ' ' => break,
                character => source.push(character),
            }
        }
        if !source.is_empty() {
            return Some(source.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_sources() {
        assert_eq!(
            parse("/t/deps/a-1.d: src/lib.rs src/x.rs\n\n/t/deps/liba.rlib: src/lib.rs\n"),
            Some("src/lib.rs".into())
        );
        assert_eq!(parse("/t/a\\ b.d: /my\\ home/src/lib.rs b\n"), Some("/my home/src/lib.rs".into()));
        assert_eq!(
            parse("C:\\t\\a.d: C:\\reg\\a-1.0.0\\src\\lib.rs\n"),
            Some(r"C:\reg\a-1.0.0\src\lib.rs".into())
        );
        assert_eq!(parse("a.d:\n"), None);
        assert_eq!(parse(""), None);
    }
}
