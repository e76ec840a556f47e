//! SPDX 2.3, specified at <https://spdx.github.io/spdx-spec/v2.3/>.
//!
//! What a document says of a crate beyond the fields that are made for it:
//!
//! - `sourceInfo` reads ``listed in section .dep-v0 as a KIND package; source: SOURCE``, with the words of
//!   [`Kind`](auditable_graph::Kind) and [`Source`](auditable_graph::Source).
//! - A dependency on a build package is a relationship `BUILD_DEPENDENCY_OF`, every other one is a `DEPENDS_ON`: what
//!   the application reaches through `DEPENDS_ON` is what may be in the binary.
//!   Before that, the package of a binary says which revision its list is of and what that is worth.
//! - Audits are annotations whose comment begins with `audit:`.
//! - A release `CONTAINS` its binaries.
//! - What a manifest declares as the licence is declared, not concluded: nobody looked at the source.

mod elements;
mod json;
mod tag_value;
mod tree;

pub use self::json::write_json;
pub use self::tag_value::write_tag_value;
