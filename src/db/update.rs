//! `auditable db update`.

use crate::Outcome;
use crate::audit::{Databases, default_path};
use crate::db::git;
use crate::words::{Failure, Words, printable};
use auditable_audit::limits::MAX_DATABASE_BYTES;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Fetch a database, or bring it up to date
///
/// RustSec's is a git repository, for which git is called. Any other address is fetched as a file by curl. What was
/// there stays as it is until the new one is whole and can be read.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// Where it goes; if not given, to advisory-db in cargo's home, where cargo-audit also looks
    #[arg(long, value_name = "PATH")]
    db: Option<PathBuf>,

    /// Where it comes from: a git repository, or a file that ends in .zip, .json, .tar, .tgz, .gz, .xz, .zst or .bz2
    #[arg(long, value_name = "URL", default_value = RUSTSEC)]
    url: String,
}

const EXAMPLES: &str = "\
Examples:
  auditable db update
  auditable db update --db osv.zip --url https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip

Exit status:
  0  the database is up to date
  2  it could not be fetched; what was there is as it was";

pub(super) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let is_file = FILES.iter().any(|extension| options.url.ends_with(extension));
    let path = match &options.db {
        Some(path) => path.clone(),
        None if is_file => {
            return Err(
                Failure::new("say where the file goes, with --db: the default is a git repository").into()
            );
        }
        None => default_path()?,
    };
    if is_file {
        download(&options.url, &path)?;
    } else {
        git::update(&options.url, &path)?;
    }
    words.note(&format_args!("{} is up to date", printable(&path.display().to_string())));
    Ok(Outcome::Clean)
}

fn download(url: &str, path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::new(printable(&path.display().to_string())).cause(error);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".advisory-db-");
    // As a program that writes a file would: others may read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder_of(path)).map_err(failed)?;
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--max-filesize"]);
    curl.arg(MAX_DATABASE_BYTES.to_string());
    if url.starts_with("https:") {
        // Nobody on the way may lead elsewhere.
        curl.args(["--proto-redir", "=https"]);
    }
    finish(curl.arg("--output").arg(file.path()).args(["--", url]), "curl", url)?;
    refuse_other(url, file.path(), path)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The folder that a path is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Fails if what was fetched is no database, such as a page that demands to log in.
pub(super) fn refuse_other(url: &str, fetched: &Path, path: &Path) -> Result<(), Failure> {
    let Err(failure) = Databases::open(&[fetched.to_owned()]) else { return Ok(()) };
    // The error names the place of what was fetched, which is gone when somebody reads it.
    let cause = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
    let (url, path) = (printable(url), printable(&path.display().to_string()));
    Err(Failure::new(format!("what {url} has is no database of advisories, and {path} is left as it was"))
        .cause(cause))
}

/// Runs a program that fetches something.
pub(super) fn finish(command: &mut Command, program: &str, url: &str) -> Result<(), Failure> {
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

/// Says that a program that fetches is not there.
pub(super) fn no_program(program: &str, url: &str, error: std::io::Error) -> Failure {
    let what = format!(
        "could not start {program}, which fetches {}: install it, or fetch that by other means and name it with --db",
        printable(url)
    );
    Failure::new(what).cause(error)
}

const RUSTSEC: &str = "https://github.com/RustSec/advisory-db.git";

const FILES: [&str; 8] = [".zip", ".json", ".tar", ".tgz", ".gz", ".xz", ".zst", ".bz2"];
