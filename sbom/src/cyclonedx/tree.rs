//! A document in the terms of CycloneDX: its elements, with what the version lacks left out.
//!
//! The fields stand in the order of the JSON.

use super::Version;
use crate::Document;
use crate::document::{Binary, Component as Known, Listed, Role};
use crate::identity::{UniqueNames, hex, percent_encoded};
use auditable_graph::section;
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom<'a> {
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    /// Number of the revision of this document. What is derived from a file is not revised.
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
    dependencies: Vec<Dependency<'a>>,
    compositions: Vec<Composition<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    /// From 1.5 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifecycles: Option<[Lifecycle; 1]>,
    tools: Tools<'a>,
    component: Option<Component<'a>>,
    /// Of the document itself.
    licenses: [LicenseChoice; 1],
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Lifecycle {
    phase: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Tools<'a> {
    /// Until 1.4; deprecated since.
    Legacy([LegacyTool<'a>; 1]),
    Current {
        components: [ToolComponent<'a>; 1],
    },
}

#[derive(Serialize)]
struct LegacyTool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct ToolComponent<'a> {
    r#type: &'static str,
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct LicenseChoice {
    license: License,
}

#[derive(Serialize)]
struct License {
    id: &'static str,
}

#[derive(Serialize)]
struct Component<'a> {
    r#type: &'static str,
    #[serde(rename = "bom-ref")]
    bom_ref: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
    /// From 1.5 on: what 1.4 knows as evidence is not about identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct Evidence {
    identity: Identities,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Identities {
    /// Until 1.5; deprecated since.
    One(Identity),
    Several([Identity; 1]),
}

#[derive(Serialize)]
struct Identity {
    field: &'static str,
    confidence: u8,
    methods: [Method; 1],
}

#[derive(Serialize)]
struct Method {
    technique: &'static str,
    confidence: u8,
    value: &'static str,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'static str,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency<'a> {
    r#ref: &'a str,
    depends_on: Vec<&'a str>,
}

#[derive(Serialize)]
struct Composition<'a> {
    aggregate: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assemblies: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<&'a str>,
}

impl<'a> Bom<'a> {
    /// The tree of a document with these [`bom_refs`].
    pub(super) fn new(document: &'a Document, refs: &'a [String], version: Version) -> Self {
        let mut components =
            document.components.iter().zip(refs).map(|(component, bom_ref)| (component, bom_ref.as_str()));
        let described = components.next();
        Self {
            bom_format: "CycloneDX",
            spec_version: version.as_str(),
            serial_number: document.uuid.urn().to_string(),
            version: 1,
            metadata: Metadata::new(document, described, version),
            components: components.map(|(part, bom_ref)| Component::new(part, bom_ref, version)).collect(),
            dependencies: dependencies(document, refs),
            compositions: compositions(document, refs),
        }
    }
}

impl<'a> Metadata<'a> {
    fn new(document: &'a Document, described: Option<(&'a Known, &'a str)>, version: Version) -> Self {
        let tool = &document.options.tool;
        Self {
            timestamp: document.options.timestamp.to_string(),
            lifecycles: (version >= Version::V1_5).then_some([Lifecycle { phase: "post-build" }]),
            tools: if version >= Version::V1_5 {
                Tools::Current {
                    components: [ToolComponent {
                        r#type: "application",
                        name: &tool.name,
                        version: &tool.version,
                    }],
                }
            } else {
                Tools::Legacy([LegacyTool { name: &tool.name, version: &tool.version }])
            },
            component: described.map(|(known, bom_ref)| Component::new(known, bom_ref, version)),
            licenses: [LicenseChoice { license: License { id: "CC0-1.0" } }],
            properties: vec![Property::new("auditable:section", section::NAME)],
        }
    }
}

impl<'a> Component<'a> {
    fn new(known: &'a Known, bom_ref: &'a str, version: Version) -> Self {
        let binary = known.binary();
        let mut properties: Vec<_> = binary.into_iter().flat_map(binary_properties).collect();
        properties.extend(listed_properties(known.listed.as_ref()));
        let hashes = binary.map(|binary| {
            vec![
                Hash { alg: "SHA-256", content: hex(&binary.subject.sha256) },
                Hash { alg: "SHA-512", content: hex(&binary.subject.sha512) },
            ]
        });
        let scope = if known.is_build_only() { "excluded" } else { "required" };
        let is_crate = matches!(known.role, Role::Crate);
        Self {
            r#type: if is_crate { "library" } else { "application" },
            bom_ref,
            name: &known.name,
            version: known.version.as_deref(),
            scope: is_crate.then_some(scope),
            hashes: hashes.unwrap_or_default(),
            purl: known.purl.as_deref(),
            evidence: evidence(known, version),
            properties,
        }
    }
}

impl<'a> Property<'a> {
    fn new(name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        Self { name, value: value.into() }
    }
}

fn listed_properties(listed: Option<&Listed>) -> Vec<Property<'_>> {
    let Some(listed) = listed else { return Vec::new() };
    vec![
        Property::new("auditable:kind", listed.kind.as_str()),
        Property::new("auditable:source", listed.source.as_str()),
    ]
}

fn binary_properties(binary: &Binary) -> impl Iterator<Item = Property<'_>> {
    let subject = &binary.subject;
    let format = Property::new("auditable:format", binary.format.to_string());
    let texts = [
        ("auditable:architecture", subject.architecture.as_deref()),
        ("auditable:container", subject.container.as_deref()),
        ("auditable:file-name", Some(subject.file_name.as_str())),
        ("auditable:target", subject.target.as_deref()),
    ];
    std::iter::once(format)
        .chain(texts.into_iter().filter_map(|(name, value)| Some(Property::new(name, value?))))
}

/// Crates are known because the list in the binary names them: it is a manifest, left there by the build.
fn evidence(component: &Known, version: Version) -> Option<Evidence> {
    if version < Version::V1_5 || component.listed.is_none() {
        return None;
    }
    let identity = Identity {
        field: if component.purl.is_some() { "purl" } else { "name" },
        confidence: 1,
        methods: [Method { technique: "manifest-analysis", confidence: 1, value: section::NAME }],
    };
    let identity =
        if version >= Version::V1_6 { Identities::Several([identity]) } else { Identities::One(identity) };
    Some(Evidence { identity })
}

/// One reference for each of [`Document::components`]: the package URL, or else a text of the same look that says
/// name, version and source. It stays the same from document to document, unless the list names two packages that
/// agree in all of that.
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
    match (&component.listed, &component.version) {
        (Some(listed), Some(version)) => {
            format!("{name}@{}?source={}", percent_encoded(version), percent_encoded(listed.source.as_str()))
        }
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

/// How far the document can be relied on: the standard library and C libraries are not listed, and the
/// dependencies between crates are all there only if the list says exactly what was compiled.
fn compositions<'a>(document: &Document, refs: &'a [String]) -> Vec<Composition<'a>> {
    let mut compositions = vec![Composition {
        aggregate: "incomplete",
        assemblies: sorted(refs.first()),
        dependencies: Vec::new(),
    }];
    for (aggregate, is_complete) in [("complete", true), ("unknown", false)] {
        let components = document.components.iter().zip(refs);
        let dependencies = sorted(
            components
                .filter(|(component, _)| component.dependencies_are_all == is_complete)
                .map(|(_, bom_ref)| bom_ref),
        );
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
