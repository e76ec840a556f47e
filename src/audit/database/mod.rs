//! The databases of advisories that an audit is held against.

mod osv;
mod rustsec;
mod texts;

use crate::words::{Failure, printable};
use auditable_audit::report::UsedDatabase;
use auditable_audit::{Advisories, Advisory, Collection, Database, Date};
use rustsec::Rustsec;
use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where cargo-audit keeps its database, and `auditable db update` too: `advisory-db` in cargo's home.
///
/// # Errors
///
/// If there is no home to look in.
pub(crate) fn default_path() -> Result<PathBuf, Failure> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("CARGO_HOME").or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    home.map(|home| home.join("advisory-db")).ok_or_else(|| {
        Failure::new("there is no home folder: set CARGO_HOME, or name the database with --db")
    })
}

/// The databases that are named, or else the one in cargo's home.
///
/// # Errors
///
/// If none is named and that one is not there.
pub(crate) fn or_default(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    if !named.is_empty() {
        return Ok(named.to_owned());
    }
    let path = default_path()?;
    if path.exists() {
        return Ok(vec![path]);
    }
    let shown = printable(&path.display().to_string());
    Err(Failure::new(format!(
        "there is no database in {shown}: fetch it with `auditable db update`, or name one with --db"
    )))
}

/// All of them. Advisories are read when something asks for their package, and are then kept.
pub(crate) struct Databases {
    opened: Vec<Opened>,
    known: Mutex<Known>,
    failures: Mutex<Vec<Failure>>,
}

/// What was asked for before.
type Known = HashMap<(Collection, String), Vec<Arc<Advisory>>>;

struct Opened {
    path: PathBuf,
    advisories: usize,
    newest: Option<Date>,
    content: Content,
}

enum Content {
    /// Advisories as their authors write them, each in a file.
    Rustsec(Rustsec),
    /// Everything was read already.
    Memory(Database),
}

impl Databases {
    /// Opens databases, each whatever it is: a folder, an archive or a file.
    ///
    /// # Errors
    ///
    /// If one cannot be read at all. What is wrong with single advisories is a matter of
    /// [`take_failures`](Self::take_failures).
    pub(crate) fn open(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut failures = Vec::new();
        let mut opened = Vec::new();
        for path in paths {
            opened.push(open(path, &mut failures)?);
        }
        Ok(Self { opened, known: Mutex::default(), failures: Mutex::new(failures) })
    }

    /// What reports say of them.
    pub(crate) fn used(&self) -> Vec<UsedDatabase> {
        let used = self.opened.iter().map(|opened| UsedDatabase {
            path: opened.path.display().to_string(),
            format: match opened.content {
                Content::Rustsec(_) => "rustsec",
                Content::Memory(_) => "osv",
            },
            advisories: opened.advisories,
            newest: opened.newest,
        });
        used.collect()
    }

    /// What was wrong with advisories so far, in an order that is always the same.
    pub(crate) fn take_failures(&self) -> Vec<Failure> {
        let mut failures = std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner));
        failures.sort_by_cached_key(ToString::to_string);
        failures
    }

    fn read(&self, collection: Collection, package: &str) -> Vec<Arc<Advisory>> {
        let mut found = Vec::new();
        for opened in &self.opened {
            match &opened.content {
                Content::Memory(database) => found.extend(database.about(collection, package)),
                Content::Rustsec(rustsec) => {
                    let mut failures = Vec::new();
                    found.extend(rustsec.about(collection, package, &mut failures).into_iter().map(Arc::new));
                    self.failures.lock().unwrap_or_else(PoisonError::into_inner).extend(failures);
                }
            }
        }
        found
    }
}

impl Advisories for Databases {
    fn about(&self, collection: Collection, package: &str) -> Vec<Arc<Advisory>> {
        let key = (collection, package.to_owned());
        // Held while reading, so that no advisory is read twice, and no error told twice.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| self.read(collection, package)).clone()
    }
}

fn open(path: &Path, failures: &mut Vec<Failure>) -> Result<Opened, Failure> {
    let failed = || Failure::new(printable(&path.display().to_string()));
    let metadata = std::fs::metadata(path).map_err(|error| failed().cause(error))?;
    let of_rustsec = |rustsec: Rustsec| Opened {
        path: path.to_owned(),
        advisories: rustsec.len(),
        newest: rustsec.newest(),
        content: Content::Rustsec(rustsec),
    };
    if metadata.is_dir() {
        let rustsec = Rustsec::of_folder(path, failures)?;
        if rustsec.len() > 0 {
            return Ok(of_rustsec(rustsec));
        }
    }
    let texts = if metadata.is_dir() { texts::of_folder(path)? } else { texts::of_file(path, failures)? };
    if texts.iter().any(|text| text.is_markdown()) {
        return Ok(of_rustsec(Rustsec::of_texts(texts, failures)));
    }
    let mut damages = Vec::new();
    let advisories = osv::parse_all(&texts, &mut damages);
    if advisories.is_empty() {
        return Err(damages.into_iter().next().unwrap_or_else(|| failed().cause(
            "there are no advisories in it: neither crates/NAME/ID.md as in RustSec's database, nor OSV as JSON",
        )));
    }
    failures.extend(damages);
    Ok(Opened {
        path: path.to_owned(),
        advisories: advisories.len(),
        newest: advisories.iter().map(|advisory| advisory.modified.unwrap_or(advisory.date)).max(),
        content: Content::Memory(advisories.into_iter().collect()),
    })
}
