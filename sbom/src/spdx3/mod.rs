//! SPDX 3.0.1, specified at <https://spdx.github.io/spdx-spec/v3.0.1/>, as JSON-LD with a flat `@graph`.
//!
//! How a document uses the terms of the specification:
//!
//! - The binary is a package with a file; a crate is a package. A crate that is compiled into a binary is distributed in
//!   its file, and a crate that only took part in the build in its `.crate` archive: `hasDistributionArtifact`. What a
//!   crate was built from, such as that archive, `generates` it.
//! - `dependsOn` is a `LifecycleScopedRelationship` of scope `runtime` or `build`, with its completeness. A crate
//!   without dependencies has none: readers take a `NoneElement` for a component that is missing.
//! - `software_sourceInfo` reads as in [`spdx2`](crate::spdx2).
//! - What a manifest declares as the licence is declared, and is concluded from the declaration alone, which the
//!   relationship says. What is not known is `NoAssertionLicense`.
//! - `originatedBy` names the authors, and where they can be found: the project's repository or page, or else the page of
//!   crates.io that lists who owns the crate.
//! - `software_additionalPurpose` of a file tells what BSI TR-03183-2 wants to know: `archive`, and `container` for what
//!   the guideline calls structured.
//! - Audits are annotations.

mod agents;
mod elements;
mod files;
mod json;
mod licenses;
mod packages;
mod relationships;
mod tree;

pub use self::json::write_json;
