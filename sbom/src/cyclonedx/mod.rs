//! CycloneDX, specified as ECMA-424 and at <https://cyclonedx.org/specification/overview/>.
//!
//! What does not fit the format's own fields stands in properties of the namespace `auditable`:
//!
//! | property | of | value |
//! |---|---|---|
//! | `auditable:section` | metadata | section of the binary that the list was read from |
//! | `auditable:format` | a binary | revision of the list, as [`auditable_graph::Format`] |
//! | `auditable:file-name` | a binary | name of the file |
//! | `auditable:container` | a binary | container format of the file, where known |
//! | `auditable:architecture` | a binary | machine that the file runs on, where known |
//! | `auditable:target` | a binary | target triple, where known |
//! | `auditable:rustc` | a binary, repeated | version of the compiler, where known |
//! | `auditable:source` | a crate | where it came from, as [`auditable_graph::Source`] |
//! | `auditable:kind` | a crate | `runtime` or `build`, as [`auditable_graph::Kind`] |
//! | `auditable:audit` | a crate, repeated | who vouches for it, as [`Audit`](crate::Audit) is displayed |

mod component;
mod elements;
mod json;
mod tree;
mod version;
mod xml;

pub use self::json::write_json;
pub use self::version::Version;
pub use self::xml::write_xml;
