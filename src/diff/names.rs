//! Which file of a new release was which of the old one.

use std::collections::{BTreeMap, HashSet};

/// Pairs names of two releases, by their indices.
///
/// First those that are equal; then those that are equal but for versions and hashes in them, such as `libfoo-1.2.so` and
/// `libfoo-1.3.so`; then those whose last part is equal in this way, if there is one such on each side.
pub(super) fn pairs(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut old_left: Vec<usize> = (0..old.len()).collect();
    let mut new_left: Vec<usize> = (0..new.len()).collect();
    for step in [Step::Equal, Step::Similar, Step::Moved] {
        let mut groups: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for &index in &old_left {
            groups.entry(step.key(old[index])).or_default().0.push(index);
        }
        for &index in &new_left {
            groups.entry(step.key(new[index])).or_default().1.push(index);
        }
        for (olds, news) in groups.into_values() {
            if step != Step::Moved || (olds.len() == 1 && news.len() == 1) {
                pairs.extend(olds.into_iter().zip(news));
            }
        }
        let paired: (HashSet<usize>, HashSet<usize>) = pairs.iter().copied().unzip();
        old_left.retain(|index| !paired.0.contains(index));
        new_left.retain(|index| !paired.1.contains(index));
    }
    pairs.sort_unstable();
    pairs
}

/// How names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Equal,
    /// But for versions and hashes.
    Similar,
    /// As `Similar`, in any folder.
    Moved,
}

impl Step {
    /// What is equal of names that belong together.
    fn key(self, name: &str) -> String {
        match self {
            Self::Equal => name.to_owned(),
            Self::Similar => without_versions(name),
            Self::Moved => without_versions(last_part(name)),
        }
    }
}

/// A name with `*` for each number, version or hash that stands apart in it. The numbers in `x86_64` and `libfoo2` are
/// parts of a word.
fn without_versions(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    // Parts between characters that separate words, the dots of a version not among them.
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(is_separator).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        text.push_str(&word_without_version(word));
        let mut characters = tail.chars();
        text.extend(characters.next());
        rest = characters.as_str();
    }
    text
}

fn is_separator(character: char) -> bool {
    matches!(character, '-' | '/' | '\\' | '!' | ' ' | '+' | '~')
}

/// The word without what begins like a version in it: `so.1.2` is `so.*`, `v1.2.3.tar` is `*.tar`.
fn word_without_version(word: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for (index, part) in word.split('.').enumerate() {
        let number = if index == 0 { part.strip_prefix('v').unwrap_or(part) } else { part };
        let is_number = is_hash(part)
            || number.starts_with(|first: char| first.is_ascii_digit())
                && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let part = if is_number { "*" } else { part };
        if !(part == "*" && parts.last() == Some(&"*")) {
            parts.push(part);
        }
    }
    parts.join(".")
}

/// Whether it is a hash of a usual length, as cargo and bundlers put into names.
fn is_hash(word: &str) -> bool {
    matches!(word.len(), 8 | 16 | 20 | 32 | 40 | 64)
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\', '!']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(old: &[&str], new: &[&str]) -> Vec<String> {
        pairs(old, new).into_iter().map(|(a, b)| format!("{} = {}", old[a], new[b])).collect()
    }

    #[test]
    fn versions_are_taken_out_and_words_with_numbers_stay() {
        for (name, expected) in [
            ("libfoo-1.2.so", "libfoo-*.so"),
            ("libfoo.so.1.2.3", "libfoo.so.*"),
            ("app-v1.2.3-x86_64-unknown-linux-gnu/bin/app", "app-*-x86_64-unknown-linux-gnu/bin/app"),
            ("app-1.0.0-rc.1.tar", "app-*-rc.*.tar"),
            ("libfoo2.so", "libfoo2.so"),
            ("layer-3/usr/bin/app", "layer-*/usr/bin/app"),
            ("libserde-0123456789abcdef.rlib", "libserde-*.rlib"),
            ("app-0123456789abcdef", "app-*"),
            ("_rust.cpython-312-x86_64-linux-gnu.so", "_rust.cpython-*-x86_64-linux-gnu.so"),
            ("", ""),
        ] {
            assert_eq!(without_versions(name), expected);
        }
    }

    #[test]
    fn equal_names_go_before_similar_ones() {
        assert_eq!(
            paired(&["lib-1.so", "lib-2.so", "gone"], &["lib-2.so", "lib-3.so", "new"]),
            ["lib-1.so = lib-3.so", "lib-2.so = lib-2.so"]
        );
    }

    #[test]
    fn a_file_that_moved_is_found_if_there_is_only_one() {
        assert_eq!(paired(&["a/app"], &["b/c/app"]), ["a/app = b/c/app"]);
        assert!(paired(&["a/app", "x/app"], &["b/app"]).is_empty());
    }
}
