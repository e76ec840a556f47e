//! Documents about audits, judged by public validators.

use crate::failure::Failure;
use crate::node::{self, NPM};
use crate::project::{Project, run};
use crate::python;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// SARIF and VEX documents about made-up audits, with everything that can be in one.
pub(crate) fn of_specimens(project: &Project) -> Result<(), Failure> {
    let documents = project.target.join("audits");
    if documents.exists() {
        fs::remove_dir_all(&documents).map_err(|source| Failure::Io { path: documents.clone(), source })?;
    }
    let example =
        ["run", "--quiet", "--locked", "--package", "auditable-audit", "--example", "specimens", "--"];
    run(project.cargo().args(example).arg(&documents))?;
    let python = python::environment(project)?;
    let path = node::search_path(project, &python)?;
    let modules = modules(project, &path)?;
    let mut validate = project.command(python);
    run(validate.arg(VALIDATORS.to_owned() + "/validate.py").arg(&documents).arg(modules).env("PATH", path))
}

/// Installs what the validators need from npm into `target/npm`, unless it is there, and returns the folder of it.
fn modules(project: &Project, path: &OsStr) -> Result<PathBuf, Failure> {
    let folder = project.target.join("npm");
    let modules = folder.join("node_modules");
    let wanted = read(&project.root.join(VALIDATORS).join("package.json"))?;
    // Written last, so that it says what is really there.
    let installed = folder.join("installed.json");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(modules);
    }
    println!("installing from npm into {}:\n{wanted}", folder.display());
    let write = |path: PathBuf| {
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, &wanted))
            .map_err(|source| Failure::Io { path, source })
    };
    write(folder.join("package.json"))?;
    let arguments = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    run(project.command(NPM).args(arguments).current_dir(&folder).env("PATH", path))?;
    write(installed)?;
    Ok(modules)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::Io { path: path.to_owned(), source })
}

const VALIDATORS: &str = "audit/tests/validators";
