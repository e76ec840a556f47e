//! Databases that are git repositories.

use crate::db::update::{finish, folder_of, no_program, refuse_other};
use crate::words::{Failure, printable};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Clones a repository, or brings the clone of it up to date. Several programs may do so at the same time.
///
/// # Errors
///
/// If it cannot be fetched, and if something else is there, which would be lost.
pub(super) fn update(url: &str, path: &Path) -> Result<(), Failure> {
    if path.join(".git").exists() { pull(url, path) } else { clone(url, path) }
}

/// Beside the place where it goes, so that nobody ever finds half of it there.
fn clone(url: &str, path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(shown(path)).cause(error);
    if path.exists() && fs::read_dir(path).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(Failure::new(format!(
            "{} is there and is no git repository: name another place with --db",
            shown(path)
        )));
    }
    let parent = folder_of(path);
    fs::create_dir_all(parent).map_err(failed)?;
    let temporary = tempfile::Builder::new().prefix(".advisory-db-").tempdir_in(parent).map_err(failed)?;
    // One level below, since nobody else may read the temporary folder itself.
    let cloned = temporary.path().join("clone");
    let mut git = git();
    git.args(["clone", "--quiet", "--depth", "1", "--", url]).arg(&cloned);
    finish(&mut git, "git", url)?;
    refuse_other(url, &cloned, path)?;
    // An empty folder may be there, which not all systems replace.
    let _ = fs::remove_dir(path);
    match fs::rename(&cloned, path) {
        // Another program was faster.
        Err(_) if path.join(".git").exists() => Ok(()),
        done => done.map_err(failed),
    }
}

/// The history may have been rewritten or cut short, so the newest commit takes the place of what is there, unless
/// that is something else or someone has changed files.
fn pull(url: &str, path: &Path) -> Result<(), Failure> {
    let clone = Clone::at(url, path)?;
    // Git does not wait for others.
    let lock = File::create(path.join(".git").join(LOCK)).and_then(|file| file.lock().map(|()| file));
    let lock = lock.map_err(|error| Failure::new(shown(path)).cause(error))?;
    let changes = clone.ask(&["status", "--porcelain", "--untracked-files=no"])?;
    let origin = clone.ask(&["config", "--get", "remote.origin.url"])?;
    if !is_same_address(origin.trim_end(), url) {
        let origin = match origin.trim_end() {
            "" => "no remote repository".to_owned(),
            origin => printable(origin),
        };
        return Err(Failure::new(format!(
            "{} is a clone of {origin}, not of {}",
            shown(path),
            printable(url)
        ))
        .hint("an update would undo what is in it: name another place with --db"));
    }
    if !changes.is_empty() {
        return Err(Failure::new(format!(
            "files in {} were changed, which an update would undo",
            shown(path)
        ))
        .hint("take them elsewhere and name both with --db when you audit"));
    }
    clone.run(&["fetch", "--quiet", "--depth", "1", "--", url, "HEAD"])?;
    clone.run(&["reset", "--quiet", "--hard", "FETCH_HEAD"])?;
    drop(lock);
    Ok(())
}

/// A repository in a folder, and not in one above it, where git would look too.
struct Clone<'a> {
    url: &'a str,
    path: &'a Path,
    above: PathBuf,
}

impl<'a> Clone<'a> {
    fn at(url: &'a str, path: &'a Path) -> Result<Self, Failure> {
        let whole = fs::canonicalize(path).map_err(|error| Failure::new(shown(path)).cause(error))?;
        Ok(Self { url, path, above: folder_of(&whole).to_owned() })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut git = git();
        git.env("GIT_CEILING_DIRECTORIES", &self.above);
        git.arg("-C").arg(self.path).args(arguments.iter().map(OsStr::new));
        git
    }

    fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        finish(&mut self.command(arguments), "git", self.url)
    }

    /// What git answers; nothing if it says that there is no such thing.
    fn ask(&self, arguments: &[&str]) -> Result<String, Failure> {
        let output = self
            .command(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| no_program("git", self.url, error))?;
        match output.status.code() {
            Some(0 | 1) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            _ => Err(Failure::new(format!(
                "{} is no git repository that can be read: remove it, or name another place with --db",
                shown(self.path)
            ))),
        }
    }
}

fn git() -> Command {
    let mut git = Command::new("git");
    // Nobody may be there to answer.
    git.env("GIT_TERMINAL_PROMPT", "0");
    // A hook of git has these, and they would lead to the repository that the hook is for.
    for variable in OF_ANOTHER_REPOSITORY {
        git.env_remove(variable);
    }
    git
}

/// Whether two addresses are of the same repository. Git makes paths absolute.
fn is_same_address(one: &str, other: &str) -> bool {
    let plain = |address: &str| {
        let address = address.trim_end_matches('/');
        address.strip_suffix(".git").unwrap_or(address).to_owned()
    };
    let is_same_folder =
        || matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other);
    plain(one) == plain(other) || is_same_folder()
}

fn shown(path: &Path) -> String {
    printable(&path.display().to_string())
}

/// In the folder of git, where it is no part of the database.
const LOCK: &str = "auditable.lock";

/// `git rev-parse --local-env-vars`, apart from settings.
const OF_ANOTHER_REPOSITORY: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_repository() {
        assert!(is_same_address("https://a.example/b.git", "https://a.example/b/"));
        assert!(is_same_address("src", &fs::canonicalize("src").unwrap().display().to_string()));
        assert!(!is_same_address("https://a.example/b", "https://a.example/c"));
        assert!(!is_same_address("", "https://a.example/c"));
    }
}
