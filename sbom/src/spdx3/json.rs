use super::tree::Tree;
use crate::Document;
use std::io;

/// Writes a document as SPDX 3.0.1 JSON-LD, one element on each line, with a newline at the end.
///
/// There are several elements for each crate, with long identifiers: indented, the text would be a third larger.
///
/// Writes many small pieces, so the sink should be buffered. About 4 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_json(document: &Document, mut sink: impl io::Write) -> io::Result<()> {
    let tree = Tree::new(document);
    write!(sink, "{{\"@context\":\"{CONTEXT}\",\"@graph\":[")?;
    let mut separator = "\n";
    for node in tree.graph() {
        sink.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut sink, &node)?;
        separator = ",\n";
    }
    sink.write_all(b"\n]}\n")
}

const CONTEXT: &str = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
