//! Registries that are folders.

use super::{Project, git};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Packages that are packed as for a registry, with their lines of an index.
pub(crate) struct Registry {
    folder: PathBuf,
    crates: Vec<Packed>,
}

struct Packed {
    name: String,
    line: Value,
    file: PathBuf,
}

impl Registry {
    /// An empty one, in a folder beside the project.
    pub(crate) fn new(project: &Project, name: &str) -> Self {
        let folder = project.beside(name);
        fs::create_dir_all(folder.join("packed")).expect("folders can be made");
        Self { folder, crates: Vec::new() }
    }

    /// Packs a package that has no dependencies but those told here, as the index has them.
    pub(crate) fn publish(mut self, name: &str, version: &str, manifest: &str, dependencies: Value) -> Self {
        let id = format!("{name}-{version}");
        let source = self.folder.join("packed").join(&id);
        fs::create_dir_all(source.join("src")).expect("folders can be made");
        let manifest = super::project::package(name, version, manifest);
        fs::write(source.join("Cargo.toml"), manifest).expect("the folder is ours");
        fs::write(source.join("src/lib.rs"), "").expect("the folder is ours");
        if dependencies.as_array().is_some_and(|all| all.iter().any(|one| one["kind"] == "build")) {
            fs::write(source.join("build.rs"), "fn main() {}").expect("the folder is ours");
        }
        self.pack(name, version, dependencies);
        self
    }

    /// As [`Registry::publish`], a package with a program.
    pub(crate) fn publish_program(
        mut self,
        name: &str,
        version: &str,
        manifest: &str,
        dependencies: Value,
    ) -> Self {
        self = self.publish(name, version, manifest, json!([]));
        self.crates.pop();
        let source = self.folder.join("packed").join(format!("{name}-{version}"));
        fs::rename(source.join("src/lib.rs"), source.join("src/main.rs")).expect("the folder is ours");
        fs::write(source.join("src/main.rs"), "fn main() {}\n").expect("the folder is ours");
        self.pack(name, version, dependencies);
        self
    }

    fn pack(&mut self, name: &str, version: &str, dependencies: Value) {
        let id = format!("{name}-{version}");
        let file = self.folder.join(format!("{id}.crate"));
        let status = std::process::Command::new("tar")
            .args(["-czf".as_ref(), file.as_os_str(), "-C".as_ref()])
            .args([self.folder.join("packed").as_os_str(), id.as_ref()])
            .status();
        assert!(status.is_ok_and(|status| status.success()), "tar could not pack {id}");
        let digest = Sha256::digest(fs::read(&file).expect("tar wrote it"));
        let checksum: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = json!({
            "name": name, "vers": version, "deps": dependencies, "cksum": checksum, "features": {}, "yanked": false
        });
        self.crates.push(Packed { name: name.to_owned(), line, file });
    }

    /// A `local-registry`, which stands in for crates.io; returns its folder.
    pub(crate) fn as_local(&self) -> &Path {
        self.write_index(&self.folder.join("index"));
        &self.folder
    }

    /// A registry with a git index; returns the address of the index.
    pub(crate) fn as_git_index(&self) -> String {
        let index = self.folder.join("git-index");
        self.write_index(&index);
        let files = self.folder.join("files");
        for packed in &self.crates {
            let version = packed.line["vers"].as_str().expect("it was written so");
            let folder = files.join(&packed.name).join(version);
            fs::create_dir_all(&folder).expect("folders can be made");
            fs::copy(&packed.file, folder.join("download")).expect("tar wrote it");
        }
        let config = json!({ "dl": git::url(&files) });
        fs::write(index.join("config.json"), config.to_string()).expect("the folder is ours");
        git::repository(&index)
    }

    fn write_index(&self, folder: &Path) {
        for packed in &self.crates {
            let name = &packed.name;
            let place = match name.len() {
                1 => folder.join("1"),
                2 => folder.join("2"),
                3 => folder.join("3").join(&name[..1]),
                _ => folder.join(&name[..2]).join(&name[2..4]),
            };
            fs::create_dir_all(&place).expect("folders can be made");
            let all = self.crates.iter().filter(|other| other.name == *name);
            let lines: String = all.map(|other| format!("{}\n", other.line)).collect();
            fs::write(place.join(name), lines).expect("the folder is ours");
        }
    }
}

/// A dependency, as an index has it.
pub(crate) fn dependency(name: &str, requirement: &str, kind: &str) -> Value {
    json!({
        "name": name, "req": requirement, "features": [], "optional": false, "default_features": true,
        "target": null, "kind": kind
    })
}
