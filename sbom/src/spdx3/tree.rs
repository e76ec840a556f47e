//! A document in the terms of SPDX 3.

use super::agents::Agents;
use super::elements::{Annotation, CREATION_INFO, Collection, CreationInfo, Node};
use super::files::Files;
use super::licenses::Licenses;
use super::packages::package;
use super::relationships::relationships;
use crate::document::Document;
use crate::identity::UniqueNames;
use crate::spdx::{document_name, id_string};
use crate::{Audit, AuditKind};
use auditable_graph::section;

/// The identifiers of a document, which begin with the address of its own.
pub(super) struct Ids {
    /// Such as `https://spdx.org/spdxdocs/8cfd2d5b-6f1b-5b3f-9b0f-1f0e7e0b3c5a/`.
    namespace: String,
    /// Of each component.
    pub(super) packages: Vec<String>,
}

impl Ids {
    pub(super) fn new(document: &Document) -> Self {
        let namespace = format!("https://spdx.org/spdxdocs/{}/", document.uuid.hyphenated());
        let mut names = UniqueNames::new('-');
        let packages = document
            .components
            .iter()
            .map(|component| {
                let name = match &component.version {
                    Some(version) => format!("{}-{}", id_string(&component.name), id_string(version)),
                    None => id_string(&component.name),
                };
                format!("{namespace}package/{}", names.claim(name))
            })
            .collect();
        Self { namespace, packages }
    }

    /// The identifier of something else, whose name must be unique.
    pub(super) fn of(&self, kind: &str, name: impl std::fmt::Display) -> String {
        format!("{}{kind}/{name}", self.namespace)
    }
}

/// The nodes of the graph, in an order that depends on nothing but the document.
pub(super) fn graph<'a>(document: &'a Document, ids: &'a Ids) -> Vec<Node<'a>> {
    let agents = Agents::new(document, ids);
    let licenses = Licenses::new(document, ids);
    let files = Files::new(document, ids);
    let mut elements: Vec<Node<'a>> = agents.nodes();
    let packages = document.components.iter().zip(&ids.packages);
    elements.extend(packages.map(|(component, id)| Node::Package(Box::new(package(component, id, &agents)))));
    elements.extend(files.nodes());
    let software: Vec<String> = elements
        .iter()
        .filter(|node| matches!(node, Node::Package(_) | Node::File(_)))
        .filter_map(|node| node.spdx_id().map(str::to_owned))
        .collect();
    let relationships = relationships(document, ids, &files, &licenses);
    let data_license = licenses.of_document();
    elements.extend(licenses.nodes());
    elements.extend(relationships);
    elements.extend(annotations(document, ids));
    let sbom = sbom(document, ids, software);
    let mut all = vec![sbom.spdx_id.clone()];
    all.extend(elements.iter().filter_map(|node| node.spdx_id().map(str::to_owned)));
    let creation_info = CreationInfo {
        id: CREATION_INFO,
        spec_version: "3.0.1",
        created: document.options.timestamp.to_string(),
        created_by: agents.creators(),
        created_using: vec![agents.tool()],
    };
    let document = Node::Document(Collection {
        spdx_id: ids.of("document", "spdx"),
        creation_info: CREATION_INFO,
        name: document_name(document),
        comment: None,
        data_license: Some(data_license),
        profile_conformance: PROFILES,
        sbom_type: &[],
        root_element: vec![sbom.spdx_id.clone()],
        element: all,
    });
    let mut graph = vec![Node::CreationInfo(creation_info), document, Node::Sbom(sbom)];
    graph.extend(elements);
    graph
}

fn sbom<'a>(document: &'a Document, ids: &Ids, element: Vec<String>) -> Collection<'a> {
    Collection {
        spdx_id: ids.of("document", "sbom"),
        creation_info: CREATION_INFO,
        name: document_name(document),
        comment: Some(format!(
            "The crates are those that the list in section {} of each binary names. \
             The standard library and libraries in other languages are not listed.",
            section::NAME
        )),
        data_license: None,
        profile_conformance: PROFILES,
        sbom_type: &["analyzed"],
        root_element: ids.packages.first().cloned().into_iter().collect(),
        element,
    }
}

fn annotations<'a>(document: &'a Document, ids: &'a Ids) -> Vec<Node<'a>> {
    let mut annotations = Vec::new();
    for (component, subject) in document.components.iter().zip(&ids.packages) {
        let publisher = component.facts.publisher.as_ref();
        let published = publisher.map(|publisher| ("other", format!("published by: {publisher}")));
        let audits =
            component.facts.audits.iter().map(|audit| (annotation_type(audit), format!("audit: {audit}")));
        for (annotation_type, statement) in published.into_iter().chain(audits) {
            annotations.push(Node::Annotation(Annotation {
                spdx_id: ids.of("annotation", annotations.len()),
                creation_info: CREATION_INFO,
                annotation_type,
                subject,
                statement,
            }));
        }
    }
    annotations
}

/// Only who looked at it reviewed it.
fn annotation_type(audit: &Audit) -> &'static str {
    match audit.kind {
        AuditKind::Full | AuditKind::Delta { .. } | AuditKind::Violation => "review",
        AuditKind::Wildcard { .. } | AuditKind::Trusted { .. } | AuditKind::Exemption => "other",
    }
}

const PROFILES: &[&str] = &["core", "software", "simpleLicensing"];
