//! A document in the terms of CycloneDX.

use super::Version;
use super::component::component;
use super::elements::{
    Bom, Composition, Contact, Dependency, LegacyTool, License, LicenseChoice, LicenseName, Lifecycle,
    Metadata, Organization, Property, ToolComponent, Tools,
};
use crate::Document;
use crate::document::{Component as Known, Role};
use crate::identity::{UniqueNames, percent_encoded};
use auditable_graph::section;

impl<'a> Bom<'a> {
    /// The tree of a document with these [`bom_refs`].
    pub(super) fn new(document: &'a Document, refs: &'a [String], version: Version) -> Self {
        let mut components =
            document.components.iter().zip(refs).map(|(known, bom_ref)| component(known, bom_ref, version));
        Self {
            bom_format: "CycloneDX",
            spec_version: version.as_str(),
            serial_number: document.serial_number(),
            version: 1,
            metadata: metadata(document, components.next(), version),
            components: components.collect(),
            dependencies: dependencies(document, refs),
            compositions: compositions(document, refs),
        }
    }
}

impl<'a> Contact<'a> {
    pub(super) fn new(contact: crate::Contact) -> Self {
        Self { name: Some(contact.name.into()), email: contact.email.map(Into::into) }
    }
}

impl<'a> Organization<'a> {
    pub(super) fn new(contact: &'a crate::Contact) -> Self {
        let email = contact.email.as_deref();
        Self {
            name: &contact.name,
            url: contact.url.as_deref().map(|url| [url]),
            contact: email.map(|email| [Contact { name: None, email: Some(email.into()) }]),
        }
    }
}

fn metadata<'a>(
    document: &'a Document,
    component: Option<super::elements::Component<'a>>,
    version: Version,
) -> Metadata<'a> {
    let options = &document.options;
    let (name, tool_version) = (options.tool.name.as_str(), options.tool.version.as_str());
    let data_license = License { name: LicenseName::Id("CC0-1.0"), acknowledgement: None };
    Metadata {
        timestamp: options.timestamp.to_string(),
        lifecycles: (version >= Version::V1_5).then_some([Lifecycle { phase: "post-build" }]),
        tools: if version >= Version::V1_5 {
            let tool = ToolComponent { r#type: "application", name, version: tool_version };
            Tools::Current { components: [tool] }
        } else {
            Tools::Legacy([LegacyTool { name, version: tool_version }])
        },
        authors: options.authors.iter().cloned().map(Contact::new).collect(),
        component,
        supplier: options.supplier.as_ref().map(Organization::new),
        licenses: [LicenseChoice::License { license: data_license }],
        properties: vec![Property::new("auditable:section", section::NAME)],
    }
}

/// One reference for each component of the document: the package URL, or else a text of the same look that says
/// name, version and source. It stays the same from document to document, unless two packages agree in all of that.
pub(super) fn bom_refs(document: &Document) -> Vec<String> {
    // Neither a package URL without a subpath nor percent-encoded text has a `#`.
    let mut names = UniqueNames::new('#');
    document.components.iter().map(|component| names.claim(bom_ref(component))).collect()
}

fn bom_ref(component: &Known) -> String {
    if let Some(purl) = &component.purl {
        return purl.clone();
    }
    let name = percent_encoded(&component.name);
    match (&component.role, &component.listed, &component.version) {
        (_, Some(listed), Some(version)) => {
            format!("{name}@{}?source={}", percent_encoded(version), percent_encoded(listed.source.as_str()))
        }
        (Role::Release, ..) => format!("release:{name}"),
        _ => format!("file:{name}"),
    }
}

/// A node for every component: one without a node would be one with unknown dependencies.
fn dependencies<'a>(document: &Document, refs: &'a [String]) -> Vec<Dependency<'a>> {
    let mut nodes: Vec<Dependency<'_>> = document
        .components
        .iter()
        .zip(refs)
        .map(|(component, bom_ref)| {
            let dependencies = component.dependencies.iter().filter_map(|&index| refs.get(index));
            Dependency { r#ref: bom_ref, depends_on: sorted(dependencies) }
        })
        .collect();
    nodes.sort_by_key(|node| node.r#ref);
    nodes
}

/// How far the document can be relied on: the standard library and C libraries are not listed, a release may have
/// files that nobody described, and the dependencies between crates are all there only if the list says exactly what
/// was compiled.
fn compositions<'a>(document: &Document, refs: &'a [String]) -> Vec<Composition<'a>> {
    let refs_where = |predicate: &dyn Fn(&Known) -> bool| {
        sorted(
            document
                .components
                .iter()
                .zip(refs)
                .filter(|(component, _)| predicate(component))
                .map(|(_, bom_ref)| bom_ref),
        )
    };
    let mut compositions = vec![Composition {
        aggregate: "incomplete",
        assemblies: refs_where(&|component| !matches!(component.role, Role::Crate)),
        dependencies: Vec::new(),
    }];
    for (aggregate, is_complete) in [("complete", true), ("unknown", false)] {
        let dependencies = refs_where(&|component| component.dependencies_are_all == is_complete);
        if !dependencies.is_empty() {
            compositions.push(Composition { aggregate, assemblies: Vec::new(), dependencies });
        }
    }
    compositions
}

fn sorted<'a>(refs: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    let mut refs: Vec<&str> = refs.into_iter().map(String::as_str).collect();
    refs.sort_unstable();
    refs
}
