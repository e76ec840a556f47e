use crate::identity::hex;
use serde::{Serialize, Serializer};

/// The file that a document describes: a binary with a list of crates in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Subject {
    /// Name of the file, without folders: where it lay when it was read says nothing about it.
    pub file_name: String,
    /// SHA-256 of the whole file.
    #[serde(serialize_with = "as_hex")]
    pub sha256: [u8; 32],
    /// SHA-512 of the whole file.
    #[serde(serialize_with = "as_hex")]
    pub sha512: [u8; 64],
    /// The container format in its own name, such as `ELF` or `Mach-O`.
    pub container: Option<String>,
    /// The machine that it runs on, such as `x86_64`. In a universal Mach-O it tells apart slices that have
    /// different lists.
    pub architecture: Option<String>,
    /// The target that it was compiled for, such as `x86_64-unknown-linux-gnu`.
    pub target: Option<String>,
    /// The Rust compiler that left a trace in it, such as `1.95.0 (59807616e)`; several if parts of it were compiled by
    /// different ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rustc: Vec<String>,
}

impl Subject {
    /// A file of which no more is known than its name and its digests.
    pub fn new(file_name: impl Into<String>, sha256: [u8; 32], sha512: [u8; 64]) -> Self {
        Self {
            file_name: file_name.into(),
            sha256,
            sha512,
            container: None,
            architecture: None,
            target: None,
            rustc: Vec::new(),
        }
    }
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(bytes))
}
