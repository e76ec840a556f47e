//! What `auditable inspect` wrote about binaries, as what is audited: a fleet is read once, and held against new
//! advisories without its files.
//!
//! Read are the layouts `auditable.inspect/1` with `--format json` (an array) and `ndjson` (one after the other).

use crate::error::ReadError;
use crate::limits::MAX_SBOM_BYTES;
use crate::osv::without_mark;
use crate::report::Subject;
use crate::{Inventory, Origin, Unmatched, UnmatchedReason};
use auditable_graph::{Graph, Package, Source, Version};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What was written about some files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Records {
    /// What is audited, in the order in which it is written: each list of each binary, and what was recovered of those
    /// without one.
    pub described: Vec<(Subject, Inventory)>,
    /// What could not be read when this was written: the file, and why.
    pub unread: Vec<(String, String)>,
    /// How many files were read.
    pub files: usize,
    /// How many of them have no list of crates, whatever was recovered of them.
    pub without_list: usize,
}

/// Reads records.
///
/// # Errors
///
/// [`ReadError::TooLarge`], [`ReadError::Json`], [`ReadError::List`] for a list that is none, or [`ReadError::NotAnSbom`]
/// for other JSON.
pub fn parse(json: &[u8]) -> Result<Records, ReadError> {
    let json = without_mark(json);
    let limit = usize::try_from(MAX_SBOM_BYTES).unwrap_or(usize::MAX);
    if json.len() > limit {
        return Err(ReadError::TooLarge { bytes: json.len(), limit });
    }
    let is_array = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let files: Vec<File> = if is_array {
        serde_json::from_slice(json)?
    } else {
        serde_json::Deserializer::from_slice(json).into_iter().collect::<Result<_, _>>()?
    };
    let mut records = Records::default();
    for file in files {
        if file.schema.as_deref() != Some(SCHEMA) {
            return Err(ReadError::NotAnSbom);
        }
        records.add(file)?;
    }
    Ok(records)
}

impl Records {
    fn add(&mut self, file: File) -> Result<(), ReadError> {
        let place = file.member.as_deref().unwrap_or(&file.path);
        let subject = Subject {
            name: place.rsplit(['/', '!', '\\']).next().unwrap_or_default().to_owned(),
            path: file.path,
            member: file.member,
            sha256: file.sha256,
            ..Subject::default()
        };
        self.files = self.files.saturating_add(usize::from(file.error.is_none()));
        let has_list = file.error.is_some() || file.binaries.iter().any(|binary| !binary.lists.is_empty());
        self.without_list = self.without_list.saturating_add(usize::from(!has_list));
        self.unread.extend(file.error.map(|error| (subject.place(), error)));
        for binary in file.binaries {
            let subject = Subject {
                location: binary.location,
                container: binary.container,
                architecture: binary.architecture,
                ..subject.clone()
            };
            self.unread.extend(binary.error.map(|error| (subject.place(), error)));
            let toolchains: Vec<Version> = binary.facts.iter().flat_map(Facts::toolchains).collect();
            let mut inventories = Vec::new();
            for list in binary.lists {
                let graph = Graph::from_json(list.get().as_bytes()).map_err(ReadError::List)?;
                inventories.push(Inventory::from(&graph));
            }
            inventories.extend(binary.recovered.filter(|recovered| !recovered.is_empty()).map(recovered));
            for mut inventory in inventories {
                toolchains.iter().for_each(|version| inventory.add_toolchain(version));
                self.described.push((subject.clone(), inventory));
            }
        }
        Ok(())
    }
}

/// Folders of distributions and vendored crates, which have no source, count as crates.io.
fn recovered(crates: Vec<Crate>) -> Inventory {
    let mut inventory = Inventory::new(Origin::Recovered);
    for one in crates {
        let source = one.source();
        match one.version.as_deref().map(Version::parse) {
            Some(Ok(version)) => inventory.components.push(Package::new(one.name, version, source).into()),
            unknown => inventory.unreadable.push(Unmatched {
                name: one.name,
                reason: if unknown.is_none() { UnmatchedReason::NoVersion } else { UnmatchedReason::Version },
                version: one.version,
            }),
        }
    }
    inventory
}

#[derive(Deserialize)]
struct File {
    schema: Option<String>,
    #[serde(default)]
    path: String,
    member: Option<String>,
    sha256: Option<String>,
    #[serde(default)]
    binaries: Vec<Binary>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Binary {
    location: Option<String>,
    container: Option<String>,
    architecture: Option<String>,
    #[serde(default)]
    lists: Vec<Box<RawValue>>,
    recovered: Option<Vec<Crate>>,
    facts: Option<Facts>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: Option<String>,
    origin: Option<String>,
    /// The registry's index.
    index: Option<String>,
}

impl Crate {
    fn source(&self) -> Source {
        match (self.origin.as_deref(), self.index.as_deref()) {
            (Some("git"), _) => Source::Git,
            (_, Some(index)) if !CRATES_IO.contains(&index) => Source::Registry,
            _ => Source::CratesIo,
        }
    }
}

#[derive(Deserialize)]
struct Facts {
    #[serde(default)]
    rustc: Vec<Rustc>,
}

#[derive(Deserialize)]
struct Rustc {
    version: Option<String>,
}

impl Facts {
    fn toolchains(&self) -> impl Iterator<Item = Version> {
        self.rustc.iter().filter_map(|rustc| Version::parse(rustc.version.as_deref()?).ok())
    }
}

const SCHEMA: &str = "auditable.inspect/1";

/// The sparse index, and the git repository before it, as `inspect` names them.
const CRATES_IO: [&str; 2] = ["index.crates.io", "github.com-1ecc6299db9ec823"];

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"schema":"auditable.inspect/1","path":"/srv/app.tar","member":"a/b!usr/app","sha256":"ab",
        "binaries":[{"location":"slice 1","container":"Mach-O","architecture":"x86_64","error":null,
            "lists":[{"format":8,"exact":true,"packages":[{"name":"a","version":"1.0.0","source":"git","kind":"runtime",
                "dependencies":[],"root":true}]}],"recovered":null,"facts":{"rustc":[{"version":"1.90.0","commit":null}]}},
            {"lists":[],"recovered":[{"name":"b","version":"2.0.0","origin":"registry","index":"index.crates.io"},
                {"name":"c","version":"2.0.0","origin":"git","index":null},
                {"name":"d","version":"2.0.0","origin":"registry","index":"crates.example.com"},
                {"name":"e","version":"2.0.0","origin":"vendor"},{"name":"f","version":null,"origin":"vendor"}]},
            {"lists":[],"recovered":[]}],"error":null}"#;

    #[test]
    fn lists_and_what_was_recovered_in_either_layout() {
        let unread = r#"{"schema":"auditable.inspect/1","path":"gone","binaries":[],"error":"no such file"}"#;
        let records = parse(format!("{FILE}\n{unread}\n").as_bytes()).unwrap();
        assert_eq!(parse(format!(" [{FILE},{unread}]").as_bytes()).unwrap(), records);
        assert_eq!(parse(format!("\u{feff}{FILE}{unread}").as_bytes()).unwrap(), records);
        assert_eq!(records.unread, [("gone".to_owned(), "no such file".to_owned())]);
        assert_eq!((records.files, records.without_list), (1, 0));
        let [(listed, list), (_, recovered)] = records.described.as_slice() else { panic!("{records:?}") };
        assert_eq!((listed.place().as_str(), listed.name.as_str()), ("/srv/app.tar!a/b!usr/app", "app"));
        assert_eq!((listed.sha256.as_deref(), listed.location.as_deref()), (Some("ab"), Some("slice 1")));
        let shown = |inventory: &Inventory| -> Vec<String> {
            let all = inventory.components.iter().map(|one| &one.package);
            all.map(|package| format!("{} {} {}", package.name, package.version, package.source)).collect()
        };
        assert_eq!(shown(list), ["a 1.0.0 git", "std 1.90.0 toolchain", "rustc 1.90.0 toolchain"]);
        assert_eq!(
            shown(recovered),
            ["b 2.0.0 crates.io", "c 2.0.0 git", "d 2.0.0 registry", "e 2.0.0 crates.io"]
        );
        assert_eq!((list.origin, recovered.origin), (Origin::List, Origin::Recovered));
        assert_eq!(recovered.unreadable.len(), 1);
    }

    #[test]
    fn other_json_and_damage_are_errors() {
        for text in ["{}", "[{}]", r#"{"schema":"auditable.inspect/2"}"#, r#"{"schema":"auditable.find/1"}"#]
        {
            assert!(matches!(parse(text.as_bytes()), Err(ReadError::NotAnSbom)), "{text}");
        }
        let cut = FILE.get(..FILE.len() - 1).unwrap();
        assert!(matches!(parse(cut.as_bytes()), Err(ReadError::Json(_))));
        let unsound = FILE.replace(r#""dependencies":[]"#, r#""dependencies":[7]"#);
        assert!(matches!(parse(unsound.as_bytes()), Err(ReadError::List(_))));
    }
}
