//! Differences, for people.

use crate::diff::change::{Change, Crate};
use crate::diff::difference::{Difference, What};
use crate::diff::side::Entry;
use crate::words::printable;
use auditable_graph::{Kind, Source};

/// A file that differs: a line, and one for each change of a list.
pub(super) fn paragraph(difference: &Difference<'_>) -> String {
    let title = |entry: Option<&Entry>| entry.map_or_else(String::new, |entry| entry.title.clone());
    let count = |entry: Option<&Entry>| {
        let count = entry.and_then(Entry::crates).map_or(0, <[Crate]>::len);
        format!("{count} {}", if count == 1 { "crate" } else { "crates" })
    };
    let (old, new) = (difference.old, difference.new);
    let changes = match &difference.what {
        What::FileAdded => return format!("{}: new, {}\n", title(new), count(new)),
        What::FileRemoved => return format!("{}: removed, {}\n", title(old), count(old)),
        What::ListAdded => return format!("{}: has a list now, {}\n", title(new), count(new)),
        What::ListRemoved => return format!("{}: has no list any more\n", title(new)),
        What::Crates(changes) => changes,
    };
    let number = |is: fn(&Change<'_>) -> bool| changes.iter().filter(|change| is(change)).count();
    let mut text = format!(
        "{} -> {}: {} added, {} removed, {} changed\n",
        title(old),
        title(new),
        number(|change| change.old.is_none()),
        number(|change| change.new.is_none()),
        number(|change| change.old.is_some() && change.new.is_some()),
    );
    text.extend(changes.iter().map(line));
    text
}

/// A change as a line for people.
fn line(change: &Change<'_>) -> String {
    let source = |one: &Crate| match one.source.as_str() {
        known if known == Source::CratesIo.as_str() => String::new(),
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
