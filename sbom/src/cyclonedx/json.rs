use super::Version;
use super::tree::Bom;
use crate::Document;
use std::io;

/// Writes a document as CycloneDX JSON, indented by two spaces, with a newline at the end.
///
/// Writes many small pieces, so the sink should be buffered. About 0.7 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_json(document: &Document, version: Version, mut sink: impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut sink, &Bom::new(document, version))?;
    sink.write_all(b"\n")
}
