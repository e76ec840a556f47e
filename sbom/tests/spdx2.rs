//! SPDX 2.3 documents say what the embedded list says, to an independent reader of both encodings.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::spdx2;
use spdx_rs::models::{Algorithm, PackageInformation, PrimaryPackagePurpose, RelationshipType, SPDX};
use spdx_rs::parsers::spdx_from_tag_value;
use std::collections::{BTreeSet, HashMap};

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

#[test]
fn the_embedded_graph_can_be_read_back_from_json() {
    for (name, graph) in graphs::table() {
        assert_eq!(graph_of(&from_json(&graph)), expected(&graph, not_blank, str::to_owned), "{name}");
    }
}

#[test]
fn the_embedded_graph_can_be_read_back_from_tag_value() {
    for (name, graph) in graphs::table() {
        assert_eq!(graph_of(&from_tag_value(&graph)), expected(&graph, line, plain), "{name}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (name, graph) in graphs::table() {
        assert_eq!(json(&graph), json(&graph.clone()), "{name}");
        assert_eq!(tag_value(&graph), tag_value(&graph.clone()), "{name}");
        assert!(json(&graph).ends_with("}\n") && tag_value(&graph).ends_with('\n'), "{name}");
    }
}

#[test]
fn identifiers_are_valid_and_unique_and_lead_somewhere() {
    for (name, graph) in graphs::table() {
        let document = from_json(&graph);
        let all: Vec<&str> = document
            .package_information
            .iter()
            .map(|package| package.package_spdx_identifier.as_str())
            .chain(["SPDXRef-DOCUMENT"])
            .collect();
        let known: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(known.len(), all.len(), "{name}: an identifier is not unique");
        for id in &known {
            let rest = id.strip_prefix("SPDXRef-").unwrap();
            let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            assert!(!rest.is_empty() && rest.chars().all(is_valid), "{name}: {id}");
        }
        for relationship in &document.relationships {
            assert!(known.contains(relationship.spdx_element_id.as_str()), "{name}: {relationship:?}");
            assert!(known.contains(relationship.related_spdx_element.as_str()), "{name}: {relationship:?}");
        }
    }
}

#[test]
fn the_described_package_is_the_file() {
    for (name, graph) in graphs::table() {
        let document = from_json(&graph);
        let application = application(&document);
        assert_eq!(application.primary_package_purpose, Some(PrimaryPackagePurpose::Application), "{name}");
        assert_eq!(application.package_file_name.as_deref(), Some("hello"), "{name}");
        let algorithms: Vec<Algorithm> =
            application.package_checksum.iter().map(|checksum| checksum.algorithm).collect();
        assert_eq!(algorithms, [Algorithm::SHA256, Algorithm::SHA512], "{name}");
        // Nobody knows where this binary can be had.
        assert_eq!(application.package_download_location, "NOASSERTION", "{name}");
    }
}

#[test]
fn what_is_reached_through_depends_on_is_what_may_be_in_the_binary() {
    let document = from_json(&named("build-dependencies"));
    let mut reached = vec![application(&document).package_spdx_identifier.as_str()];
    let mut next = 0;
    while let Some(&from) = reached.get(next) {
        reached.extend(
            edges(&document, &RelationshipType::DependsOn).filter(|edge| edge.0 == from).map(|edge| edge.1),
        );
        next += 1;
    }
    assert_eq!(reached, ["SPDXRef-Package-app-1.0.0", "SPDXRef-Package-both-1.0.0"]);
    let build: Vec<_> = edges(&document, &RelationshipType::BuildDependencyOf).collect();
    assert_eq!(
        build,
        [
            ("SPDXRef-Package-cc-1.0.0", "SPDXRef-Package-app-1.0.0"),
            ("SPDXRef-Package-shlex-1.0.0", "SPDXRef-Package-cc-1.0.0")
        ]
    );
}

#[test]
fn only_crates_of_crates_io_have_an_address_and_a_package_url() {
    let document = from_json(&named("two-sources"));
    let known: Vec<_> = document
        .package_information
        .iter()
        .filter(|package| {
            package.package_download_location != "NOASSERTION" || !package.external_reference.is_empty()
        })
        .map(|package| {
            (package.package_download_location.as_str(), &*package.external_reference[0].reference_locator)
        })
        .collect();
    assert_eq!(known, [("https://crates.io/api/v1/crates/foo/1.0.0/download", "pkg:cargo/foo@1.0.0")]);
}

#[test]
fn files_and_tools_may_have_any_name() {
    for name in graphs::HOSTILE_NAMES {
        let document = graphs::document_about(name, name);
        let (mut json, mut tag_value) = (Vec::new(), Vec::new());
        spdx2::write_json(&document, &mut json).unwrap();
        let read: SPDX = serde_json::from_slice(&json).unwrap();
        assert_eq!(application(&read).package_name, not_blank(name));
        spdx2::write_tag_value(&document, &mut tag_value).unwrap();
        let read = spdx_from_tag_value(str::from_utf8(&tag_value).unwrap()).unwrap();
        assert_eq!(application(&read).package_name, line(name));
    }
}

fn named(name: &str) -> Graph {
    graphs::table().into_iter().find(|(other, _)| *other == name).unwrap().1
}

fn json(graph: &Graph) -> String {
    let mut json = Vec::new();
    spdx2::write_json(&graphs::document(graph), &mut json).unwrap();
    String::from_utf8(json).unwrap()
}

fn tag_value(graph: &Graph) -> String {
    let mut text = Vec::new();
    spdx2::write_tag_value(&graphs::document(graph), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn from_json(graph: &Graph) -> SPDX {
    serde_json::from_str(&json(graph)).unwrap()
}

fn from_tag_value(graph: &Graph) -> SPDX {
    spdx_from_tag_value(&tag_value(graph)).unwrap()
}

fn application(document: &SPDX) -> &PackageInformation {
    let (_, id) = edges(document, &RelationshipType::Describes).next().unwrap();
    document.package_information.iter().find(|package| package.package_spdx_identifier == id).unwrap()
}

fn edges<'a>(
    document: &'a SPDX,
    relationship_type: &'a RelationshipType,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    document
        .relationships
        .iter()
        .filter(move |relationship| relationship.relationship_type == *relationship_type)
        .map(|relationship| (&*relationship.spdx_element_id, &*relationship.related_spdx_element))
}

/// The graph that a document tells of.
fn graph_of(document: &SPDX) -> Graph {
    let listed: Vec<&PackageInformation> =
        document.package_information.iter().filter(|package| listed_info(package).is_some()).collect();
    let index: HashMap<&str, u32> =
        listed.iter().map(|package| package.package_spdx_identifier.as_str()).zip(0u32..).collect();
    let mut dependencies: HashMap<&str, Vec<u32>> = HashMap::new();
    for (from, to) in edges(document, &RelationshipType::DependsOn)
        .chain(edges(document, &RelationshipType::BuildDependencyOf).map(|(to, from)| (from, to)))
    {
        dependencies.entry(from).or_default().push(index[to]);
    }
    let build: BTreeSet<&str> =
        edges(document, &RelationshipType::BuildDependencyOf).map(|(id, _)| id).collect();
    let root = application(document);
    let packages = listed.into_iter().map(|package| {
        let id = package.package_spdx_identifier.as_str();
        let (kind, source) = listed_info(package).unwrap();
        // The relationships alone would not say it of a build package that nothing depends on.
        assert!(kind == "build" || !build.contains(id), "{id}");
        Package {
            name: package.package_name.clone(),
            version: Version::parse(package.package_version.as_ref().unwrap()).unwrap(),
            source: Source::from(source),
            kind: if kind == "build" { Kind::Build } else { Kind::Runtime },
            dependencies: dependencies.remove(id).unwrap_or_default(),
            is_root: package == root,
        }
    });
    let info = root.source_information.as_ref().unwrap();
    let (_, format) = info.split_once("its list of format ").unwrap();
    let format = format.split(' ').next().unwrap().parse().unwrap();
    Graph::new(packages.collect(), Format(format)).unwrap()
}

/// Kind and source of what stands in the list.
fn listed_info(package: &PackageInformation) -> Option<(&str, &str)> {
    let info = package.source_information.as_ref()?;
    info.split_once("listed in section .dep-v0 as a ")?.1.split_once(" package; source: ")
}

/// The graph with its texts as an encoding can write them.
fn expected(graph: &Graph, name: impl Fn(&str) -> String, source: impl Fn(&str) -> String) -> Graph {
    let packages = graph.packages().iter().map(|package| Package {
        name: name(&package.name),
        source: Source::from(&*source(package.source.as_str())),
        ..package.clone()
    });
    Graph::new(packages.collect(), graph.format()).unwrap()
}

fn not_blank(text: &str) -> String {
    if text.trim().is_empty() { "(unnamed)".to_owned() } else { text.to_owned() }
}

/// Text without what tag-value has no way to write.
fn plain(text: &str) -> String {
    let plain = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { '\u{fffd}' } else { c };
    let text: String = text.chars().map(plain).collect();
    text.replace("<text>", "\u{fffd}text>").replace("</text>", "\u{fffd}/text>")
}

/// A value that ends with its line: the reader takes spaces before it for a part of the separator.
fn line(text: &str) -> String {
    plain(&not_blank(text)).trim_start_matches(' ').to_owned()
}
