//! in-toto attestations: a document together with what it is about, ready to be signed.
//!
//! The [Statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) binds a document, the
//! *predicate*, to files by their digests, so that a signature over it says: this is the SBOM of that file. Signing is
//! not done here, but by cosign or any other signer of such statements.

use crate::document::Document;
use crate::identity::hex;
use crate::{Subject, cyclonedx, spdx2, spdx3};
use serde::Serialize;
use std::collections::HashSet;
use std::io::{self, Write};

/// What kind of document is bound; the types are those of the registry of in-toto predicates. All are JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredicateType {
    /// CycloneDX.
    CycloneDx(cyclonedx::Version),
    /// SPDX 2.3.
    Spdx2,
    /// SPDX 3.
    Spdx3,
}

impl PredicateType {
    /// The URI of the type.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::CycloneDx(_) => "https://cyclonedx.org/bom",
            Self::Spdx2 => "https://spdx.dev/Document",
            Self::Spdx3 => "https://spdx.dev/Document/v3",
        }
    }
}

/// Writes the Statement that a document is about its files, with a newline at the end. The document stands in it byte for
/// byte as it is written alone. A file with several lists is one subject.
///
/// Writes many small pieces, so the sink should be buffered.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_statement(
    document: &Document,
    predicate_type: PredicateType,
    mut sink: impl Write,
) -> io::Result<()> {
    let mut known = HashSet::new();
    let files = document.components.iter().filter_map(|component| Some(&component.binary()?.subject));
    let subjects: Vec<ResourceDescriptor<'_>> = files
        .filter(|file| known.insert((&file.file_name, &file.sha256, &file.sha512)))
        .map(ResourceDescriptor::new)
        .collect();
    write!(sink, "{{\"_type\":\"{STATEMENT_TYPE}\",\"subject\":")?;
    serde_json::to_writer(&mut sink, &subjects)?;
    write!(sink, ",\"predicateType\":\"{}\",\"predicate\":", predicate_type.uri())?;
    match predicate_type {
        PredicateType::CycloneDx(version) => cyclonedx::write_json(document, version, &mut sink)?,
        PredicateType::Spdx2 => spdx2::write_json(document, &mut sink)?,
        PredicateType::Spdx3 => spdx3::write_json(document, &mut sink)?,
    }
    sink.write_all(b"}\n")
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
    use crate::{Artifact, Options, Release, Timestamp, Tool};
    use auditable_graph::{Format, Graph, Package, Source, Version};

    fn artifact(file_name: &str, architecture: &str, version: u64) -> Artifact {
        let package = Package::new("log", Version::new(version, 0, 0), Source::CratesIo);
        let mut subject = Subject::new(file_name, [0x5a; 32], [0xa5; 64]);
        subject.architecture = Some(architecture.to_owned());
        Artifact::new(Graph::new(vec![package], Format::RECORDS).unwrap(), subject)
    }

    fn options() -> Options {
        let tool = Tool { name: "auditable".into(), version: "1".into() };
        Options::new(tool, Timestamp::from_unix_seconds(0).unwrap())
    }

    fn statement(document: &Document, predicate_type: PredicateType) -> String {
        let mut statement = Vec::new();
        write_statement(document, predicate_type, &mut statement).unwrap();
        String::from_utf8(statement).unwrap()
    }

    #[test]
    fn the_document_stands_in_the_statement_as_it_is() {
        let document = Document::new(&artifact("a \"b\"", "arm64", 1), options());
        let written = |write: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
            let mut bytes = Vec::new();
            write(&mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        };
        let version = cyclonedx::Version::V1_5;
        for (predicate_type, uri, alone) in [
            (
                PredicateType::CycloneDx(version),
                "https://cyclonedx.org/bom",
                written(&|sink| cyclonedx::write_json(&document, version, sink)),
            ),
            (
                PredicateType::Spdx2,
                "https://spdx.dev/Document",
                written(&|sink| spdx2::write_json(&document, sink)),
            ),
            (
                PredicateType::Spdx3,
                "https://spdx.dev/Document/v3",
                written(&|sink| spdx3::write_json(&document, sink)),
            ),
        ] {
            let expected = format!(
                "{{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{{\"name\":\"a \\\"b\\\"\",\
                 \"digest\":{{\"sha256\":\"{}\",\"sha512\":\"{}\"}}}}],\
                 \"predicateType\":\"{uri}\",\"predicate\":{alone}}}\n",
                "5a".repeat(32),
                "a5".repeat(64),
            );
            assert_eq!(statement(&document, predicate_type), expected);
        }
    }

    #[test]
    fn a_file_is_one_subject() {
        let files = [artifact("a", "arm64", 1), artifact("b", "arm64", 1), artifact("a", "x86_64", 2)];
        let document = Document::of_release(&Release::new("suite"), &files, options());
        let statement: serde_json::Value =
            serde_json::from_str(&statement(&document, PredicateType::Spdx2)).unwrap();
        let names: Vec<_> = statement["subject"].as_array().unwrap().iter().map(|s| &s["name"]).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
