//! What a Rust binary is made of: the contract in which the write path and the read path meet.
//!
//! ```text
//!  cargo's knowledge --auditable-embed--> [ Graph <-> JSON ] --zlib--> section `.dep-v0` of a binary
//!  reports, SBOMs, audits <-------------- [ Graph <-> JSON ] <--auditable-inspect-- the same section
//! ```
//!
//! A [`Graph`] that exists is sound: every index is in range, there is no cycle, at most one root, and its size
//! is within [`limits`]. Its order is canonical, so the same graph always has the same JSON. The crate does no
//! I/O.
//!
//! ```
//! use auditable_graph::Graph;
//!
//! let json = br#"{"packages":[
//!     {"name":"hello","version":"1.0.0","source":"local","dependencies":[1],"root":true},
//!     {"name":"libc","version":"0.2.170","source":"crates.io"}]}"#;
//! let graph = Graph::from_json(json)?;
//! let root = graph.root().expect("this list names its root");
//! let direct: Vec<&str> = graph.dependencies(root).map(|package| package.name.as_str()).collect();
//! assert_eq!(direct, ["libc"]);
//! # Ok::<(), auditable_graph::GraphError>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::panic
    )
)]

mod error;
mod format;
mod graph;
pub mod limits;
mod package;
pub mod section;
mod wire;

// The public interface is:
pub use crate::error::GraphError;
pub use crate::format::Format;
pub use crate::graph::Graph;
pub use crate::package::{Kind, Package, Source};
// `Version` is part of the interface, so users need no dependency of their own on the same `semver`.
pub use semver::Version;
