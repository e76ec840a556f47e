use super::elements::{CREATION_INFO, Node, Relationship};
use super::files::Files;
use super::licenses::Licenses;
use super::tree::Ids;
use crate::document::{Component, Document, Role};
use std::borrow::Cow;

/// How components, files and licences belong together.
pub(super) fn relationships<'a>(
    document: &'a Document,
    ids: &'a Ids,
    files: &Files<'a>,
    licenses: &Licenses<'a>,
) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    for ((index, component), from) in document.components.iter().enumerate().zip(&ids.packages) {
        let mut all = dependencies(document, ids, component, from);
        all.extend(of_files(files, index, from));
        if !matches!(component.role, Role::Release) {
            all.extend(of_licenses(licenses, component, from));
        }
        for (number, mut relationship) in (1..).zip(all) {
            let name = from.rsplit('/').next().unwrap_or_default();
            relationship.spdx_id = ids.of("relationship", format_args!("{name}/{number}"));
            nodes.push(match relationship.scope {
                Some(_) => Node::LifecycleScopedRelationship(relationship),
                None => Node::Relationship(relationship),
            });
        }
    }
    nodes
}

fn dependencies<'a>(
    document: &'a Document,
    ids: &'a Ids,
    component: &Component,
    from: &'a str,
) -> Vec<Relationship<'a>> {
    let to = |is_build_only: bool| -> Vec<Cow<'a, str>> {
        let is_wanted = |&&index: &&usize| {
            document.components.get(index).is_some_and(|to| to.is_build_only() == is_build_only)
        };
        let wanted = component.dependencies.iter().filter(is_wanted);
        wanted.filter_map(|&index| ids.packages.get(index)).map(|id| id.as_str().into()).collect()
    };
    if matches!(component.role, Role::Release) {
        // A release may have files that are not described.
        let contains =
            Relationship { completeness: Some("incomplete"), ..relationship(from, "contains", to(false)) };
        return if contains.to.is_empty() { Vec::new() } else { vec![contains] };
    }
    let completeness = Some(if component.dependencies_are_all { "complete" } else { "noAssertion" });
    let depends_on =
        |scope, to| Relationship { scope: Some(scope), completeness, ..relationship(from, "dependsOn", to) };
    let (runtime, build) = (to(false), to(true));
    let mut relationships = Vec::new();
    if !build.is_empty() {
        relationships.push(depends_on("build", build));
    }
    if !runtime.is_empty() {
        relationships.push(depends_on("runtime", runtime));
    }
    relationships
}

fn of_files<'a>(files: &Files<'_>, component: usize, id: &'a str) -> Vec<Relationship<'a>> {
    let mut relationships = Vec::new();
    let to: Vec<Cow<'a, str>> = files.artifacts(component).map(|id| id.to_owned().into()).collect();
    if !to.is_empty() {
        relationships.push(relationship(id, "hasDistributionArtifact", to));
    }
    if let Some(source) = files.source(component) {
        relationships.push(relationship(source.to_owned(), "generates", vec![id.into()]));
    }
    relationships
}

fn of_licenses<'a>(licenses: &Licenses<'_>, component: &Component, from: &'a str) -> [Relationship<'a>; 2] {
    let license = component.facts.license.as_ref().and_then(|license| licenses.of(license));
    let to = || vec![license.map_or(Cow::Borrowed(NOASSERTION_LICENSE), |id| id.to_owned().into())];
    [
        Relationship {
            comment: license.map(|_| "concluded from what the manifest declares, and from nothing else"),
            ..relationship(from, "hasConcludedLicense", to())
        },
        relationship(from, "hasDeclaredLicense", to()),
    ]
}

fn relationship<'a>(
    from: impl Into<Cow<'a, str>>,
    relationship_type: &'static str,
    to: Vec<Cow<'a, str>>,
) -> Relationship<'a> {
    Relationship {
        spdx_id: String::new(),
        creation_info: CREATION_INFO,
        comment: None,
        from: from.into(),
        relationship_type,
        to,
        scope: None,
        completeness: None,
    }
}

const NOASSERTION_LICENSE: &str = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense";
