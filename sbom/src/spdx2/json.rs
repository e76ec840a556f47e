use super::elements::SpdxDocument;
use super::tree::spdx_ids;
use crate::Document;
use std::io;

/// Writes a document as SPDX 2.3 JSON, indented by two spaces, with a newline at the end.
///
/// Writes many small pieces, so the sink should be buffered. About 1.3 kB for each crate.
///
/// # Errors
///
/// Only those of the sink.
pub fn write_json(document: &Document, mut sink: impl io::Write) -> io::Result<()> {
    let ids = spdx_ids(document);
    serde_json::to_writer_pretty(&mut sink, &SpdxDocument::new(document, &ids))?;
    sink.write_all(b"\n")
}
