//! What was found in a file, as JSON (`docs/json.md`).

use auditable_graph::{Graph, Package};
use serde::Serialize;

/// One file. The layout grows only by new keys.
#[derive(Serialize)]
pub(crate) struct FileReport {
    /// As given on the command line.
    pub(crate) path: String,
    /// What is in it; empty if it could not be read.
    pub(crate) binaries: Vec<BinaryReport>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// A binary in a file.
#[derive(Serialize)]
pub(crate) struct BinaryReport {
    /// Which one, if the file can hold several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    /// `ELF`, `PE`, `Mach-O` or `wasm`.
    pub(crate) container: String,
    /// Such as `x86_64`.
    pub(crate) architecture: String,
    /// The lists in it: none, one, or several that a linker put together.
    pub(crate) lists: Vec<ListReport>,
    /// Why its lists could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// A list of crates.
#[derive(Serialize)]
pub(crate) struct ListReport {
    /// The revision number of the list.
    pub(crate) format: u32,
    /// What the list was taken from.
    pub(crate) collected_from: &'static str,
    /// Whether it is exactly what was compiled.
    pub(crate) exact: bool,
    /// In canonical order: dependencies are indices into this array.
    pub(crate) packages: Vec<PackageReport>,
}

/// A crate.
#[derive(Serialize)]
pub(crate) struct PackageReport {
    name: String,
    version: String,
    source: String,
    kind: &'static str,
    dependencies: Vec<u32>,
    root: bool,
}

impl From<&Graph> for ListReport {
    fn from(graph: &Graph) -> Self {
        Self {
            format: graph.format().0,
            collected_from: graph.format().description(),
            exact: graph.format().is_exact(),
            packages: graph.packages().iter().map(PackageReport::from).collect(),
        }
    }
}

impl From<&Package> for PackageReport {
    fn from(package: &Package) -> Self {
        Self {
            name: package.name.clone(),
            version: package.version.to_string(),
            source: package.source.to_string(),
            kind: package.kind.as_str(),
            dependencies: package.dependencies.clone(),
            root: package.is_root,
        }
    }
}
