use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The root module of a crate, by rustc's dep-info: the first Rust source there. Drivers in the place of rustc put
/// files of their own before it, as clippy does its configuration.
///
/// The format is that of make: `TARGET: SOURCE SOURCE...`, with spaces in names written as `\ `. Paths are relative
/// to the folder of the rustc call.
pub(crate) fn root_module(dep_info: &Path) -> Option<PathBuf> {
    read(dep_info).ok().flatten().map(PathBuf::from)
}

/// Reads on only if the beginning does not tell.
fn read(dep_info: &Path) -> io::Result<Option<String>> {
    let mut file = File::open(dep_info)?;
    let mut text = Vec::new();
    let mut beginning = file.by_ref().take(BEGINNING_BYTES);
    beginning.read_to_end(&mut text)?;
    if beginning.limit() == 0 {
        if let Some(source) = in_beginning(&text) {
            return Ok(Some(source));
        }
        file.read_to_end(&mut text)?;
    }
    Ok(str::from_utf8(&text).ok().and_then(parse))
}

/// The root module, if it stands there as a whole and is in Rust.
fn in_beginning(text: &[u8]) -> Option<String> {
    let end = text.iter().rposition(u8::is_ascii_whitespace)?;
    parse(str::from_utf8(text.get(..end)?).ok()?).filter(|source| is_rust(source))
}

fn parse(text: &str) -> Option<String> {
    // The colon of a Windows drive is not followed by a space.
    let rules = text.lines().filter_map(|line| line.split_once(": ")).map(|(_, sources)| sources);
    let sources = rules.into_iter().find(|sources| words(sources).next().is_some())?;
    words(sources).find(|source| is_rust(source)).or_else(|| words(sources).next())
}

fn is_rust(source: &str) -> bool {
    source.ends_with(".rs")
}

/// Splits at spaces that no backslash stands before.
fn words(mut text: &str) -> impl Iterator<Item = String> + '_ {
    std::iter::from_fn(move || {
        text = text.trim_start_matches(' ');
        let is_end = |&space: &usize| text.get(..space).is_some_and(|word| !word.ends_with('\\'));
        let end = text.match_indices(' ').map(|(space, _)| space).find(is_end).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end).filter(|(word, _)| !word.is_empty())?;
        text = rest;
        Some(word.replace("\\ ", " "))
    })
}

/// So much of a file is read at first. The root module stands in the first line, behind the path of what was
/// compiled; the paths of all other sources follow, which are tens of thousands of bytes for large crates.
const BEGINNING_BYTES: u64 = 1 << 10; // 1 KiB

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

    #[test]
    fn the_beginning_is_enough_or_all_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.d");
        let beginning = usize::try_from(BEGINNING_BYTES).unwrap();
        let long = "x".repeat(beginning);
        for (text, expected) in [
            (format!("a.d: src/lib.rs src/{long}.rs\n"), "src/lib.rs"),
            (format!("a.d: /{long}.toml src/lib.rs\n"), "src/lib.rs"),
            (format!("a.d: src/a.rs\\ {long}/lib.rs b.rs\n"), &*format!("src/a.rs {long}/lib.rs")),
            (format!("{long}.d: src/lib.rs\n"), "src/lib.rs"),
            (format!("a.d: src/odd.name {long}\n"), "src/odd.name"),
        ] {
            std::fs::write(&file, &text).unwrap();
            assert_eq!(root_module(&file), Some(expected.into()), "{text}");
        }
        // The cut falls into a name that looks whole.
        let name = format!("a.d: {}.rs", "y".repeat(beginning - 8));
        assert_eq!(name.len(), beginning);
        std::fs::write(&file, format!("{name}.txt src/lib.rs\n")).unwrap();
        assert_eq!(root_module(&file), Some("src/lib.rs".into()));
    }
}
