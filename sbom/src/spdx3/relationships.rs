use super::elements::{CREATION_INFO, Node, Relationship};
use super::tree::Tree;
use crate::document::{Component, Role};

/// How components, files and licences belong together.
pub(super) fn relationships<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = Node<'a>> {
    tree.components().flat_map(move |(index, component, from)| {
        let mut all = dependencies(tree, component, from);
        all.extend(of_files(tree, index, from));
        if !matches!(component.role, Role::Release) {
            all.extend(of_licenses(tree, component, from));
        }
        let name = from.rsplit('/').next().unwrap_or_default();
        (1..).zip(all).map(move |(number, mut relationship)| {
            relationship.spdx_id = tree.ids.of("relationship", format_args!("{name}/{number}"));
            match relationship.scope {
                Some(_) => Node::LifecycleScopedRelationship(relationship),
                None => Node::Relationship(relationship),
            }
        })
    })
}

fn dependencies<'a>(tree: &'a Tree<'_>, component: &Component, from: &'a str) -> Vec<Relationship<'a>> {
    let to = |is_build_only: bool| -> Vec<&'a str> {
        let is_wanted = |&&index: &&usize| {
            tree.document.components.get(index).is_some_and(|to| to.is_build_only() == is_build_only)
        };
        let wanted = component.dependencies.iter().filter(is_wanted);
        wanted.filter_map(|&index| tree.ids.packages.get(index)).map(String::as_str).collect()
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

fn of_files<'a>(tree: &'a Tree<'_>, component: usize, id: &'a str) -> impl Iterator<Item = Relationship<'a>> {
    let artifacts: Vec<&str> = tree.files.artifacts(component).collect();
    let distributed = (!artifacts.is_empty()).then(|| relationship(id, "hasDistributionArtifact", artifacts));
    let source = tree.files.source(component);
    let generated = source.map(|source| relationship(source, "generates", vec![id]));
    distributed.into_iter().chain(generated)
}

fn of_licenses<'a>(tree: &'a Tree<'_>, component: &Component, from: &'a str) -> [Relationship<'a>; 2] {
    let license = component.facts.license.as_ref().and_then(|license| tree.licenses.of(license));
    let to = || vec![license.unwrap_or(NOASSERTION_LICENSE)];
    [
        Relationship {
            comment: license.map(|_| "concluded from what the manifest declares, and from nothing else"),
            ..relationship(from, "hasConcludedLicense", to())
        },
        relationship(from, "hasDeclaredLicense", to()),
    ]
}

fn relationship<'a>(from: &'a str, relationship_type: &'static str, to: Vec<&'a str>) -> Relationship<'a> {
    Relationship {
        spdx_id: String::new(),
        creation_info: CREATION_INFO,
        comment: None,
        from,
        relationship_type,
        to,
        scope: None,
        completeness: None,
    }
}

const NOASSERTION_LICENSE: &str = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense";
