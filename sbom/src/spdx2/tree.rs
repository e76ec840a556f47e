//! A document in the terms of SPDX 2.3.

use super::elements::{
    Annotation, Checksum, CreationInfo, ExternalRef, ExtractedLicensingInfo, Package, Relationship,
    SpdxDocument,
};
use crate::document::{Component, Document, Role};
use crate::identity::{UniqueNames, hex};
use crate::spdx::{
    LicenseIds, NOASSERTION, actor, document_name, file_comment, id_string, not_blank, source_info,
};
use crate::{Contact, PackageFacts, Subject};
use auditable_graph::section;

impl<'a> SpdxDocument<'a> {
    /// The tree of a document with these [`spdx_ids`].
    pub(super) fn new(document: &'a Document, ids: &'a [String]) -> Self {
        let options = &document.options;
        let name = document_name(document);
        let creators = std::iter::once(tool(document))
            .chain(options.authors.iter().map(|author| actor("Person", author)))
            .collect();
        let licenses = LicenseIds::new(document);
        let package = |(component, id)| package(document, component, id, &licenses);
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
            creation_info: CreationInfo { created: options.timestamp.to_string(), creators },
            comment: comment(),
            packages: document.components.iter().zip(ids.iter().map(String::as_str)).map(package).collect(),
            has_extracted_licensing_infos: licenses.entries().map(extracted_licensing_info).collect(),
            relationships: relationships(document, ids),
        }
    }
}

fn package<'a>(
    document: &Document,
    component: &'a Component,
    spdx_id: &'a str,
    licenses: &LicenseIds<'_>,
) -> Package<'a> {
    let facts = &component.facts;
    let subject = component.binary().map(|binary| &binary.subject);
    let authors: Vec<Contact> = facts.contacts().collect();
    let license = facts.license.as_ref().and_then(|license| licenses.expression(license));
    Package {
        name: not_blank(&component.name),
        spdx_id,
        version_info: component.version.as_deref(),
        package_file_name: match subject {
            Some(subject) => Some(subject.file_name.clone()).filter(|name| !name.is_empty()),
            None => component.archive_name(),
        },
        supplier: component
            .supplier
            .as_ref()
            .map_or_else(|| NOASSERTION.to_owned(), |supplier| actor("Organization", supplier)),
        originator: authors.first().map(|author| actor("Person", author)),
        download_location: match subject {
            // The address is that of the source, and what is described, with its checksums, is the binary.
            Some(_) => NOASSERTION,
            None => component.download_address.as_deref().unwrap_or(NOASSERTION),
        },
        files_analyzed: false,
        checksums: match subject {
            Some(subject) => checksums(Some(&subject.sha256), Some(&subject.sha512)),
            None => checksums(facts.crate_sha256.as_ref(), facts.crate_sha512.as_ref()),
        },
        homepage: facts.homepage.as_deref(),
        source_info: source_info(component),
        license_concluded: NOASSERTION,
        license_declared: license.unwrap_or(NOASSERTION).to_owned(),
        copyright_text: NOASSERTION,
        description: facts.description.as_deref(),
        comment: package_comment(subject, facts),
        external_refs: external_refs(component),
        primary_package_purpose: if matches!(component.role, Role::Crate) {
            "LIBRARY"
        } else {
            "APPLICATION"
        },
        annotations: annotations(document, facts),
    }
}

fn checksums(sha256: Option<&[u8; 32]>, sha512: Option<&[u8; 64]>) -> Vec<Checksum> {
    let sha256 = sha256.map(|digest| Checksum { algorithm: "SHA256", checksum_value: hex(digest) });
    let sha512 = sha512.map(|digest| Checksum { algorithm: "SHA512", checksum_value: hex(digest) });
    sha256.into_iter().chain(sha512).collect()
}

fn package_comment(subject: Option<&Subject>, facts: &PackageFacts) -> Option<String> {
    let of_file = subject.and_then(file_comment);
    // There is a field for one of them.
    let authors = (facts.authors.len() > 1).then(|| facts.authors.join(", "));
    let publisher = facts.publisher.as_ref().map(ToString::to_string);
    let of_crate = [("authors", authors), ("published by", publisher)]
        .into_iter()
        .filter_map(|(what, value)| Some(format!("{what}: {}", value?)));
    let known: Vec<String> = of_file.into_iter().chain(of_crate).collect();
    (!known.is_empty()).then(|| known.join("; "))
}

fn external_refs(component: &Component) -> Vec<ExternalRef<'_>> {
    let facts = &component.facts;
    [
        ("PACKAGE-MANAGER", "purl", &component.purl),
        ("OTHER", "documentation", &facts.documentation),
        ("OTHER", "vcs", &facts.repository),
    ]
    .into_iter()
    .filter_map(|(reference_category, reference_type, locator)| {
        let reference_locator = locator.as_deref()?;
        Some(ExternalRef { reference_category, reference_type, reference_locator })
    })
    .collect()
}

/// What others say of a crate is told by this document, at its time.
fn annotations(document: &Document, facts: &PackageFacts) -> Vec<Annotation> {
    let annotation = |comment| Annotation {
        annotator: tool(document),
        annotation_date: document.options.timestamp.to_string(),
        annotation_type: "OTHER",
        comment,
    };
    facts.audits.iter().map(|audit| annotation(format!("audit: {audit}"))).collect()
}

fn extracted_licensing_info((id, text): (&str, Option<&str>)) -> ExtractedLicensingInfo {
    ExtractedLicensingInfo {
        license_id: id.to_owned(),
        extracted_text: text.unwrap_or(NOASSERTION).to_owned(),
        name: NOASSERTION,
        comment: match text {
            Some(_) => "what a manifest declares as the license, which is no license expression",
            None => "named in the license expression of a manifest, which does not have its text",
        },
    }
}

fn comment() -> String {
    format!(
        "The packages are the crates that the list in section {} of each binary names. \
         The standard library and libraries in other languages are not listed.",
        section::NAME,
    )
}

fn tool(document: &Document) -> String {
    let tool = &document.options.tool;
    format!("Tool: {}-{}", tool.name, tool.version)
}

/// One identifier for each component of the document.
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

fn relationships<'a>(document: &Document, ids: &'a [String]) -> Vec<Relationship<'a>> {
    let components = &document.components;
    let mut relationships = Vec::new();
    for (component, id) in components.iter().zip(ids) {
        for &index in &component.dependencies {
            let Some((dependency, dependency_id)) = components.get(index).zip(ids.get(index)) else {
                continue;
            };
            relationships.push(if matches!(component.role, Role::Release) {
                Relationship::new(id, "CONTAINS", dependency_id)
            } else if dependency.is_build_only() {
                Relationship::new(dependency_id, "BUILD_DEPENDENCY_OF", id)
            } else {
                Relationship::new(id, "DEPENDS_ON", dependency_id)
            });
        }
    }
    relationships.sort_unstable();
    if let Some(described) = ids.first() {
        relationships.insert(0, Relationship::new(DOCUMENT_ID, "DESCRIBES", described));
    }
    relationships
}

impl<'a> Relationship<'a> {
    fn new(element: &'a str, relationship_type: &'static str, related: &'a str) -> Self {
        Self { spdx_element_id: element, relationship_type, related_spdx_element: related }
    }
}

const DOCUMENT_ID: &str = "SPDXRef-DOCUMENT";
