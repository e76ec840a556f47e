//! A checkout of RustSec's database: `crates/NAME/ID.md` and `rust/NAME/ID.md`.

use crate::audit::database::texts::Text;
use crate::words::{Failure, printable};
use auditable_audit::limits::{MAX_ADVISORIES, MAX_ADVISORY_BYTES};
use auditable_audit::{Advisory, Collection, Date, rustsec};
use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

/// Which advisories there are about each package. They are read when they are asked for: a program has some hundred
/// crates, of which a few have any.
pub(super) struct Rustsec {
    by_package: HashMap<(Collection, String), Vec<Entry>>,
    newest: Option<Date>,
}

struct Entry {
    id: String,
    place: String,
    content: Content,
}

enum Content {
    File(PathBuf),
    Text(Vec<u8>),
}

impl Rustsec {
    /// Lists a checkout.
    ///
    /// # Errors
    ///
    /// If it cannot be listed.
    pub(super) fn of_folder(folder: &Path, failures: &mut Vec<Failure>) -> Result<Self, Failure> {
        let mut entries = Vec::new();
        for (name, collection) in COLLECTIONS {
            let packages = folder.join(name);
            for package in listed(&packages)? {
                let path = packages.join(&package);
                for file in listed(&path)? {
                    let path = path.join(&file);
                    if path.extension().is_none_or(|extension| extension != "md") {
                        continue;
                    }
                    let place = path.display().to_string();
                    let (Some(package), Some(id)) =
                        (package.to_str(), path.file_stem().and_then(OsStr::to_str))
                    else {
                        failures.push(Failure::new(printable(&place)).cause(NO_NAME));
                        continue;
                    };
                    let entry = Entry { id: id.to_owned(), place, content: Content::File(path) };
                    entries.push((collection, package.to_owned(), entry));
                }
                if entries.len() > MAX_ADVISORIES {
                    return Err(Failure::new(printable(&folder.display().to_string()))
                        .cause(format!("more than {MAX_ADVISORIES} advisories")));
                }
            }
        }
        Ok(Self::new(entries, failures))
    }

    /// The same from an archive of a checkout.
    pub(super) fn of_texts(texts: Vec<Text>, failures: &mut Vec<Failure>) -> Self {
        let mut entries = Vec::new();
        for text in texts {
            let mut segments = text.place.rsplit(['/', '!', MAIN_SEPARATOR]);
            let (Some(file), package, collection) = (segments.next(), segments.next(), segments.next())
            else {
                continue;
            };
            let Some(id) = file.strip_suffix(".md").map(str::to_owned) else { continue };
            let known = COLLECTIONS.iter().find(|(name, _)| Some(*name) == collection);
            // A single advisory on its own names its package only inside.
            let place = match (known, package) {
                (Some((_, collection)), Some(package)) => Some((*collection, package.to_owned())),
                _ => named_inside(&text),
            };
            let Some((collection, package)) = place else { continue };
            entries.push((
                collection,
                package,
                Entry { id, place: text.place, content: Content::Text(text.bytes) },
            ));
        }
        Self::new(entries, failures)
    }

    fn new(entries: Vec<(Collection, String, Entry)>, failures: &mut Vec<Failure>) -> Self {
        let mut places: BTreeMap<String, String> = BTreeMap::new();
        let mut by_package: HashMap<(Collection, String), Vec<Entry>> = HashMap::new();
        for (collection, package, entry) in entries {
            if let Some(before) = places.get(&entry.id) {
                let cause = format!("{} is also in {before}, and both count", entry.id);
                failures.push(Failure::new(printable(&entry.place)).cause(printable(&cause)));
            } else {
                places.insert(entry.id.clone(), entry.place.clone());
            }
            by_package.entry((collection, package)).or_default().push(entry);
        }
        let mut rustsec = Self { by_package, newest: None };
        rustsec.newest = rustsec.date_of_newest(&places);
        rustsec
    }

    /// How many advisories are in it.
    pub(super) fn len(&self) -> usize {
        self.by_package.values().map(Vec::len).sum()
    }

    /// The day of the newest advisory: the one whose id was given last.
    pub(super) fn newest(&self) -> Option<Date> {
        self.newest
    }

    /// The advisories about a package that can be read. What is wrong with the others is told as failures.
    pub(super) fn about(
        &self,
        collection: Collection,
        package: &str,
        failures: &mut Vec<Failure>,
    ) -> Vec<Advisory> {
        let mut advisories = Vec::new();
        for entry in self.by_package.get(&(collection, package.to_owned())).into_iter().flatten() {
            match entry.advisory(collection) {
                // It would be about nothing, since it is looked for under the name of its folder.
                Ok(advisory) if advisory.of(collection, package).next().is_none() => {
                    let cause = format!("it lies in the folder of {package}, and is about another package");
                    failures.push(Failure::new(printable(&entry.place)).cause(printable(&cause)));
                }
                Ok(advisory) => advisories.push(advisory),
                Err(failure) => failures.push(failure),
            }
        }
        advisories.sort_by(|a, b| a.id.cmp(&b.id));
        advisories
    }

    fn date_of_newest(&self, places: &BTreeMap<String, String>) -> Option<Date> {
        // `RUSTSEC-2026-0266` sorts by year and number. A few, since a damaged one must not hide the age.
        let newest = places.iter().filter(|(id, _)| id.starts_with("RUSTSEC-")).rev().take(CANDIDATES);
        let newest: Vec<&String> = newest.map(|(_, place)| place).collect();
        let entries = self
            .by_package
            .iter()
            .flat_map(|((collection, _), entries)| entries.iter().map(move |entry| (*collection, entry)));
        entries
            .filter(|(_, entry)| newest.contains(&&entry.place))
            .filter_map(|(collection, entry)| entry.advisory(collection).ok())
            .map(|advisory| advisory.date)
            .max()
    }
}

impl Entry {
    fn advisory(&self, collection: Collection) -> Result<Advisory, Failure> {
        let failure = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Failure::new(printable(&self.place)).cause(cause)
        };
        let read;
        let bytes = match &self.content {
            Content::Text(bytes) => bytes,
            Content::File(path) => {
                read = read_file(path).map_err(|error| failure(error.into()))?;
                &read
            }
        };
        let text = std::str::from_utf8(bytes).map_err(|error| failure(error.into()))?;
        rustsec::parse(text, collection).map_err(|error| failure(error.into()))
    }
}

/// At most a byte more than what the parser takes, which then says so.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // A repository may have links to whatever is on this machine, such as a pipe that nobody writes to.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_ADVISORY_BYTES).unwrap_or(u64::MAX);
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The names in a folder, sorted; none if it is not there, or is a file.
fn listed(folder: &Path) -> Result<Vec<OsString>, Failure> {
    let failed = |error: io::Error| Failure::new(printable(&folder.display().to_string())).cause(error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed(error)),
    };
    let names = entries.map(|entry| Ok(entry?.file_name()));
    let mut names: Vec<OsString> = names.collect::<io::Result<_>>().map_err(failed)?;
    names.sort_unstable();
    Ok(names)
}

fn named_inside(text: &Text) -> Option<(Collection, String)> {
    let advisory = rustsec::parse(std::str::from_utf8(&text.bytes).ok()?, Collection::Crates).ok()?;
    advisory.affected.into_iter().next().map(|affected| (affected.collection, affected.package))
}

const COLLECTIONS: [(&str, Collection); 2] = [("crates", Collection::Crates), ("rust", Collection::Rust)];

const NO_NAME: &str =
    "its name or that of its folder is no UTF-8, and crates and advisories have no such names";

/// How many of the newest advisories are read for the age of the database.
const CANDIDATES: usize = 3;
