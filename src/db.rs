//! `auditable db`: the database of advisories on this machine.

use crate::Outcome;
use crate::audit::default_path;
use crate::words::{Failure, Words, printable};
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Fetch databases of advisories
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    Update(Update),
}

/// Fetch a database, or bring it up to date
///
/// RustSec's is a git repository, for which git is called. Any other address is fetched as a file by curl.
#[derive(clap::Args)]
#[command(after_long_help = EXIT_STATUS)]
struct Update {
    /// Where it goes; if not given, to advisory-db in cargo's home, where cargo-audit also looks
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,

    /// Where it comes from: a git repository, or a file that ends in .zip, .json, .tar, .gz, .xz or .zst
    #[arg(long, value_name = "URL", default_value = RUSTSEC)]
    url: String,
}

const EXIT_STATUS: &str = "\
Examples:
  auditable db update
  auditable db update --db osv.zip --url https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip

Exit status:
  0  the database is up to date
  2  it could not be fetched; what was there is as it was";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let Action::Update(update) = &options.action;
    let is_file = FILES.iter().any(|extension| update.url.ends_with(extension));
    let path = match &update.db {
        Some(path) => path.clone(),
        None if is_file => {
            return Err(
                Failure::new("say where the file goes, with --db: the default is a git repository").into()
            );
        }
        None => default_path()?,
    };
    if is_file {
        download(&update.url, &path)?;
    } else if path.join(".git").exists() {
        pull(&update.url, &path)?;
    } else {
        clone(&update.url, &path)?;
    }
    words.note(&format_args!("{} is up to date", printable(&path.display().to_string())));
    Ok(Outcome::Clean)
}

fn clone(url: &str, path: &Path) -> Result<(), Failure> {
    if path.exists() && fs::read_dir(path).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(Failure::new(format!(
            "{} is there and is no git repository: name another place with --db",
            printable(&path.display().to_string())
        )));
    }
    let arguments = ["clone", "--quiet", "--depth", "1", "--", url].map(OsStr::new);
    git(url, arguments.into_iter().chain([path.as_os_str()]))
}

/// The history may have been rewritten or cut short, so the newest commit takes the place of what is there, unless
/// someone has changed files.
fn pull(url: &str, path: &Path) -> Result<(), Failure> {
    let in_folder = |arguments: &'static [&'static str]| {
        let arguments = arguments.iter().map(OsStr::new);
        [OsStr::new("-C"), path.as_os_str()].into_iter().chain(arguments)
    };
    let changed = Command::new("git")
        .args(in_folder(&["status", "--porcelain", "--untracked-files=no"]))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| no_program("git", url, error))?;
    if !changed.stdout.is_empty() {
        return Err(Failure::new(format!(
            "files in {} were changed, which an update would undo",
            printable(&path.display().to_string())
        )));
    }
    let fetch = in_folder(&["fetch", "--quiet", "--depth", "1", "--"]);
    git(url, fetch.chain([OsStr::new(url), OsStr::new("HEAD")]))?;
    git(url, in_folder(&["reset", "--quiet", "--hard", "FETCH_HEAD"]))
}

fn git<'a>(url: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<(), Failure> {
    let mut command = Command::new("git");
    // Nobody may be there to answer.
    command.env("GIT_TERMINAL_PROMPT", "0").args(arguments);
    finish(&mut command, "git", url)
}

/// What was there stays until the new file is whole.
fn download(url: &str, path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(printable(&path.display().to_string())).cause(error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--output"]).arg(file.path());
    finish(curl.args(["--", url]), "curl", url)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn finish(command: &mut Command, program: &str, url: &str) -> Result<(), Failure> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| no_program(program, url, error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("could not fetch {}: {program} failed ({status})", printable(url))))
}

fn no_program(program: &str, url: &str, error: std::io::Error) -> Failure {
    let what = format!(
        "could not start {program}, which fetches {}: install it, or fetch that by other means and name it with --db",
        printable(url)
    );
    Failure::new(what).cause(error)
}

const RUSTSEC: &str = "https://github.com/RustSec/advisory-db.git";

const FILES: [&str; 6] = [".zip", ".json", ".tar", ".gz", ".xz", ".zst"];
