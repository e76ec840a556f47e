//! `auditable diff`: what changed between two releases.

mod change;
mod names;

use crate::Outcome;
use crate::output::{Output, Writer};
use crate::records::{Layout, Records};
use crate::scan::{Artifact, Inputs, Reading, Scanned, scan};
use crate::words::{Failure, Words, printable};
use auditable_graph::Kind;
use change::{Change, Crate, changes};
use clap::ValueEnum;
use serde::Serialize;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Show what changed between two releases
///
/// Compares the lists of crates of two files, or of the files in two folders, archives or images. There a file is compared
/// with the one of the same name; a version or hash in a name may differ, and the folder too if there is only one such
/// file.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    output: Output,

    /// The earlier release: a program, a library, an archive, a package, an image, or a folder with them
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The later one
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    #[default]
    Human,
    /// A JSON array with an object for each change
    Json,
    /// The same objects, each on a line
    Ndjson,
}

const EXAMPLES: &str = "\
Examples:
  auditable diff app-1.0 app-1.1
  auditable diff app_1.0_amd64.deb app_1.1_amd64.deb
  auditable diff --format ndjson old-image.tar new-image.tar | jq -r 'select(.change == \"crate-added\").name'

Exit status:
  0  both contain the same crates
  1  something changed
  2  something could not be read";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let inputs = [options.old.clone(), options.new.clone()];
    let writer = options.output.writer(&inputs)?;
    let (old, is_old_read) = side(&options.old, &options.reading, words)?;
    let (new, is_new_read) = side(&options.new, &options.reading, words)?;
    let differences = compare(&old, &new);
    match options.format {
        Format::Human => {
            let mut records = Records::new(Layout::Text, writer);
            differences.iter().try_for_each(|difference| records.write(difference.text().as_bytes()))?;
            records.finish()?;
        }
        Format::Json => write(&differences, Layout::Array, writer)?,
        Format::Ndjson => write(&differences, Layout::Lines, writer)?,
    }
    Ok(match differences.is_empty() {
        _ if !(is_old_read && is_new_read) => Outcome::Failed,
        true => Outcome::Clean,
        false => Outcome::Finding,
    })
}

/// A binary of one side.
struct Entry {
    /// Path below what was named, by which it finds its match; empty for a file that was named itself.
    name: String,
    /// As it is shown to people.
    title: String,
    path: String,
    member: Option<String>,
    location: Option<String>,
    /// Nothing if it has no list.
    crates: Option<Vec<Crate>>,
}

/// Reads one side, and whether all of it could be read.
fn side(path: &Path, reading: &Reading, words: &Words) -> Result<(Vec<Entry>, bool), Failure> {
    let mut entries = Vec::new();
    let inputs = Inputs::one(path.to_owned(), reading.clone());
    let summary = scan(
        &inputs,
        words,
        |artifact| Ok(Entry::all(artifact, path)),
        |scanned| {
            if let Scanned::Artifact(_, of_artifact) = scanned {
                entries.extend(of_artifact);
            }
            Ok(())
        },
    )?;
    Ok((entries, summary.failures == 0))
}

impl Entry {
    /// One for each binary with a list of its own, or one if there is no list or always the same.
    fn all(artifact: &Artifact<'_>, named: &Path) -> Vec<Self> {
        let place = artifact.place;
        let below = place.file.strip_prefix(named).unwrap_or(&place.file).to_string_lossy();
        let member = place.member();
        let name = match &member {
            Some(member) => format!("{below}!{member}"),
            None => below.into_owned(),
        };
        let mut entries: Vec<Self> = Vec::new();
        for found in artifact.binaries.iter().filter(|found| found.error().is_none()) {
            let crates = (!found.graphs.is_empty()).then(|| Crate::all(&found.graphs));
            if entries.iter().all(|entry| entry.crates != crates) {
                entries.push(Self {
                    name: name.clone(),
                    title: found.title(place),
                    path: place.file.display().to_string(),
                    member: member.clone(),
                    location: found.binary.location.as_ref().map(ToString::to_string),
                    crates,
                });
            }
        }
        match &mut *entries {
            [only] => {
                only.title = place.to_string();
                only.location = None;
            }
            several => {
                for entry in several {
                    let location = entry.location.as_deref().unwrap_or_default();
                    let _ = write!(entry.name, " ({location})");
                }
            }
        }
        entries
    }
}

/// The files that differ, in the order of the old ones and then of those that are new.
fn compare<'a>(old: &'a [Entry], new: &'a [Entry]) -> Vec<Difference<'a>> {
    let names = |side: &'a [Entry]| side.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>();
    let mut partners = vec![None; old.len()];
    let mut is_new = vec![true; new.len()];
    for (old_index, new_index) in names::pairs(&names(old), &names(new)) {
        partners[old_index] = new.get(new_index);
        is_new[new_index] = false;
    }
    let pairs = old.iter().zip(partners).map(|(old, new)| (Some(old), new));
    let added = new.iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(new, _)| (None, Some(new)));
    pairs.chain(added).filter_map(|(old, new)| Difference::of(old, new)).collect()
}

/// A file that differs.
struct Difference<'a> {
    old: Option<&'a Entry>,
    new: Option<&'a Entry>,
    /// What changed in its list, if both have one.
    changes: Vec<Change<'a>>,
}

impl<'a> Difference<'a> {
    /// Nothing if there is no difference. What has no list on either side has none.
    fn of(old: Option<&'a Entry>, new: Option<&'a Entry>) -> Option<Self> {
        let lists = [old, new].map(|entry| entry.and_then(|entry| entry.crates.as_deref()));
        let changes = match lists {
            [None, None] => return None,
            [Some(old), Some(new)] => changes(old, new),
            _ => return Some(Self { old, new, changes: Vec::new() }),
        };
        (!changes.is_empty()).then_some(Self { old, new, changes })
    }

    /// What happened to the file, if it is more than changes of its list.
    fn of_file(&self) -> Option<&'static str> {
        let has_list = |entry: Option<&Entry>| entry.is_some_and(|entry| entry.crates.is_some());
        match (self.old, self.new) {
            (None, _) => Some("file-added"),
            (_, None) => Some("file-removed"),
            _ if !has_list(self.old) => Some("list-added"),
            _ if !has_list(self.new) => Some("list-removed"),
            _ => None,
        }
    }

    fn text(&self) -> String {
        let title = |entry: Option<&Entry>| entry.map_or_else(String::new, |entry| entry.title.clone());
        let count = |entry: Option<&Entry>| {
            let count = entry.and_then(|entry| entry.crates.as_deref()).map_or(0, <[Crate]>::len);
            format!("{count} {}", if count == 1 { "crate" } else { "crates" })
        };
        match self.of_file() {
            Some("file-added") => return format!("{}: new, {}\n", title(self.new), count(self.new)),
            Some("file-removed") => return format!("{}: removed, {}\n", title(self.old), count(self.old)),
            Some("list-added") => {
                return format!("{}: has a list now, {}\n", title(self.new), count(self.new));
            }
            Some(_) => return format!("{}: has no list any more\n", title(self.new)),
            None => {}
        }
        let number = |is: fn(&Change<'_>) -> bool| self.changes.iter().filter(|change| is(change)).count();
        let mut text = format!(
            "{} -> {}: {} added, {} removed, {} changed\n",
            title(self.old),
            title(self.new),
            number(|change| change.old.is_none()),
            number(|change| change.new.is_none()),
            number(|change| change.old.is_some() && change.new.is_some()),
        );
        for change in &self.changes {
            text.push_str(&line(change));
        }
        text
    }
}

/// A change as a line for people.
fn line(change: &Change<'_>) -> String {
    let source = |one: &Crate| match one.source.as_str() {
        "crates.io" => String::new(),
        other => format!(" ({})", printable(other)),
    };
    let whole = |one: &Crate| {
        let kind = if one.kind == Kind::Build { " [build]" } else { "" };
        format!("{} {}{}{kind}", printable(&one.name), one.version, source(one))
    };
    match (change.old, change.new) {
        (Some(old), Some(new)) => {
            let mut parts = Vec::new();
            if old.version != new.version {
                parts.push(format!("{} -> {}", old.version, new.version));
            } else {
                parts.push(old.version.to_string());
            }
            if old.source != new.source {
                parts.push(format!("{} -> {}", printable(&old.source), printable(&new.source)));
            }
            if old.kind != new.kind {
                parts.push(format!("{} -> {}", old.kind, new.kind));
            }
            format!("  ~ {} {}\n", printable(&old.name), parts.join(", "))
        }
        (Some(old), None) => format!("  - {}\n", whole(old)),
        (None, Some(new)) => format!("  + {}\n", whole(new)),
        (None, None) => String::new(),
    }
}

/// A change as JSON (`docs/json.md`). Every key is always there.
#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    /// `crate-added`, `crate-removed`, `crate-changed`, `file-added`, `file-removed`, `list-added` or `list-removed`.
    change: &'static str,
    old_path: Option<&'a str>,
    old_member: Option<&'a str>,
    old_location: Option<&'a str>,
    new_path: Option<&'a str>,
    new_member: Option<&'a str>,
    new_location: Option<&'a str>,
    /// Of the crate; nothing for changes of files.
    name: Option<&'a str>,
    old_version: Option<String>,
    new_version: Option<String>,
    old_source: Option<&'a str>,
    new_source: Option<&'a str>,
    old_kind: Option<&'static str>,
    new_kind: Option<&'static str>,
}

fn write(differences: &[Difference<'_>], layout: Layout, writer: Writer) -> Result<(), Failure> {
    let mut records = Records::new(layout, writer);
    for row in differences.iter().flat_map(rows) {
        records.write(&layout.object(&row)?)?;
    }
    records.finish()
}

fn rows<'a>(difference: &Difference<'a>) -> Vec<Row<'a>> {
    let (old, new) = (difference.old, difference.new);
    let row = |change, old_crate: Option<&'a Crate>, new_crate: Option<&'a Crate>| Row {
        schema: SCHEMA,
        change,
        old_path: old.map(|entry| entry.path.as_str()),
        old_member: old.and_then(|entry| entry.member.as_deref()),
        old_location: old.and_then(|entry| entry.location.as_deref()),
        new_path: new.map(|entry| entry.path.as_str()),
        new_member: new.and_then(|entry| entry.member.as_deref()),
        new_location: new.and_then(|entry| entry.location.as_deref()),
        name: old_crate.or(new_crate).map(|one| one.name.as_str()),
        old_version: old_crate.map(|one| one.version.to_string()),
        new_version: new_crate.map(|one| one.version.to_string()),
        old_source: old_crate.map(|one| one.source.as_str()),
        new_source: new_crate.map(|one| one.source.as_str()),
        old_kind: old_crate.map(|one| one.kind.as_str()),
        new_kind: new_crate.map(|one| one.kind.as_str()),
    };
    let of_file = difference.of_file().map(|change| row(change, None, None));
    let of_crates = difference.changes.iter().map(|change| {
        let word = match (change.old, change.new) {
            (None, _) => "crate-added",
            (_, None) => "crate-removed",
            _ => "crate-changed",
        };
        row(word, change.old, change.new)
    });
    of_file.into_iter().chain(of_crates).collect()
}

/// As that of `inspect`.
const SCHEMA: &str = "auditable.diff/1";
