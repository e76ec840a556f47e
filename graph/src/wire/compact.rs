//! The JSON form as writers write it: without spaces, with the keys in their order, without escapes.
//!
//! To read any JSON would be most of the work on a list. Whatever looks
//! different is left to such a reader, and so is whatever is wrong: it says where.

use crate::limits::MAX_PACKAGES;
use crate::{Format, Kind, Package, Source};
use semver::Version;

/// Reads a list; `None` if it is not in this form, or not sound.
pub(super) fn read(json: &str) -> Option<(Vec<Package>, Format)> {
    let mut rest = Rest(json);
    rest.skip(r#"{"packages":["#)?;
    let mut packages = Vec::with_capacity((json.len() / PACKAGE_BYTES).min(MOST_PACKAGES));
    loop {
        packages.push(package(&mut rest)?);
        if rest.skip(",").is_none() {
            break;
        }
        if packages.len() == MAX_PACKAGES {
            return None;
        }
    }
    rest.skip("]")?;
    let format = match rest.skip(r#","format":"#) {
        Some(()) => rest.number()?,
        None => 0,
    };
    rest.skip("}")?;
    rest.0.is_empty().then_some((packages, Format(format)))
}

fn package(rest: &mut Rest<'_>) -> Option<Package> {
    rest.skip(r#"{"name":""#)?;
    let name = rest.text()?.to_owned();
    rest.skip(r#","version":""#)?;
    let version = Version::parse(rest.text()?).ok()?;
    rest.skip(r#","source":""#)?;
    let source = Source::from(rest.text()?);
    let mut package = Package { name, ..Package::new("", version, source) };
    if rest.skip(r#","kind":""#).is_some() {
        package.kind = match rest.text()? {
            "runtime" => Kind::Runtime,
            "build" => Kind::Build,
            _ => return None,
        };
    }
    if rest.skip(r#","dependencies":["#).is_some() {
        package.dependencies = numbers(rest)?;
    }
    package.is_root = rest.skip(r#","root":true"#).is_some();
    rest.skip("}")?;
    Some(package)
}

/// The numbers of an array that is not empty, and its end.
fn numbers(rest: &mut Rest<'_>) -> Option<Vec<u32>> {
    // As many as most packages have dependencies, or more.
    let mut numbers = Vec::with_capacity(8);
    while numbers.len() < MAX_PACKAGES {
        numbers.push(rest.number()?);
        if rest.skip(",").is_none() {
            rest.skip("]")?;
            return Some(numbers);
        }
    }
    None
}

/// What is not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// A text after its opening quote, and the closing one.
    fn text(&mut self) -> Option<&'a str> {
        let is_special = |byte: u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        let (text, rest) = self.0.split_at_checked(self.0.bytes().position(is_special)?)?;
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }

    fn number(&mut self) -> Option<u32> {
        let end = self.0.bytes().position(|byte| !byte.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }
}

/// As few as most packages take on an average, so that the memory for them seldom has to grow.
const PACKAGE_BYTES: usize = 64;

/// As many as hardly a program has: a text that is long for another reason is not to cost memory.
const MOST_PACKAGES: usize = 1 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Graph;

    const LIST: &str = r#"{"packages":[{"name":"cc","version":"1.2.3-beta.1+build.5","source":"crates.io","kind":"build"},{"name":"libc","version":"0.2.1","source":"registry","kind":"runtime"},{"name":"äpp","version":"0.1.0","source":"moon","dependencies":[0,1],"root":true}],"format":8}"#;

    /// What the reader of any JSON makes of it.
    fn slowly(json: &str) -> Option<(Vec<Package>, Format)> {
        let list = serde_json::from_str::<super::super::ReadList>(json).ok()?;
        Some((list.packages.into_iter().map(|read| read.0).collect(), Format(list.format)))
    }

    #[test]
    fn a_list_is_read_like_any_json() {
        let read = read(LIST).unwrap();
        assert_eq!((read.0.len(), read.1), (3, Format(8)));
        assert_eq!(Some(read), slowly(LIST));
        let least = r#"{"packages":[{"name":"","version":"1.0.0","source":""}]}"#;
        assert_eq!(super::read(least), slowly(least));
        assert!(super::read(least).is_some());
    }

    #[test]
    fn what_is_read_from_a_damaged_list_is_what_any_reader_reads() {
        let replacements =
            ["", "\"", "\\", ",", "]", "}", "0", "7", "-", ".", " ", "x", "\n", "\u{7f}", "{", "["];
        let places: Vec<usize> = LIST.char_indices().map(|(place, _)| place).collect();
        let mut equal = 0;
        for (number, &start) in places.iter().enumerate() {
            for end in [start, places.get(number + 1).copied().unwrap_or(LIST.len())] {
                for replacement in replacements {
                    let damaged = format!("{}{replacement}{}", &LIST[..start], &LIST[end..]);
                    if let Some(read) = read(&damaged) {
                        assert_eq!(Some(read), slowly(&damaged), "{damaged}");
                        equal += 1;
                    }
                }
            }
            assert_eq!(read(&LIST[..start]), None);
        }
        assert!(equal > 300, "{equal}");
    }

    #[test]
    fn other_forms_are_left_to_others() {
        for json in [
            r#"{"packages":[]}"#,
            r#"{ "packages":[{"name":"a","version":"1.0.0","source":"x"}]}"#,
            r#"{"format":1,"packages":[{"name":"a","version":"1.0.0","source":"x"}]}"#,
            r#"{"packages":[{"version":"1.0.0","name":"a","source":"x"}]}"#,
            r#"{"packages":[{"name":"\u0061","version":"1.0.0","source":"x"}]}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x","dependencies":[]}]}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x","root":false}]}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x","features":[]}]}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x"}],"future":1}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
            assert!(Graph::from_json(json.as_bytes()).is_ok(), "{json}");
        }
        for json in [
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x"}],"format":01}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x"}],"format":4294967296}"#,
            r#"{"packages":[{"name":"a","version":"1.0","source":"x"}]}"#,
            r#"{"packages":[{"name":"a","version":"1.0.0","source":"x"}]}}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
            assert!(Graph::from_json(json.as_bytes()).is_err(), "{json}");
        }
    }
}
