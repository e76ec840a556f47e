//! What there is on one side.

use crate::diff::change::Crate;
use crate::scan::{Artifact, Inputs, Reading, Scanned, scan};
use crate::words::{Failure, Words};
use std::fmt::Write as _;
use std::path::Path;

/// A binary of one side.
pub(super) struct Entry {
    /// Path below what was named, by which it finds its match; empty for a file that was named itself.
    pub(super) name: String,
    /// As it is shown to people.
    pub(super) title: String,
    pub(super) path: String,
    pub(super) member: Option<String>,
    pub(super) location: Option<String>,
    /// Nothing if it has no list.
    pub(super) crates: Option<Vec<Crate>>,
}

/// Reads one side, and says whether all of it could be read.
///
/// Names, versions, kinds and sources are kept in memory until both sides are known.
pub(super) fn read(path: &Path, reading: &Reading, words: &Words) -> Result<(Vec<Entry>, bool), Failure> {
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
