//! CycloneDX, specified as ECMA-424 and at <https://cyclonedx.org/specification/overview/>.
//!
//! What does not fit the format's own fields stands in properties of the namespace `auditable`:
//!
//! | property | of | value |
//! |---|---|---|
//! | `auditable:section` | metadata | section of the binary that the list was read from |
//! | `auditable:format` | metadata | revision of the list, as [`auditable_graph::Format`] |
//! | `auditable:file-name` | the application | name of the file |
//! | `auditable:container` | the application | container format of the file, where known |
//! | `auditable:architecture` | the application | machine that the file runs on, where known |
//! | `auditable:source` | a crate | where it came from, as [`auditable_graph::Source`] |
//! | `auditable:kind` | a crate | `runtime` or `build`, as [`auditable_graph::Kind`] |

mod json;
mod tree;
mod version;

pub use self::json::write_json;
pub use self::version::Version;
