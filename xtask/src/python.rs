use crate::failure::Failure;
use crate::project::{Project, run};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files that list what is installed, each with exact versions.
const REQUIREMENTS: &[&str] = &["sbom/tests/validators/requirements.txt", "tests/corpus/requirements.txt"];

/// Exact versions of what those packages bring along.
const CONSTRAINTS: &str = "xtask/constraints.txt";

/// Makes a virtual environment in `target/venv` with all that the Python parts of the tests need, unless it is
/// there, and returns its Python.
pub(crate) fn environment(project: &Project) -> Result<PathBuf, Failure> {
    environment_of(project, "venv", REQUIREMENTS)
}

/// The same with other files that list what is needed, in another folder of `target`.
pub(crate) fn environment_of(project: &Project, name: &str, files: &[&str]) -> Result<PathBuf, Failure> {
    let folder = project.target.join(name);
    let python = if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join("bin/python") };
    let mut requirements = String::new();
    for path in files {
        requirements += &read(project, path)?;
    }
    let wanted = format!("{requirements}\n{}", read(project, CONSTRAINTS)?);
    // Written last, so that it says what is really there.
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    println!("installing from PyPI into {}, with what they need:", folder.display());
    for requirement in requirements.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        println!("  {requirement}");
    }
    create(project, &folder)?;
    let mut pip = project.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    pip.args(["--constraint", CONSTRAINTS]);
    for path in files {
        pip.args(["--requirement", path]);
    }
    run(&mut pip)?;
    fs::write(&installed, wanted).map_err(|source| Failure::Io { path: installed, source })?;
    Ok(python)
}

fn read(project: &Project, path: &str) -> Result<String, Failure> {
    let path = project.root.join(path);
    fs::read_to_string(&path).map_err(|source| Failure::Io { path, source })
}

fn create(project: &Project, folder: &Path) -> Result<(), Failure> {
    let python = ["python3", "python"].into_iter().find(|python| is_recent(project.command(python)));
    let Some(python) = python else {
        return Err(Failure::Missing("there is no Python 3.11 or newer: install python3".into()));
    };
    let arguments = [OsStr::new("-m"), OsStr::new("venv"), OsStr::new("--clear"), folder.as_os_str()];
    run(project.command(python).args(arguments)).map_err(|failure| match failure {
        Failure::Status { .. } => Failure::Missing(format!(
            "`{python} -m venv` failed: on Debian and Ubuntu it needs the package python3-venv"
        )),
        other => other,
    })
}

fn is_recent(mut python: Command) -> bool {
    let check = "import sys; sys.exit(sys.version_info < (3, 11))";
    python.args(["-c", check]).status().is_ok_and(|status| status.success())
}
