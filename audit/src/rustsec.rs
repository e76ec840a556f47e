//! Advisories as the [RustSec database](https://github.com/RustSec/advisory-db) keeps them: Markdown with a block of
//! TOML before it.

use crate::advisory::{Advisory, AdvisoryKind, Affected, AffectedFunction, Collection};
use crate::error::{ReadError, SyntaxError};
use crate::limits::MAX_ADVISORY_BYTES;
use crate::{Date, Ranges, Score};
use semver::VersionReq;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Reads the text of an advisory: of its Markdown no more than the title.
///
/// # Errors
///
/// [`ReadError::TooLarge`], [`ReadError::FrontMatter`], [`ReadError::Toml`], [`ReadError::NoId`],
/// [`ReadError::Date`], [`ReadError::Requirement`] or [`ReadError::Range`].
pub fn parse(text: &str, collection: Collection) -> Result<Advisory, ReadError> {
    if text.len() > MAX_ADVISORY_BYTES {
        return Err(ReadError::TooLarge { bytes: text.len(), limit: MAX_ADVISORY_BYTES });
    }
    let (front, body) = split(text).ok_or(ReadError::FrontMatter)?;
    let document: Document =
        toml::from_str(front).map_err(|error| ReadError::Toml(SyntaxError::of_toml(&error, front, text)))?;
    let Document { advisory: raw, versions, affected } = document;
    if raw.id.is_empty() {
        return Err(ReadError::NoId);
    }
    let date = |text: &String| Date::parse(text).ok_or_else(|| ReadError::Date(text.clone()));
    let mut affected_part = Affected::new(collection, raw.package, versions.affected()?);
    for (path, wanted) in affected.functions {
        affected_part.functions.push(AffectedFunction::new(path, Ranges::within(&requirements(&wanted)?)?));
    }
    affected_part.systems = affected.os;
    affected_part.architectures = affected.arch;
    Ok(Advisory {
        aliases: raw.aliases,
        title: title(body),
        kind: raw
            .informational
            .as_deref()
            .map_or(AdvisoryKind::Vulnerability, AdvisoryKind::of_informational),
        // Advisories carry vectors that nobody has checked: one that is damaged does not make them useless.
        score: raw.cvss.as_deref().and_then(Score::of_vector),
        url: raw.url,
        license: Some(raw.license.unwrap_or_else(|| "CC0-1.0".to_owned())),
        is_withdrawn: raw.withdrawn.is_some(),
        is_removal: raw.expect_deleted,
        affected: vec![affected_part],
        ..Advisory::new(raw.id, date(&raw.date)?)
    })
}

/// The block of TOML, and the Markdown after it; `None` if there is no such block at the beginning.
fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    let (_, rest) = text.strip_prefix("```toml")?.split_once('\n')?;
    let mut offset = 0usize;
    for line in rest.split_inclusive('\n') {
        let end = offset.checked_add(line.len())?;
        if line.trim_end() == "```" {
            return Some((rest.get(..offset)?, rest.get(end..)?));
        }
        offset = end;
    }
    None
}

/// The first heading, without the marks of Markdown that titles have: escapes and code.
fn title(body: &str) -> String {
    let heading = body.lines().find_map(|line| line.trim().strip_prefix("# ")).unwrap_or_default().trim();
    let mut title = String::with_capacity(heading.len());
    let mut characters = heading.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek().is_some_and(char::is_ascii_punctuation) => {
                title.extend(characters.next())
            }
            '`' => {}
            other => title.push(other),
        }
    }
    title
}

#[derive(Deserialize)]
struct Document {
    advisory: Metadata,
    #[serde(default)]
    versions: Versions,
    #[serde(default)]
    affected: AffectedTable,
}

/// What is read of the table `[advisory]`. Keys that are not known are for others.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    id: String,
    package: String,
    date: String,
    #[serde(default)]
    aliases: Vec<String>,
    informational: Option<String>,
    cvss: Option<String>,
    url: Option<String>,
    license: Option<String>,
    withdrawn: Option<String>,
    #[serde(default)]
    expect_deleted: bool,
}

#[derive(Default, Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

impl Versions {
    fn affected(&self) -> Result<Ranges, ReadError> {
        let mut fine = requirements(&self.patched)?;
        fine.extend(requirements(&self.unaffected)?);
        Ok(Ranges::outside(&fine)?)
    }
}

#[derive(Default, Deserialize)]
struct AffectedTable {
    #[serde(default)]
    functions: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    os: Vec<String>,
    #[serde(default)]
    arch: Vec<String>,
}

fn requirements(texts: &[String]) -> Result<Vec<VersionReq>, ReadError> {
    let parse = |text: &String| {
        VersionReq::parse(text).map_err(|error| ReadError::Requirement { text: text.clone(), error })
    };
    texts.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"```toml
[advisory]
id = "RUSTSEC-2020-9001"
package = "frobnicate"
date = "2020-05-17"
aliases = ["CVE-2020-90001"]
cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
a-key-of-tomorrow = 1

[versions]
patched = [">= 1.2.3"]
unaffected = ["< 0.5.0"]

[affected]
os = ["windows"]
arch = ["x86"]

[affected.functions]
"frobnicate::Machine::turn" = [">= 0.5.0, < 1.2.3"]
```

# The `Machine` turns \<T\> the wrong way

Text.
"#;

    #[test]
    fn a_whole_advisory() {
        let advisory = parse(SAMPLE, Collection::Crates).unwrap();
        assert_eq!((advisory.id.as_str(), advisory.cve()), ("RUSTSEC-2020-9001", Some("CVE-2020-90001")));
        assert_eq!(advisory.title, "The Machine turns <T> the wrong way");
        assert_eq!((advisory.kind, advisory.is_withdrawn), (AdvisoryKind::Vulnerability, false));
        assert_eq!(advisory.date.to_string(), "2020-05-17");
        assert_eq!(advisory.score.unwrap().to_string(), "7.5 high");
        let [affected] = advisory.affected.as_slice() else { panic!("{:?}", advisory.affected) };
        assert_eq!((affected.package.as_str(), affected.collection), ("frobnicate", Collection::Crates));
        assert_eq!(affected.versions.to_string(), ">= 0.5.0, < 1.2.3");
        assert_eq!(affected.functions[0].path, "frobnicate::Machine::turn");
        assert_eq!(
            (affected.systems.as_slice(), affected.architectures.as_slice()),
            (&["windows".into()][..], &["x86".into()][..])
        );
    }

    #[test]
    fn line_ends_of_windows_and_a_mark_at_the_start() {
        let windows = format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n"));
        assert_eq!(parse(&windows, Collection::Crates).unwrap(), parse(SAMPLE, Collection::Crates).unwrap());
    }

    #[test]
    fn what_is_no_vulnerability_says_so() {
        for (word, kind) in [
            ("unsound", AdvisoryKind::Unsound),
            ("unmaintained", AdvisoryKind::Unmaintained),
            ("notice", AdvisoryKind::Notice),
            ("word-of-tomorrow", AdvisoryKind::Notice),
        ] {
            let text = SAMPLE.replace("a-key-of-tomorrow = 1", &format!("informational = {word:?}"));
            assert_eq!(parse(&text, Collection::Crates).unwrap().kind, kind);
        }
    }

    #[test]
    fn a_vector_that_is_damaged_is_left_out() {
        let text = SAMPLE.replace("CVSS:3.1/", "CVSS:3.7/");
        assert_eq!(parse(&text, Collection::Crates).unwrap().score, None);
    }

    #[test]
    fn damage_is_an_error_that_says_what() {
        let error = |from: &str, to: &str| {
            parse(&SAMPLE.replace(from, to), Collection::Crates).unwrap_err().to_string()
        };
        assert_eq!(error("```toml", "```json"), "it does not begin with a block of TOML, as ```toml ... ```");
        assert_eq!(error("```\n\n#", "\n\n#"), "it does not begin with a block of TOML, as ```toml ... ```");
        assert_eq!(error("id =", "id"), "the TOML at its beginning is not that of an advisory");
        assert_eq!(error("id =", "ident ="), "the TOML at its beginning is not that of an advisory");
        assert_eq!(error("2020-05-17", "2020-15-17"), r#""2020-15-17" is no date, such as 2021-01-31"#);
        assert_eq!(error(">= 1.2.3\"]\nun", "about 1\"]\nun"), r#""about 1" is no requirement on versions"#);
        assert_eq!(
            error("\"< 0.5.0\"", "\"< 0.5.0, < 2\""),
            r#"the versions "<0.5.0, <2" are bounded twice on one side"#
        );
    }

    #[test]
    fn a_text_without_end_is_refused() {
        let long = "x".repeat(MAX_ADVISORY_BYTES + 1);
        assert!(matches!(parse(&long, Collection::Crates), Err(ReadError::TooLarge { .. })));
    }
}
