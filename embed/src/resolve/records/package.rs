//! Which package a unit was compiled from.
//!
//! The name stands in the record's folder. The version does not; it is found by way of the crate's first source file,
//! in rustc's dep-info: the folder of a registry's package says it (`registry/src/INDEX/NAME-VERSION/`), elsewhere the
//! manifest does. That a package comes from crates.io is told from the registry's folder, or by the lock file where
//! sources are replaced or vendored.

use super::dep_info;
use super::layout::Record;
use super::lock_file::LockFile;
use crate::report::Problem;
use crate::resolve::Link;
use crate::resolve::place::{PlaceKind, is_crates_io};
use crate::resolve::units::{PackageKey, Role};
use auditable_graph::{Source, Version};
use serde::Deserialize;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs};

/// What is known about packages by now.
pub(crate) struct Packages {
    root: PackageKey,
    root_dir: PathBuf,
    /// Where cargo runs rustc for packages of the workspace: the workspace's folder.
    workspace_dir: PathBuf,
    lock: OnceCell<LockFile>,
    /// By folder of the root module.
    places: HashMap<OsString, Rc<Place>>,
    /// By record, which is asked for twice.
    places_of_records: HashMap<OsString, Rc<Place>>,
    manifests: HashMap<OsString, Option<Rc<Manifest>>>,
}

/// The folder of a package.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    kind: PlaceKind,
}

impl Packages {
    pub(crate) fn new(link: &Link) -> Self {
        let mut packages = Self {
            root: PackageKey {
                name: link.package.clone(),
                version: link.version.clone(),
                source: Source::Local,
            },
            root_dir: link.manifest_dir.clone(),
            workspace_dir: env::current_dir().unwrap_or_else(|_| link.manifest_dir.clone()),
            lock: OnceCell::new(),
            places: HashMap::new(),
            places_of_records: HashMap::new(),
            manifests: HashMap::new(),
        };
        packages.root.source = match PlaceKind::of(&link.manifest_dir) {
            PlaceKind::Path | PlaceKind::Standard => Source::Local,
            PlaceKind::GitCheckout => Source::Git,
            PlaceKind::Registry { index } => packages.registry(&index, &link.package, &link.version),
        };
        packages
    }

    /// The package that is linked.
    pub(crate) fn root(&self) -> &PackageKey {
        &self.root
    }

    /// What the unit of a record is for.
    ///
    /// # Errors
    ///
    /// If what it was compiled to is not there, or may be one or the other.
    pub(crate) fn role(&mut self, record: &Record) -> Result<Role, Problem> {
        if record.is_build_script() || record.is_build_script_run() {
            return Ok(Role::Build);
        }
        if !record.stem.starts_with("lib-") {
            // A program as a dependency (`-Z bindeps`): used while building, or shipped as a file of its own.
            return Ok(Role::Build);
        }
        let place = self.place(record)?;
        if place.kind == PlaceKind::Standard {
            return Ok(Role::Standard);
        }
        let folder = record.dir.library_dir();
        let crate_name = record.crate_name();
        let exists = |file: String| folder.join(file).exists();
        let hashed = format!("{crate_name}-{}", record.dir.hash);
        for name in [&hashed, &crate_name] {
            if exists(format!("lib{name}.rlib")) || exists(format!("lib{name}.rmeta")) {
                return Ok(Role::Library);
            }
            let is_dynamic = exists(format!("lib{name}.so"))
                || exists(format!("lib{name}.dylib"))
                || exists(format!("{name}.dll"));
            if is_dynamic {
                // A Rust dynamic library is one as well.
                let is_macro = self.is_proc_macro(&place.folder).ok_or_else(|| {
                    Problem::new(format!(
                        "whether `{}` is a procedural macro is unknown, since there is no manifest that can be read in {}",
                        record.package(),
                        place.folder.display()
                    ))
                })?;
                return Ok(if is_macro { Role::Build } else { Role::Library });
            }
        }
        if !record.dir.artifact_dirs().is_empty() {
            // A C library as a dependency, like a program.
            return Ok(Role::Build);
        }
        Err(Problem::new(format!(
            "what `{}` was compiled to is not in {}",
            record.package(),
            folder.display()
        )))
    }

    /// The package of a record.
    ///
    /// # Errors
    ///
    /// If it cannot be told.
    pub(crate) fn of(&mut self, record: &Record) -> Result<PackageKey, Problem> {
        let place = self.place(record)?;
        let name = record.package();
        if name == self.root.name && place.folder == self.root_dir {
            return Ok(self.root.clone());
        }
        let unknown =
            || Problem::new(format!("the version of `{name}` in {} is unknown", place.folder.display()));
        let (version, source) = match &place.kind {
            PlaceKind::Registry { index } => {
                let version = version_in_folder_name(&place.folder, name).ok_or_else(unknown)?;
                let source = self.registry(index, name, &version);
                (version, source)
            }
            PlaceKind::GitCheckout => {
                (self.version_in_manifest(&place.folder, name).ok_or_else(unknown)?, Source::Git)
            }
            PlaceKind::Standard | PlaceKind::Path => {
                let version = self.version_in_manifest(&place.folder, name).ok_or_else(unknown)?;
                let source = self.path_source(&place.folder, name, &version);
                (version, source)
            }
        };
        Ok(PackageKey { name: name.to_owned(), version, source })
    }

    fn lock(&self) -> &LockFile {
        self.lock.get_or_init(|| LockFile::of_workspace(&self.workspace_dir))
    }

    /// The folder of the package that a record's sources lie in.
    fn place(&mut self, record: &Record) -> Result<Rc<Place>, Problem> {
        if let Some(place) = self.places_of_records.get(record.json.as_os_str()) {
            return Ok(Rc::clone(place));
        }
        let place = self.find_place(record)?;
        self.places_of_records.insert(record.json.clone().into(), Rc::clone(&place));
        Ok(place)
    }

    fn find_place(&mut self, record: &Record) -> Result<Rc<Place>, Problem> {
        let folder =
            if record.is_build_script() { record.dir.build_script_dir() } else { record.dir.library_dir() };
        let crate_name = record.crate_name();
        let candidates = [format!("{crate_name}-{}.d", record.dir.hash), format!("{crate_name}.d")];
        let find =
            |folder: &Path| candidates.iter().find_map(|name| dep_info::root_module(&folder.join(name)));
        let source = find(&folder)
            .or_else(|| record.dir.artifact_dirs().iter().find_map(|folder| find(folder)))
            .ok_or_else(|| {
                Problem::new(format!(
                    "the source of `{}` is not recorded in {}",
                    record.package(),
                    folder.display()
                ))
            })?;
        let source = self.workspace_dir.join(source);
        let parent = source.parent().unwrap_or(&source);
        if let Some(place) = self.places.get(parent.as_os_str()) {
            return Ok(Rc::clone(place));
        }
        let place = self.place_above(parent, record.package()).map(Rc::new).ok_or_else(|| {
            Problem::new(format!("no manifest of `{}` lies above {}", record.package(), source.display()))
        })?;
        // Several packages can share a folder of sources only by pointing out of their own.
        if parent.starts_with(&place.folder) && parent != self.workspace_dir {
            self.places.insert(parent.into(), Rc::clone(&place));
        }
        Ok(place)
    }

    /// The source of a package that lies in a registry's folder, which has the host's name in it.
    fn registry(&self, index: &str, name: &str, version: &Version) -> Source {
        if is_crates_io(index) {
            return Source::CratesIo;
        }
        // A mirror of crates.io stands in the lock file as what it replaces.
        match self.lock().sources(name, version).as_slice() {
            [Source::Local] | [] => Source::Registry,
            [source, ..] => source.clone(),
        }
    }

    /// The source of a package in a path. Only what `cargo vendor` has put there comes from elsewhere; a path that
    /// takes the place of a package (`paths`, `[patch]`) is another package, whatever the lock file says.
    fn path_source(&self, folder: &Path, name: &str, version: &Version) -> Source {
        if !folder.join(".cargo-checksum.json").exists() {
            return Source::Local;
        }
        let sources = self.lock().sources(name, version);
        // A vendored package that was changed by hand is used by path, with the file still in it.
        let is_only_local = !sources.is_empty() && sources.iter().all(|source| *source == Source::Local);
        if is_only_local {
            return Source::Local;
        }
        sources.into_iter().find(|source| *source != Source::Local).unwrap_or(Source::Registry)
    }

    fn version_in_manifest(&mut self, folder: &Path, name: &str) -> Option<Version> {
        let manifest = self.manifest(folder)?;
        let package = manifest.package.as_ref().filter(|package| package.name == name)?;
        match &package.version {
            // The version is optional for what is not published.
            None => Some(Version::new(0, 0, 0)),
            Some(ManifestVersion::Given(version)) => Some(version.clone()),
            Some(ManifestVersion::Inherited { .. }) => {
                // A member names its workspace if that does not lie above it. A package can be a workspace of its own.
                let inherited = match &package.workspace {
                    Some(workspace) => self.inheritable_version(&folder.join(workspace)),
                    None => folder.ancestors().find_map(|folder| self.inheritable_version(folder)),
                };
                inherited.or_else(|| self.lock().local_version(name).cloned())
            }
        }
    }

    fn inheritable_version(&mut self, folder: &Path) -> Option<Version> {
        self.manifest(folder)?.workspace.as_ref()?.package.as_ref()?.version.clone()
    }

    /// The nearest folder, from that of a source file upwards, that holds the package.
    fn place_above(&mut self, from: &Path, name: &str) -> Option<Place> {
        let place = |folder: &Path| Place { folder: folder.to_owned(), kind: PlaceKind::of(folder) };
        // Most lie in a registry's folder, which needs no look into manifests: what is published has no other package
        // in it.
        let unpacked = from.ancestors().find(|folder| version_in_folder_name(folder, name).is_some());
        if let Some(place) = unpacked.map(place)
            && matches!(place.kind, PlaceKind::Registry { .. })
        {
            return Some(place);
        }
        from.ancestors()
            .find(|folder| {
                let manifest = self.manifest(folder);
                manifest.is_some_and(|it| it.package.as_ref().is_some_and(|package| package.name == name))
            })
            .map(place)
    }

    /// `None` without a manifest.
    fn is_proc_macro(&mut self, folder: &Path) -> Option<bool> {
        let manifest = self.manifest(folder)?;
        Some(manifest.lib.as_ref().is_some_and(|lib| {
            lib.is_proc_macro || lib.crate_types.iter().any(|crate_type| crate_type == "proc-macro")
        }))
    }

    /// The manifest in a folder, if there is one that can be read. It is read once.
    fn manifest(&mut self, folder: &Path) -> Option<Rc<Manifest>> {
        if let Some(known) = self.manifests.get(folder.as_os_str()) {
            return known.clone();
        }
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok();
        let manifest = text.and_then(|text| toml::from_str(&text).ok()).map(Rc::new);
        self.manifests.insert(folder.into(), manifest.clone());
        manifest
    }
}

/// `NAME-VERSION`, as cargo unpacks a registry's packages.
fn version_in_folder_name(folder: &Path, name: &str) -> Option<Version> {
    let folder_name = folder.file_name()?.to_str()?;
    Version::parse(folder_name.strip_prefix(name)?.strip_prefix('-')?).ok()
}

/// The parts that are read of a manifest.
#[derive(Deserialize)]
struct Manifest {
    package: Option<ManifestPackage>,
    workspace: Option<Workspace>,
    lib: Option<Library>,
}

#[derive(Deserialize)]
struct ManifestPackage {
    name: String,
    version: Option<ManifestVersion>,
    workspace: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ManifestVersion {
    Given(Version),
    Inherited {
        #[expect(dead_code, reason = "its presence is what tells the two apart")]
        workspace: bool,
    },
}

#[derive(Deserialize)]
struct Workspace {
    package: Option<WorkspacePackage>,
}

#[derive(Deserialize)]
struct WorkspacePackage {
    version: Option<Version>,
}

#[derive(Deserialize)]
struct Library {
    #[serde(default, rename = "proc-macro", alias = "proc_macro")]
    is_proc_macro: bool,
    #[serde(default, rename = "crate-type", alias = "crate_type")]
    crate_types: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::super::layout::{Layout, UnitDir};
    use super::*;

    /// The folder of a registry's package says its name and version, but not what it is.
    #[test]
    fn a_dynamic_library_without_a_manifest_is_not_taken_for_either() {
        let home = tempfile::tempdir().unwrap();
        let package = home.path().join("registry/src/index.crates.io-0123456789abcdef/derive-1.0.0");
        let profile = home.path().join("target/debug");
        for folder in [&package, &profile.join("deps")] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(package.join(".cargo-ok"), "").unwrap();
        fs::write(profile.join("deps/libderive-01.so"), "").unwrap();
        let dep_info = format!("libderive-01.so: {}/src/lib.rs\n", package.display());
        fs::write(profile.join("deps/derive-01.d"), dep_info).unwrap();
        let dir = UnitDir { profile, package: "derive".into(), hash: "01".into(), layout: Layout::Flat };
        let record = Record::of(&Rc::new(dir), "lib-derive");
        let role = || {
            let mut packages = Packages {
                root: PackageKey {
                    name: "app".into(),
                    version: Version::new(1, 0, 0),
                    source: Source::Local,
                },
                root_dir: home.path().to_owned(),
                workspace_dir: home.path().to_owned(),
                lock: OnceCell::new(),
                places: HashMap::new(),
                places_of_records: HashMap::new(),
                manifests: HashMap::new(),
            };
            packages.role(&record).map_err(|problem| problem.to_string())
        };
        assert!(role().unwrap_err().contains("whether `derive` is a procedural macro is unknown"));
        for (lib, expected) in [("proc-macro = true", Role::Build), ("crate-type = ['dylib']", Role::Library)]
        {
            let manifest = format!("[package]\nname = 'derive'\nversion = '1.0.0'\n[lib]\n{lib}\n");
            fs::write(package.join("Cargo.toml"), manifest).unwrap();
            assert_eq!(role(), Ok(expected));
        }
    }

    #[test]
    fn versions_in_folder_names() {
        let version =
            |folder: &str, name: &str| version_in_folder_name(Path::new(folder), name).map(|v| v.to_string());
        assert_eq!(version("/r/libc-0.2.1", "libc").as_deref(), Some("0.2.1"));
        assert_eq!(version("/r/zstd-sys-2.0.1+zstd.1.5.7", "zstd-sys").as_deref(), Some("2.0.1+zstd.1.5.7"));
        assert_eq!(version("/r/zstd-sys-2.0.1", "zstd"), None);
        assert_eq!(version("/r/libc", "libc"), None);
    }
}
