//! CycloneDX documents as XML say what the embedded list says, to a reader that knows nothing but XML.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::cyclonedx;
use roxmltree::{Document, Node};
use std::collections::HashMap;

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

#[test]
fn the_embedded_graph_can_be_read_back() {
    for (name, graph) in graphs::table() {
        for version in cyclonedx::Version::ALL {
            let mut text = Vec::new();
            cyclonedx::write_xml(&graphs::document(&graph), version, &mut text).unwrap();
            let text = String::from_utf8(text).unwrap();
            assert!(text.ends_with("</bom>\n"), "{name}, {version}");
            let document =
                Document::parse(&text).unwrap_or_else(|error| panic!("{name}, {version}: {error}"));
            let namespace = format!("http://cyclonedx.org/schema/bom/{version}");
            assert_eq!(document.root_element().tag_name().namespace(), Some(&*namespace));
            assert_eq!(graph_of(document.root_element()), expected(&graph), "{name}, {version}");
        }
    }
}

#[test]
fn hostile_facts_are_well_formed() {
    for (extension, text) in graphs::encodings(&graphs::hostile_facts()) {
        if extension.ends_with("xml") {
            let text = String::from_utf8(text).unwrap();
            Document::parse(&text).unwrap_or_else(|error| panic!("{extension}: {error}"));
        }
    }
}

/// The graph that a document tells of.
fn graph_of(bom: Node<'_, '_>) -> Graph {
    let application = child(child(bom, "metadata"), "component");
    let components = std::iter::once(application).chain(elements(child(bom, "components")));
    let listed: Vec<Node<'_, '_>> =
        components.filter(|component| property(*component, "auditable:source").is_some()).collect();
    let index: HashMap<&str, u32> =
        listed.iter().map(|component| component.attribute("bom-ref").unwrap()).zip(0u32..).collect();
    let nodes: HashMap<&str, Node<'_, '_>> =
        elements(child(bom, "dependencies")).map(|node| (node.attribute("ref").unwrap(), node)).collect();
    let packages = listed.iter().map(|component| Package {
        name: text(child(*component, "name")).to_owned(),
        version: Version::parse(text(child(*component, "version"))).unwrap(),
        source: Source::from(property(*component, "auditable:source").unwrap()),
        kind: match property(*component, "auditable:kind").unwrap() {
            "build" => Kind::Build,
            _ => Kind::Runtime,
        },
        dependencies: elements(nodes[component.attribute("bom-ref").unwrap()])
            .map(|node| index[node.attribute("ref").unwrap()])
            .collect(),
        is_root: *component == application,
    });
    let format = property(application, "auditable:format").unwrap().parse().unwrap();
    Graph::new(packages.collect(), Format(format)).unwrap()
}

fn elements<'a, 'input: 'a>(of: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    of.children().filter(Node::is_element)
}

fn child<'a, 'input>(of: Node<'a, 'input>, name: &str) -> Node<'a, 'input> {
    elements(of).find(|element| element.tag_name().name() == name).unwrap_or_else(|| panic!("no {name}"))
}

fn text<'a>(of: Node<'a, '_>) -> &'a str {
    of.text().unwrap_or_default()
}

fn property<'a>(of: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let properties = elements(of).find(|element| element.tag_name().name() == "properties")?;
    elements(properties).find(|property| property.attribute("name") == Some(name)).map(text)
}

/// The graph with its texts as XML can write them.
fn expected(graph: &Graph) -> Graph {
    let packages = graph.packages().iter().map(|package| Package {
        name: writable(&package.name),
        source: Source::from(&*writable(package.source.as_str())),
        ..package.clone()
    });
    Graph::new(packages.collect(), graph.format()).unwrap()
}

/// Text without what XML 1.0 has no way to write.
fn writable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => c,
            '\0'..=' ' if c != ' ' => '\u{fffd}',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}
