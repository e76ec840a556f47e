//! Documents about audits, judged by public validators.

use crate::failure::Failure;
use crate::node::{self, NPM};
use crate::project::{Project, output, run};
use crate::python;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// SARIF and VEX documents about made-up audits, with everything that can be in one; and about the binaries in the
/// folder that `AUDIT_BINARIES` names, held against the database that `AUDITABLE_TEST_ADVISORIES` names, if both are set.
pub(crate) fn of_specimens(project: &Project) -> Result<(), Failure> {
    let documents = project.target.join("audits");
    if documents.exists() {
        fs::remove_dir_all(&documents).map_err(|source| Failure::Io { path: documents.clone(), source })?;
    }
    let example =
        ["run", "--quiet", "--locked", "--package", "auditable-audit", "--example", "specimens", "--"];
    run(project.cargo().args(example).arg(&documents))?;
    if let (Some(binaries), Some(database)) = (env::var_os(BINARIES), env::var_os(ADVISORIES)) {
        of_binaries(project, &documents, Path::new(&binaries), Path::new(&database))?;
    }
    let python = python::environment(project)?;
    let path = node::search_path(project, &python)?;
    let modules = modules(project, &path)?;
    let mut validate = project.command(python);
    run(validate.arg(VALIDATORS.to_owned() + "/validate.py").arg(&documents).arg(modules).env("PATH", path))
}

fn of_binaries(project: &Project, documents: &Path, binaries: &Path, database: &Path) -> Result<(), Failure> {
    project.build_release()?;
    let here = env::current_dir().map_err(|source| Failure::Io { path: ".".into(), source })?;
    let author = ["--author", "Example", "--author-url", "https://example.com"];
    for (format, extension) in FORMATS {
        let mut audit = project.command(project.release_program("auditable"));
        audit.args(["audit", "--quiet", "--format", format]).args(author);
        audit.arg("--db").arg(here.join(database)).arg(here.join(binaries));
        audit.arg("--output").arg(documents.join(format!("binaries.{extension}")));
        // It is not the question whether something was found.
        output(&mut audit, &[0, 1])?;
    }
    Ok(())
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

/// Formats, and by what the validator knows files with them.
const FORMATS: [(&str, &str); 5] = [
    ("json", "audit.json"),
    ("sarif", "sarif"),
    ("openvex", "openvex.json"),
    ("cyclonedx-vex", "vex.cdx.json"),
    ("csaf", "csaf.json"),
];

const BINARIES: &str = "AUDIT_BINARIES";

const ADVISORIES: &str = "AUDITABLE_TEST_ADVISORIES";

const VALIDATORS: &str = "audit/tests/validators";
