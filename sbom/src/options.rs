use crate::Timestamp;
use serde::Serialize;

/// What a document says about its own making.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The program that writes the document.
    pub tool: Tool,
    /// When the document is written. The caller decides: a clock, or `SOURCE_DATE_EPOCH` for documents that can be
    /// reproduced byte for byte.
    pub timestamp: Timestamp,
    /// The people who answer for the document.
    pub authors: Vec<Contact>,
    /// Who supplies what the document describes, and with it the crates that have no other source than its own tree.
    pub supplier: Option<Contact>,
}

impl Options {
    /// The options that every document needs.
    pub fn new(tool: Tool, timestamp: Timestamp) -> Self {
        Self { tool, timestamp, authors: Vec::new(), supplier: None }
    }
}

/// A program that writes documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A person or an organisation, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// Its name, such as `Example Ltd`.
    pub name: String,
    /// A mail address, such as `security@example.com`.
    pub email: Option<String>,
    /// The address of a page, such as `https://example.com`.
    pub url: Option<String>,
}

impl Contact {
    /// Someone of whom no more is known than the name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), email: None, url: None }
    }
}
