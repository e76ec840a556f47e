//! Formats of documents, and their versions.

use crate::words::{Failure, printable};
use auditable_sbom::attest::{self, PredicateType};
use auditable_sbom::{Document, cyclonedx, spdx2, spdx3};
use clap::ValueEnum;
use std::io;

/// A format, as the command line names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// CycloneDX as JSON
    #[default]
    CyclonedxJson,
    /// CycloneDX as XML
    CyclonedxXml,
    /// SPDX 2.3 as JSON
    SpdxJson,
    /// SPDX 2.3 as tag-value text
    SpdxTv,
    /// SPDX 3.0 as JSON-LD
    Spdx3Json,
}

/// A document in a chosen format and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    CycloneDxJson(cyclonedx::Version),
    CycloneDxXml(cyclonedx::Version),
    SpdxJson,
    SpdxTagValue,
    Spdx3Json,
    /// An in-toto Statement with such a document in it.
    Statement(PredicateType),
}

impl Writer {
    /// One for each format. A version counts for the formats that have it, and the others keep their own.
    ///
    /// # Errors
    ///
    /// If none of the formats has a version, or one has several of them.
    pub(crate) fn chosen(formats: &[Format], versions: &[String]) -> Result<Vec<Self>, Failure> {
        for version in versions {
            if !formats.iter().any(|format| format.versions().contains(&version.as_str())) {
                return Err(unknown_version(formats, version));
            }
        }
        let mut writers = Vec::new();
        for format in formats {
            let mut asked = versions.iter().filter(|version| format.versions().contains(&version.as_str()));
            let writer = Self::new(*format, asked.next().map(String::as_str));
            if asked.next().is_some() {
                return Err(Failure::new(format!(
                    "two versions are asked of {}: give one for each format",
                    format.family()
                )));
            }
            if !writers.contains(&writer) {
                writers.push(writer);
            }
        }
        Ok(writers)
    }

    /// The version is one of [`Format::versions`].
    fn new(format: Format, version: Option<&str>) -> Self {
        let known = cyclonedx::Version::ALL.into_iter().find(|known| Some(known.as_str()) == version);
        let cyclonedx = known.unwrap_or_default();
        match format {
            Format::CyclonedxJson => Self::CycloneDxJson(cyclonedx),
            Format::CyclonedxXml => Self::CycloneDxXml(cyclonedx),
            Format::SpdxJson => Self::SpdxJson,
            Format::SpdxTv => Self::SpdxTagValue,
            Format::Spdx3Json => Self::Spdx3Json,
        }
    }

    /// The same in a Statement; `None` if the document is no JSON, of which attestations are made.
    pub(crate) const fn attested(self) -> Option<Self> {
        match self {
            Self::CycloneDxJson(version) => Some(Self::Statement(PredicateType::CycloneDx(version))),
            Self::SpdxJson => Some(Self::Statement(PredicateType::Spdx2)),
            Self::Spdx3Json => Some(Self::Statement(PredicateType::Spdx3)),
            Self::Statement(_) => Some(self),
            Self::CycloneDxXml(_) | Self::SpdxTagValue => None,
        }
    }

    /// What the name of a file with such a document ends in, without the first dot.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::CycloneDxJson(_) => "cdx.json",
            Self::CycloneDxXml(_) => "cdx.xml",
            Self::SpdxJson => "spdx.json",
            Self::SpdxTagValue => "spdx",
            Self::Spdx3Json => "spdx3.json",
            Self::Statement(PredicateType::CycloneDx(_)) => "cdx.intoto.json",
            Self::Statement(PredicateType::Spdx2) => "spdx.intoto.json",
            Self::Statement(PredicateType::Spdx3) => "spdx3.intoto.json",
        }
    }

    /// Writes many small pieces.
    pub(crate) fn write(self, document: &Document, sink: impl io::Write) -> io::Result<()> {
        match self {
            Self::CycloneDxJson(version) => cyclonedx::write_json(document, version, sink),
            Self::CycloneDxXml(version) => cyclonedx::write_xml(document, version, sink),
            Self::SpdxJson => spdx2::write_json(document, sink),
            Self::SpdxTagValue => spdx2::write_tag_value(document, sink),
            Self::Spdx3Json => spdx3::write_json(document, sink),
            Self::Statement(predicate_type) => attest::write_statement(document, predicate_type, sink),
        }
    }
}

impl Format {
    const fn family(self) -> &'static str {
        match self {
            Self::CyclonedxJson | Self::CyclonedxXml => "CycloneDX",
            Self::SpdxJson | Self::SpdxTv | Self::Spdx3Json => "SPDX",
        }
    }

    const fn versions(self) -> &'static [&'static str] {
        match self {
            Self::CyclonedxJson | Self::CyclonedxXml => &["1.4", "1.5", "1.6", "1.7"],
            Self::SpdxJson | Self::SpdxTv => &["2.3"],
            Self::Spdx3Json => &["3.0.1", "3.0"],
        }
    }
}

fn unknown_version(formats: &[Format], asked: &str) -> Failure {
    let mut supported: Vec<String> = Vec::new();
    for format in formats {
        let versions = match format.versions() {
            [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            versions => versions.concat(),
        };
        let versions = format!("{} {versions}", format.family());
        if !supported.contains(&versions) {
            supported.push(versions);
        }
    }
    let family = match formats {
        [first, others @ ..] if others.iter().all(|other| other.family() == first.family()) => first.family(),
        _ => "version",
    };
    let supported = supported.join("; ");
    Failure::new(match asked.trim() {
        "" => format!("--spec-version is given without a version; supported: {supported}"),
        asked => format!("{family} {} is not supported; supported: {supported}", printable(asked)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(formats: &[Format], versions: &[&str]) -> Result<Vec<Writer>, String> {
        let versions: Vec<String> = versions.iter().map(|&version| version.to_owned()).collect();
        Writer::chosen(formats, &versions).map_err(|failure| failure.to_string())
    }

    #[test]
    fn every_version_can_be_chosen() {
        for version in cyclonedx::Version::ALL {
            let writers = chosen(&[Format::CyclonedxJson], &[version.as_str()]).unwrap();
            assert_eq!(writers, [Writer::CycloneDxJson(version)]);
        }
        assert_eq!(Format::CyclonedxJson.versions().len(), cyclonedx::Version::ALL.len());
    }

    #[test]
    fn a_version_counts_for_the_formats_that_have_it() {
        let formats = [Format::CyclonedxJson, Format::SpdxTv, Format::SpdxTv];
        let v1_6 = Writer::CycloneDxJson(cyclonedx::Version::V1_6);
        let v1_4 = Writer::CycloneDxJson(cyclonedx::Version::V1_4);
        assert_eq!(chosen(&formats, &[]).unwrap(), [v1_6, Writer::SpdxTagValue]);
        assert_eq!(chosen(&formats, &["1.4", "2.3"]).unwrap(), [v1_4, Writer::SpdxTagValue]);
        assert_eq!(
            chosen(&formats, &["9.9"]).unwrap_err(),
            "version 9.9 is not supported; supported: CycloneDX 1.4, 1.5, 1.6 and 1.7; SPDX 2.3"
        );
        assert_eq!(
            chosen(&[Format::Spdx3Json], &[""]).unwrap_err(),
            "--spec-version is given without a version; supported: SPDX 3.0.1 and 3.0"
        );
        assert!(
            chosen(&formats, &["1.4", "1.5"]).unwrap_err().contains("two versions are asked of CycloneDX")
        );
    }
}
