use crate::environment::CargoCall;
use crate::report::Problem;
use crate::rustc_args::{Extern, RustcArgs};
use semver::Version;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// One link, as cargo describes it to rustc in arguments and environment.
#[derive(Debug)]
pub(crate) struct Link {
    /// `CARGO_PKG_NAME`: the package that is linked.
    pub(crate) package: String,
    /// `CARGO_PKG_VERSION`.
    pub(crate) version: Version,
    /// `CARGO_MANIFEST_DIR`: the folder of the package's manifest.
    pub(crate) manifest_dir: PathBuf,
    /// Direct dependencies, the package's own library among them.
    pub(crate) externs: Vec<Extern>,
    /// Folders that libraries of this link lie in, each once.
    pub(crate) library_dirs: Vec<PathBuf>,
    /// `OUT_DIR`: where the package's build script wrote, if there is one.
    pub(crate) build_script_out_dir: Option<PathBuf>,
    /// `CARGO_BIN_FILE_...` and the like: what other packages are linked to, for this one to use (`-Z bindeps`).
    pub(crate) artifact_dependencies: Vec<PathBuf>,
    /// `--target`, if given.
    pub(crate) target: Option<String>,
    /// The root module, if rustc was given one.
    pub(crate) source: Option<PathBuf>,
    /// Whether tests are linked.
    pub(crate) is_test: bool,
    /// Features that the package is compiled with, without those that its build script made up where cargo tells
    /// them apart.
    pub(crate) features: Vec<String>,
    /// Cargo itself, to be asked.
    pub(crate) cargo: PathBuf,
    /// How the user called cargo.
    pub(crate) call: CargoCall,
}

impl Link {
    /// # Errors
    ///
    /// If rustc was not called by cargo, or by one that hides what it builds.
    pub(crate) fn of(args: &RustcArgs, call: CargoCall) -> Result<Self, Problem> {
        let package = variable("CARGO_PKG_NAME")?;
        let version = variable("CARGO_PKG_VERSION")?;
        let version = Version::parse(&version)
            .map_err(|error| Problem::new(format!("{version:?} is not a version")).cause(error))?;
        let mut library_dirs: Vec<PathBuf> = Vec::new();
        for folder in args.library_dirs() {
            if !library_dirs.iter().any(|known| known == folder) {
                library_dirs.push(folder.to_owned());
            }
        }
        let declared =
            |feature: &String| args.declared_features.as_ref().is_none_or(|names| names.contains(feature));
        Ok(Self {
            package,
            version,
            manifest_dir: variable("CARGO_MANIFEST_DIR")?.into(),
            externs: args.externs.clone(),
            library_dirs,
            build_script_out_dir: env::var_os("OUT_DIR").map(PathBuf::from),
            artifact_dependencies: artifact_dependencies(),
            target: args.target.clone(),
            // Rustc runs in the folder of the workspace.
            source: args.input.as_ref().map(|input| env::current_dir().unwrap_or_default().join(input)),
            is_test: args.is_test,
            features: args.features.iter().filter(|feature| declared(feature)).cloned().collect(),
            cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into(),
            call,
        })
    }

    /// The package's manifest.
    pub(crate) fn manifest_path(&self) -> PathBuf {
        self.manifest_dir.join("Cargo.toml")
    }

    /// The folder in which cargo was called.
    pub(crate) fn call_dir(&self) -> &Path {
        if self.call.directory.as_os_str().is_empty() { &self.manifest_dir } else { &self.call.directory }
    }
}

fn variable(name: &str) -> Result<String, Problem> {
    env::var(name).map_err(|error| {
        Problem::new(format!(
            "the environment variable {name}, by which cargo describes the package, cannot be read"
        ))
        .cause(error)
    })
}

/// In the order of their paths, each once: one artifact can have several variables.
fn artifact_dependencies() -> Vec<PathBuf> {
    let is_artifact = |name: &OsString| {
        let name = name.to_string_lossy();
        ARTIFACT_VARIABLES.iter().any(|prefix| name.starts_with(prefix))
    };
    let files = env::vars_os().filter(|(name, _)| is_artifact(name)).map(|(_, file)| PathBuf::from(file));
    files.collect::<BTreeSet<_>>().into_iter().collect()
}

/// How the names of the variables begin that say where the artifacts of dependencies are.
const ARTIFACT_VARIABLES: &[&str] = &["CARGO_BIN_FILE_", "CARGO_CDYLIB_FILE_", "CARGO_STATICLIB_FILE_"];
