//! SPDX 3 documents say what the embedded list says.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::{Document, spdx3};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

#[test]
fn the_embedded_graph_can_be_read_back() {
    for (name, graph) in graphs::table() {
        assert_eq!(graph_of(&json(&graphs::document(&graph))), expected(&graph), "{name}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (name, graph) in graphs::table() {
        let text = || text(&graphs::document(&graph));
        assert_eq!(text(), text(), "{name}");
        assert!(text().ends_with("}\n"), "{name}");
    }
}

#[test]
fn the_document_names_its_elements_in_their_order() {
    for (name, document) in graphs::documents() {
        let document = json(&document);
        let ids = |is_wanted: fn(&str) -> bool| -> Vec<Value> {
            let wanted = nodes(&document).filter(|node| is_wanted(node["type"].as_str().unwrap()));
            wanted.map(|node| node["spdxId"].clone()).filter(|id| !id.is_null()).collect()
        };
        let members =
            |kind: &str| nodes(&document).find(|node| node["type"] == kind).unwrap()["element"].clone();
        assert_eq!(members("SpdxDocument"), Value::Array(ids(|kind| kind != "SpdxDocument")), "{name}");
        let software = ids(|kind| matches!(kind, "software_Package" | "software_File"));
        assert_eq!(members("software_Sbom"), Value::Array(software), "{name}");
    }
}

#[test]
fn the_graph_is_flat_and_every_identifier_leads_somewhere() {
    for (name, document) in graphs::documents() {
        let document = json(&document);
        let ids: Vec<&str> = nodes(&document).filter_map(|node| node["spdxId"].as_str()).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(known.len(), ids.len(), "{name}: an identifier is not unique");
        let mut used = Vec::new();
        for node in nodes(&document) {
            for key in [
                "from",
                "to",
                "subject",
                "suppliedBy",
                "originatedBy",
                "createdBy",
                "createdUsing",
                "element",
            ] {
                match &node[key] {
                    Value::String(id) => used.push(id.as_str()),
                    Value::Array(ids) => used.extend(ids.iter().map(|id| id.as_str().unwrap())),
                    _ => {}
                }
            }
        }
        for id in used {
            let is_of_specification = id.starts_with("https://spdx.org/rdf/3.0.1/terms/");
            assert!(known.contains(id) || is_of_specification, "{name}: nothing has the identifier {id}");
        }
    }
}

#[test]
fn dependencies_are_complete_only_where_the_list_is_exact() {
    for (name, word) in
        [("build-dependencies", "complete"), ("inexact", "noAssertion"), ("no-root", "noAssertion")]
    {
        let document = json(&graphs::document(&named(name)));
        let words: BTreeSet<&str> =
            dependencies(&document).map(|relationship| string(relationship, "completeness")).collect();
        assert_eq!(words.into_iter().collect::<Vec<_>>(), [word], "{name}");
    }
}

#[test]
fn crates_are_distributed_in_the_binary_and_build_dependencies_are_not() {
    let document = json(&graphs::document(&named("build-dependencies")));
    let files: HashMap<&str, &str> = of_type(&document, "software_File")
        .map(|file| (string(file, "spdxId"), string(file, "name")))
        .collect();
    let names = names(&document);
    let mut distributed: Vec<(&str, &str)> = of_type(&document, "Relationship")
        .filter(|relationship| relationship["relationshipType"] == "hasDistributionArtifact")
        .flat_map(|relationship| {
            let from = names[string(relationship, "from")];
            array(&relationship["to"]).map(|to| (from, files[to.as_str().unwrap()])).collect::<Vec<_>>()
        })
        .collect();
    distributed.sort_unstable();
    let expected = [
        ("app", "hello"),
        ("both", "hello"),
        ("cc", "cc-1.0.0.crate"),
        ("shlex", "shlex-1.0.0.crate"),
        ("unused", "unused-1.0.0.crate"),
    ];
    assert_eq!(distributed, expected);
}

#[test]
fn unknown_licenses_are_said_to_be_unknown() {
    let document = json(&graphs::document(&named("one-package")));
    for kind in ["hasDeclaredLicense", "hasConcludedLicense"] {
        let to: Vec<&Value> = of_type(&document, "Relationship")
            .filter(|relationship| relationship["relationshipType"] == kind)
            .flat_map(|relationship| array(&relationship["to"]))
            .collect();
        assert_eq!(to, ["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"]);
    }
}

fn named(name: &str) -> Graph {
    graphs::table().into_iter().find(|(other, _)| *other == name).unwrap().1
}

fn text(document: &Document) -> String {
    let mut json = Vec::new();
    spdx3::write_json(document, &mut json).unwrap();
    String::from_utf8(json).unwrap()
}

fn json(document: &Document) -> Value {
    serde_json::from_str(&text(document)).unwrap()
}

/// The graph that a document tells of.
fn graph_of(document: &Value) -> Graph {
    let root = array(&of_type(document, "software_Sbom").next().unwrap()["rootElement"]).next().unwrap();
    let mut edges: HashMap<&str, Vec<&str>> = HashMap::new();
    for relationship in dependencies(document) {
        let to = array(&relationship["to"]).map(|to| to.as_str().unwrap());
        edges.entry(string(relationship, "from")).or_default().extend(to);
    }
    let listed: Vec<(&Value, &str, &str)> = of_type(document, "software_Package")
        .filter_map(|package| {
            let (_, info) =
                package["software_sourceInfo"].as_str()?.split_once("listed in section .dep-v0 as a ")?;
            let (kind, source) = info.split_once(" package; source: ")?;
            Some((package, kind, source))
        })
        .collect();
    let index: HashMap<&str, u32> =
        listed.iter().map(|(package, ..)| string(package, "spdxId")).zip(0u32..).collect();
    let packages = listed.iter().map(|&(package, kind, source)| Package {
        name: string(package, "name").to_owned(),
        version: Version::parse(string(package, "software_packageVersion")).unwrap(),
        source: Source::from(source),
        kind: if kind == "build" { Kind::Build } else { Kind::Runtime },
        dependencies: edges
            .get(string(package, "spdxId"))
            .into_iter()
            .flatten()
            .map(|to| index[to])
            .collect(),
        is_root: package["spdxId"] == *root,
    });
    let application =
        of_type(document, "software_Package").find(|package| package["spdxId"] == *root).unwrap();
    let (_, format) = string(application, "software_sourceInfo").split_once("its list of format ").unwrap();
    let format = format.split(' ').next().unwrap().parse().unwrap();
    Graph::new(packages.collect(), Format(format)).unwrap()
}

fn names(document: &Value) -> HashMap<&str, &str> {
    of_type(document, "software_Package")
        .map(|package| (string(package, "spdxId"), string(package, "name")))
        .collect()
}

fn dependencies(document: &Value) -> impl Iterator<Item = &Value> {
    of_type(document, "LifecycleScopedRelationship")
}

fn nodes(document: &Value) -> impl Iterator<Item = &Value> {
    array(&document["@graph"])
}

fn of_type<'a>(document: &'a Value, wanted: &'a str) -> impl Iterator<Item = &'a Value> {
    nodes(document).filter(move |node| node["type"] == wanted)
}

fn string<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_else(|| panic!("no {key} in {of}"))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A name must be there.
fn expected(graph: &Graph) -> Graph {
    let packages = graph.packages().iter().map(|package| Package {
        name: if package.name.trim().is_empty() { "(unnamed)".to_owned() } else { package.name.clone() },
        ..package.clone()
    });
    Graph::new(packages.collect(), graph.format()).unwrap()
}
