use crate::failure::Failure;
use crate::project::{Project, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes an advisory database that has one advisory, on every version, for each of these crates: what an audit
/// then reports is the list of crates that it has seen.
///
/// It is a git repository, because cargo-audit opens no other.
pub(crate) fn database(project: &Project, crates: &BTreeSet<String>) -> Result<PathBuf, Failure> {
    let folder = project.target.join("peers").join("advisories");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|source| Failure::Io { path: folder.clone(), source })?;
    }
    for (number, name) in (1..).zip(crates) {
        let id = format!("RUSTSEC-2020-{number:04}");
        write(&folder.join("crates").join(name).join(format!("{id}.md")), &advisory(&id, name))?;
    }
    let git = |arguments: &[&str]| run(project.command("git").current_dir(&folder).args(arguments));
    git(&["init", "--quiet"])?;
    git(&["add", "."])?;
    git(&[
        "-c",
        "user.name=xtask",
        "-c",
        "user.email=xtask@localhost",
        "commit",
        "--quiet",
        "--message",
        "advisories",
    ])?;
    Ok(folder)
}

fn advisory(id: &str, name: &str) -> String {
    format!(
        "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{name}\"\ndate = \"2020-01-01\"\n\n\
         [versions]\npatched = []\n```\n\n# Not a real advisory\n\nReports that this crate was seen.\n"
    )
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, text))
        .map_err(|source| Failure::Io { path: path.to_owned(), source })
}
