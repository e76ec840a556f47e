//! What was really compiled, told by nothing but the calls of rustc and the runs of build scripts.

use super::Listing;
use auditable_graph::Kind;
use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// All calls of rustc, in the order of their start.
#[derive(Debug)]
pub(crate) struct Log {
    compilations: Vec<Compilation>,
    runs: Vec<BuildScriptRun>,
}

/// One call of rustc that compiled something.
#[derive(Clone, Debug)]
pub(crate) struct Compilation {
    start: u128,
    package: String,
    version: String,
    manifest_dir: PathBuf,
    pub(crate) crate_name: String,
    crate_types: Vec<String>,
    externs: Vec<PathBuf>,
    folder: PathBuf,
    /// Name of what is written, without the kind of file: `CRATE-HASH`.
    stem: String,
    build_script_out_dir: Option<PathBuf>,
    pub(crate) is_test: bool,
    is_program: bool,
    /// The program that rustc was called by: rustc itself, or the wrapper under test.
    pub(crate) program: PathBuf,
    links: bool,
}

#[derive(Debug)]
struct BuildScriptRun {
    start: u128,
    out_dir: PathBuf,
    /// Where the program of the build script lies.
    folder: PathBuf,
}

/// Tells the source of a package from its folder.
pub(crate) type Sources = HashMap<PathBuf, String>;

impl Log {
    /// # Panics
    ///
    /// If a file of the log is not as it should be.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut log = Self { compilations: Vec::new(), runs: Vec::new() };
        for entry in fs::read_dir(folder).expect("the folder of the log is there") {
            let path = entry.expect("the folder of the log can be listed").path();
            if path.extension().is_none_or(|extension| extension != "log") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("the log is text");
            let entry = Entry::new(&text);
            if entry.value("role") == Some("run") {
                log.runs.push(entry.run());
            } else {
                log.compilations.extend(entry.compilation());
            }
        }
        log.compilations.sort_by_key(|compilation| compilation.start);
        log.runs.sort_by_key(|run| run.start);
        log
    }

    /// The last link of each file that should have a list.
    pub(crate) fn artifacts(&self) -> Vec<&Compilation> {
        let mut last: HashMap<PathBuf, &Compilation> = HashMap::new();
        for compilation in self.compilations.iter().filter(|compilation| compilation.is_artifact()) {
            last.insert(compilation.file(), compilation);
        }
        let mut artifacts: Vec<_> = last.into_values().collect();
        artifacts.sort_by_key(|artifact| artifact.start);
        artifacts
    }

    /// What an artifact is made of.
    ///
    /// # Panics
    ///
    /// If something in it was not logged.
    pub(crate) fn truth(&self, artifact: &Compilation, sources: &Sources) -> Listing {
        let name = |compilation: &Compilation| compilation.package_name(sources);
        let mut truth = Listing { root: name(artifact), ..Listing::default() };
        let mut seen = HashSet::new();
        let mut open = vec![(artifact, Kind::Runtime)];
        while let Some((user, kind)) = open.pop() {
            if !seen.insert((user.start, user.stem.clone(), kind)) {
                continue;
            }
            let known = truth.kinds.entry(name(user)).or_insert(kind);
            *known = (*known).min(kind);
            let mut needed: Vec<(&Compilation, Kind)> = Vec::new();
            for library in &user.externs {
                let library = self.library(library, user.start);
                needed.push((library, if library.is_proc_macro() { Kind::Build } else { kind }));
            }
            let build_script =
                user.build_script_out_dir.as_deref().and_then(|out_dir| self.build_script(out_dir, user));
            needed.extend(build_script.map(|script| (script, Kind::Build)));
            for (library, kind) in needed {
                // No list has a way back to its root, which tests can have.
                if name(library) != name(user) && name(library) != truth.root {
                    truth.edges.insert((name(user), name(library)));
                }
                open.push((library, kind));
            }
        }
        truth
    }

    /// What last wrote a library before a time.
    fn library(&self, path: &Path, before: u128) -> &Compilation {
        let folder = path.parent().expect("a file has a folder");
        let stem = path.file_stem().expect("a file has a name").to_string_lossy();
        let found = self.compilations.iter().rev().find(|compilation| {
            let is_it = compilation.stem == stem || stem.strip_prefix("lib") == Some(&compilation.stem);
            is_it
                && compilation.start < before
                && compilation.folder == folder
                && !compilation.is_test
                && !compilation.is_program
        });
        found.unwrap_or_else(|| panic!("{} was used but not compiled", path.display()))
    }

    /// The build script that last wrote into a folder before another compilation of its package. `None` if the user's
    /// configuration stands in for the build script.
    fn build_script(&self, out_dir: &Path, user: &Compilation) -> Option<&Compilation> {
        let run = self.runs.iter().rev().find(|run| run.out_dir == out_dir && run.start < user.start);
        let Some(run) = run else {
            let is_compiled =
                |known: &Compilation| known.is_build_script() && known.manifest_dir == user.manifest_dir;
            assert!(!self.compilations.iter().any(is_compiled), "nothing wrote into {}", out_dir.display());
            return None;
        };
        let found = self.compilations.iter().rev().find(|compilation| {
            compilation.is_build_script()
                && without_links(&compilation.folder) == without_links(&run.folder)
                && compilation.start < run.start
        });
        Some(found.unwrap_or_else(|| panic!("the build script in {} was not compiled", run.folder.display())))
    }
}

impl Compilation {
    /// The file that is linked.
    pub(crate) fn file(&self) -> PathBuf {
        let (before, after) = if self.is_test || self.is_program {
            ("", env::consts::EXE_SUFFIX)
        } else {
            (env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX)
        };
        self.folder.join(format!("{before}{}{after}", self.stem))
    }

    fn package_name(&self, sources: &Sources) -> String {
        let source = match sources.get(&self.manifest_dir) {
            Some(source) => source,
            None => source_of(&self.manifest_dir),
        };
        Listing::name(&self.package, &self.version, source)
    }

    fn has_type(&self, crate_type: &str) -> bool {
        self.crate_types.iter().any(|given| given == crate_type)
    }

    fn is_proc_macro(&self) -> bool {
        self.has_type("proc-macro")
    }

    fn is_build_script(&self) -> bool {
        self.is_program && self.crate_name.starts_with("build_script_")
    }

    fn is_artifact(&self) -> bool {
        let is_program = (self.is_program || self.is_test) && !self.is_build_script();
        let is_library = !self.is_proc_macro() && (self.has_type("cdylib") || self.has_type("dylib"));
        let is_wrapped = self.program.file_stem().is_some_and(|name| name == "cargo-auditable");
        is_wrapped && self.links && (is_program || is_library)
    }
}

/// A program knows its own folder without symbolic links only.
fn without_links(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

/// A file of the log: `name=value` on each line.
struct Entry<'a> {
    lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Entry<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: text.lines().filter_map(|line| line.split_once('=')).collect() }
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.lines.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
    }

    fn required(&self, name: &str) -> &'a str {
        self.value(name).unwrap_or_else(|| panic!("the log has no {name}: {:?}", self.lines))
    }

    fn start(&self) -> u128 {
        self.required("start").parse().expect("the start is a number")
    }

    fn run(&self) -> BuildScriptRun {
        BuildScriptRun {
            start: self.start(),
            out_dir: self.required("OUT_DIR").into(),
            folder: self.required("folder").into(),
        }
    }

    /// `None` for calls that ask something, or that compile nothing of a package.
    fn compilation(&self) -> Option<Compilation> {
        let arguments: Vec<&str> =
            self.lines.iter().filter(|(name, _)| *name == "argument").map(|&(_, value)| value).collect();
        let values = |option: &str| values_of(&arguments, option);
        let first = |option: &str| values(option).into_iter().next();
        let crate_name = first("--crate-name").filter(|name| *name != "___")?;
        let cwd = Path::new(self.required("cwd"));
        let suffix = values("-C").into_iter().find_map(|value| value.strip_prefix("extra-filename="));
        let crate_types: Vec<String> =
            values("--crate-type").iter().flat_map(|types| types.split(',')).map(str::to_owned).collect();
        // `options:name=path`; those of the standard library are no packages of a registry.
        let externs = values("--extern").into_iter().filter(|value| !value.starts_with("noprelude"));
        let externs = externs.filter_map(|value| value.split_once('=')).map(|(_, path)| cwd.join(path));
        let emit = values("--emit");
        let is_test = arguments.contains(&"--test") || is_harness_of_its_own(&arguments);
        Some(Compilation {
            start: self.start(),
            package: self.value("CARGO_PKG_NAME")?.to_owned(),
            version: self.required("CARGO_PKG_VERSION").to_owned(),
            manifest_dir: self.required("CARGO_MANIFEST_DIR").into(),
            crate_name: crate_name.to_owned(),
            is_program: crate_types.iter().any(|crate_type| crate_type == "bin"),
            crate_types,
            externs: externs.collect(),
            folder: cwd.join(first("--out-dir")?),
            stem: format!("{crate_name}{}", suffix.unwrap_or_default()),
            build_script_out_dir: self.value("OUT_DIR").map(PathBuf::from),
            is_test,
            program: self.required("program").into(),
            links: emit.iter().any(|kinds| kinds.split(',').any(|kind| kind.starts_with("link"))),
        })
    }
}

/// `harness = false`: a program that is a test by cargo's word only.
fn is_harness_of_its_own(arguments: &[&str]) -> bool {
    values_of(arguments, "--cfg").contains(&"test")
}

/// The values of an option, given as one argument or as two.
fn values_of<'a>(arguments: &[&'a str], option: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if *argument == option {
            values.extend(arguments.get(index + 1));
        } else if let Some(rest) = argument.strip_prefix(option) {
            match rest.strip_prefix('=') {
                Some(value) => values.push(value),
                None if option.len() == 2 => values.push(rest),
                None => {}
            }
        }
    }
    values
}

/// Of packages that `cargo metadata` does not name, such as those of `cargo install`.
fn source_of(manifest_dir: &Path) -> &'static str {
    let path = manifest_dir.to_string_lossy().replace('\\', "/");
    if path.contains("/registry/src/index.crates.io-") || path.contains("/registry/src/github.com-") {
        "crates.io"
    } else if path.contains("/registry/src/") {
        "registry"
    } else if path.contains("/git/checkouts/") {
        "git"
    } else {
        "local"
    }
}
