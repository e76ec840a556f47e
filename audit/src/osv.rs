//! Advisories in the [OSV format](https://ossf.github.io/osv-schema/), as osv.dev and RustSec's `osv` branch ship them.

use crate::advisory::{Advisory, AdvisoryKind, Affected, AffectedFunction, Collection};
use crate::error::ReadError;
use crate::limits::MAX_ADVISORY_BYTES;
use crate::ranges::Event;
use crate::{Date, Ranges, Score};
use auditable_graph::Version;
use serde::Deserialize;

/// Reads one record, and of it what is about crates.io: a record about other ecosystems only has nothing that is
/// affected.
///
/// # Errors
///
/// [`ReadError::TooLarge`], [`ReadError::Json`], [`ReadError::NoId`], [`ReadError::Date`], [`ReadError::Version`] or
/// [`ReadError::NoBeginning`].
pub fn parse(json: &[u8]) -> Result<Advisory, ReadError> {
    let json = without_mark(json);
    if json.len() > MAX_ADVISORY_BYTES {
        return Err(ReadError::TooLarge { bytes: json.len(), limit: MAX_ADVISORY_BYTES });
    }
    of_record(serde_json::from_slice(json)?)
}

/// Reads a file with one record, or with an array of them: each is an advisory, or the reason why it cannot be used.
///
/// # Errors
///
/// [`ReadError::Json`] if the file as a whole cannot be read.
pub fn parse_file(json: &[u8]) -> Result<Vec<Result<Advisory, ReadError>>, ReadError> {
    let json = without_mark(json);
    let is_array = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    if !is_array {
        return Ok(vec![of_record(serde_json::from_slice(json)?)]);
    }
    let records: Vec<&serde_json::value::RawValue> = serde_json::from_slice(json)?;
    Ok(records.into_iter().map(|record| parse(record.get().as_bytes())).collect())
}

/// Without the mark of the order of bytes that some editors of Windows put before a text.
pub(crate) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

fn of_record(record: Record) -> Result<Advisory, ReadError> {
    if record.id.is_empty() {
        return Err(ReadError::NoId);
    }
    let date = |text: &String| Date::parse(text).ok_or_else(|| ReadError::Date(text.clone()));
    let published = record.published.as_ref().or(record.modified.as_ref());
    let date_of_record = published.map_or_else(|| Err(ReadError::Date(String::new())), date)?;
    let mut advisory = Advisory::new(record.id, date_of_record);
    advisory.modified = record.modified.as_ref().map(date).transpose()?;
    advisory.aliases = record.aliases;
    advisory.is_withdrawn = record.withdrawn.is_some();
    advisory.title = record.summary.unwrap_or_default();
    advisory.license = record.database_specific.and_then(|specific| specific.license);
    let mut vectors: Vec<String> = record.severity.into_iter().map(|severity| severity.score).collect();
    for mut affected in record.affected {
        let specific = affected.database_specific.take().unwrap_or_default();
        vectors.extend(specific.cvss);
        if let Some(word) = specific.informational {
            advisory.kind = AdvisoryKind::of_informational(&word);
        }
        vectors.extend(affected.severity.drain(..).map(|severity| severity.score));
        advisory.affected.extend(affected.of_crates_io()?);
    }
    advisory.score = vectors.iter().find_map(|vector| Score::of_vector(vector));
    let urls = || record.references.iter();
    let page = urls()
        .find(|reference| reference.kind == "REPORT")
        .or_else(|| urls().find(|reference| reference.kind == "WEB"));
    advisory.url = page.map(|reference| reference.url.clone());
    Ok(advisory)
}

#[derive(Deserialize)]
struct Record {
    id: String,
    modified: Option<String>,
    published: Option<String>,
    withdrawn: Option<String>,
    #[serde(default, deserialize_with = "null_is_empty")]
    aliases: Vec<String>,
    summary: Option<String>,
    #[serde(default, deserialize_with = "null_is_empty")]
    severity: Vec<Severity>,
    #[serde(default, deserialize_with = "null_is_empty")]
    affected: Vec<AffectedRecord>,
    #[serde(default, deserialize_with = "null_is_empty")]
    references: Vec<Reference>,
    database_specific: Option<RecordSpecific>,
}

#[derive(Deserialize)]
struct RecordSpecific {
    license: Option<String>,
}

#[derive(Deserialize)]
struct Severity {
    score: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct AffectedRecord {
    package: Option<Package>,
    #[serde(default, deserialize_with = "null_is_empty")]
    ranges: Vec<Range>,
    #[serde(default, deserialize_with = "null_is_empty")]
    versions: Vec<String>,
    #[serde(default, deserialize_with = "null_is_empty")]
    severity: Vec<Severity>,
    ecosystem_specific: Option<EcosystemSpecific>,
    database_specific: Option<AffectedSpecific>,
}

#[derive(Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "null_is_empty")]
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

/// What RustSec adds to the format.
#[derive(Default, Deserialize)]
struct EcosystemSpecific {
    affects: Option<Affects>,
}

#[derive(Default, Deserialize)]
struct Affects {
    #[serde(default, deserialize_with = "null_is_empty")]
    arch: Vec<String>,
    #[serde(default, deserialize_with = "null_is_empty")]
    os: Vec<String>,
    #[serde(default, deserialize_with = "null_is_empty")]
    functions: Vec<String>,
}

#[derive(Default, Deserialize)]
struct AffectedSpecific {
    cvss: Option<String>,
    informational: Option<String>,
}

impl AffectedRecord {
    fn of_crates_io(self) -> Result<Option<Affected>, ReadError> {
        let Some(package) = self.package.filter(|package| package.ecosystem == "crates.io") else {
            return Ok(None);
        };
        let mut versions = Ranges::nothing();
        for range in self.ranges {
            // A range of commits says nothing about versions.
            if range.kind != "GIT" {
                versions = versions.or(Ranges::of_events(events(range.events)?));
            }
        }
        let mut exactly = Vec::with_capacity(self.versions.len().saturating_mul(2));
        for text in &self.versions {
            let exact = version(text)?;
            exactly.push(Event::Introduced(Some(exact.clone())));
            exactly.push(Event::LastAffected(exact));
        }
        versions = versions.or(Ranges::of_events(exactly));
        let mut affected = Affected::new(Collection::Crates, package.name, versions);
        if let Some(affects) = self.ecosystem_specific.and_then(|specific| specific.affects) {
            affected.systems = affects.os;
            affected.architectures = affects.arch;
            // The versions of each function are lost in this format.
            let functions = affects.functions.into_iter();
            affected.functions =
                functions.map(|path| AffectedFunction::new(path, Ranges::everything())).collect();
        }
        Ok(Some(affected))
    }
}

fn events(raw: Vec<RawEvent>) -> Result<Vec<Event>, ReadError> {
    let mut events = Vec::with_capacity(raw.len());
    for event in raw {
        if let Some(text) = event.introduced {
            events.push(Event::Introduced(if text == "0" { None } else { Some(version(&text)?) }));
        }
        if let Some(text) = event.fixed {
            events.push(Event::Fixed(version(&text)?));
        }
        if let Some(text) = event.last_affected {
            events.push(Event::LastAffected(version(&text)?));
        }
    }
    // The format demands it, and without it the record would be about nothing.
    if events.iter().any(|event| matches!(event, Event::Introduced(_))) {
        Ok(events)
    } else {
        Err(ReadError::NoBeginning)
    }
}

fn version(text: &str) -> Result<Version, ReadError> {
    Version::parse(text).map_err(|error| ReadError::Version { text: text.to_owned(), error })
}

/// The schema has no `null`, but writers have.
fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"{
        "id": "GHSA-aaaa-bbbb-cccc", "published": "2020-05-17T12:00:00Z", "modified": "2021-06-01T00:00:00Z",
        "aliases": ["CVE-2020-90001"], "summary": "The machine turns the wrong way", "related": null,
        "severity": [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P"},
                     {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
        "affected": [
            {"package": {"ecosystem": "npm", "name": "frobnicate"}, "versions": ["not semver"]},
            {"package": {"ecosystem": "crates.io", "name": "frobnicate"},
             "ecosystem_specific": {"affects": {"arch": [], "os": ["windows"], "functions": ["frobnicate::turn"]}},
             "database_specific": {"informational": null},
             "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]},
                        {"type": "SEMVER", "events": [{"introduced": "0.0.0-0"}, {"fixed": "1.2.3"}]}],
             "versions": ["2.0.0"]}],
        "references": [{"type": "PACKAGE", "url": "https://one"}, {"type": "WEB", "url": "https://two"}]
    }"#;

    #[test]
    fn a_whole_record() {
        let advisory = parse(SAMPLE.as_bytes()).unwrap();
        assert_eq!((advisory.id.as_str(), advisory.cve()), ("GHSA-aaaa-bbbb-cccc", Some("CVE-2020-90001")));
        assert_eq!(advisory.date.to_string(), "2020-05-17");
        assert_eq!(advisory.modified.unwrap().to_string(), "2021-06-01");
        assert_eq!((advisory.kind, advisory.is_withdrawn), (AdvisoryKind::Vulnerability, false));
        assert_eq!(advisory.score.unwrap().to_string(), "7.5 high");
        assert_eq!(advisory.url.as_deref(), Some("https://two"));
        let [affected] = advisory.affected.as_slice() else { panic!("{:?}", advisory.affected) };
        assert_eq!(affected.versions.to_string(), ">= 0.0.0-0, < 1.2.3 || >= 2.0.0, <= 2.0.0");
        assert_eq!(affected.functions[0].path, "frobnicate::turn");
        assert_eq!(affected.systems, ["windows"]);
    }

    #[test]
    fn withdrawn_and_informational_ones_say_so() {
        let text = SAMPLE.replacen('{', r#"{"withdrawn": "2022-01-01T00:00:00Z","#, 1);
        assert!(parse(text.as_bytes()).unwrap().is_withdrawn);
        let text = SAMPLE.replace(r#""informational": null"#, r#""informational": "unmaintained""#);
        assert_eq!(parse(text.as_bytes()).unwrap().kind, AdvisoryKind::Unmaintained);
    }

    #[test]
    fn one_broken_record_of_an_array_does_not_stop_the_others() {
        let broken = SAMPLE.replace("1.2.3", "one");
        let file = format!("[{SAMPLE},{broken}, {{\"id\": 1}}]");
        let read = parse_file(file.as_bytes()).unwrap();
        assert_eq!(read.len(), 3);
        assert!(read[0].is_ok());
        assert_eq!(read[1].as_ref().unwrap_err().to_string(), r#""one" is no version"#);
        assert!(matches!(read[2], Err(ReadError::Json(_))));
        assert_eq!(parse_file(SAMPLE.as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn a_record_that_would_be_about_nothing_is_refused() {
        let error =
            |from: &str, to: &str| parse(SAMPLE.replace(from, to).as_bytes()).unwrap_err().to_string();
        let expected = "a range of versions has no `introduced`, and begins nowhere";
        assert_eq!(error(r#"{"introduced": "0.0.0-0"}, "#, ""), expected);
        assert_eq!(error(r#"[{"introduced": "0.0.0-0"}, {"fixed": "1.2.3"}]"#, "[]"), expected);
        assert_eq!(error("GHSA-aaaa-bbbb-cccc", ""), "it has no id");
    }

    #[test]
    fn a_mark_at_the_start_is_passed_over() {
        let marked = format!("\u{feff}{SAMPLE}");
        assert_eq!(parse(marked.as_bytes()).unwrap(), parse(SAMPLE.as_bytes()).unwrap());
        assert_eq!(parse_file(format!("\u{feff}[{SAMPLE}]").as_bytes()).unwrap().len(), 1);
    }

    #[test]
    fn damage_is_an_error() {
        for text in ["", "[", "{}", "[1", "null", r#"{"id":"X-1"}"#] {
            let read = parse_file(text.as_bytes());
            assert!(!matches!(read.as_deref(), Ok([Ok(_)])), "{text}");
        }
        assert!(matches!(parse(&vec![b' '; MAX_ADVISORY_BYTES + 1]), Err(ReadError::TooLarge { .. })));
    }
}
