//! CycloneDX documents say what the embedded list says, to our own eyes and to an independent reader.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::{Artifact, Document, Subject, cyclonedx};
use cyclonedx_bom::models::bom::Bom;
use cyclonedx_bom::models::component::{Component, Scope};
use cyclonedx_bom::validation::Validate;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

#[test]
fn the_embedded_graph_can_be_read_back() {
    for (name, graph) in graphs::table() {
        for version in cyclonedx::Version::ALL {
            assert_eq!(graph_of(&json(&graph, version)), graph, "{name}, {version}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (name, graph) in graphs::table() {
        for version in cyclonedx::Version::ALL {
            assert_eq!(text(&graph, version), text(&graph.clone(), version), "{name}, {version}");
        }
    }
}

#[test]
fn references_are_unique_and_lead_somewhere() {
    for (name, graph) in graphs::table() {
        let bom = json(&graph, cyclonedx::Version::default());
        let all: Vec<&str> = components(&bom).map(|component| string(component, "bom-ref")).collect();
        let known: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(known.len(), all.len(), "{name}: a reference is not unique");
        let nodes: BTreeSet<&str> = array(&bom["dependencies"]).map(|node| string(node, "ref")).collect();
        assert_eq!(nodes, known, "{name}: a component has no node, or a node has no component");
        let used = array(&bom["dependencies"]).flat_map(|node| array(&node["dependsOn"])).chain(
            array(&bom["compositions"]).flat_map(|composition| {
                array(&composition["assemblies"]).chain(array(&composition["dependencies"]))
            }),
        );
        for reference in used {
            assert!(known.contains(reference.as_str().unwrap()), "{name}: {reference} leads nowhere");
        }
    }
}

/// cyclonedx-bom knows the versions up to 1.5.
#[test]
fn an_independent_reader_finds_the_same_facts() {
    for (name, graph) in graphs::table() {
        for version in [cyclonedx::Version::V1_4, cyclonedx::Version::V1_5] {
            let bom = Bom::parse_from_json(text(&graph, version).as_bytes())
                .unwrap_or_else(|error| panic!("{name}, {version}: {error:?}"));
            assert_eq!(graph_of_reader(&bom), graph, "{name}, {version}");
            // It changes spaces in names when it reads XML.
            if name != "hostile" {
                let xml = xml(&graph, version);
                let bom = match version {
                    cyclonedx::Version::V1_4 => Bom::parse_from_xml_v1_4(xml.as_bytes()),
                    _ => Bom::parse_from_xml_v1_5(xml.as_bytes()),
                };
                let bom = bom.unwrap_or_else(|error| panic!("{name}, {version}, XML: {error:?}"));
                assert_eq!(graph_of_reader(&bom), graph, "{name}, {version}, XML");
            }
            let application = bom.metadata.as_ref().unwrap().component.as_ref().unwrap();
            assert_eq!(application.hashes.as_ref().unwrap().0.len(), 2, "{name}, {version}");
            // What the reader itself finds wrong: text with line breaks, for one, is not normalized.
            if name != "hostile" {
                let result = bom.validate_version(bom.spec_version);
                assert!(result.passed(), "{name}, {version}: {result:?}");
            }
        }
    }
}

#[test]
fn only_crates_of_crates_io_have_a_package_url() {
    let bom = json(&named("two-sources"), cyclonedx::Version::default());
    let purls: Vec<&str> = components(&bom).filter_map(|component| component["purl"].as_str()).collect();
    assert_eq!(purls, ["pkg:cargo/foo@1.0.0"]);
    let bom = json(&named("two-versions"), cyclonedx::Version::default());
    let purls: Vec<&str> = components(&bom).filter_map(|component| component["purl"].as_str()).collect();
    assert_eq!(
        purls,
        ["pkg:cargo/rand@0.8.5", "pkg:cargo/rand@0.9.0-rc.1", "pkg:cargo/zstd-sys@2.0.15%2Bzstd.1.5.7"]
    );
}

#[test]
fn a_list_without_a_root_describes_the_file() {
    let bom = json(&named("no-root"), cyclonedx::Version::default());
    let application = &bom["metadata"]["component"];
    assert_eq!((string(application, "name"), &application["version"]), ("hello", &Value::Null));
    let node = array(&bom["dependencies"]).find(|node| node["ref"] == application["bom-ref"]).unwrap();
    let direct: Vec<&str> = array(&node["dependsOn"]).filter_map(Value::as_str).collect();
    assert_eq!(direct, ["pkg:cargo/a@1.0.0", "pkg:cargo/c@1.0.0", "pkg:cargo/d@1.0.0"]);
}

#[test]
fn dependencies_are_complete_only_where_the_list_is_exact() {
    let aggregates = |name: &str| -> Vec<(String, usize)> {
        let bom = json(&named(name), cyclonedx::Version::default());
        array(&bom["compositions"])
            .map(|c| (string(c, "aggregate").to_owned(), array(&c["dependencies"]).count()))
            .collect()
    };
    let pairs = |pairs: &[(&str, usize)]| -> Vec<(String, usize)> {
        pairs.iter().map(|&(word, count)| (word.to_owned(), count)).collect()
    };
    assert_eq!(aggregates("build-dependencies"), pairs(&[("incomplete", 0), ("complete", 5)]));
    assert_eq!(aggregates("later-format"), pairs(&[("incomplete", 0), ("complete", 2)]));
    assert_eq!(aggregates("inexact"), pairs(&[("incomplete", 0), ("unknown", 3)]));
    assert_eq!(aggregates("no-root"), pairs(&[("incomplete", 0), ("unknown", 5)]));
}

#[test]
fn references_do_not_depend_on_what_else_is_listed() {
    let refs = |names: &[&str]| -> BTreeMap<String, String> {
        let package = |name: &&str| Package::new(*name, Version::new(1, 0, 0), Source::Local);
        let graph = Graph::new(names.iter().map(package).collect(), Format(8)).unwrap();
        let bom = json(&graph, cyclonedx::Version::default());
        array(&bom["components"])
            .map(|c| (string(c, "name").to_owned(), string(c, "bom-ref").to_owned()))
            .collect()
    };
    let (few, many) = (refs(&["b", "d"]), refs(&["a", "b", "c", "d", "e"]));
    for (name, reference) in &few {
        assert_eq!(many[name], *reference);
    }
}

#[test]
fn a_renamed_or_changed_file_has_another_serial_number() {
    let serial = |subject: Subject| {
        let document = Document::new(&Artifact::new(named("one-package"), subject), graphs::options());
        let mut json = Vec::new();
        cyclonedx::write_json(&document, cyclonedx::Version::default(), &mut json).unwrap();
        let bom: Value = serde_json::from_slice(&json).unwrap();
        string(&bom, "serialNumber").to_owned()
    };
    let serials: BTreeSet<String> = [("a", 1), ("b", 1), ("a", 2), ("a", 1)]
        .into_iter()
        .map(|(name, byte)| serial(Subject::new(name, [byte; 32], [byte; 64])))
        .collect();
    assert_eq!(serials.len(), 3);
}

#[test]
fn files_and_tools_may_have_any_name() {
    for name in graphs::HOSTILE_NAMES {
        let mut json = Vec::new();
        let document = graphs::document_about(name, name);
        cyclonedx::write_json(&document, cyclonedx::Version::V1_5, &mut json).unwrap();
        let bom = Bom::parse_from_json(&*json).unwrap_or_else(|error| panic!("{name:?}: {error:?}"));
        assert_eq!(*bom.metadata.unwrap().component.unwrap().name, **name);
    }
}

fn named(name: &str) -> Graph {
    graphs::table().into_iter().find(|(other, _)| *other == name).unwrap().1
}

fn text(graph: &Graph, version: cyclonedx::Version) -> String {
    let mut json = Vec::new();
    cyclonedx::write_json(&graphs::document(graph), version, &mut json).unwrap();
    String::from_utf8(json).unwrap()
}

fn xml(graph: &Graph, version: cyclonedx::Version) -> String {
    let mut xml = Vec::new();
    cyclonedx::write_xml(&graphs::document(graph), version, &mut xml).unwrap();
    String::from_utf8(xml).unwrap()
}

fn json(graph: &Graph, version: cyclonedx::Version) -> Value {
    serde_json::from_str(&text(graph, version)).unwrap()
}

/// The graph that a document tells of.
fn graph_of(bom: &Value) -> Graph {
    let application = &bom["metadata"]["component"];
    // A file that is described for want of a root has no source.
    let listed: Vec<&Value> =
        components(bom).filter(|component| property(component, "auditable:source").is_some()).collect();
    let index: HashMap<&str, u32> =
        listed.iter().map(|component| string(component, "bom-ref")).zip(0u32..).collect();
    let dependencies: HashMap<&str, &Value> =
        array(&bom["dependencies"]).map(|node| (string(node, "ref"), &node["dependsOn"])).collect();
    let packages = listed.into_iter().map(|component| Package {
        name: string(component, "name").to_owned(),
        version: Version::parse(string(component, "version")).unwrap(),
        source: Source::from(property(component, "auditable:source").unwrap()),
        kind: match property(component, "auditable:kind") {
            Some("build") => Kind::Build,
            Some("runtime") => Kind::Runtime,
            other => panic!("kind {other:?}"),
        },
        dependencies: array(dependencies[string(component, "bom-ref")])
            .map(|reference| index[reference.as_str().unwrap()])
            .collect(),
        is_root: component == application,
    });
    let format = property(application, "auditable:format").unwrap().parse().unwrap();
    Graph::new(packages.collect(), Format(format)).unwrap()
}

fn components(bom: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(&bom["metadata"]["component"]).chain(array(&bom["components"]))
}

fn property<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    array(&of["properties"]).find(|property| property["name"] == name)?["value"].as_str()
}

fn string<'a>(of: &'a Value, key: &str) -> &'a str {
    of[key].as_str().unwrap_or_else(|| panic!("no {key} in {of}"))
}

/// The elements; none where there is no array.
fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The graph that a document tells of, as the independent reader understands it: kinds and sources from scope and
/// package URL where they say it, so that they are held against our properties.
fn graph_of_reader(bom: &Bom) -> Graph {
    let application = bom.metadata.as_ref().unwrap().component.as_ref().unwrap();
    let components = std::iter::once(application).chain(&bom.components.as_ref().unwrap().0);
    let property = |component: &Component, name: &str| -> Option<String> {
        let properties = &component.properties.as_ref()?.0;
        Some(properties.iter().find(|property| property.name == name)?.value.to_string())
    };
    let listed: Vec<&Component> =
        components.filter(|component| property(component, "auditable:source").is_some()).collect();
    let bom_ref = |component: &Component| component.bom_ref.clone().unwrap();
    let index: HashMap<String, u32> = listed.iter().map(|component| bom_ref(component)).zip(0u32..).collect();
    let nodes = &bom.dependencies.as_ref().unwrap().0;
    let packages = listed.into_iter().map(|component| {
        let source = property(component, "auditable:source").unwrap();
        let version = component.version.as_ref().unwrap().to_string();
        if let Some(purl) = &component.purl {
            assert_eq!(source, "crates.io");
            let encoded = version.replace('+', "%2B");
            assert_eq!(purl.to_string(), format!("pkg:cargo/{}@{encoded}", component.name));
        }
        let node = nodes.iter().find(|node| node.dependency_ref == bom_ref(component)).unwrap();
        Package {
            name: component.name.to_string(),
            version: Version::parse(&version).unwrap(),
            source: Source::from(&*source),
            kind: if component.scope == Some(Scope::Excluded) { Kind::Build } else { Kind::Runtime },
            dependencies: node.dependencies.iter().map(|reference| index[reference]).collect(),
            is_root: component == application,
        }
    });
    let format = property(application, "auditable:format").unwrap();
    Graph::new(packages.collect(), Format(format.parse().unwrap())).unwrap()
}
