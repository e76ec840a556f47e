//! A document in the terms of SPDX 2.3: its elements, with the fields in the order of the specification.

use crate::Subject;
use crate::document::{Binary, Component, Document, Listed, Role};
use crate::identity::{UniqueNames, hex};
use auditable_graph::{Format, section};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpdxDocument<'a> {
    pub(super) spdx_version: &'static str,
    pub(super) data_license: &'static str,
    #[serde(rename = "SPDXID")]
    pub(super) spdx_id: &'static str,
    pub(super) name: &'a str,
    pub(super) document_namespace: String,
    pub(super) creation_info: CreationInfo,
    pub(super) comment: String,
    pub(super) packages: Vec<Package<'a>>,
    pub(super) relationships: Vec<Relationship<'a>>,
}

#[derive(Serialize)]
pub(super) struct CreationInfo {
    pub(super) created: String,
    pub(super) creators: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    #[serde(rename = "SPDXID")]
    pub(super) spdx_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version_info: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) package_file_name: Option<&'a str>,
    pub(super) supplier: &'static str,
    pub(super) download_location: &'a str,
    pub(super) files_analyzed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_info: Option<String>,
    pub(super) license_concluded: &'static str,
    pub(super) license_declared: &'static str,
    pub(super) copyright_text: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_refs: Vec<ExternalRef<'a>>,
    pub(super) primary_package_purpose: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checksum {
    pub(super) algorithm: &'static str,
    pub(super) checksum_value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExternalRef<'a> {
    pub(super) reference_category: &'static str,
    pub(super) reference_type: &'static str,
    pub(super) reference_locator: &'a str,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub(super) struct Relationship<'a> {
    pub(super) spdx_element_id: &'a str,
    pub(super) relationship_type: &'static str,
    pub(super) related_spdx_element: &'a str,
}

impl<'a> SpdxDocument<'a> {
    /// The tree of a document with these [`spdx_ids`].
    pub(super) fn new(document: &'a Document, ids: &'a [String]) -> Self {
        let tool = &document.options.tool;
        let name = not_blank(document_name(document));
        Self {
            spdx_version: "SPDX-2.3",
            data_license: "CC0-1.0",
            spdx_id: DOCUMENT_ID,
            document_namespace: format!(
                "https://spdx.org/spdxdocs/{}-{}",
                id_string(name),
                document.uuid.hyphenated()
            ),
            name,
            creation_info: CreationInfo {
                created: document.options.timestamp.to_string(),
                creators: vec![format!("Tool: {}-{}", tool.name, tool.version)],
            },
            comment: comment(),
            packages: packages(document, ids),
            relationships: relationships(document, ids),
        }
    }
}

impl<'a> Package<'a> {
    fn binary(component: &'a Component, binary: &'a Binary, spdx_id: &'a str) -> Self {
        let subject = &binary.subject;
        Self {
            package_file_name: Some(subject.file_name.as_str()).filter(|name| !name.is_empty()),
            // The address is that of the source, and what is described here, with its checksums, is the binary.
            download_location: NOASSERTION,
            checksums: vec![
                Checksum { algorithm: "SHA256", checksum_value: hex(&subject.sha256) },
                Checksum { algorithm: "SHA512", checksum_value: hex(&subject.sha512) },
            ],
            source_info: Some(match &component.listed {
                Some(listed) => format!("{}; {}", list_info(binary.format), listed_info(listed)),
                None => list_info(binary.format),
            }),
            comment: file_comment(subject),
            primary_package_purpose: "APPLICATION",
            ..Self::part(component, spdx_id)
        }
    }

    fn new(component: &'a Component, spdx_id: &'a str) -> Self {
        match &component.role {
            Role::Binary(binary) => Self::binary(component, binary, spdx_id),
            Role::Release => {
                Self { primary_package_purpose: "APPLICATION", ..Self::part(component, spdx_id) }
            }
            Role::Crate => Self::part(component, spdx_id),
        }
    }

    fn part(component: &'a Component, spdx_id: &'a str) -> Self {
        Self {
            name: not_blank(&component.name),
            spdx_id,
            version_info: component.version.as_deref(),
            package_file_name: None,
            supplier: NOASSERTION,
            download_location: component.download_address.as_deref().unwrap_or(NOASSERTION),
            files_analyzed: false,
            checksums: Vec::new(),
            source_info: component.listed.as_ref().map(listed_info),
            license_concluded: NOASSERTION,
            license_declared: NOASSERTION,
            copyright_text: NOASSERTION,
            comment: None,
            external_refs: component
                .purl
                .as_deref()
                .map(|purl| ExternalRef {
                    reference_category: "PACKAGE-MANAGER",
                    reference_type: "purl",
                    reference_locator: purl,
                })
                .into_iter()
                .collect(),
            primary_package_purpose: "LIBRARY",
        }
    }
}

/// A binary is called by its file, a release by its name.
fn document_name(document: &Document) -> &str {
    document.described().map_or("", |described| match described.binary() {
        Some(binary) => binary.subject.file_name.as_str(),
        None => described.name.as_str(),
    })
}

fn comment() -> String {
    format!(
        "The packages are the crates that the list in section {} of each binary names. \
         The standard library and libraries in other languages are not listed.",
        section::NAME,
    )
}

/// What the list in a binary is worth.
fn list_info(format: Format) -> String {
    let description = format.description();
    let trust = if format.is_exact() {
        "names exactly the crates that were compiled, with all dependencies between them"
    } else {
        "may name crates that were not compiled, and may lack dependencies"
    };
    format!("its list of format {format} ({description}) {trust}")
}

fn listed_info(listed: &Listed) -> String {
    let (section, kind, source) = (section::NAME, listed.kind, &listed.source);
    format!("listed in section {section} as a {kind} package; source: {source}")
}

fn file_comment(subject: &Subject) -> Option<String> {
    let facts: Vec<String> = [
        ("file format", &subject.container),
        ("architecture", &subject.architecture),
        ("target", &subject.target),
    ]
    .into_iter()
    .filter_map(|(what, value)| Some(format!("{what}: {}", value.as_ref()?)))
    .collect();
    (!facts.is_empty()).then(|| facts.join(", "))
}

/// One identifier for each of [`Document::components`].
pub(super) fn spdx_ids(document: &Document) -> Vec<String> {
    let mut names = UniqueNames::new('-');
    document
        .components
        .iter()
        .map(|component| {
            let mut id = format!("SPDXRef-Package-{}", id_string(&component.name));
            if let Some(version) = &component.version {
                id = format!("{id}-{}", id_string(version));
            }
            names.claim(id)
        })
        .collect()
}

fn packages<'a>(document: &'a Document, ids: &'a [String]) -> Vec<Package<'a>> {
    document.components.iter().zip(ids).map(|(component, id)| Package::new(component, id)).collect()
}

fn relationships<'a>(document: &Document, ids: &'a [String]) -> Vec<Relationship<'a>> {
    let components = &document.components;
    let mut relationships = Vec::new();
    for (component, id) in components.iter().zip(ids) {
        for &index in &component.dependencies {
            let Some((dependency, dependency_id)) = components.get(index).zip(ids.get(index)) else {
                continue;
            };
            relationships.push(if dependency.is_build_only() {
                Relationship::new(dependency_id, "BUILD_DEPENDENCY_OF", id)
            } else {
                Relationship::new(id, "DEPENDS_ON", dependency_id)
            });
        }
    }
    relationships.sort_unstable();
    if let Some(application) = ids.first() {
        relationships.insert(0, Relationship::new(DOCUMENT_ID, "DESCRIBES", application));
    }
    relationships
}

impl<'a> Relationship<'a> {
    fn new(element: &'a str, relationship_type: &'static str, related: &'a str) -> Self {
        Self { spdx_element_id: element, relationship_type, related_spdx_element: related }
    }
}

/// The text with `-` for every character that an SPDX identifier cannot have.
fn id_string(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

/// A name must be there.
fn not_blank(name: &str) -> &str {
    if name.trim().is_empty() { "(unnamed)" } else { name }
}

const DOCUMENT_ID: &str = "SPDXRef-DOCUMENT";
const NOASSERTION: &str = "NOASSERTION";
