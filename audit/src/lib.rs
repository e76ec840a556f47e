//! Planned, and empty so far: audits of the list of crates in a binary.
//!
//! It will take a dependency graph of `auditable-graph`, a RustSec advisory database read from a folder, and a
//! policy, and give findings, each with its evidence. It will do no network access. Until then `rust-audit-info`
//! and `cargo audit bin` read the same lists.
