//! Where the list lies in a binary.
//!
//! Content of the section, in every container: one zlib stream (RFC 1950) of compact UTF-8 JSON. In PE files the
//! raw data is padded with zeros after the stream.

/// Name of the section in ELF and PE, of the custom section in wasm, and of the section in Mach-O.
pub const NAME: &str = ".dep-v0";

/// Segment of the section in Mach-O, where a section's name has two parts.
pub const MACHO_SEGMENT: &str = "__DATA";

/// The symbol at the start of the section, in the object file that is linked in: linkers are told to keep it.
pub const SYMBOL: &str = "AUDITABLE_VERSION_INFO";
