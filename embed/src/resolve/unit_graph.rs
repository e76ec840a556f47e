//! Cargo's unit graph: what the same cargo command would compile, told by a second cargo.
//!
//! `--unit-graph` is an unstable option (rust-lang/cargo#8002), so this one process is told that it is a nightly
//! cargo. It compiles nothing, and the build itself is not touched. Takes 50 to 160 ms, and so stands behind cargo's
//! own records.
//!
//! Not for `cargo install`, which resolves versions elsewhere, nor for commands that are not cargo's own: what they
//! have cargo build is not known here.

use super::units::{self, Role, Unit};
use super::{Link, package_id, source};
use crate::environment;
use crate::report::Problem;
use auditable_graph::{Format, Graph};
use serde::Deserialize;
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn graph(link: &Link) -> Result<Option<Graph>, Problem> {
    let Some(arguments) = arguments(&link.call.arguments) else { return Ok(None) };
    let mut command = Command::new(&link.cargo);
    command
        .args(arguments)
        .args(["--unit-graph", "-Zunstable-options"])
        .env("__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS", "nightly")
        .current_dir(link.call_dir());
    environment::as_question(&mut command);
    let output = command
        .output()
        .map_err(|error| Problem::new(format!("could not run {}", link.cargo.display())).cause(error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Problem::new(format!("it ended with {}", output.status)).cause(words));
    }
    parse(&output.stdout, link).map(Some)
}

/// The arguments of the user's call, as a question for the same units. `None` if the command is not one whose units
/// can be asked for.
fn arguments(call: &[String]) -> Option<Vec<String>> {
    let mut words = call.iter().enumerate();
    let position = loop {
        match words.next()? {
            (_, option) if ["--config", "-Z", "-C", "--color"].contains(&option.as_str()) => words.next(),
            (_, option) if option.starts_with(['-', '+']) => None,
            (position, _) => break position,
        };
    };
    let asked = match call.get(position)?.as_str() {
        // What is run is built before.
        "run" | "r" => "build",
        same @ ("build" | "b" | "rustc" | "test" | "t" | "bench") => same,
        _ => return None,
    };
    let mut arguments = call.to_vec();
    if let Some(word) = arguments.get_mut(position) {
        *word = asked.to_owned();
    }
    Some(arguments)
}

fn parse(json: &[u8], link: &Link) -> Result<Graph, Problem> {
    let graph: UnitGraph =
        serde_json::from_slice(json).map_err(|error| Problem::new("not the expected JSON").cause(error))?;
    if graph.version != LAYOUT {
        return Err(Problem::new(format!(
            "version {} of the unit graph is not known, only {LAYOUT}",
            graph.version
        )));
    }
    let root = graph.units.iter().position(|unit| unit.is_of(link));
    let Some(root) = root else {
        return Err(Problem::new("it does not have the unit that is linked"));
    };
    let needed = graph.units.get(root).map(|unit| unit.dependencies.as_slice()).unwrap_or_default();
    for linked in link.externs.iter().filter(|linked| !linked.is_standard) {
        if !needed.iter().any(|dependency| dependency.extern_crate_name == linked.name) {
            return Err(Problem::new(format!("it does not have `{}`, which is linked", linked.name)));
        }
    }
    let linked: Vec<Unit> = graph
        .units
        .iter()
        .map(|unit| {
            let is_linked = |dependency: &&UnitDependency| {
                // Tests depend on the programs that they run.
                let needed = graph.units.get(dependency.index);
                needed.is_some_and(|needed| !needed.target.is("bin") || needed.pkg_id != unit.pkg_id)
            };
            Ok(Unit {
                package: package_id::parse(&unit.pkg_id)?,
                role: unit.role(),
                dependencies: unit.dependencies.iter().filter(is_linked).map(|needed| needed.index).collect(),
            })
        })
        .collect::<Result<_, Problem>>()?;
    units::collapse(&linked, root, Format::UNIT_GRAPH)
}

/// Version of the layout that is understood.
const LAYOUT: u32 = 1;

/// Parts of cargo's answer that are read.
#[derive(Deserialize)]
struct UnitGraph {
    version: u32,
    units: Vec<GraphUnit>,
}

#[derive(Deserialize)]
struct GraphUnit {
    pkg_id: String,
    target: Target,
    /// The triple, if it is named.
    platform: Option<String>,
    mode: String,
    #[serde(default)]
    is_std: bool,
    dependencies: Vec<UnitDependency>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct UnitDependency {
    index: usize,
    extern_crate_name: String,
}

impl GraphUnit {
    /// Whether this is what is linked: the same package and source, for the same platform, as a test or not.
    fn is_of(&self, link: &Link) -> bool {
        let mode = if link.is_test { "test" } else { "build" };
        let package = package_id::parse(&self.pkg_id);
        package.is_ok_and(|package| package.name == link.package && package.version == link.version)
            && self.mode == mode
            && self.platform == link.target
            && Some(&self.target.src_path) == link.source.as_ref()
    }

    fn role(&self) -> Role {
        // A program as a dependency (`-Z bindeps`) is used while building, or shipped as a file of its own.
        let is_for_building = ["proc-macro", "custom-build", "bin"].iter().any(|kind| self.target.is(kind));
        if is_for_building {
            Role::Build
        } else if self.is_std || source::is_standard_library(&self.pkg_id) {
            Role::Standard
        } else {
            Role::Library
        }
    }
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|given| given == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_call_as_a_question() {
        let ask = |line: &str| {
            let call: Vec<String> = line.split(' ').map(str::to_owned).collect();
            arguments(&call).map(|arguments| arguments.join(" "))
        };
        assert_eq!(ask("build --release -p x").as_deref(), Some("build --release -p x"));
        assert_eq!(ask("--config a=1 run --bin x").as_deref(), Some("--config a=1 build --bin x"));
        assert_eq!(ask("+nightly --locked rustc").as_deref(), Some("+nightly --locked rustc"));
        assert_eq!(ask("install ripgrep"), None);
        assert_eq!(ask("nextest run"), None);
        assert_eq!(ask("--version"), None);
    }
}
