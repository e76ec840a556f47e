//! A project with a package from every kind of source, fetched by cargo into a home of its own, and a program that says it
//! was made from it.

use crate::support::registry::{Registry, dependency};
use crate::support::{Project, git, module};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Fixture {
    pub(crate) project: Project,
    /// What is to be replaced in lock files: folders, and what stands for them.
    folders: [(String, &'static str); 2],
}

/// Packages by kind of source: `app` and `near` local, `dep`, `deep` and `scripting` of crates.io, `private` of another
/// registry, `gitted` of git.
pub(crate) const LIST: &str = r#"{"packages":[
    {"name":"deep","version":"1.1.0","source":"crates.io"},
    {"name":"dep","version":"0.3.0","source":"crates.io","dependencies":[0,5]},
    {"name":"gitted","version":"5.0.0","source":"git"},
    {"name":"near","version":"0.2.0","source":"local"},
    {"name":"private","version":"2.0.0","source":"registry"},
    {"name":"scripting","version":"1.0.0+meta.5","source":"crates.io","kind":"build"},
    {"name":"app","version":"1.0.0","source":"local","dependencies":[1,2,3,4],"root":true}],"format":9}"#;

/// In place of the folders that stand for them, which no document shows.
pub(crate) const REPOSITORY: &str = "https://git.example.com/gitted.git";
pub(crate) const INDEX: &str = "https://registry.example.com/index";

impl Fixture {
    /// Only the program.
    pub(crate) fn program() -> Self {
        let project = Project::new();
        fs::write(project.path("app.wasm"), module(&[LIST])).unwrap();
        Self { project, folders: Default::default() }
    }

    /// The program and all that it was made from.
    pub(crate) fn new() -> Self {
        let fixture = Self::unfetched(&[]);
        fixture.project.cargo(["fetch"]).online().succeeds();
        fixture.hide_folders();
        fs::write(fixture.path("app.wasm"), module(&[LIST])).unwrap();
        fixture
    }

    /// The project with further members, which are not yet there.
    pub(crate) fn unfetched(members: &[&str]) -> Self {
        let project = Project::new();
        let crates_io = Registry::new(&project, "crates-io")
            .publish("deep", "1.0.0", "", json!([]))
            .publish("deep", "1.1.0", "license = 'MIT/Apache-2.0'\ndescription = 'Goes deep'", json!([]))
            .publish("scripting", "1.0.0+meta.5", "license = 'Zlib'", json!([]))
            .publish(
                "dep",
                "0.3.0",
                "license = 'MIT'\nauthors = ['Jane Doe <jane@example.com>']\n\
                 repository = 'https://example.com/dep'\nhomepage = 'https://dep.example.com'\n\
                 [dependencies]\ndeep = '1'\n[build-dependencies]\nscripting = '1'",
                json!([dependency("deep", "^1", "normal"), dependency("scripting", "^1", "build")]),
            )
            .as_git_index();
        let private = Registry::new(&project, "private")
            .publish("private", "2.0.0", "license-file = 'LICENSE'", json!([]))
            .as_git_index();
        let repository = repository(&project);
        let project = project
            .workspace(
                &[&["app", "near"], members].concat(),
                "[workspace.package]\nlicense = '0BSD'\nauthors = ['Ours']",
            )
            .bin(
                "app",
                "1.0.0",
                &format!(
                    "license.workspace = true\n[dependencies]\ndep = '0.3'\nnear.path = '../near'\n\
                     gitted.git = '{repository}'\nprivate = {{ version = '2', registry = 'private' }}"
                ),
            )
            .lib("near", "0.2.0", "license = 'ISC'\nauthors.workspace = true")
            .file(
                ".cargo/config.toml",
                &format!(
                    "[source.crates-io]\nreplace-with = 'ours'\n[source.ours]\nregistry = '{crates_io}'\n\
                     [registries.private]\nindex = '{private}'\n"
                ),
            );
        Self { project, folders: [(repository, REPOSITORY), (private, INDEX)] }
    }

    /// Puts addresses into the lock file that documents can show.
    pub(crate) fn hide_folders(&self) {
        let lock = fs::read_to_string(self.path("Cargo.lock")).unwrap();
        let hidden = self.folders.iter().fold(lock, |lock, (folder, address)| lock.replace(folder, address));
        self.project.write("Cargo.lock", &hidden);
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.project.path(path)
    }

    /// `auditable ARGUMENTS` in the folder of the project: exit status, standard output and error.
    pub(crate) fn run(&self, arguments: &str) -> (i32, String, String) {
        self.run_at_home(arguments, &self.project.home())
    }

    /// The same on a machine with another `CARGO_HOME`.
    pub(crate) fn run_at_home(&self, arguments: &str, home: &Path) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_auditable"))
            .args(arguments.split_whitespace())
            .current_dir(self.path(""))
            .env("CARGO_HOME", home)
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// The document that `auditable sbom ARGUMENTS` writes to standard output.
    #[track_caller]
    pub(crate) fn document(&self, arguments: &str) -> Value {
        let (code, stdout, stderr) = self.run(&format!("sbom {arguments}"));
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments}");
        serde_json::from_str(&stdout).unwrap()
    }

    /// The digest of a `.crate` file, as the lock file has it.
    pub(crate) fn checksum(&self, name: &str) -> String {
        let lock = fs::read_to_string(self.path("Cargo.lock")).unwrap();
        let package =
            lock.split("[[package]]").find(|package| package.contains(&format!("name = \"{name}\"")));
        let line = package.unwrap().lines().find_map(|line| line.strip_prefix("checksum = \"")).unwrap();
        line.trim_end_matches('"').to_owned()
    }

    /// The commit of the git dependency.
    pub(crate) fn commit(&self) -> String {
        let lock = fs::read_to_string(self.path("Cargo.lock")).unwrap();
        lock.split_once(&format!("git+{REPOSITORY}#")).unwrap().1[..40].to_owned()
    }
}

/// The component of a name in a CycloneDX document.
#[track_caller]
pub(crate) fn component<'a>(document: &'a Value, name: &str) -> &'a Value {
    let described = &document["metadata"]["component"];
    let mut all = document["components"].as_array().unwrap().iter().chain([described]);
    all.find(|component| component["name"] == name).unwrap_or_else(|| panic!("no {name} in {document:#}"))
}

/// The values of a property.
pub(crate) fn properties<'a>(component: &'a Value, name: &str) -> Vec<&'a str> {
    let all = component["properties"].as_array().unwrap().iter();
    all.filter(|property| property["name"] == name)
        .map(|property| property["value"].as_str().unwrap())
        .collect()
}

/// A repository whose packages inherit from its workspace.
fn repository(project: &Project) -> String {
    let folder = project.beside("repository");
    for (path, content) in [
        (
            "Cargo.toml",
            "[workspace]\nresolver = '2'\nmembers = ['crates/*']\n[workspace.package]\nversion = '5.0.0'\n\
             license = 'MPL-2.0'\n",
        ),
        (
            "crates/gitted/Cargo.toml",
            "[package]\nname = 'gitted'\nversion.workspace = true\nlicense.workspace = true\n",
        ),
        ("crates/gitted/src/lib.rs", ""),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    git::repository(&folder)
}
