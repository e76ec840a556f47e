//! SPDX 2.3, specified at <https://spdx.github.io/spdx-spec/v2.3/>.
//!
//! What a document says of a crate beyond the fields that are made for it:
//!
//! - `sourceInfo` reads ``listed in section .dep-v0 as a KIND package; source: SOURCE``, with the words of
//!   [`Kind`](auditable_graph::Kind) and [`Source`](auditable_graph::Source).
//! - A dependency on a build package is a relationship `BUILD_DEPENDENCY_OF`, every other one is a `DEPENDS_ON`: what
//!   the application reaches through `DEPENDS_ON` is what may be in the binary.
//! - The comment of the document names the revision of the list and what it is worth.

mod json;
mod tag_value;
mod tree;

pub use self::json::write_json;
pub use self::tag_value::write_tag_value;
