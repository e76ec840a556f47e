use super::layout::{self, Record, UnitDir};
use crate::report::Problem;
use crate::resolve::Link;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The fingerprints that this link can be made of, read when they are asked for: a target folder that is used for
/// long holds thousands that do not matter.
///
/// What a record is called follows from the crate, nearly always. So it is looked for by that name first; to list each
/// unit's folder takes several times as long.
pub(crate) struct Store {
    units: Vec<KnownUnit>,
    /// Positions in `units` by package, under the name that a crate of it would have.
    by_crate_name: HashMap<String, Vec<usize>>,
    by_hash: HashMap<String, Vec<usize>>,
    by_value: HashMap<u64, Vec<Rc<Record>>>,
    profiles: Vec<PathBuf>,
    /// How much of all units is known.
    searched: Searched,
}

/// A unit, and the records of it that were asked for.
struct KnownUnit {
    dir: Rc<UnitDir>,
    records: Vec<Rc<Record>>,
    /// Whether these are all.
    is_listed: bool,
}

/// What was done to know all units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Searched {
    Nothing,
    /// Each was looked at under the names that are likely for its package.
    ByLikelyNames,
    Everything,
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
        Self::of_profiles(profiles)
    }

    fn of_profiles(profiles: Vec<PathBuf>) -> Result<Self, Problem> {
        let mut store = Self {
            units: Vec::new(),
            by_crate_name: HashMap::new(),
            by_hash: HashMap::new(),
            by_value: HashMap::new(),
            profiles,
            searched: Searched::Nothing,
        };
        for profile in &store.profiles {
            let units = layout::units(profile)?.into_iter();
            store.units.extend(units.map(|dir| KnownUnit {
                dir: Rc::new(dir),
                records: Vec::new(),
                is_listed: false,
            }));
        }
        if store.units.is_empty() {
            return Err(Problem::new("there are no records beside what is linked"));
        }
        for (position, unit) in store.units.iter().enumerate() {
            store.by_crate_name.entry(unit.dir.package.replace('-', "_")).or_default().push(position);
            store.by_hash.entry(unit.dir.hash.clone()).or_default().push(position);
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
        let is_library =
            |record: &Record| record.stem.starts_with("lib-") && record.crate_name() == crate_name;
        let found = self.found(&profile, &positions, Likely::Library(crate_name), is_library)?;
        newest(found).ok_or_else(missing)
    }

    /// The record of a program or C library that another package uses (`-Z bindeps`), which lies in a folder with the
    /// name of its unit.
    pub(crate) fn of_artifact(&mut self, file: &Path) -> Result<Rc<Record>, Problem> {
        let missing = || Problem::new(format!("{} is not recorded", file.display()));
        let folder = file.parent().ok_or_else(missing)?;
        let profile = layout::profile_of(folder).ok_or_else(missing)?;
        let unit = folder.parent().and_then(Path::file_name).ok_or_else(missing)?.to_string_lossy();
        let hash = unit.rsplit_once('-').map_or(&*unit, |(_, hash)| hash);
        let positions = self.by_hash.get(hash).cloned().unwrap_or_default();
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let name = stem.strip_suffix(&format!("-{hash}")).unwrap_or(&stem).replace('-', "_");
        let is_it = |record: &Record| {
            let crate_name = record.crate_name();
            (record.stem.starts_with("bin-") && crate_name == name)
                || (record.stem.starts_with("lib-")
                    && (crate_name == name || name.strip_prefix("lib") == Some(&*crate_name)))
        };
        let likely = Likely::Library(&name);
        newest(self.found(&profile, &positions, likely, is_it)?).ok_or_else(missing)
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
        let positions = self.by_hash.get(hash).cloned().unwrap_or_default();
        let likely = Likely::BuildScript("build");
        newest(self.found(&profile, &positions, likely, Record::is_build_script_run)?).ok_or_else(missing)
    }

    /// Those of the units' records that lie in the profile and are looked for, under likely names if there are any.
    fn found(
        &mut self,
        profile: &Path,
        positions: &[usize],
        likely: Likely<'_>,
        is_looked_for: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Rc<Record>>, Problem> {
        let positions: Vec<usize> = positions
            .iter()
            .copied()
            .filter(|&position| self.units.get(position).is_some_and(|unit| unit.dir.profile == profile))
            .collect();
        let mut found: Vec<Rc<Record>> = Vec::new();
        for &position in &positions {
            self.look_for(position, likely, |_| false);
            found.extend(self.known(position).iter().filter(|record| is_looked_for(record)).cloned());
        }
        if found.is_empty() {
            for &position in &positions {
                self.list(position)?;
                found.extend(self.known(position).iter().filter(|record| is_looked_for(record)).cloned());
            }
        }
        Ok(found)
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
                    record.package()
                ))
            })?;
            dependencies.push(found);
        }
        Ok(dependencies)
    }

    /// Looks where the name of a dependency leads: its own package, or for a build script that of the one that
    /// depends on it. A renamed dependency, a library with another name than its package, or the build script of
    /// another package lies elsewhere.
    fn by_value(
        &mut self,
        value: u64,
        name: &str,
        dependent: &Record,
    ) -> Result<Option<Rc<Record>>, Problem> {
        let own = dependent.package().replace('-', "_");
        if let Some(expected) = self.expected(value, name, dependent) {
            return Ok(Some(expected));
        }
        let (package, likely) = match name.strip_prefix("build_script_") {
            Some(file) => (own.as_str(), Likely::BuildScript(file)),
            None => (name, Likely::Library(name)),
        };
        for position in self.by_crate_name.get(package).cloned().unwrap_or_default() {
            self.look_for(position, likely, |found| found == value);
        }
        if let Some(expected) = self.expected(value, name, dependent) {
            return Ok(Some(expected));
        }
        if !self.by_value.contains_key(&value) {
            self.search(Searched::ByLikelyNames)?;
        }
        if !self.by_value.contains_key(&value) {
            for position in 0..self.units.len() {
                if self.known(position).is_empty() {
                    self.look_for(position, likely, |found| found == value);
                }
            }
        }
        if !self.by_value.contains_key(&value) {
            self.search(Searched::Everything)?;
        }
        let found = self.by_value.get(&value).map(Vec::as_slice).unwrap_or_default();
        // Build scripts that the configuration overrides have equal fingerprints if they say the same. The one that is
        // meant is then that of the package itself.
        let is_of = |package: &str| found.iter().find(|record| record.package().replace('-', "_") == package);
        match found {
            [only] => Ok(Some(Rc::clone(only))),
            [first, others @ ..] if others.iter().all(|other| other.package() == first.package()) => {
                Ok(Some(Rc::clone(first)))
            }
            _ => Ok(is_of(name).or_else(|| is_of(&own)).cloned()),
        }
    }

    /// A record with this value that has the name of the dependency, or is a build script of the package itself.
    fn expected(&self, value: u64, name: &str, dependent: &Record) -> Option<Rc<Record>> {
        let is_expected = |record: &&Rc<Record>| match record.stem.strip_prefix("lib-") {
            Some(library) => is_spelled(library, name),
            None => name.starts_with("build_script_") && record.package() == dependent.package(),
        };
        self.by_value.get(&value)?.iter().find(is_expected).cloned()
    }

    /// Looks at all units, if that was not done yet.
    fn search(&mut self, how: Searched) -> Result<(), Problem> {
        if self.searched >= how {
            return Ok(());
        }
        for position in 0..self.units.len() {
            if how == Searched::Everything {
                self.list(position)?;
            } else if let Some(unit) = self.units.get(position) {
                let library = unit.dir.package.replace('-', "_");
                for likely in [Likely::Library(&library), Likely::BuildScript("build")] {
                    if self.known(position).is_empty() {
                        self.look_for(position, likely, |_| true);
                    }
                }
            }
        }
        self.searched = how;
        Ok(())
    }

    fn known(&self, position: usize) -> &[Rc<Record>] {
        self.units.get(position).map(|unit| unit.records.as_slice()).unwrap_or_default()
    }

    /// Looks whether a unit has records under likely names, until one has a value that is the last to look for.
    fn look_for(&mut self, position: usize, likely: Likely<'_>, is_last: impl Fn(u64) -> bool) {
        let Some(unit) = self.units.get_mut(position).filter(|unit| !unit.is_listed) else { return };
        for stem in likely.stems(&unit.dir.package) {
            if unit.records.iter().any(|record| record.stem == *stem) {
                continue;
            }
            let record = Record::of(&unit.dir, &stem);
            if let Some(value) = value_of(&record) {
                let record = Rc::new(record);
                unit.records.push(Rc::clone(&record));
                self.by_value.entry(value).or_default().push(record);
                if is_last(value) {
                    return;
                }
            }
        }
    }

    /// Lists the folder of a unit, once.
    fn list(&mut self, position: usize) -> Result<(), Problem> {
        let Some(unit) = self.units.get_mut(position).filter(|unit| !unit.is_listed) else { return Ok(()) };
        unit.is_listed = true;
        for record in layout::records(&unit.dir)? {
            let record = Rc::new(record);
            if unit.records.contains(&record) {
                continue;
            }
            unit.records.push(Rc::clone(&record));
            // A unit that is being compiled has no value yet, and so is not part of this link.
            if let Some(value) = value_of(&record) {
                self.by_value.entry(value).or_default().push(record);
            }
        }
        Ok(())
    }
}

/// What a record is probably of.
#[derive(Clone, Copy)]
enum Likely<'a> {
    /// The library of this crate name.
    Library(&'a str),
    /// The build script in a file of this name, or its run.
    BuildScript(&'a str),
}

impl Likely<'_> {
    /// What the record is called then, in a unit of this package.
    fn stems(self, package: &str) -> Vec<String> {
        match self {
            // Cargo before 1.79 writes hyphens where the package's name has them.
            Self::Library(name) if package.contains('-') && is_spelled(package, name) => {
                vec![format!("lib-{name}"), format!("lib-{package}")]
            }
            Self::Library(name) => vec![format!("lib-{name}")],
            Self::BuildScript(file) => {
                let compiled = format!("build-script-build-script-{file}");
                vec![format!("run-{compiled}"), compiled]
            }
        }
    }
}

/// Whether a target has the name of a crate, which has no hyphens.
fn is_spelled(target: &str, crate_name: &str) -> bool {
    let crate_letters = |letter: u8| if letter == b'-' { b'_' } else { letter };
    target.bytes().map(crate_letters).eq(crate_name.bytes())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile folder with records, whose values are those of their places here.
    struct Records {
        profile: tempfile::TempDir,
        written: u64,
    }

    impl Records {
        fn new() -> Self {
            Self { profile: tempfile::tempdir().unwrap(), written: 0 }
        }

        /// Writes a record with dependencies, by name and value, and returns its own value.
        fn write(&mut self, unit: &str, stem: &str, dependencies: &[(&str, u64)]) -> u64 {
            self.written += 1;
            let folder = self.profile.path().join(".fingerprint").join(unit);
            fs::create_dir_all(&folder).unwrap();
            let deps: Vec<_> = dependencies.iter().map(|(name, value)| (0, name, false, value)).collect();
            let json = serde_json::json!({ "rustc": 1, "deps": deps, "local": [] });
            fs::write(folder.join(format!("{stem}.json")), json.to_string()).unwrap();
            fs::write(folder.join(stem), format!("{:016x}", self.written.swap_bytes())).unwrap();
            self.written
        }

        fn store(&self) -> Store {
            Store::of_profiles(vec![self.profile.path().to_owned()]).unwrap()
        }

        fn library(&self, file: &str) -> PathBuf {
            self.profile.path().join("deps").join(file)
        }
    }

    fn names(records: &[Rc<Record>]) -> Vec<String> {
        let name = |record: &Rc<Record>| format!("{} {}", record.package(), record.stem);
        records.iter().map(name).collect()
    }

    #[test]
    fn every_way_to_the_record_of_a_dependency() {
        let mut records = Records::new();
        let plain = records.write("libc-01", "lib-libc", &[]);
        records.write("libc-02", "lib-libc", &[]);
        let underscores = records.write("proc-macro2-03", "lib-proc_macro2", &[]);
        let hyphens = records.write("unicode-ident-04", "lib-unicode-ident", &[]);
        let other_name = records.write("utf-8-05", "lib-utf8", &[]);
        let renamed = records.write("serde-06", "lib-serde", &[]);
        let renamed_other_name = records.write("md-5-07", "lib-md5", &[]);
        let script = records.write("app-08", "build-script-build-script-main", &[]);
        let run = records.write("app-09", "run-build-script-build-script-main", &[]);
        let other_run = records.write("zlib-sys-10", "run-build-script-build-script-build", &[]);
        let beside = records.write("libc-01", "lib-beside", &[]);
        let dependencies = [
            ("libc", plain),
            ("proc_macro2", underscores),
            ("unicode_ident", hyphens),
            ("utf8", other_name),
            ("my_serde", renamed),
            ("my_hash", renamed_other_name),
            ("build_script_main", script),
            ("build_script_main", run),
            ("build_script_build", other_run),
            ("beside", beside),
        ];
        records.write("app-11", "lib-app", &dependencies);
        let mut store = records.store();
        let app = store.of_library(&records.library("libapp-11.rlib")).unwrap();
        let expected = [
            "libc lib-libc",
            "proc-macro2 lib-proc_macro2",
            "unicode-ident lib-unicode-ident",
            "utf-8 lib-utf8",
            "serde lib-serde",
            "md-5 lib-md5",
            "app build-script-build-script-main",
            "app run-build-script-build-script-main",
            "zlib-sys run-build-script-build-script-build",
            "libc lib-beside",
        ];
        assert_eq!(names(&store.dependencies(&app).unwrap()), expected);
        // A record that is met in two ways is one.
        let again = store.of_library(&records.library("libproc_macro2-03.rlib")).unwrap();
        assert!(store.dependencies(&app).unwrap().contains(&again));

        records.write("app-12", "lib-app", &[("libc", 99)]);
        let mut store = records.store();
        let app = store.of_library(&records.library("libapp-12.rlib")).unwrap();
        let problem = store.dependencies(&app).unwrap_err();
        assert_eq!(problem.to_string(), "`libc`, which `app` was compiled with, is not recorded");
    }

    #[test]
    fn what_is_needed_only_is_read() {
        let mut records = Records::new();
        let libc = records.write("libc-01", "lib-libc", &[]);
        records.write("app-02", "lib-app", &[("libc", libc)]);
        records.write("other-03", "lib-other", &[]);
        let mut store = records.store();
        let app = store.of_library(&records.library("libapp-02.rlib")).unwrap();
        store.dependencies(&app).unwrap();
        assert!(store.searched == Searched::Nothing);
        assert_eq!(store.by_value.len(), 2);
    }

    #[test]
    fn equal_fingerprints_are_told_apart_by_the_package() {
        let mut records = Records::new();
        let value = records.write("a-01", "run-build-script-build-script-build", &[]);
        records.written = value - 1;
        assert_eq!(records.write("b-02", "run-build-script-build-script-build", &[]), value);
        for (unit, package) in [("a-03", "a"), ("b-04", "b")] {
            records.write(unit, &format!("lib-{package}"), &[("build_script_build", value)]);
            let mut store = records.store();
            let library = format!("lib{package}-{}.rlib", unit.rsplit('-').next().unwrap());
            let user = store.of_library(&records.library(&library)).unwrap();
            let expected = format!("{package} run-build-script-build-script-build");
            assert_eq!(names(&store.dependencies(&user).unwrap()), [expected]);
        }
    }
}
