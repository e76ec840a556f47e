//! SBOMs, judged by public validators.

use crate::failure::Failure;
use crate::project::{Project, output, program_file, run};
use crate::python;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Our own programs, built by the wrapper: verified, described in each format with all that the lock file and the
/// manifests tell, and the documents validated, with that of the example which describes itself.
pub(crate) fn of_ourselves(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let folder = project.target.join("self");
    let build = |subcommand: &str| {
        let mut wrapper = project.command(project.release_program("cargo-auditable"));
        wrapper.args(["auditable", subcommand, "--release", "--locked", "--target-dir"]).arg(&folder);
        wrapper
    };
    run(build("build").arg("--bins"))?;
    let programs = ["auditable", "cargo-auditable"];
    let built = |name: &str| folder.join("release").join(program_file(name));
    let auditable = || project.command(project.release_program("auditable"));
    run(auditable().arg("verify").args(programs.map(built)))?;
    let documents = empty_folder(folder.join("documents"))?;
    for name in programs {
        for (formats, version) in FORMATS {
            // The validators hold a document of such a name against the minimum that public authorities ask for.
            let known = documents.join(format!("known-{name}-{version}"));
            let facts = ["--manifest-path", "Cargo.toml", "--author", AUTHOR, "--supplier", AUTHOR];
            describe(project, formats, version, &known, built(name).as_os_str(), &facts)?;
        }
    }
    let own_sbom = output(build("run").args(["--quiet", "--example", "own_sbom"]), &[0])?;
    let path = documents.join("own_sbom.cdx.json");
    fs::write(&path, own_sbom).map_err(|source| Failure::Io { path, source })?;
    validate(project, &documents)
}

/// Documents of every kind and version: about the cases in the table of the tests, about programs built for this, and
/// about the binaries in the folder that the variable `SBOM_BINARIES` names, if it is set.
pub(crate) fn of_specimens(project: &Project) -> Result<(), Failure> {
    let documents = empty_folder(project.target.join("specimens"))?;
    let example =
        ["run", "--quiet", "--locked", "--package", "auditable-sbom", "--example", "specimens", "--"];
    run(project.cargo().args(example).arg(documents.join("made")))?;
    let test = ["test", "--quiet", "--locked", "--test", "sbom", "specimens::"];
    run(project.cargo().args(test).env("AUDITABLE_SPECIMENS", documents.join("built")))?;
    if let Some(binaries) = env::var_os("SBOM_BINARIES") {
        project.build_release()?;
        for (formats, version) in FORMATS {
            describe(project, formats, version, &documents.join("shipped").join(version), &binaries, &[])?;
        }
    }
    validate(project, &documents)
}

/// What `auditable sbom --format` knows, with each version.
const FORMATS: [(&str, &str); 6] = [
    ("cyclonedx-json,cyclonedx-xml", "1.4"),
    ("cyclonedx-json,cyclonedx-xml", "1.5"),
    ("cyclonedx-json,cyclonedx-xml", "1.6"),
    ("cyclonedx-json,cyclonedx-xml", "1.7"),
    ("spdx-json,spdx-tv", "2.3"),
    ("spdx3-json", "3.0.1"),
];

/// Minimum elements ask for someone who can be reached.
const AUTHOR: &str = "The auditable developers <https://crates.io/crates/auditable-cli>";

/// Writes the documents about a file or a folder into a folder.
fn describe(
    project: &Project,
    formats: &str,
    version: &str,
    documents: &Path,
    binaries: &OsStr,
    options: &[&str],
) -> Result<(), Failure> {
    fs::create_dir_all(documents).map_err(|source| Failure::Io { path: documents.to_owned(), source })?;
    let arguments = ["sbom", "--format", formats, "--spec-version", version, "--output"];
    let mut auditable = project.command(project.release_program("auditable"));
    run(auditable.args(arguments).arg(documents).args(options).arg(binaries))
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
