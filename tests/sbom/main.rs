//! `auditable sbom` with what is known about crates beyond the list: lock files, manifests, audits; and what becomes of
//! several documents.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod attestations;
mod audits;
mod disagreements;
mod enrichment;
mod examples;
mod fixture;
mod releases;
mod reproducibility;
mod specimens;
#[path = "../support/mod.rs"]
mod support;
