use super::Version;
use super::elements::Bom;
use super::tree::bom_refs;
use crate::Document;
use std::io;

/// Writes a document as CycloneDX JSON, indented by two spaces, with a newline at the end.
///
/// Writes many small pieces, so the sink should be buffered. About 1.3 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_json(document: &Document, version: Version, mut sink: impl io::Write) -> io::Result<()> {
    let refs = bom_refs(document);
    serde_json::to_writer_pretty(&mut sink, &Bom::new(document, &refs, version))?;
    sink.write_all(b"\n")
}
