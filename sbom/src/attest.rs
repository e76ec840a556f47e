//! in-toto attestations: a document together with what it is about, ready to be signed.
//!
//! The [Statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) binds a document, the
//! *predicate*, to files by their digests, so that a signature over it says: this is the SBOM of that file. Signing is
//! not done here, but by cosign or any other signer of such statements.

use crate::Subject;
use crate::identity::hex;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::io::{self, Write};

/// What kind of document is bound; the types are those of the registry of in-toto predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredicateType {
    /// CycloneDX as JSON.
    CycloneDx,
    /// SPDX 2 as JSON.
    Spdx2,
    /// SPDX 3 as JSON-LD.
    Spdx3,
}

impl PredicateType {
    /// The URI of the type.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::CycloneDx => "https://cyclonedx.org/bom",
            Self::Spdx2 => "https://spdx.dev/Document",
            Self::Spdx3 => "https://spdx.dev/Document/v3",
        }
    }
}

/// Writes the Statement that a document is about these files, as compact JSON with a final line break. The document stands
/// in it byte for byte as it was, but for blank space around it. A file with several lists, or that was found twice, is one
/// subject.
///
/// # Errors
///
/// If the document is no JSON, or writing fails.
pub fn write_statement(
    subjects: &[Subject],
    predicate_type: PredicateType,
    document: &[u8],
    mut writer: impl Write,
) -> io::Result<()> {
    let predicate: &RawValue = serde_json::from_slice(document)?;
    let mut known = HashSet::new();
    let statement = Statement {
        r#type: STATEMENT_TYPE,
        subject: subjects
            .iter()
            .filter(|file| known.insert((&file.file_name, &file.sha256, &file.sha512)))
            .map(ResourceDescriptor::new)
            .collect(),
        predicate_type: predicate_type.uri(),
        predicate,
    };
    serde_json::to_writer(&mut writer, &statement)?;
    writer.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a> {
    #[serde(rename = "_type")]
    r#type: &'static str,
    subject: Vec<ResourceDescriptor<'a>>,
    predicate_type: &'static str,
    predicate: &'a RawValue,
}

#[derive(Serialize)]
struct ResourceDescriptor<'a> {
    name: &'a str,
    digest: Digests,
}

/// By the names of in-toto's digest sets.
#[derive(Serialize)]
struct Digests {
    sha256: String,
    sha512: String,
}

impl<'a> ResourceDescriptor<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self {
            name: &subject.file_name,
            digest: Digests { sha256: hex(&subject.sha256), sha512: hex(&subject.sha512) },
        }
    }
}

const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_stands_in_the_statement_as_it_was() {
        let subject = Subject::new("a \"b\"", [0x5a; 32], [0xa5; 64]);
        let document = b"{\n  \"n\": 1.0000000000000000000000001, \"a\": \"\\u0041\"\n}\n";
        let mut statement = Vec::new();
        write_statement(&[subject], PredicateType::CycloneDx, document, &mut statement).unwrap();
        let expected = format!(
            "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{{\"name\":\"a \\\"b\\\"\",\
             \"digest\":{{\"sha256\":\"{}\",\"sha512\":\"{}\"}}}}],\
             \"predicateType\":\"https://cyclonedx.org/bom\",\"predicate\":{}}}\n",
            "5a".repeat(32),
            "a5".repeat(64),
            String::from_utf8_lossy(document).trim_end()
        );
        assert_eq!(String::from_utf8(statement).unwrap(), expected);
    }

    #[test]
    fn a_file_is_one_subject() {
        let subject = |architecture: &str| {
            let mut subject = Subject::new("a", [1; 32], [2; 64]);
            subject.architecture = Some(architecture.to_owned());
            subject
        };
        let subjects = [subject("arm64"), Subject::new("b", [1; 32], [2; 64]), subject("x86_64")];
        let mut statement = Vec::new();
        write_statement(&subjects, PredicateType::CycloneDx, b"{}", &mut statement).unwrap();
        let statement: serde_json::Value = serde_json::from_slice(&statement).unwrap();
        let names: Vec<_> = statement["subject"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        assert!(write_statement(&[], PredicateType::Spdx2, b"SPDXVersion: SPDX-2.3", Vec::new()).is_err());
    }
}
