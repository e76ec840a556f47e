//! Writes software bills of materials (SBOMs) of Rust binaries.
//!
//! ```text
//!  Graph (the embedded list) --+                               +--> cyclonedx: 1.4, 1.5, 1.6, 1.7 as JSON and XML
//!  Subject (the file)        --+--> Artifact --+--> Document --+--> spdx2: 2.3 as JSON and as tag-value
//!  PackageFacts (lock file...) +    Options ---+               +--> spdx3: 3.0.1 as JSON-LD
//! ```
//!
//! A [`Document`] holds what is known, in the terms of no format. Each format is a folder: a tree in the terms of
//! its specification, made from the document, and beside it one writer per encoding of that tree.
//!
//! The rules of all formats: what is not known is said to be unknown and never guessed, so a crate has a package
//! URL only if the list says that it came from crates.io, or if the address of its repository or registry is known; the
//! same input gives the same bytes; whatever text stands in a list or a manifest, the document is well-formed, and
//! passwords and local paths in addresses stay out of it. The crate is pure: it reads no clock, no file and no network.
//!
//! ```
//! use auditable_graph::Graph;
//! use auditable_sbom::{Artifact, Document, Options, Subject, Timestamp, Tool, cyclonedx};
//!
//! let graph = Graph::from_json(br#"{"packages":[
//!     {"name":"libc","version":"0.2.170","source":"crates.io"},
//!     {"name":"hello","version":"1.0.0","source":"local","dependencies":[0],"root":true}],"format":8}"#)?;
//! let subject = Subject::new("hello", [0x5a; 32], [0xa5; 64]);
//! let tool = Tool { name: "auditable".to_owned(), version: "0.1.0".to_owned() };
//! let timestamp = Timestamp::from_unix_seconds(1_700_000_000).expect("2023 is in range");
//!
//! let document = Document::new(&Artifact::new(graph, subject), Options::new(tool, timestamp));
//! let mut json = Vec::new();
//! cyclonedx::write_json(&document, cyclonedx::Version::default(), &mut json)?;
//! assert!(String::from_utf8(json)?.contains("pkg:cargo/libc@0.2.170"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
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

mod address;
mod artifact;
pub mod attest;
pub mod cyclonedx;
mod document;
mod facts;
mod identity;
pub mod lockfile;
pub mod manifest;
mod options;
mod purl;
mod release;
mod spdx;
pub mod spdx2;
pub mod spdx3;
mod subject;
mod supplier;
mod timestamp;
pub mod vet;
mod xml;

// The public interface is the modules of formats, those that read where facts come from, and:
pub use crate::address::is_shown_whole;
pub use crate::artifact::Artifact;
pub use crate::document::Document;
pub use crate::facts::{Audit, AuditKind, License, Origin, PackageFacts, Publisher};
pub use crate::options::{Contact, Options, Tool};
pub use crate::release::Release;
pub use crate::subject::Subject;
pub use crate::timestamp::Timestamp;
