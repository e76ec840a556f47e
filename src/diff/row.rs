//! Differences, as JSON (`docs/json.md`).

use crate::diff::change::{Change, Crate};
use crate::diff::difference::{Difference, What};
use serde::Serialize;

/// A change. Every key is always there.
#[derive(Serialize)]
pub(super) struct Row<'a> {
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

/// The rows of a file that differs: one, or one for each crate.
pub(super) fn rows<'a>(difference: &Difference<'a>) -> Vec<Row<'a>> {
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
    let changes = match &difference.what {
        What::FileAdded => return vec![row("file-added", None, None)],
        What::FileRemoved => return vec![row("file-removed", None, None)],
        What::ListAdded => return vec![row("list-added", None, None)],
        What::ListRemoved => return vec![row("list-removed", None, None)],
        What::Crates(changes) => changes,
    };
    let of_crate = |change: &Change<'a>| {
        let word = match (change.old, change.new) {
            (None, _) => "crate-added",
            (_, None) => "crate-removed",
            _ => "crate-changed",
        };
        row(word, change.old, change.new)
    };
    changes.iter().map(of_crate).collect()
}

/// As that of `inspect`.
const SCHEMA: &str = "auditable.diff/1";
