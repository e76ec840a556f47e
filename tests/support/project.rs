use super::command::{Last, Run};
use super::listing::Difference;
use super::truth::{Compilation, Log, Sources};
use super::{Format, Listing, Toolchain};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A project in a temporary folder, with a `CARGO_HOME` and a log of rustc of its own.
pub(crate) struct Project {
    root: PathBuf,
    toolchain: Toolchain,
    program: PathBuf,
    home: PathBuf,
    last: Last,
    base: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self::in_folder("project")
    }

    /// A project in a folder of this name.
    pub(crate) fn in_folder(name: &str) -> Self {
        let base = tempfile::tempdir().expect("there is room for temporary files");
        // Cargo gives paths without symbolic links, which temporary folders have on some systems.
        let root = fs::canonicalize(base.path()).expect("the temporary folder is there").join(name);
        for folder in [&root, &base.path().join("home"), &base.path().join("log")] {
            fs::create_dir_all(folder).expect("folders can be made");
        }
        Self {
            root,
            toolchain: Toolchain::current(),
            program: env!("CARGO_BIN_EXE_cargo-auditable").into(),
            home: base.path().join("home"),
            last: Last::default(),
            base,
        }
    }

    /// Another cargo.
    pub(crate) fn with_toolchain(mut self, toolchain: Toolchain) -> Self {
        self.toolchain = toolchain;
        self
    }

    /// Another `CARGO_HOME` than that of the test's own.
    pub(crate) fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = home.into();
        self
    }

    /// Writes a file; its path is relative to the project.
    pub(crate) fn file(self, path: &str, content: &str) -> Self {
        self.write(path, content);
        self
    }

    /// A library `NAME/` with an empty source and, after `[package]`, more of a manifest. Cargo passes `--extern` for
    /// each dependency, used or not.
    pub(crate) fn lib(self, name: &str, version: &str, manifest: &str) -> Self {
        self.file(&format!("{name}/Cargo.toml"), &package(name, version, manifest))
            .file(&format!("{name}/src/lib.rs"), "")
    }

    /// A program `NAME/` that does nothing; see [`Project::lib`].
    pub(crate) fn bin(self, name: &str, version: &str, manifest: &str) -> Self {
        self.file(&format!("{name}/Cargo.toml"), &package(name, version, manifest))
            .file(&format!("{name}/src/main.rs"), "fn main() {}\n")
    }

    /// A procedural macro; see [`Project::lib`].
    pub(crate) fn proc_macro(self, name: &str, version: &str, manifest: &str) -> Self {
        self.lib(name, version, &format!("{manifest}\n[lib]\nproc-macro = true\n"))
    }

    /// A build script that does nothing, for a package that is there already.
    pub(crate) fn build_script(self, name: &str) -> Self {
        self.file(&format!("{name}/build.rs"), "fn main() {}\n")
    }

    /// The manifest of a workspace of all these packages.
    pub(crate) fn workspace(self, members: &[&str], manifest: &str) -> Self {
        let members: Vec<String> = members.iter().map(|member| format!("{member:?}")).collect();
        let resolver = if manifest.contains("resolver") { "" } else { "resolver = \"2\"\n" };
        self.file(
            "Cargo.toml",
            &format!("[workspace]\n{resolver}members = [{}]\n{manifest}\n", members.join(", ")),
        )
    }

    /// As [`Project::file`], at any time.
    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("the root is a folder")).expect("folders can be made");
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// A path in the project.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// A path beside the project, for what is not to be in its folder.
    pub(crate) fn beside(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.parent().expect("the project lies in a folder").join(path)
    }

    /// The `CARGO_HOME` of all calls.
    pub(crate) fn home(&self) -> PathBuf {
        self.home.clone()
    }

    fn log_dir(&self) -> PathBuf {
        self.base.path().join("log")
    }

    pub(crate) fn toolchain(&self) -> &Toolchain {
        &self.toolchain
    }

    /// `cargo auditable ARGUMENTS` in the root of the project, as cargo calls its subcommand.
    pub(crate) fn auditable<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Run {
        self.run_of(&self.program).arg("auditable").args(arguments)
    }

    /// Plain cargo.
    pub(crate) fn cargo<I: IntoIterator<Item: AsRef<OsStr>>>(&self, arguments: I) -> Run {
        self.run_of(&self.toolchain.cargo()).args(arguments)
    }

    /// Another `cargo-auditable`, whose own log is the same.
    pub(crate) fn auditable_of<I: IntoIterator<Item: AsRef<OsStr>>>(
        &self,
        program: &Path,
        arguments: I,
    ) -> Run {
        self.run_of(program).arg("auditable").args(arguments)
    }

    fn run_of(&self, program: &Path) -> Run {
        let last = Last::clone(&self.last);
        Run::new(program, &self.toolchain, &self.home(), &self.log_dir(), last).in_folder(&self.root)
    }

    /// The file of a program in `target/debug` or another folder of the project.
    pub(crate) fn program(&self, folder: &str, name: &str) -> PathBuf {
        self.path(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The list in a binary.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub(crate) fn listing(&self, binary: &Path) -> (Listing, Format) {
        Listing::of_binary(binary)
            .unwrap_or_else(|| panic!("{} has no list\n{}", binary.display(), self.last_words()))
    }

    /// Compares the list in each file that was linked by now with the truth.
    ///
    /// # Panics
    ///
    /// If one has no list, another one, or took it from another source.
    #[track_caller]
    pub(crate) fn check(&self, format: Format) -> Checked {
        self.check_that(format, Difference::is_empty)
    }

    /// As [`Project::check`], of a source that may say too much, but never too little.
    #[track_caller]
    pub(crate) fn check_superset(&self, format: Format) -> Checked {
        self.check_that(format, Difference::is_superset)
    }

    #[track_caller]
    fn check_that(&self, format: Format, is_right: fn(&Difference) -> bool) -> Checked {
        let compared = self.compared();
        for artifact in &compared.artifacts {
            let difference = artifact.listing.compare(&artifact.truth);
            assert!(
                is_right(&difference) && artifact.format == format,
                "{}: wrong list, of {:?}\n{difference}\n{}",
                artifact.file.display(),
                artifact.format,
                self.last_words()
            );
        }
        compared
    }

    /// The list and the truth of each file that was linked.
    #[track_caller]
    pub(crate) fn compared(&self) -> Checked {
        let of_file = |Linked { name, file, truth, .. }: Linked| {
            let (listing, format) = self.listing(&file);
            Artifact { name, file, listing, format, truth }
        };
        let artifacts: Vec<Artifact> = self.linked().into_iter().map(of_file).collect();
        assert!(!artifacts.is_empty(), "nothing was linked:\n{}", self.last_words());
        Checked { artifacts }
    }

    /// Each file that was linked by now, with the truth about it.
    pub(crate) fn linked(&self) -> Vec<Linked> {
        let log = Log::read(&self.log_dir());
        let sources = self.sources();
        let of_compilation = |compilation: &Compilation| Linked {
            name: compilation.crate_name.clone(),
            file: compilation.file(),
            wrapper: compilation.program.clone(),
            truth: log.truth(compilation, &sources),
        };
        log.artifacts().into_iter().map(of_compilation).collect()
    }

    /// The sources of all packages that cargo knows, by their folders. None if it cannot tell, as where
    /// development dependencies are absent.
    fn sources(&self) -> Sources {
        let last = self.last.borrow().clone();
        let metadata = self.cargo(["metadata", "--format-version=1", "--offline"]).run();
        *self.last.borrow_mut() = last;
        let metadata: Value = serde_json::from_str(&metadata.stdout).unwrap_or_default();
        let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
        let source = |package: &Value| {
            let folder = Path::new(package["manifest_path"].as_str()?).parent()?.to_owned();
            let word = match package["source"].as_str() {
                None => "local",
                Some("registry+https://github.com/rust-lang/crates.io-index") => "crates.io",
                Some(id) => id.split('+').next()?,
            };
            Some((folder, word.replace("sparse", "registry")))
        };
        packages.iter().filter_map(source).collect()
    }

    fn last_words(&self) -> String {
        let words = self.last.borrow().as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{words}(truth: {})", self.log_dir().display())
    }
}

/// Lists that were compared with the truth.
pub(crate) struct Checked {
    pub(crate) artifacts: Vec<Artifact>,
}

/// A file that was linked.
pub(crate) struct Linked {
    /// Name of the crate.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// The `cargo-auditable` by which rustc was called.
    pub(crate) wrapper: PathBuf,
    pub(crate) truth: Listing,
}

/// A file that was linked, and has a list.
pub(crate) struct Artifact {
    /// Name of the crate.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) listing: Listing,
    pub(crate) format: Format,
    pub(crate) truth: Listing,
}

impl Checked {
    /// The list of the crate of this name that was linked last.
    #[track_caller]
    pub(crate) fn listing(&self, crate_name: &str) -> &Listing {
        let found = self.artifacts.iter().rev().find(|artifact| artifact.name == crate_name);
        &found.unwrap_or_else(|| panic!("no crate {crate_name} was linked")).listing
    }

    /// The names of the packages in it; those that are only for building are marked so.
    #[track_caller]
    pub(crate) fn packages(&self, crate_name: &str) -> Vec<String> {
        self.listing(crate_name).packages()
    }

    /// The packages in it as `NAME VERSION SOURCE`.
    #[track_caller]
    pub(crate) fn full_names(&self, crate_name: &str) -> Vec<&str> {
        self.listing(crate_name).kinds.keys().map(String::as_str).collect()
    }
}

/// The manifest of a package: what goes into `[package]` comes first.
pub(crate) fn package(name: &str, version: &str, manifest: &str) -> String {
    let edition = if manifest.contains("edition") { "" } else { "edition = \"2021\"\n" };
    let version = if version.is_empty() { String::new() } else { format!("version = \"{version}\"\n") };
    format!("[package]\nname = \"{name}\"\n{version}{edition}{manifest}\n")
}
