//! Bills of materials of any tool, as what is audited: CycloneDX, SPDX 2 and SPDX 3, each as JSON.
//!
//! Read are the packages with a package URL of type `cargo`, and what depends on what. Packages of other ecosystems are
//! passed over. What our own documents add, such as where a crate without a package URL comes from, is read too.

mod cyclonedx;
mod draft;
mod spdx2;
mod spdx3;

use crate::error::ReadError;
use crate::limits::MAX_SBOM_BYTES;
use crate::osv::without_mark;
use crate::{Inventory, report::Subject};
use serde::Deserialize;

/// A document, and what it describes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sbom {
    /// The packages.
    pub inventory: Inventory,
    /// The file that the document describes, as far as it says so.
    pub subject: Subject,
}

/// Reads a document.
///
/// # Errors
///
/// [`ReadError::TooLarge`], [`ReadError::Json`], or [`ReadError::NotAnSbom`] for other JSON.
pub fn parse(json: &[u8]) -> Result<Sbom, ReadError> {
    let limit = usize::try_from(MAX_SBOM_BYTES).unwrap_or(usize::MAX);
    if json.len() > limit {
        return Err(ReadError::TooLarge { bytes: json.len(), limit });
    }
    let json = without_mark(json);
    let marks: Marks = serde_json::from_slice(json)?;
    let draft = match marks {
        Marks { bom_format: Some(format), .. } if format == "CycloneDX" => cyclonedx::read(json)?,
        Marks { spdx_version: Some(_), .. } => spdx2::read(json)?,
        Marks { has_context: Some(_), has_graph: Some(_), .. } => spdx3::read(json)?,
        _ => return Err(ReadError::NotAnSbom),
    };
    Ok(draft.finish())
}

/// The keys by which the formats are known.
#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "bomFormat")]
    bom_format: Option<String>,
    #[serde(rename = "spdxVersion")]
    spdx_version: Option<String>,
    #[serde(rename = "@context")]
    has_context: Option<serde::de::IgnoredAny>,
    #[serde(rename = "@graph")]
    has_graph: Option<serde::de::IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_json_is_no_sbom() {
        for text in ["{}", r#"{"bomFormat":"Other"}"#, r#"{"@graph":[]}"#] {
            assert!(matches!(parse(text.as_bytes()), Err(ReadError::NotAnSbom)), "{text}");
        }
        for text in ["", "{", "[]", "1", r#"{"bomFormat":1}"#, r#"{"bomFormat":"CycloneDX","components":1}"#]
        {
            assert!(matches!(parse(text.as_bytes()), Err(ReadError::Json(_))), "{text}");
        }
    }
}
