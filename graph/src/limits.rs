//! How large a list may be.
//!
//! Real lists are far below: the largest seen in shipped binaries names some 600 packages in 60 kB of JSON.

/// Most bytes of JSON that are read: 8 MiB, the limit of cargo-auditable's own readers.
pub const MAX_JSON_BYTES: usize = 8 << 20;

/// Most bytes of JSON that are written: 2 MiB, the limit of wasm-tools, the strictest reader known.
pub const MAX_WRITTEN_JSON_BYTES: usize = 2 << 20;

/// Most packages in a list, so that a hostile list of tiny entries cannot ask for many times its own size in
/// memory.
pub const MAX_PACKAGES: usize = 1 << 16;

/// Most bytes of a name, of a version and of a source: 1 KiB. Registries allow for 64, and reports repeat the name of a
/// package for each package that depends on it.
pub const MAX_TEXT_BYTES: usize = 1 << 10;

/// Most dependencies in a list, of all packages together. The largest real lists have some thousands; what is made of
/// a list, such as an SBOM, has a line for each of them.
pub const MAX_DEPENDENCIES: usize = 1 << 18;
