//! Cargo's own records of the build, walked from what is linked.
//!
//! For each unit that cargo compiles, it keeps a *fingerprint*: a JSON file that names the fingerprints of the units
//! that it was compiled with, each by its 64-bit value, which is the content of a file beside. So from the libraries
//! in `--extern`, and from the build script's folder in `OUT_DIR`, the records lead to everything that was compiled
//! for this link: with the features that were really on, after any resolver, for any cargo command, also when it was
//! compiled by an earlier one. No second cargo is needed, and reading takes milliseconds.
//!
//! The files are cargo's internal ones (`cargo::core::compiler::fingerprint`), alike since 1.65 at least. Nothing is
//! guessed: an unknown layout, or a single dependency whose record is not there, fails the whole rung.
//!
//! - [`layout`]: where records and libraries lie, in the two layouts of the target folder
//! - [`fingerprint`]: what a record says
//! - [`package`]: which package, version and source a unit was compiled from

mod dep_info;
mod fingerprint;
pub(crate) mod layout;
mod lock_file;
mod package;

use self::fingerprint::Store;
use self::layout::Record;
use self::package::Packages;
use super::Link;
use super::units::{self, PackageKey, Role, Unit};
use crate::report::Problem;
use auditable_graph::{Format, Graph};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

pub(crate) fn graph(link: &Link) -> Result<Option<Graph>, Problem> {
    let mut walk = Walk::new(link)?;
    let root = Unit { package: walk.packages.root().clone(), role: Role::Library, dependencies: Vec::new() };
    walk.units.push(root);
    let mut direct = Vec::new();
    for dependency in &link.externs {
        let record = walk.store.of_library(&dependency.path)?;
        direct.push(walk.unit(record));
    }
    for file in &link.artifact_dependencies {
        // One for another target, or one of another package: a build script that runs cargo passes its own on.
        if !file.parent().is_some_and(|folder| walk.store.has_profile_of(folder)) {
            return Ok(None);
        }
        let record = walk.store.of_artifact(file)?;
        direct.push(walk.artifact(record));
    }
    if let Some(out_dir) =
        link.build_script_out_dir.as_ref().filter(|folder| walk.store.has_profile_of(folder))
    {
        let record = walk.store.of_build_script_run(out_dir)?;
        // A program or a build script that runs cargo passes on the folder of its own package.
        if record.package() == link.package {
            direct.push(walk.unit(record));
        }
    }
    if let Some(root) = walk.units.first_mut() {
        root.dependencies = direct;
    }
    walk.finish()?;
    units::collapse(&walk.units, 0, Format::RECORDS).map(Some)
}

struct Walk {
    store: Store,
    packages: Packages,
    /// The root, then what was met on the way, each once.
    units: Vec<Unit>,
    /// Records in the order of `units`, from the second on.
    records: Vec<Rc<Record>>,
    index: HashMap<Rc<Record>, usize>,
    /// Units that are artifacts for the root to use, whatever else they may be for others.
    artifacts: HashSet<usize>,
}

impl Walk {
    fn new(link: &Link) -> Result<Self, Problem> {
        Ok(Self {
            store: Store::new(link)?,
            packages: Packages::new(link),
            units: Vec::new(),
            records: Vec::new(),
            index: HashMap::new(),
            artifacts: HashSet::new(),
        })
    }

    /// The index of a record's unit, whose package and dependencies are filled in later.
    fn unit(&mut self, record: Rc<Record>) -> usize {
        if let Some(&index) = self.index.get(&record) {
            return index;
        }
        let index = self.push(&record);
        self.index.insert(record, index);
        index
    }

    /// As [`Walk::unit`], of an artifact that the root uses: a unit of its own, since the same record can be that of a
    /// library which is linked.
    fn artifact(&mut self, record: Rc<Record>) -> usize {
        let index = self.push(&record);
        self.artifacts.insert(index);
        index
    }

    fn push(&mut self, record: &Rc<Record>) -> usize {
        let index = self.units.len();
        let package = PackageKey { name: record.package().to_owned(), ..self.packages.root().clone() };
        self.units.push(Unit { package, role: Role::Library, dependencies: Vec::new() });
        self.records.push(Rc::clone(record));
        index
    }

    /// The record of a unit, which the root has not.
    fn record(&self, unit: usize) -> Option<Rc<Record>> {
        self.records.get(unit.checked_sub(1)?).cloned()
    }

    /// Follows all records to their end.
    fn finish(&mut self) -> Result<(), Problem> {
        // Units are met on the way.
        for index in 1.. {
            let Some(record) = self.record(index) else { break };
            let is_artifact = self.artifacts.contains(&index);
            let role = if is_artifact { Role::Build } else { self.packages.role(&record)? };
            let mut dependencies = Vec::new();
            // The standard library's own dependencies are not followed: they are left out anyway.
            if role != Role::Standard {
                for dependency in self.store.dependencies(&record)? {
                    dependencies.push(self.unit(dependency));
                }
            }
            if let Some(unit) = self.units.get_mut(index) {
                unit.role = role;
                unit.dependencies = dependencies;
            }
        }
        for (index, record) in (1..).zip(self.records.clone()) {
            if self.units.get(index).is_some_and(|unit| unit.role != Role::Standard) {
                let package = self.package(index, &record)?;
                if let Some(unit) = self.units.get_mut(index) {
                    unit.package = package;
                }
            }
        }
        Ok(())
    }

    /// The package of a unit. The run of a build script has no source files of its own: it is of the package whose
    /// build script it ran.
    fn package(&mut self, unit: usize, record: &Rc<Record>) -> Result<PackageKey, Problem> {
        if !record.is_build_script_run() {
            return self.packages.of(record);
        }
        let needed = self.units.get(unit).map(|unit| unit.dependencies.as_slice()).unwrap_or_default();
        let script = needed
            .iter()
            .filter_map(|&unit| self.record(unit))
            .find(|needed| needed.is_build_script() && needed.package() == record.package());
        if let Some(script) = script {
            return self.packages.of(&script);
        }
        // The user's configuration can say what a build script would (`[target.TRIPLE.LINKS]`). Then nothing was run,
        // and the package is that of the library which heeds it.
        let is_user =
            |user: usize| self.units.get(user).is_some_and(|user| user.dependencies.contains(&unit));
        if is_user(0) && record.package() == self.packages.root().name {
            return Ok(self.packages.root().clone());
        }
        let user = (1..).zip(&self.records).find(|&(user, other)| {
            other.package() == record.package() && !other.is_build_script_run() && is_user(user)
        });
        match user.map(|(_, record)| Rc::clone(record)) {
            Some(user) => self.packages.of(&user),
            None => Err(Problem::new(format!("the build script of `{}` is not recorded", record.package()))),
        }
    }
}
