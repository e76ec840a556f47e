//! A document in the terms of SPDX 3.

use super::agents::Agents;
use super::elements::{Annotation, CREATION_INFO, Collection, CreationInfo, Node};
use super::files::Files;
use super::licenses::Licenses;
use super::packages::package;
use super::relationships::relationships;
use crate::document::{Component, Document};
use crate::identity::UniqueNames;
use crate::spdx::{document_name, id_string};
use crate::{Audit, AuditKind};
use auditable_graph::section;
use serde::ser::{Serialize, SerializeSeq as _, Serializer};

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

/// A document in terms of SPDX 3: what has an identifier, and who is who.
///
/// There are several elements for each crate, so they are made one at a time, as they are written: all of them together
/// would take more memory than the text.
pub(super) struct Tree<'a> {
    pub(super) document: &'a Document,
    pub(super) ids: Ids,
    agents: Agents<'a>,
    pub(super) licenses: Licenses<'a>,
    pub(super) files: Files<'a>,
    document_id: String,
    sbom_id: String,
}

impl<'a> Tree<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let ids = Ids::new(document);
        Self {
            document,
            agents: Agents::new(document, &ids),
            licenses: Licenses::new(document, &ids),
            files: Files::new(document, &ids),
            document_id: ids.of("document", "spdx"),
            sbom_id: ids.of("document", "sbom"),
            ids,
        }
    }

    /// The components, each with its index and its identifier.
    pub(super) fn components(&self) -> impl Iterator<Item = (usize, &Component, &str)> {
        let components = self.document.components.iter().zip(&self.ids.packages).enumerate();
        components.map(|(index, (component, id))| (index, component, id.as_str()))
    }

    /// The nodes of the graph, in an order that depends on nothing but the document.
    pub(super) fn graph(&self) -> impl Iterator<Item = Node<'_>> {
        let creation_info = CreationInfo {
            id: CREATION_INFO,
            spec_version: "3.0.1",
            created: self.document.options.timestamp.to_string(),
            created_by: self.agents.creators(),
            created_using: vec![self.agents.tool()],
        };
        let packages = self.components().map(|(_, component, id)| package(component, id, &self.agents));
        [Node::CreationInfo(creation_info), Node::Document(self.spdx_document()), Node::Sbom(self.sbom())]
            .into_iter()
            .chain(self.agents.nodes())
            .chain(packages.map(|package| Node::Package(Box::new(package))))
            .chain(self.files.nodes())
            .chain(self.others())
    }

    /// The identifiers of packages and files, in the order of the graph.
    fn software_ids(&self) -> impl Iterator<Item = &str> {
        self.ids.packages.iter().map(String::as_str).chain(self.files.ids())
    }

    /// What stands behind packages and files.
    fn others(&self) -> impl Iterator<Item = Node<'_>> {
        self.licenses.nodes().chain(relationships(self)).chain(annotations(self))
    }

    fn spdx_document(&self) -> Collection<'_> {
        Collection {
            spdx_id: &self.document_id,
            creation_info: CREATION_INFO,
            name: document_name(self.document),
            comment: None,
            data_license: Some(self.licenses.of_document()),
            profile_conformance: PROFILES,
            sbom_type: &[],
            root_element: vec![&self.sbom_id],
            element: Members::All(self),
        }
    }

    fn sbom(&self) -> Collection<'_> {
        Collection {
            spdx_id: &self.sbom_id,
            creation_info: CREATION_INFO,
            name: document_name(self.document),
            comment: Some(format!(
                "The crates are those that the list in section {} of each binary names. \
                 The standard library and libraries in other languages are not listed.",
                section::NAME
            )),
            data_license: None,
            profile_conformance: PROFILES,
            sbom_type: &["analyzed"],
            root_element: self.ids.packages.first().map(String::as_str).into_iter().collect(),
            element: Members::Software(self),
        }
    }
}

/// The identifiers of what belongs to a collection.
pub(super) enum Members<'a> {
    /// All elements but the document itself.
    All(&'a Tree<'a>),
    /// Packages and files.
    Software(&'a Tree<'a>),
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Software(tree) => serializer.collect_seq(tree.software_ids()),
            Self::All(tree) => {
                let mut ids = serializer.serialize_seq(None)?;
                ids.serialize_element(&tree.sbom_id)?;
                for agent in tree.agents.nodes() {
                    ids.serialize_element(&agent.spdx_id())?;
                }
                for id in tree.software_ids() {
                    ids.serialize_element(id)?;
                }
                for node in tree.others() {
                    ids.serialize_element(&node.spdx_id())?;
                }
                ids.end()
            }
        }
    }
}

fn annotations<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = Node<'a>> {
    let statements = tree.components().flat_map(|(_, component, subject)| {
        let publisher = component.facts.publisher.as_ref();
        let published = publisher.map(|publisher| ("other", format!("published by: {publisher}")));
        let audits =
            component.facts.audits.iter().map(|audit| (annotation_type(audit), format!("audit: {audit}")));
        published.into_iter().chain(audits).map(move |(kind, statement)| (kind, subject, statement))
    });
    (0u64..).zip(statements).map(|(number, (annotation_type, subject, statement))| {
        Node::Annotation(Annotation {
            spdx_id: tree.ids.of("annotation", number),
            creation_info: CREATION_INFO,
            annotation_type,
            subject,
            statement,
        })
    })
}

/// Only who looked at it reviewed it.
fn annotation_type(audit: &Audit) -> &'static str {
    match audit.kind {
        AuditKind::Full | AuditKind::Delta { .. } | AuditKind::Violation => "review",
        AuditKind::Wildcard { .. } | AuditKind::Trusted { .. } | AuditKind::Exemption => "other",
    }
}

const PROFILES: &[&str] = &["core", "software", "simpleLicensing"];
