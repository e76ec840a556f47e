//! `cargo metadata`: the last resort. It tells what the lock file and the features allow, not what was compiled: it
//! unites the features of all packages of the workspace, and knows nothing of which command is run.
//!
//! What can be known better is: the direct dependencies are those that rustc gets, what is only for building is taken
//! for the host, and development dependencies count for the linked package only.

use super::place::PlaceKind;
use super::units::{self, PackageKey, Role, Unit};
use super::{Link, source};
use crate::environment;
use crate::report::Problem;
use auditable_graph::{Format, Graph};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId};
use std::collections::HashMap;
use std::process::Command;

pub(crate) fn graph(link: &Link) -> Result<Option<Graph>, Problem> {
    if is_unlocked_install(link) {
        return Err(Problem::new(
            "it knows nothing of the versions that `cargo install` without --locked chooses",
        ));
    }
    if link.call.arguments.is_empty() {
        return Err(Problem::new("how cargo was called is not known"));
    }
    let host = host(link)?;
    let target = link.target.as_deref().unwrap_or(&host);
    let for_target = ask(link, target)?;
    let for_host = if target == host { None } else { Some(ask(link, &host)?) };
    Both::new(&for_target, for_host.as_ref().unwrap_or(&for_target))?.graph(link).map(Some)
}

/// Whether the versions are others than those of the lock file in the package.
fn is_unlocked_install(link: &Link) -> bool {
    link.call.has("install") && !link.call.has("--locked") && !link.call.has("--frozen")
}

fn host(link: &Link) -> Result<String, Problem> {
    let text = output(Command::new(&link.cargo).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Problem::new("cargo -vV names no host"))
}

/// Asks the cargo that runs, from where the user called it, and without the network: what was compiled is at hand. At
/// last with all features, which lists more than was compiled but cannot name a feature that does not exist.
fn ask(link: &Link, platform: &str) -> Result<Metadata, Problem> {
    let named = feature_arguments(link);
    let all = vec!["--all-features".to_owned()];
    let mut last = None;
    for features in [&named, &all] {
        let mut command = Command::new(&link.cargo);
        command
            .args(["metadata", "--format-version=1", "--filter-platform", platform, "--manifest-path"])
            .arg(link.manifest_path())
            .args(features)
            .args(link.call.project_arguments())
            .arg("--offline")
            .current_dir(link.call_dir());
        environment::as_question(&mut command);
        let metadata = output(&mut command).and_then(|json| {
            MetadataCommand::parse(json)
                .map_err(|error| Problem::new("its output is not understood").cause(error))
        });
        match metadata {
            Ok(metadata) => return Ok(metadata),
            // The first failure is about what the user asked for.
            Err(problem) => last = last.or(Some(problem)),
        }
    }
    Err(last.unwrap_or_else(|| Problem::new("it was not asked")))
}

/// The features of the linked package, in the form that other packages of the workspace do not mind.
fn feature_arguments(link: &Link) -> Vec<String> {
    let mut arguments = Vec::new();
    if !link.features.iter().any(|feature| feature == "default") {
        arguments.push("--no-default-features".to_owned());
    }
    let named: Vec<String> =
        link.features.iter().map(|feature| format!("{}/{feature}", link.package)).collect();
    if !named.is_empty() {
        arguments.push(format!("--features={}", named.join(",")));
    }
    arguments
}

fn output(command: &mut Command) -> Result<String, Problem> {
    let name = command.get_program().display().to_string();
    let output =
        command.output().map_err(|error| Problem::new(format!("could not run {name}")).cause(error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Problem::new(format!("it ended with {}", output.status)).cause(words));
    }
    String::from_utf8(output.stdout).map_err(|error| Problem::new("its output is not text").cause(error))
}

/// What is compiled for a package.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// Its library, for the target.
    Library,
    /// Its library, for what is only for building.
    HostLibrary,
    /// Its build script.
    BuildScript,
}

/// The answers for the target and for the host, which are the same if the two are.
struct Both<'a> {
    packages: HashMap<&'a PackageId, &'a Package>,
    for_target: HashMap<&'a PackageId, &'a Node>,
    for_host: HashMap<&'a PackageId, &'a Node>,
}

impl<'a> Both<'a> {
    fn new(for_target: &'a Metadata, for_host: &'a Metadata) -> Result<Self, Problem> {
        let nodes = |metadata: &'a Metadata| match &metadata.resolve {
            Some(resolve) => Ok(resolve.nodes.iter().map(|node| (&node.id, node)).collect()),
            None => Err(Problem::new("it resolves no dependencies")),
        };
        let packages = for_target.packages.iter().chain(&for_host.packages);
        Ok(Self {
            packages: packages.map(|package| (&package.id, package)).collect(),
            for_target: nodes(for_target)?,
            for_host: nodes(for_host)?,
        })
    }

    fn graph(&self, link: &Link) -> Result<Graph, Problem> {
        let root = self.packages.values().find(|package| {
            *package.name == link.package
                && package.version == link.version
                && package.manifest_path.as_std_path() == link.manifest_path()
        });
        let Some(root) = root else {
            return Err(Problem::new(format!("it does not know `{}` {}", link.package, link.version)));
        };
        self.check_externs(root, link)?;
        let mut units = Vec::new();
        let mut open = vec![(&root.id, Part::Library)];
        let mut index: HashMap<(&PackageId, Part), usize> = HashMap::from([((&root.id, Part::Library), 0)]);
        for next in 0.. {
            let Some(&(id, part)) = open.get(next) else { break };
            let mut dependencies = Vec::new();
            for needed in self.dependencies(id, part, (id == &root.id).then_some(link)) {
                let position = *index.entry(needed).or_insert(open.len());
                if position == open.len() {
                    open.push(needed);
                }
                dependencies.push(position);
            }
            units.push(Unit { package: self.key(id)?, role: self.role(id, part), dependencies });
        }
        units::collapse(&units, 0, Format::METADATA)
    }

    /// That rustc gets a library which is not known here shows that this is about something else.
    fn check_externs(&self, root: &Package, link: &Link) -> Result<(), Problem> {
        let Some(node) = self.for_target.get(&root.id) else {
            return Err(Problem::new(format!("it does not resolve `{}`", link.package)));
        };
        let host_node = self.for_host.get(&root.id);
        let own = |name: &str| root.targets.iter().any(|target| target.name.replace('-', "_") == name);
        let known = |name: &str| {
            let needed = node.deps.iter().chain(host_node.into_iter().flat_map(|node| &node.deps));
            own(name) || needed.into_iter().any(|dependency| dependency.name == name)
        };
        match link.externs.iter().find(|dependency| !dependency.is_standard && !known(&dependency.name)) {
            Some(unknown) => {
                Err(Problem::new(format!("it does not know `{}`, which is linked", unknown.name)))
            }
            None => Ok(()),
        }
    }

    /// What a part of a package needs. `link` is given for the root, whose direct dependencies it tells.
    fn dependencies(&self, id: &'a PackageId, part: Part, link: Option<&Link>) -> Vec<(&'a PackageId, Part)> {
        let nodes = if part == Part::Library { &self.for_target } else { &self.for_host };
        let mut needed = Vec::new();
        for dependency in nodes.get(id).into_iter().flat_map(|node| &node.deps) {
            let is = |kind: DependencyKind| dependency.dep_kinds.iter().any(|info| info.kind == kind);
            let is_linked = match (part, link) {
                (Part::BuildScript, _) => is(DependencyKind::Build),
                (Part::Library, Some(link)) => {
                    let is_extern = link.externs.iter().any(|given| given.name == dependency.name);
                    is_extern && (is(DependencyKind::Normal) || is(DependencyKind::Development))
                }
                _ => is(DependencyKind::Normal),
            };
            if is_linked {
                let is_for_host = part != Part::Library || self.is_proc_macro(&dependency.pkg);
                needed.push((&dependency.pkg, if is_for_host { Part::HostLibrary } else { Part::Library }));
            }
        }
        if part != Part::BuildScript && self.has_build_script(id) {
            needed.push((id, Part::BuildScript));
        }
        needed
    }

    fn role(&self, id: &PackageId, part: Part) -> Role {
        if part == Part::BuildScript || self.is_proc_macro(id) { Role::Build } else { Role::Library }
    }

    fn is_proc_macro(&self, id: &PackageId) -> bool {
        self.packages
            .get(id)
            .is_some_and(|package| package.targets.iter().any(|target| target.is_proc_macro()))
    }

    fn has_build_script(&self, id: &PackageId) -> bool {
        self.packages
            .get(id)
            .is_some_and(|package| package.targets.iter().any(|target| target.is_custom_build()))
    }

    fn key(&self, id: &PackageId) -> Result<PackageKey, Problem> {
        let Some(package) = self.packages.get(id) else {
            return Err(Problem::new(format!("it does not describe {id}")));
        };
        Ok(PackageKey {
            name: package.name.to_string(),
            version: package.version.clone(),
            source: match &package.source {
                Some(source) => source::of_id(Some(&source.repr)),
                // What cargo installs from a registry or from git is a path for it, once it has been fetched.
                None => {
                    let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
                    PlaceKind::of(folder.as_std_path()).source()
                }
            },
        })
    }
}
