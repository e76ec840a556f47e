//! Cargo's SBOM precursor: a file beside each artifact that lists what it is compiled from.
//!
//! Cargo writes it with `-Z sbom` and `build.sbom = true` (rust-lang/rfcs#3553, rust-lang/cargo#13709) and names it
//! to rustc in `CARGO_SBOM_PATH`. It is never switched on by us: that takes a nightly cargo or its disguise, which
//! changes what build scripts compile.

use super::units::{self, PackageKey, Role, Unit};
use super::{Link, source};
use crate::report::Problem;
use auditable_graph::{Format, Graph, Version};
use serde::Deserialize;
use std::{env, fs};

/// Version of the file's layout that is understood.
const LAYOUT: u32 = 1;

pub(crate) fn graph(_link: &Link) -> Result<Option<Graph>, Problem> {
    // The same content under several names, one for each file that the artifact becomes.
    let paths = env::var_os("CARGO_SBOM_PATH").unwrap_or_default();
    let Some(path) = env::split_paths(&paths).find(|path| !path.as_os_str().is_empty()) else {
        return Ok(None);
    };
    let failed = || Problem::new(format!("could not read {}", path.display()));
    let json = fs::read(&path).map_err(|error| failed().cause(error))?;
    parse(&json).map(Some).map_err(|problem| failed().cause(problem))
}

fn parse(json: &[u8]) -> Result<Graph, Problem> {
    let precursor: Precursor =
        serde_json::from_slice(json).map_err(|error| Problem::new("not the expected JSON").cause(error))?;
    if precursor.version != LAYOUT {
        return Err(Problem::new(format!(
            "version {} of the file is not known, only {LAYOUT}",
            precursor.version
        )));
    }
    let units = precursor.crates.iter().map(|unit| {
        Ok(Unit {
            package: package(&unit.id)?,
            role: if unit.kind.iter().any(|kind| kind == "proc-macro" || kind == "custom-build") {
                Role::Build
            } else if source::is_standard_library(&unit.id) {
                Role::Standard
            } else {
                Role::Library
            },
            dependencies: unit.dependencies.iter().map(|dependency| dependency.index).collect(),
        })
    });
    let units: Vec<Unit> = units.collect::<Result<_, Problem>>()?;
    units::collapse(&units, precursor.root, Format::PRECURSOR)
}

/// Parts of the file that are read.
#[derive(Deserialize)]
struct Precursor {
    version: u32,
    root: usize,
    crates: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    id: String,
    kind: Vec<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    index: usize,
}

/// A package id: `SOURCE#NAME@VERSION`, or `SOURCE#VERSION` where the name ends the source's address
/// (cargo's reference, "Package ID Specifications").
fn package(id: &str) -> Result<PackageKey, Problem> {
    let unknown = || Problem::new(format!("{id:?} is not a package id"));
    let (address, package) = id.rsplit_once('#').ok_or_else(unknown)?;
    let (name, version) = match package.split_once('@') {
        Some((name, version)) => (name, version),
        None => {
            let path = address.split(['?', '#']).next().unwrap_or(address);
            (path.trim_end_matches('/').rsplit('/').next().unwrap_or(path), package)
        }
    };
    let version = Version::parse(version).map_err(|error| unknown().cause(error))?;
    Ok(PackageKey { name: name.to_owned(), version, source: source::of_id(Some(address)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::{Kind, Source};

    #[test]
    fn package_ids() {
        for (id, name, source) in [
            ("registry+https://github.com/rust-lang/crates.io-index#serde@1.0.2", "serde", Source::CratesIo),
            ("path+file:///home/me/app#1.0.2", "app", Source::Local),
            ("path+file:///home/me/folder#app@1.0.2", "app", Source::Local),
            ("git+https://example.com/x/app?rev=01#1.0.2", "app", Source::Git),
        ] {
            let key = package(id).unwrap();
            assert_eq!(
                (key.name.as_str(), key.version, key.source),
                (name, Version::new(1, 0, 2), source),
                "{id}"
            );
        }
        assert!(package("serde").is_err());
        assert!(package("path+file:///a#b@c").is_err());
    }

    #[test]
    fn a_file_as_cargo_writes_it() {
        let json = br#"{"version":1,"root":0,"rustc":{"version":"1.97.0-nightly"},"target":"x","crates":[
            {"id":"path+file:///a/app#0.1.0","features":[],"kind":["bin"],"dependencies":[{"index":1,"kind":"build"},{"index":3,"kind":"normal"}]},
            {"id":"path+file:///a/app#0.1.0","features":[],"kind":["custom-build"],"dependencies":[{"index":2,"kind":"normal"}]},
            {"id":"registry+https://github.com/rust-lang/crates.io-index#cc@1.0.0","features":[],"kind":["lib"],"dependencies":[]},
            {"id":"registry+https://github.com/rust-lang/crates.io-index#derive@1.0.0","features":[],"kind":["proc-macro"],"dependencies":[]}]}"#;
        let graph = parse(json).unwrap();
        let kinds: Vec<_> =
            graph.packages().iter().map(|package| (package.name.as_str(), package.kind)).collect();
        assert_eq!(kinds, [("cc", Kind::Build), ("derive", Kind::Build), ("app", Kind::Runtime)]);
        assert_eq!(graph.format(), Format::PRECURSOR);
        assert_eq!(graph.root().unwrap().dependencies, [0, 1]);
    }

    #[test]
    fn a_later_layout_is_not_guessed_at() {
        let problem = parse(br#"{"version":2,"root":0,"crates":[]}"#).unwrap_err();
        assert_eq!(problem.to_string(), "version 2 of the file is not known, only 1");
    }
}
