//! Cargo's SBOM precursor: a file beside each artifact that lists what it is compiled from.
//!
//! Cargo writes it with `-Z sbom` and `build.sbom = true` (rust-lang/rfcs#3553, rust-lang/cargo#13709) and names it
//! to rustc in `CARGO_SBOM_PATH`. It is never switched on by us: that takes a nightly cargo or its disguise, which
//! changes what build scripts compile.

use super::units::{self, Role, Unit};
use super::{Link, package_id, source};
use crate::environment;
use crate::report::Problem;
use auditable_graph::{Format, Graph, Package};
use serde::Deserialize;
use std::{env, fs};

/// Version of the file's layout that is understood.
const LAYOUT: u32 = 1;

pub(crate) fn graph(link: &Link) -> Result<Option<Graph>, Problem> {
    // The same content under several names, one for each file that the artifact becomes.
    let paths = env::var_os(environment::PRECURSOR).unwrap_or_default();
    let Some(path) = env::split_paths(&paths).find(|path| !path.as_os_str().is_empty()) else {
        return Ok(None);
    };
    let failed = || Problem::new(format!("could not read {}", path.display()));
    let json = fs::read(&path).map_err(|error| failed().cause(error))?;
    let graph = parse(&json).map_err(|problem| failed().cause(problem))?;
    agrees(&graph, link).map_err(|problem| failed().cause(problem))?;
    Ok(Some(graph))
}

/// Checks that the file is about this link: a program that runs cargo passes its variables on.
fn agrees(graph: &Graph, link: &Link) -> Result<(), Problem> {
    let is_root = |root: &&Package| root.name == link.package && root.version == link.version;
    if graph.root().filter(is_root).is_none() {
        return Err(Problem::new(format!("it is not about `{}` {}", link.package, link.version)));
    }
    // What rustc gets has the names of libraries, which only mostly are those of packages: so only counted.
    let needed = graph.root().map_or(0, |root| root.dependencies.len());
    let linked = link.externs.iter().filter(|given| !given.is_standard).count();
    // One of them may be the package's own library, or the same package at two versions under two names.
    if needed.saturating_add(1) < linked {
        return Err(Problem::new(format!("it has {needed} direct dependencies, but {linked} are linked")));
    }
    Ok(())
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
            package: package_id::parse(&unit.id)?,
            role: if unit.kind.iter().any(|kind| FOR_BUILDING.contains(&kind.as_str())) {
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

/// The kinds of what takes part only in building, as dependencies of something else; a program is one by `-Z bindeps`.
const FOR_BUILDING: &[&str] = &["proc-macro", "custom-build", "bin"];

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

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Kind;

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
