//! What a Rust binary was made from: the read path.
//!
//! ```text
//! file bytes --> container --> section `.dep-v0` --> inflate --> Graph
//!  [ReadAt]     ELF, PE, ...    [List::section]    [List::json]  [List::graph]
//! ```
//!
//! The layers, from the outside inwards:
//!
//! 1. [`read_file`], [`read`] and [`read_slice`] answer the usual question: the one list of a file.
//!    `Ok(None)` is a sound binary without a list; everything else that is no list is an [`Error`] that says
//!    who is wrong and at which offset. A program reads its own list with
//!    `read_file(std::env::current_exe()?)`.
//! 2. [`binaries`] tells the binaries of a file apart: the slices of a universal Mach-O, the modules of a
//!    wasm component. Each has its own [`List`]s or its own error, so one damaged slice hides nothing of the
//!    others.
//! 3. [`List`] is the embedded JSON byte for byte, and where it was; [`List::graph`] makes the
//!    [`Graph`](auditable_graph::Graph) of it.
//! 4. [`ReadAt`] is where the bytes come from: a file, a slice, anything else that has positions.
//!
//! With the feature `archives`, `archive::visit` finds the binaries in archives, packages and images. With
//! `facts`, `facts` tells what else a binary says of how it was made, and `recover` names crates by the paths of
//! source files in it, for binaries without a list. With `functions`, `search` tells whether a function is linked, by
//! debug information and symbols.
//!
//! Files are not trusted. Every offset and size is checked against the file before it is used, what is read
//! and inflated is bounded by [`limits`], and no input panics. A binary of 1 GiB costs as little as a small
//! one: only its headers, its section table and the list itself are read.
//!
//! ```
//! // A wasm module with nothing but a list: a custom section with a zlib stream.
//! let module = b"\0asm\x01\0\0\0\
//!     \x00\x22\x07.dep-v0\x78\x01\x01\x0f\x00\xf0\xff{\"packages\":[]}\x2b\xbb\x05\x6e";
//! let graph = auditable_inspect::read_slice(module)?.expect("it has a list");
//! assert!(graph.packages().is_empty());
//!
//! for binary in auditable_inspect::binaries(&module.as_slice())? {
//!     let lists = binary.lists?;
//!     println!("{} for {}: {} lists", binary.container, binary.architecture, lists.len());
//! #   assert_eq!(lists[0].json, br#"{"packages":[]}"#);
//! }
//! # Ok::<(), auditable_inspect::Error>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

mod architecture;
#[cfg(feature = "archives")]
pub mod archive;
mod container;
mod detect;
mod error;
#[cfg(feature = "facts")]
mod facts;
#[cfg(feature = "functions")]
mod functions;
mod inflate;
mod input;
pub mod limits;
mod read;
#[cfg(feature = "facts")]
mod recover;
mod window;

// The public interface is:
pub use crate::architecture::Architecture;
pub use crate::container::Container;
pub use crate::error::Error;
#[cfg(feature = "facts")]
pub use crate::facts::{DebugInfo, Facts, FactsAndRecovered, Rustc, facts, facts_and_recovered};
#[cfg(feature = "functions")]
pub use crate::functions::{
    Answer, Evidence, Found, FunctionPath, FunctionPathError, Query, Reason, Search, search,
};
pub use crate::input::{ReadAt, Seekable};
pub use crate::read::{Binary, List, Location, binaries, read, read_file, read_slice};
#[cfg(feature = "facts")]
pub use crate::recover::{Confidence, Origin, Recovered, recover};
