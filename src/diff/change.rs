//! What changed between two lists.

use auditable_graph::{Graph, Kind, Version};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A crate of one side. Which crates need it is left out: a diff is of what is inside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) source: String,
    pub(super) kind: Kind,
}

impl Crate {
    /// The crates of the lists of a binary, sorted and without repeats.
    pub(super) fn all(graphs: &[Graph]) -> Vec<Self> {
        let mut crates: Vec<Self> = graphs
            .iter()
            .flat_map(Graph::packages)
            .map(|package| Self {
                name: package.name.clone(),
                version: package.version.clone(),
                source: package.source.to_string(),
                kind: package.kind,
            })
            .collect();
        crates.sort_unstable();
        crates.dedup();
        crates
    }
}

/// A crate that is not the same on both sides; it is missing on one of them if it was added or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change<'a> {
    pub(super) old: Option<&'a Crate>,
    pub(super) new: Option<&'a Crate>,
}

/// What changed, in the order of names. Of a crate that is there in several versions, those that stayed are no change;
/// the others are changes of one into the other in the order of versions.
pub(super) fn changes<'a>(old: &'a [Crate], new: &'a [Crate]) -> Vec<Change<'a>> {
    let mut names: BTreeMap<&str, (Vec<&Crate>, Vec<&Crate>)> = BTreeMap::new();
    for one in old {
        names.entry(&one.name).or_default().0.push(one);
    }
    for one in new {
        names.entry(&one.name).or_default().1.push(one);
    }
    let mut changes = Vec::new();
    for (mut olds, mut news) in names.into_values() {
        pair_off(&mut olds, &mut news, Crate::cmp);
        for (old, new) in pair_off(&mut olds, &mut news, |old, new| old.version.cmp(&new.version)) {
            changes.push(Change { old: Some(old), new: Some(new) });
        }
        for (old, new) in pair_off(&mut olds, &mut news, |_, _| Ordering::Equal) {
            changes.push(Change { old: Some(old), new: Some(new) });
        }
        changes.extend(olds.into_iter().map(|old| Change { old: Some(old), new: None }));
        changes.extend(news.into_iter().map(|new| Change { old: None, new: Some(new) }));
    }
    changes
}

/// Takes out of both sides what is equal, first come first. Both are sorted by that order; it takes as many steps as
/// they have crates, for a list may have 65,536 of one name.
fn pair_off<'a>(
    olds: &mut Vec<&'a Crate>,
    news: &mut Vec<&'a Crate>,
    order: impl Fn(&Crate, &Crate) -> Ordering,
) -> Vec<(&'a Crate, &'a Crate)> {
    let mut pairs = Vec::new();
    let mut news_left = Vec::new();
    let mut unmatched = std::mem::take(news).into_iter().peekable();
    olds.retain(|&old| {
        while let Some(new) = unmatched.next_if(|new| order(old, new) == Ordering::Greater) {
            news_left.push(new);
        }
        match unmatched.next_if(|new| order(old, new) == Ordering::Equal) {
            Some(new) => {
                pairs.push((old, new));
                false
            }
            None => true,
        }
    });
    news_left.extend(unmatched);
    *news = news_left;
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crates(list: &str) -> Vec<Crate> {
        let one = |text: &str| {
            let parts: Vec<&str> = text.split(' ').collect();
            Crate {
                name: parts[0].to_owned(),
                version: parts[1].parse().unwrap(),
                source: parts.get(2).map_or("crates.io", |source| source).to_owned(),
                kind: if parts.len() > 3 { Kind::Build } else { Kind::Runtime },
            }
        };
        let mut crates: Vec<Crate> = list.split(", ").filter(|text| !text.is_empty()).map(one).collect();
        crates.sort();
        crates
    }

    fn shown(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (crates(old), crates(new));
        let one = |one: Option<&Crate>| match one {
            Some(one) => format!("{} {} {} {}", one.name, one.version, one.source, one.kind),
            None => "-".to_owned(),
        };
        changes(&old, &new)
            .iter()
            .map(|change| format!("{} => {}", one(change.old), one(change.new)))
            .collect()
    }

    #[test]
    fn added_removed_and_changed() {
        assert_eq!(
            shown("a 1.0.0, b 1.0.0, c 1.0.0", "a 1.0.1, c 1.0.0, d 1.0.0"),
            [
                "a 1.0.0 crates.io runtime => a 1.0.1 crates.io runtime",
                "b 1.0.0 crates.io runtime => -",
                "- => d 1.0.0 crates.io runtime"
            ]
        );
    }

    #[test]
    fn source_and_kind_change_too() {
        assert_eq!(
            shown("a 1.0.0, b 1.0.0", "a 1.0.0 git, b 1.0.0 crates.io build"),
            [
                "a 1.0.0 crates.io runtime => a 1.0.0 git runtime",
                "b 1.0.0 crates.io runtime => b 1.0.0 crates.io build"
            ]
        );
    }

    #[test]
    fn of_several_versions_those_that_stay_are_no_change() {
        assert_eq!(
            shown("a 1.0.0, a 2.0.0, a 3.0.0", "a 2.0.0, a 3.1.0"),
            ["a 1.0.0 crates.io runtime => a 3.1.0 crates.io runtime", "a 3.0.0 crates.io runtime => -"]
        );
        assert!(shown("a 1.0.0", "a 1.0.0").is_empty());
        assert_eq!(
            shown(
                "a 1.0.0 git, a 1.0.0 local, a 3.0.0, b 1.0.0",
                "a 0.5.0, a 1.0.0 local, a 1.0.0 other, a 2.0.0"
            ),
            [
                "a 1.0.0 git runtime => a 1.0.0 other runtime",
                "a 3.0.0 crates.io runtime => a 0.5.0 crates.io runtime",
                "- => a 2.0.0 crates.io runtime",
                "b 1.0.0 crates.io runtime => -"
            ]
        );
    }
}
