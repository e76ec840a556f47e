//! What was found in a file, as JSON (`docs/json.md`).
//!
//! Every key is always there, so that programs which read the lines into columns find the same columns in each.

use crate::recovery::confidence;
use crate::scan::{Found, Place};
use crate::words::Failure;
use auditable_graph::{Graph, Package, Version};
use auditable_inspect::{Facts, Origin, Recovered};
use serde::{Serialize, Serializer};
use std::error::Error as _;
use std::fmt;

/// A file, or a member of an archive. The layout grows only by new keys.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    schema: &'static str,
    /// As given on the command line, or found in a folder.
    path: String,
    /// The way to the member of an archive.
    member: Option<String>,
    /// Size of the file or member.
    bytes: Option<u64>,
    /// In lower-case hex, on request.
    sha256: Option<String>,
    /// What is in it; empty if it could not be read.
    binaries: Vec<BinaryReport<'a>>,
    /// Why it could not be read.
    error: Option<String>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(
        place: &Place,
        bytes: Option<u64>,
        sha256: Option<String>,
        binaries: Vec<BinaryReport<'a>>,
    ) -> Self {
        let (path, member) = (place.file.display().to_string(), place.member());
        Self { schema: SCHEMA, path, member, bytes, sha256, binaries, error: None }
    }

    /// Of something that could not be read.
    pub(crate) fn unreadable(place: &Place, failure: &Failure) -> Self {
        let error = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
        Self { error: Some(error), ..Self::new(place, None, None, Vec::new()) }
    }
}

/// A binary in a file.
#[derive(Serialize)]
pub(crate) struct BinaryReport<'a> {
    /// Which one, if the file can hold several.
    location: Option<String>,
    /// `ELF`, `PE`, `COFF`, `Mach-O` or `wasm`.
    container: &'static str,
    /// Such as `x86_64`.
    architecture: String,
    /// The lists in it: none, one, or several that a linker put together.
    lists: Vec<ListReport<'a>>,
    /// Crates that paths in a binary without a list name; nothing if they were not looked for.
    recovered: Option<Vec<RecoveredReport>>,
    /// What else it tells; nothing if that could not be read.
    facts: Option<FactsReport>,
    /// Why its lists could not be read.
    error: Option<String>,
}

impl<'a> BinaryReport<'a> {
    pub(crate) fn new(found: &'a Found, recovered: Option<&[Recovered]>, facts: Option<Facts>) -> Self {
        Self {
            location: found.binary.location.as_ref().map(ToString::to_string),
            container: found.binary.container.as_str(),
            architecture: found.binary.architecture.to_string(),
            lists: found.graphs.iter().map(ListReport::from).collect(),
            recovered: recovered.map(|crates| crates.iter().map(RecoveredReport::from).collect()),
            facts: facts.map(FactsReport::from),
            error: found.error().map(ToString::to_string),
        }
    }
}

/// A list of crates.
#[derive(Serialize)]
struct ListReport<'a> {
    /// The revision number of the list.
    format: u32,
    /// What the list was taken from.
    collected_from: &'static str,
    /// Whether it is exactly what was compiled.
    exact: bool,
    /// In canonical order: dependencies are indices into this array.
    #[serde(serialize_with = "packages")]
    packages: &'a [Package],
}

/// A crate.
#[derive(Serialize)]
struct PackageReport<'a> {
    name: &'a str,
    version: Shown<'a>,
    source: &'a str,
    kind: &'static str,
    dependencies: &'a [u32],
    root: bool,
}

/// A crate that paths name.
#[derive(Serialize)]
struct RecoveredReport {
    name: String,
    version: Option<String>,
    /// `registry`, `git`, `vendor` or `other`.
    origin: &'static str,
    /// The host of the registry's index.
    index: Option<String>,
    /// The repository of a git checkout, and the start of its commit.
    repository: Option<String>,
    revision: Option<String>,
    /// `likely` or `certain`.
    confidence: &'static str,
    /// One of the paths.
    path: String,
    path_count: u64,
}

#[derive(Serialize)]
struct FactsReport {
    rustc: Vec<RustcReport>,
    linker: Option<String>,
    producers: Vec<String>,
    stripped: bool,
    debug_info: &'static str,
    build_id: Option<String>,
}

#[derive(Serialize)]
struct RustcReport {
    version: Option<String>,
    commit: Option<String>,
}

impl<'a> From<&'a Graph> for ListReport<'a> {
    fn from(graph: &'a Graph) -> Self {
        Self {
            format: graph.format().0,
            collected_from: graph.format().description(),
            exact: graph.format().is_exact(),
            packages: graph.packages(),
        }
    }
}

impl<'a> From<&'a Package> for PackageReport<'a> {
    fn from(package: &'a Package) -> Self {
        Self {
            name: &package.name,
            version: Shown(&package.version),
            source: package.source.as_str(),
            kind: package.kind.as_str(),
            dependencies: &package.dependencies,
            root: package.is_root,
        }
    }
}

impl From<&Recovered> for RecoveredReport {
    fn from(recovered: &Recovered) -> Self {
        let (mut index, mut repository, mut revision) = (None, None, None);
        let origin = match &recovered.origin {
            Origin::Registry { index: host } => {
                index.clone_from(host);
                "registry"
            }
            Origin::Git { repository: name, revision: commit } => {
                repository = Some(name.clone());
                revision = Some(commit.clone());
                "git"
            }
            Origin::Vendor => "vendor",
            _ => "other",
        };
        Self {
            name: recovered.name.clone(),
            version: recovered.version.as_ref().map(ToString::to_string),
            origin,
            index,
            repository,
            revision,
            confidence: confidence(recovered),
            path: recovered.path.clone(),
            path_count: recovered.path_count,
        }
    }
}

impl From<Facts> for FactsReport {
    fn from(facts: Facts) -> Self {
        let rustc = facts.rustc.into_iter().map(|rustc| RustcReport {
            version: rustc.version.map(|version| version.to_string()),
            commit: rustc.commit,
        });
        Self {
            rustc: rustc.collect(),
            linker: facts.linker,
            producers: facts.producers,
            stripped: facts.is_stripped,
            debug_info: facts.debug_info.as_str(),
            build_id: facts.build_id,
        }
    }
}

fn packages<S: Serializer>(packages: &[Package], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(packages.iter().map(PackageReport::from))
}

/// As its own `Display` writes it, which takes longer than all else of a package.
struct Shown<'a>(&'a Version);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(version) = self;
        if !version.pre.is_empty() || !version.build.is_empty() {
            return version.fmt(f);
        }
        let mut number = itoa::Buffer::new();
        f.write_str(number.format(version.major))?;
        for part in [version.minor, version.patch] {
            f.write_str(".")?;
            f.write_str(number.format(part))?;
        }
        Ok(())
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Name and version of the layout. A number above means that a key went away or means something else.
const SCHEMA: &str = "auditable.inspect/1";
