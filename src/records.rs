//! Many things of a kind, one after the other: JSON objects or text.

use crate::output::Writer;
use crate::words::Failure;
use serde::Serialize;

/// How they follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A JSON array, indented.
    Array,
    /// JSON objects, each on a line of its own (<https://github.com/ndjson/ndjson-spec>).
    Lines,
    /// Text as it is.
    Text,
    /// Text with an empty line between.
    Paragraphs,
}

impl Layout {
    /// The bytes of a JSON object, with what follows it in this layout.
    ///
    /// # Errors
    ///
    /// None for objects of texts, numbers and the like.
    pub(crate) fn object(self, object: &impl Serialize) -> Result<Vec<u8>, Failure> {
        let json = match self {
            Self::Array => serde_json::to_vec_pretty(object),
            Self::Lines | Self::Text | Self::Paragraphs => serde_json::to_vec(object),
        };
        let mut json = json.map_err(|error| Failure::new("could not write JSON").cause(error))?;
        if self == Self::Lines {
            json.push(b'\n');
        }
        Ok(json)
    }
}

/// Writes them as they come.
pub(crate) struct Records {
    layout: Layout,
    writer: Writer,
    is_empty: bool,
}

impl Records {
    pub(crate) fn new(layout: Layout, writer: Writer) -> Self {
        Self { layout, writer, is_empty: true }
    }

    /// Writes one: what [`Layout::object`] made, or text that ends with its line.
    ///
    /// # Errors
    ///
    /// As [`Writer::write`].
    pub(crate) fn write(&mut self, record: &[u8]) -> Result<(), Failure> {
        let is_first = std::mem::take(&mut self.is_empty);
        let before: &[u8] = match self.layout {
            Layout::Array if is_first => b"[\n",
            Layout::Array => b",\n",
            Layout::Paragraphs if !is_first => b"\n",
            Layout::Lines | Layout::Text | Layout::Paragraphs => b"",
        };
        self.writer.write(before)?;
        self.writer.write(record)
    }

    /// Ends the output.
    ///
    /// # Errors
    ///
    /// As [`Writer::write`].
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if self.layout == Layout::Array {
            self.writer.write(if self.is_empty { b"[]\n" } else { b"\n]\n" })?;
        }
        self.writer.finish()
    }
}
