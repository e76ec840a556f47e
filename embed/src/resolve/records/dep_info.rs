use std::fs;
use std::path::{Path, PathBuf};

/// The root module of a crate, by rustc's dep-info: the first Rust source there. Drivers in the place of rustc put
/// files of their own before it, as clippy does its configuration.
///
/// The format is that of make: `TARGET: SOURCE SOURCE...`, with spaces in names written as `\ `. Paths are relative
/// to the folder of the rustc call.
pub(crate) fn root_module(dep_info: &Path) -> Option<PathBuf> {
    parse(&fs::read_to_string(dep_info).ok()?)
}

fn parse(text: &str) -> Option<PathBuf> {
    // The colon of a Windows drive is not followed by a space.
    let rule = text.lines().filter_map(|line| line.split_once(": ")).map(|(_, sources)| sources);
    let sources = rule.map(words).find(|sources| !sources.is_empty())?;
    let is_rust = |source: &&String| source.ends_with(".rs");
    sources.iter().find(is_rust).or(sources.first()).map(PathBuf::from)
}

/// Splits at spaces that no backslash stands before.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, words.last_mut()) {
            (' ', _) => words.push(String::new()),
            ('\\', Some(word)) if characters.peek() == Some(&' ') => {
                word.push(' ');
                characters.next();
            }
            (character, Some(word)) => word.push(character),
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_modules() {
        assert_eq!(
            parse("/t/deps/a-1.d: src/lib.rs src/x.rs\n\n/t/deps/liba.rlib: src/lib.rs\n"),
            Some("src/lib.rs".into())
        );
        assert_eq!(parse("/t/a\\ b.d: /my\\ home/src/lib.rs b\n"), Some("/my home/src/lib.rs".into()));
        assert_eq!(
            parse("C:\\t\\a.d: C:\\reg\\a-1.0.0\\src\\lib.rs\n"),
            Some(r"C:\reg\a-1.0.0\src\lib.rs".into())
        );
        assert_eq!(parse("/t/a.d: /my/clippy.toml src/main.rs /my/Cargo.toml\n"), Some("src/main.rs".into()));
        assert_eq!(parse("/t/a.d: src/odd.name\n"), Some("src/odd.name".into()));
        assert_eq!(parse("a.d:\n"), None);
        assert_eq!(parse(""), None);
    }
}
