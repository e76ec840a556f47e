use super::layout::{self, Record, UnitDir};
use crate::report::Problem;
use crate::resolve::Link;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The fingerprints that this link can be made of, read when they are asked for: a target folder that is used for
/// long holds thousands that do not matter.
pub(crate) struct Store {
    units: Vec<UnitDir>,
    /// Positions in `units` by package, under the name that a crate of it would have.
    by_crate_name: HashMap<String, Vec<usize>>,
    by_hash: HashMap<String, Vec<usize>>,
    /// The records of a unit, by its position in `units`, as far as they were asked for.
    records: HashMap<usize, Rc<[Rc<Record>]>>,
    /// Positions in `units` whose fingerprints are in `by_value`.
    loaded: HashSet<usize>,
    by_value: HashMap<u64, Vec<Rc<Record>>>,
    profiles: Vec<PathBuf>,
}

impl Store {
    pub(crate) fn new(link: &Link) -> Result<Self, Problem> {
        let mut profiles: Vec<PathBuf> = Vec::new();
        for folder in &link.library_dirs {
            if let Some(profile) = layout::profile_of(folder)
                && !profiles.contains(&profile)
            {
                profiles.push(profile);
            }
        }
        let mut store = Self {
            units: Vec::new(),
            by_crate_name: HashMap::new(),
            by_hash: HashMap::new(),
            records: HashMap::new(),
            loaded: HashSet::new(),
            by_value: HashMap::new(),
            profiles,
        };
        for profile in &store.profiles {
            store.units.extend(layout::units(profile)?);
        }
        if store.units.is_empty() {
            return Err(Problem::new("there are no records beside what is linked"));
        }
        for (position, unit) in store.units.iter().enumerate() {
            store.by_crate_name.entry(unit.package.replace('-', "_")).or_default().push(position);
            store.by_hash.entry(unit.hash.clone()).or_default().push(position);
        }
        Ok(store)
    }

    /// The record of a library in `--extern`.
    pub(crate) fn of_library(&mut self, library: &Path) -> Result<Rc<Record>, Problem> {
        let missing = || Problem::new(format!("{} is not recorded", library.display()));
        let profile = library.parent().and_then(layout::profile_of).ok_or_else(missing)?;
        let stem = library.file_stem().map(|stem| stem.to_string_lossy()).ok_or_else(missing)?;
        // `CRATE-HASH`; in the newer layout the folder above has the hash as well.
        let (name, hash) = match stem.rsplit_once('-') {
            Some((name, hash)) => (name, Some(hash.to_owned())),
            None => (&*stem, hash_of_folder(library)),
        };
        let crate_name = name.strip_prefix("lib").unwrap_or(name);
        let positions: Vec<usize> = match &hash {
            Some(hash) => self.by_hash.get(hash).cloned().unwrap_or_default(),
            // The library of a package that is also a C library has no hash in its name.
            None => (0..self.units.len()).collect(),
        };
        let mut found = Vec::new();
        for position in positions {
            let is_library =
                |record: &Record| record.stem.starts_with("lib-") && record.crate_name() == crate_name;
            found.extend(
                self.records_in(&profile, position)?.iter().filter(|record| is_library(record)).cloned(),
            );
        }
        newest(found).ok_or_else(missing)
    }

    /// Whether a build script's folder belongs to this build. Cargo passes on an `OUT_DIR` of its own environment, such
    /// as that of a build script which calls cargo.
    pub(crate) fn has_profile_of(&self, out_dir: &Path) -> bool {
        layout::profile_of(out_dir).is_some_and(|profile| self.profiles.contains(&profile))
    }

    /// The record of the run of a build script that wrote into `out_dir`.
    pub(crate) fn of_build_script_run(&mut self, out_dir: &Path) -> Result<Rc<Record>, Problem> {
        let missing =
            || Problem::new(format!("the build script that wrote {} is not recorded", out_dir.display()));
        let profile = layout::profile_of(out_dir).ok_or_else(missing)?;
        let folder = out_dir.parent().and_then(Path::file_name).ok_or_else(missing)?.to_string_lossy();
        let hash = folder.rsplit_once('-').map_or(&*folder, |(_, hash)| hash);
        let mut found = Vec::new();
        for position in self.by_hash.get(hash).cloned().unwrap_or_default() {
            let records = self.records_in(&profile, position)?;
            found.extend(records.iter().filter(|record| record.is_build_script_run()).cloned());
        }
        newest(found).ok_or_else(missing)
    }

    /// The records of what a unit was compiled with.
    ///
    /// # Errors
    ///
    /// If one of them is not there.
    pub(crate) fn dependencies(&mut self, record: &Record) -> Result<Vec<Rc<Record>>, Problem> {
        let failed = || Problem::new(format!("could not read {}", record.json.display()));
        let json = fs::read(&record.json).map_err(|error| failed().cause(error))?;
        let fingerprint: Fingerprint =
            serde_json::from_slice(&json).map_err(|error| failed().cause(error))?;
        let mut dependencies = Vec::with_capacity(fingerprint.deps.len());
        for Dependency(_, name, _, value) in fingerprint.deps {
            let found = self.by_value(value, &name, record)?.ok_or_else(|| {
                Problem::new(format!(
                    "`{name}`, which `{}` was compiled with, is not recorded",
                    record.package
                ))
            })?;
            dependencies.push(found);
        }
        Ok(dependencies)
    }

    /// Looks where the name of a dependency leads: its own package, or for a build script that of the one that
    /// depends on it. A renamed dependency, or a library with another name than its package, lies elsewhere.
    fn by_value(
        &mut self,
        value: u64,
        name: &str,
        dependent: &Record,
    ) -> Result<Option<Rc<Record>>, Problem> {
        for crate_name in [name, &dependent.package.replace('-', "_")] {
            for position in self.by_crate_name.get(crate_name).cloned().unwrap_or_default() {
                self.load(position)?;
            }
        }
        if !self.by_value.contains_key(&value) {
            for position in 0..self.units.len() {
                self.load(position)?;
            }
        }
        let found = self.by_value.get(&value).map(Vec::as_slice).unwrap_or_default();
        // Build scripts that the configuration overrides have equal fingerprints if they say the same. The one that is
        // meant is then that of the package itself.
        let is_of = |package: &str| found.iter().find(|record| record.package.replace('-', "_") == package);
        match found {
            [only] => Ok(Some(Rc::clone(only))),
            [first, others @ ..] if others.iter().all(|other| other.package == first.package) => {
                Ok(Some(Rc::clone(first)))
            }
            _ => Ok(is_of(name).or_else(|| is_of(&dependent.package.replace('-', "_"))).cloned()),
        }
    }

    fn load(&mut self, position: usize) -> Result<(), Problem> {
        if !self.loaded.insert(position) {
            return Ok(());
        }
        for record in self.records(position)?.iter() {
            // A unit that is being compiled has no value yet, and so is not part of this link.
            if let Some(value) = value_of(record) {
                self.by_value.entry(value).or_default().push(Rc::clone(record));
            }
        }
        Ok(())
    }

    /// The records of a unit, if it lies in the profile.
    fn records_in(&mut self, profile: &Path, position: usize) -> Result<Rc<[Rc<Record>]>, Problem> {
        match self.units.get(position) {
            Some(unit) if unit.profile == profile => self.records(position),
            _ => Ok(Rc::default()),
        }
    }

    /// The records of a unit, whose folder is listed once.
    fn records(&mut self, position: usize) -> Result<Rc<[Rc<Record>]>, Problem> {
        if let Some(known) = self.records.get(&position) {
            return Ok(Rc::clone(known));
        }
        let Some(unit) = self.units.get(position) else { return Ok(Rc::default()) };
        let records: Rc<[Rc<Record>]> = layout::records(unit)?.into_iter().map(Rc::new).collect();
        self.records.insert(position, Rc::clone(&records));
        Ok(records)
    }
}

/// The parts that are read of a fingerprint.
#[derive(Deserialize)]
struct Fingerprint {
    deps: Vec<Dependency>,
}

/// Hash of the package's id, name of the crate, whether it is public, value of its fingerprint.
#[derive(Deserialize)]
struct Dependency(
    #[expect(dead_code, reason = "a place in the layout")] u64,
    String,
    #[expect(dead_code, reason = "a place in the layout")] bool,
    u64,
);

/// A fingerprint's value: 16 hexadecimal digits in a file beside the JSON, the bytes in little-endian order.
fn value_of(record: &Record) -> Option<u64> {
    let text = fs::read_to_string(record.value_file()).ok()?;
    u64::from_str_radix(text.trim(), 16).ok().map(u64::swap_bytes)
}

/// Of the records that one file can come from, the last that was written: earlier ones made an earlier content.
fn newest(mut records: Vec<Rc<Record>>) -> Option<Rc<Record>> {
    if records.len() < 2 {
        return records.pop();
    }
    let modified =
        |record: &Rc<Record>| fs::metadata(&record.json).and_then(|metadata| metadata.modified()).ok();
    records.into_iter().max_by_key(modified)
}

/// `build/PACKAGE/HASH/out/FILE`.
fn hash_of_folder(library: &Path) -> Option<String> {
    let out = library.parent().filter(|folder| folder.file_name().is_some_and(|name| name == "out"))?;
    Some(out.parent()?.file_name()?.to_string_lossy().into_owned())
}
