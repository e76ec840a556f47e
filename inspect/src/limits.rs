//! How much is read of a file, at most.
//!
//! A file says itself how large its parts are, and may lie. Each limit is far above what real files have and
//! low enough that a hostile file costs about what a real one does. What exceeds a limit is an
//! [`Error::Limit`](crate::Error::Limit). The limit on the JSON of one list is
//! [`MAX_JSON_BYTES`](auditable_graph::limits::MAX_JSON_BYTES).

/// Most bytes that are read of the headers and tables of one binary: 64 MiB. An object file with a section
/// for each of 200,000 functions has 13 MB of section headers and about as much of section names.
pub const MAX_HEADER_BYTES: u64 = 64 << 20;

/// Most sections of an ELF binary, and of all modules in a wasm file together. PE counts with 16 bits, and the
/// sections of Mach-O meet [`MAX_HEADER_BYTES`] first.
pub const MAX_SECTIONS: u64 = 1 << 20;

/// Most compressed bytes of all sections with the name of the list in one file, padding included: 16 MiB.
/// Incompressible JSON of the largest size that is read needs 8 MiB and some kB.
pub const MAX_COMPRESSED_BYTES: u64 = 16 << 20;

/// Most inflated bytes of all lists in one file: 16 MiB, two lists of the largest size. Real lists have about
/// 60 kB.
pub const MAX_FILE_JSON_BYTES: u64 = 16 << 20;

/// Most lists in one file. Each of the [`MAX_MODULES`] modules of a component may have one, or a few.
pub const MAX_LISTS: u64 = 4096;

/// Most slices of a universal file. A Java class file begins with the same bytes and has 45 or more in the
/// same place, its version.
pub const MAX_SLICES: u32 = 44;

/// Most modules and components in one wasm file, itself included: what wasm engines accept in a component.
pub const MAX_MODULES: usize = 1000;

/// How deep wasm components may be nested. Tools that compose components nest two or three deep.
pub const MAX_DEPTH: usize = 16;
