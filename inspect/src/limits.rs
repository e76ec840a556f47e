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

/// The limits of [`archive::visit`](crate::archive::visit): defaults of
/// [`VisitLimits`](crate::archive::VisitLimits). Each counts for one outer file and all that is in it.
#[cfg(feature = "archives")]
pub mod archive {
    /// How deep archives may be nested; compression is a level of its own. A compressed package in a compressed
    /// layer of an image in a zip archive is six deep.
    pub const MAX_DEPTH: usize = 16;

    /// Most members of all archives: 4 million. The largest images have some 500,000 files.
    pub const MAX_ENTRIES: u64 = 1 << 22;

    /// Most bytes that come out of decompression: 64 GiB. Images for machine learning have some 20 GiB.
    pub const MAX_EXPANDED_BYTES: u64 = 64 << 30;

    /// Most expanded bytes for each byte of the outer file. Programs shrink to a fifth, logs to a fiftieth;
    /// gzip cannot do better than 1:1032, and the first [`FREE_EXPANDED_BYTES`] may be what they like.
    pub const MAX_RATIO: u64 = 200;

    /// As many bytes as may be expanded whatever the ratio, since a small file may well hold a large one of
    /// zeros: 256 MiB, about half a second.
    pub const FREE_EXPANDED_BYTES: u64 = 256 << 20;

    /// Most bytes in temporary files at the same time: 4 GiB. Only what is compressed and must be read at any
    /// position goes there: binaries, zip archives, images.
    pub const MAX_SPOOLED_BYTES: u64 = 4 << 30;

    /// Most bytes that a decompressor looks back, and half as much for each that runs in another: 128 MiB, what
    /// `zstd --ultra -22` needs. `xz -9` needs 64 MiB, packages of distributions 8 MiB.
    pub const MAX_WINDOW_BYTES: u64 = 128 << 20;
}

/// Most crates that paths in one binary name: many times as many as the largest programs have.
#[cfg(feature = "facts")]
pub const MAX_RECOVERED: usize = 16 << 10;

/// Most names of compilers and linkers that are kept of one binary. Programs with much C have a handful.
#[cfg(feature = "facts")]
pub const MAX_PRODUCERS: usize = 64;

/// Most bytes that are read of a section in which tools say what they are: 64 KiB.
#[cfg(feature = "facts")]
pub const MAX_NOTE_BYTES: u64 = 64 << 10;

/// Most bytes of debug information that are decompressed of one binary: 256 MiB. What the linker did not compress is
/// read in pieces, whatever its size.
#[cfg(feature = "functions")]
pub const MAX_INFLATED_DEBUG_BYTES: u64 = 256 << 20;

/// Most bytes of the tables of one unit of debug information, its abbreviations and the names of its files: 4 MiB.
/// They are kept in a form some ten times as large while the unit is read.
#[cfg(feature = "functions")]
pub const MAX_UNIT_TABLE_BYTES: u64 = 4 << 20;

/// Most functions of one binary, and most separate parts of its code, that are kept: 4,194,304, each of 8 or 16 bytes.
/// Web browsers have about one million.
#[cfg(feature = "functions")]
pub const MAX_FUNCTIONS: usize = 4 << 20;
