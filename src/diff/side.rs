//! What there is on one side.

use crate::diff::change::Crate;
use crate::scan::{Artifact, Inputs, Place, Reading, Scanned, scan};
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
    pub(super) content: Content,
}

/// What is known of a binary.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Crates(Vec<Crate>),
    NoList,
    /// It could not be read, or not all of it; then nothing is known of what is in it either.
    Unreadable,
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
            match scanned {
                Scanned::Artifact(_, of_artifact) => entries.extend(of_artifact),
                Scanned::Unreadable(place, _) => entries.push(Entry::unreadable(&place, path)),
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
        if artifact.binaries.iter().any(|found| found.error().is_some()) {
            return vec![Self::unreadable(place, named)];
        }
        let mut entries: Vec<Self> = Vec::new();
        for found in &artifact.binaries {
            let content = match &*found.graphs {
                [] => Content::NoList,
                graphs => Content::Crates(Crate::all(graphs)),
            };
            if entries.iter().all(|entry| entry.content != content) {
                entries.push(Self {
                    title: found.title(place),
                    location: found.binary.location.as_ref().map(ToString::to_string),
                    content,
                    ..Self::unreadable(place, named)
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

    fn unreadable(place: &Place, named: &Path) -> Self {
        let below = place.file.strip_prefix(named).unwrap_or(&place.file).to_string_lossy();
        let member = place.member();
        Self {
            name: match &member {
                Some(member) => format!("{below}!{member}"),
                None => below.into_owned(),
            },
            title: place.to_string(),
            path: place.file.display().to_string(),
            member,
            location: None,
            content: Content::Unreadable,
        }
    }

    /// The crates, if there is a list.
    pub(super) fn crates(&self) -> Option<&[Crate]> {
        match &self.content {
            Content::Crates(crates) => Some(crates),
            Content::NoList | Content::Unreadable => None,
        }
    }
}
