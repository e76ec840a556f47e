//! SBOMs, judged by public validators.

use crate::failure::Failure;
use crate::project::{Project, program_file, run};
use crate::python;
use std::fs;
use std::path::{Path, PathBuf};

/// Our own programs, built by the wrapper: verified, described in each format, and the documents validated.
pub(crate) fn of_ourselves(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let folder = project.target.join("self");
    let build = ["auditable", "build", "--release", "--locked", "--bins", "--target-dir"];
    run(project.command(project.release_program("cargo-auditable")).args(build).arg(&folder))?;
    let programs = ["auditable", "cargo-auditable"];
    let built = |name: &str| folder.join("release").join(program_file(name));
    let auditable = || project.command(project.release_program("auditable"));
    run(auditable().arg("verify").args(programs.map(built)))?;
    let documents = empty_folder(folder.join("documents"))?;
    for name in programs {
        for (format, extension) in FORMATS {
            let document = documents.join(format!("{name}.{extension}"));
            run(auditable().args(["sbom", "--format", format, "-o"]).arg(document).arg(built(name)))?;
        }
    }
    validate(project, &documents)
}

/// What `auditable sbom --format` knows, each with the usual extension of its files.
const FORMATS: [(&str, &str); 3] =
    [("cyclonedx-json", "cdx.json"), ("spdx-json", "spdx.json"), ("spdx-tv", "spdx")];

/// Documents of every kind and version about the graphs in the table of the tests.
pub(crate) fn of_specimens(project: &Project) -> Result<(), Failure> {
    let documents = empty_folder(project.target.join("specimens"))?;
    let example =
        ["run", "--quiet", "--locked", "--package", "auditable-sbom", "--example", "specimens", "--"];
    run(project.cargo().args(example).arg(&documents))?;
    validate(project, &documents)
}

fn validate(project: &Project, documents: &Path) -> Result<(), Failure> {
    let python = python::environment(project)?;
    run(project.command(python).arg("sbom/tests/validators/validate.py").arg(documents))
}

/// Makes a folder, so that nothing of an earlier run is validated again.
fn empty_folder(folder: PathBuf) -> Result<PathBuf, Failure> {
    let made = if folder.exists() { fs::remove_dir_all(&folder) } else { Ok(()) };
    match made.and_then(|()| fs::create_dir_all(&folder)) {
        Ok(()) => Ok(folder),
        Err(source) => Err(Failure::Io { path: folder, source }),
    }
}
