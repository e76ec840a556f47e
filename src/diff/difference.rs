//! Which files differ, and how.

use crate::diff::change::{Change, changes};
use crate::diff::names;
use crate::diff::side::{Content, Entry};
use std::collections::HashSet;

/// The files that differ, in the order of the old ones and then of those that are new.
pub(super) fn compare<'a>(old: &'a [Entry], new: &'a [Entry]) -> Vec<Difference<'a>> {
    let names = |side: &'a [Entry]| side.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>();
    let mut partners = vec![None; old.len()];
    let mut is_new = vec![true; new.len()];
    for (old_index, new_index) in names::pairs(&names(old), &names(new)) {
        partners[old_index] = new.get(new_index);
        is_new[new_index] = false;
    }
    let pairs = old.iter().zip(partners).map(|(old, new)| (Some(old), new));
    let added = new.iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(new, _)| (None, Some(new)));
    // What may be in something that could not be read is not known to be gone or new. The user was told of it.
    let (old_unreadable, new_unreadable) = (unreadable(old), unreadable(new));
    let is_known = |&(old, new): &(Option<&'a Entry>, Option<&'a Entry>)| match (old, new) {
        (Some(old), None) => !is_in(&new_unreadable, &old.name),
        (None, Some(new)) => !is_in(&old_unreadable, &new.name),
        _ => [old, new].iter().flatten().all(|entry| entry.content != Content::Unreadable),
    };
    pairs.chain(added).filter(is_known).filter_map(|(old, new)| Difference::of(old, new)).collect()
}

/// The names of what could not be read.
fn unreadable(side: &[Entry]) -> HashSet<&str> {
    side.iter().filter(|entry| entry.content == Content::Unreadable).map(|entry| &*entry.name).collect()
}

/// Whether one of the names is this one, or that of an archive or folder around it.
fn is_in(outer: &HashSet<&str>, name: &str) -> bool {
    let around = name.match_indices(['!', '/', '\\']).filter_map(|(end, _)| name.get(..end));
    around.chain(["", name]).any(|around| outer.contains(around))
}

/// A file that differs.
pub(super) struct Difference<'a> {
    pub(super) old: Option<&'a Entry>,
    pub(super) new: Option<&'a Entry>,
    pub(super) what: What<'a>,
}

/// What is different about it.
pub(super) enum What<'a> {
    /// It is there now, with a list.
    FileAdded,
    /// It had a list, and is gone.
    FileRemoved,
    /// It has a list now.
    ListAdded,
    /// It has no list any more.
    ListRemoved,
    /// Its list is another; at least one change.
    Crates(Vec<Change<'a>>),
}

impl<'a> Difference<'a> {
    /// Nothing if there is no difference. What has no list on either side has none.
    fn of(old: Option<&'a Entry>, new: Option<&'a Entry>) -> Option<Self> {
        let what = match (old.and_then(Entry::crates), new.and_then(Entry::crates)) {
            (None, None) => return None,
            (Some(old), Some(new)) => {
                let changes = changes(old, new);
                if changes.is_empty() {
                    return None;
                }
                What::Crates(changes)
            }
            (None, Some(_)) if old.is_none() => What::FileAdded,
            (None, Some(_)) => What::ListAdded,
            (Some(_), None) if new.is_none() => What::FileRemoved,
            (Some(_), None) => What::ListRemoved,
        };
        Some(Self { old, new, what })
    }
}
