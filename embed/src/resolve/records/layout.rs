//! Where records and libraries lie in cargo's target folder.
//!
//! ```text
//! PROFILE/.fingerprint/PACKAGE-HASH/{KIND-TARGET,KIND-TARGET.json}    the layout of stable cargo
//! PROFILE/deps/{libCRATE-HASH.rlib,CRATE-HASH.d}
//! PROFILE/deps/artifact/PACKAGE-HASH/{bin,cdylib,staticlib}/{CRATE-HASH,CRATE-HASH.d}   -Z bindeps
//! PROFILE/build/PACKAGE-HASH/{out/,build_script_build-HASH.d}
//!
//! PROFILE/build/PACKAGE/HASH/fingerprint/{KIND-TARGET,KIND-TARGET.json}   -Z build-dir-new-layout
//! PROFILE/build/PACKAGE/HASH/out/{libCRATE-HASH.rlib,CRATE-HASH.d}
//! ```
//!
//! PROFILE is such as `target/debug`, or `target/TRIPLE/debug` for what is built for a named target.

use crate::report::Problem;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The folder of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UnitDir {
    pub(crate) profile: PathBuf,
    pub(crate) package: String,
    pub(crate) hash: String,
    pub(crate) layout: Layout,
}

/// Which of the two layouts a unit lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Layout {
    Flat,
    PerUnit,
}

/// One fingerprint: a unit folder can hold several.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The fingerprint's JSON file.
    pub(crate) json: PathBuf,
    /// What is compiled, and its target's name, such as `lib-serde` or `run-build-script-build-script-build`.
    pub(crate) stem: String,
    pub(crate) dir: Rc<UnitDir>,
}

/// Records are the same if their files are. The names are compared as they stand, since a path's components take long
/// to tell apart.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.json.as_os_str() == other.json.as_os_str()
    }
}

impl Eq for Record {}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.json.as_os_str().hash(state);
    }
}

impl UnitDir {
    pub(crate) fn fingerprint_dir(&self) -> PathBuf {
        match self.layout {
            Layout::Flat => self.profile.join(".fingerprint").join(format!("{}-{}", self.package, self.hash)),
            Layout::PerUnit => {
                self.profile.join("build").join(&self.package).join(&self.hash).join("fingerprint")
            }
        }
    }

    /// Where the unit's libraries are.
    pub(crate) fn library_dir(&self) -> PathBuf {
        match self.layout {
            Layout::Flat => self.profile.join("deps"),
            Layout::PerUnit => self.per_unit_out_dir(),
        }
    }

    /// Where a compiled build script is.
    pub(crate) fn build_script_dir(&self) -> PathBuf {
        match self.layout {
            Layout::Flat => self.profile.join("build").join(format!("{}-{}", self.package, self.hash)),
            Layout::PerUnit => self.per_unit_out_dir(),
        }
    }

    /// Where the unit's artifacts are that other packages use, a folder for each kind; none if there are none.
    pub(crate) fn artifact_dirs(&self) -> Vec<PathBuf> {
        let unit = format!("{}-{}", self.package, self.hash);
        let folder = self.library_dir().join("artifact").join(unit);
        let folders = ARTIFACT_KINDS.iter().map(|kind| folder.join(kind));
        folders.filter(|folder| folder.is_dir()).collect()
    }

    fn per_unit_out_dir(&self) -> PathBuf {
        self.profile.join("build").join(&self.package).join(&self.hash).join("out")
    }
}

impl Record {
    /// The record of this name in a unit's folder, which may be there or not.
    pub(crate) fn of(dir: &Rc<UnitDir>, stem: &str) -> Self {
        let json = dir.fingerprint_dir().join(format!("{stem}.json"));
        Self { json, stem: stem.to_owned(), dir: Rc::clone(dir) }
    }

    /// Name of the package.
    pub(crate) fn package(&self) -> &str {
        &self.dir.package
    }

    /// The file with the fingerprint's value, without which cargo takes the unit for one that was never built.
    pub(crate) fn value_file(&self) -> PathBuf {
        self.json.with_extension("")
    }

    pub(crate) fn is_build_script_run(&self) -> bool {
        self.stem.starts_with("run-build-script-")
    }

    pub(crate) fn is_build_script(&self) -> bool {
        self.stem.starts_with("build-script-")
    }

    /// The name of the compiled crate: that of the target, as rustc spells it.
    pub(crate) fn crate_name(&self) -> String {
        const KINDS: &[&str] = &["build-script-", "lib-", "bin-", "example-"];
        let target = KINDS.iter().find_map(|kind| self.stem.strip_prefix(kind)).unwrap_or(&self.stem);
        target.replace('-', "_")
    }
}

/// The profile folder that a folder of libraries, or a build script's `OUT_DIR`, belongs to.
pub(crate) fn profile_of(folder: &Path) -> Option<PathBuf> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let profile = match name(folder)?.as_str() {
        "deps" | "examples" => folder.parent()?,
        "out" => {
            let above = folder.parent()?.parent()?;
            if name(above)? == "build" {
                above.parent()?
            } else if name(above.parent()?)? == "build" {
                above.parent()?.parent()?
            } else {
                return None;
            }
        }
        // A build script is linked in its own folder.
        _ if name(folder.parent()?)? == "build" => folder.parent()?.parent()?,
        kind if ARTIFACT_KINDS.contains(&kind) && name(folder.ancestors().nth(2)?)? == "artifact" => {
            folder.ancestors().nth(4)?
        }
        _ => return None,
    };
    Some(profile.to_owned())
}

/// All units of a profile. Costs one directory listing, and in the newer layout one for each package.
pub(crate) fn units(profile: &Path) -> Result<Vec<UnitDir>, Problem> {
    let mut units = Vec::new();
    let unit = |package: &str, hash: &str, layout: Layout| UnitDir {
        profile: profile.to_owned(),
        package: package.to_owned(),
        hash: hash.to_owned(),
        layout,
    };
    for name in names_in(&profile.join(".fingerprint"))? {
        if let Some((package, hash)) = name.rsplit_once('-') {
            units.push(unit(package, hash, Layout::Flat));
        }
    }
    // The flat layout has a folder `build` too, but with the hash in the names, and never both.
    if units.is_empty() {
        for package in names_in(&profile.join("build"))? {
            for hash in names_in(&profile.join("build").join(&package))? {
                units.push(unit(&package, &hash, Layout::PerUnit));
            }
        }
    }
    Ok(units)
}

/// The records in a unit's folder. Costs one directory listing.
pub(crate) fn records(dir: &Rc<UnitDir>) -> Result<Vec<Record>, Problem> {
    let names = names_in(&dir.fingerprint_dir())?;
    let stems = names.iter().filter_map(|name| name.strip_suffix(".json"));
    Ok(stems.map(|stem| Record::of(dir, stem)).collect())
}

/// The names in a folder; none if it is not there, or not a folder.
fn names_in(folder: &Path) -> Result<Vec<String>, Problem> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(Problem::new(format!("could not list {}", folder.display())).cause(error)),
    };
    // An entry that vanishes belongs to a unit that is none of this link's, or it will be missed.
    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// The kinds of artifacts that a dependency can be of, as their folders are called.
const ARTIFACT_KINDS: [&str; 3] = ["bin", "cdylib", "staticlib"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_of_every_folder_that_cargo_names() {
        for folder in [
            "/t/debug/deps",
            "/t/debug/examples",
            "/t/debug/build/app-0123/out",
            "/t/debug/build/app/0123/out",
            "/t/debug/build/app-0123",
            "/t/debug/deps/artifact/app-0123/bin",
        ] {
            assert_eq!(profile_of(Path::new(folder)), Some("/t/debug".into()), "{folder}");
        }
        assert_eq!(profile_of(Path::new("/somewhere/else")), None);
        assert_eq!(profile_of(Path::new("/")), None);
    }
}
