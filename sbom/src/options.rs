use crate::Timestamp;

/// What a document says about its own making.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The program that writes the document.
    pub tool: Tool,
    /// When the document is written. The caller decides: a clock, or `SOURCE_DATE_EPOCH` for documents that can be
    /// reproduced byte for byte.
    pub timestamp: Timestamp,
}

impl Options {
    /// The options that every document needs.
    pub fn new(tool: Tool, timestamp: Timestamp) -> Self {
        Self { tool, timestamp }
    }
}

/// A program that writes documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}
