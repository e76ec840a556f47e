use crate::advisories;
use crate::failure::Failure;
use crate::project::{self, Project, line, output, program_file};
use crate::tools::Tool;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const RUST_AUDIT_INFO: Tool = Tool { name: "rust-audit-info", version: "0.5.4" };
pub(crate) const CARGO_AUDIT: Tool = Tool { name: "cargo-audit", version: "0.22.2" };

/// Programs that the wrapper builds, each with the name of its file.
const SUBJECTS: [(&str, &str, &str); 3] =
    [("fd-find", "10.3.0", "fd"), ("ripgrep", "15.2.0", "rg"), ("hyperfine", "1.20.0", "hyperfine")];

/// Builds real programs with our wrapper and compares what the established readers see in them with what ours sees.
pub(crate) fn run(project: &Project, _arguments: &[String]) -> Result<(), Failure> {
    project.build_release()?;
    let rust_audit_info = RUST_AUDIT_INFO.install(project)?;
    let cargo_audit = CARGO_AUDIT.install(project)?;
    let mut read = Vec::new();
    for (package, version, file) in SUBJECTS {
        let binary = install(project, package, version, file)?;
        let auditable = project.release_program("auditable");
        let ours = json(project.command(auditable).args(["inspect", "--format", "raw"]).arg(&binary), &[0])?;
        let theirs = json(project.command(&rust_audit_info).arg(&binary), &[0])?;
        if ours != theirs {
            return Err(Failure::Wrong(format!("rust-audit-info reads another list in {file} than ours")));
        }
        read.push((file, binary, from_crates_io(&ours)));
    }
    let names = read.iter().flat_map(|(.., crates)| crates).map(|(name, _)| name.clone()).collect();
    let database = advisories::database(project, &names)?;
    for (file, binary, ours) in read {
        let audited = audited(project, &cargo_audit, &database, &binary)?;
        if let Some((name, version)) = audited.symmetric_difference(&ours).next() {
            let who = if ours.contains(&(name.clone(), version.clone())) {
                "only ours"
            } else {
                "only cargo-audit"
            };
            return Err(Failure::Wrong(format!("{who} sees {name} {version} in {file}")));
        }
        println!("{file}: ours, rust-audit-info and cargo-audit agree on {} crates", ours.len());
    }
    Ok(())
}

/// Installs a program with our wrapper, and returns the path of its file.
fn install(project: &Project, package: &str, version: &str, file: &str) -> Result<PathBuf, Failure> {
    let folder = project.target.join("peers");
    println!("building {package} {version} from crates.io with our wrapper into {}", folder.display());
    // The wrapper under test may have changed since the last time: `--force`.
    let arguments = ["auditable", "install", "--force", "--locked", package, "--version", version, "--root"];
    project::run(project.command(project.release_program("cargo-auditable")).args(arguments).arg(&folder))?;
    Ok(folder.join("bin").join(program_file(file)))
}

/// Names and versions in a list that are crates of crates.io: the only ones that an advisory can mean.
fn from_crates_io(list: &Value) -> BTreeSet<(String, String)> {
    let packages = list["packages"].as_array().into_iter().flatten();
    packages.filter(|package| package["source"] == "crates.io").filter_map(name_and_version).collect()
}

/// Names and versions of the crates for which cargo-audit reports an advisory.
fn audited(
    project: &Project,
    cargo_audit: &Path,
    database: &Path,
    binary: &Path,
) -> Result<BTreeSet<(String, String)>, Failure> {
    let mut command = project.command(cargo_audit);
    command.args(["audit", "--no-fetch", "--stale", "--no-yanked", "--json", "--db"]).arg(database);
    // It ends with 1 where it has found something.
    let report = json(command.arg("bin").arg(binary), &[0, 1])?;
    let found = report["vulnerabilities"]["list"].as_array().into_iter().flatten();
    Ok(found.filter_map(|found| name_and_version(&found["package"])).collect())
}

fn name_and_version(package: &Value) -> Option<(String, String)> {
    Some((package["name"].as_str()?.to_owned(), package["version"].as_str()?.to_owned()))
}

fn json(command: &mut Command, codes: &[i32]) -> Result<Value, Failure> {
    let stdout = output(command, codes)?;
    serde_json::from_slice(&stdout).map_err(|source| Failure::Json { command: line(command), source })
}
