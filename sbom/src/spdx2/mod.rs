//! SPDX 2.3, specified at <https://spdx.github.io/spdx-spec/v2.3/>.
//!
//! What a document says of a crate beyond the fields that say it by their name: `sourceInfo` ends with `source: ` and
//! the word of the list ([`auditable_graph::Source`]); every dependency on a build package is a relationship
//! `BUILD_DEPENDENCY_OF` and every other one is a `DEPENDS_ON`, so what the application reaches through `DEPENDS_ON` is
//! what may be in the binary; the comment of the document names the revision of the list.

mod json;
mod tag_value;
mod tree;

pub use self::json::write_json;
pub use self::tag_value::write_tag_value;
