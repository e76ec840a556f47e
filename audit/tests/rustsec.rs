//! Held against the `rustsec` crate, which the established tools are built on: the same advisories, each about the same
//! versions.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

use auditable_audit::{Advisory, AdvisoryKind, Collection, Ranges, rustsec as ours};
use semver::{Prerelease, Version};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The made-up database of this repository, and another one if the variable names it.
#[test]
fn all_advisories_are_about_the_same_versions_as_for_rustsec() {
    let made_up = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let whole = std::env::var_os("AUDITABLE_TEST_ADVISORIES").map(PathBuf::from);
    for folder in [Some(made_up), whole].into_iter().flatten() {
        let probes = compare(&folder);
        println!("{}: {probes} versions", folder.display());
    }
}

/// Compares two readings of a database, and returns how many versions were asked about.
fn compare(folder: &Path) -> usize {
    let theirs = rustsec::Database::open(folder).unwrap();
    let mut probes = 0;
    let mut count = 0;
    for (path, collection) in advisories(folder) {
        let text = fs::read_to_string(&path).unwrap();
        let ours = ours::parse(&text, collection).unwrap();
        let their_copy: rustsec::Advisory = text.parse().unwrap();
        assert_eq!(same_facts_of_theirs(&their_copy), same_facts(&ours), "{}", path.display());
        let [affected] = ours.affected.as_slice() else { panic!("{}", path.display()) };
        for version in probes_of(&affected.versions, &their_copy) {
            let expected = their_copy.versions.is_vulnerable(&version);
            assert_eq!(affected.versions.contains(&version), expected, "{} {version}", ours.id);
            probes += 1;
        }
        count += 1;
    }
    // Their database leaves nothing out that ours reads.
    assert_eq!(theirs.iter().count(), count);
    probes
}

fn advisories(folder: &Path) -> Vec<(PathBuf, Collection)> {
    let mut found = Vec::new();
    for (name, collection) in [("crates", Collection::Crates), ("rust", Collection::Rust)] {
        for package in fs::read_dir(folder.join(name)).unwrap() {
            for file in fs::read_dir(package.unwrap().path()).unwrap() {
                found.push((file.unwrap().path(), collection));
            }
        }
    }
    found.sort();
    found
}

type Facts = (String, String, Vec<String>, String, bool, Option<String>, AdvisoryKind, Vec<String>);

fn same_facts(ours: &Advisory) -> Facts {
    (
        ours.id.clone(),
        ours.affected[0].package.clone(),
        sorted(ours.aliases.clone()),
        ours.date.to_string(),
        ours.is_withdrawn,
        ours.score.as_ref().map(|score| format!("{:.1}", score.value())),
        ours.kind,
        sorted(ours.affected[0].functions.iter().map(|function| function.path.clone()).collect()),
    )
}

fn same_facts_of_theirs(theirs: &rustsec::Advisory) -> Facts {
    use rustsec::advisory::Informational;
    let metadata = &theirs.metadata;
    let kind = match metadata.informational {
        None => AdvisoryKind::Vulnerability,
        Some(Informational::Unsound) => AdvisoryKind::Unsound,
        Some(Informational::Unmaintained) => AdvisoryKind::Unmaintained,
        Some(_) => AdvisoryKind::Notice,
    };
    let functions = theirs.affected.as_ref().map(|affected| &affected.functions);
    (
        metadata.id.to_string(),
        metadata.package.to_string(),
        sorted(metadata.aliases.iter().map(ToString::to_string).collect()),
        metadata.date.to_string(),
        metadata.withdrawn.is_some(),
        metadata.cvss.as_ref().map(|cvss| format!("{:.1}", cvss.score())),
        kind,
        sorted(functions.into_iter().flatten().map(|(path, _)| path.to_string()).collect()),
    )
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// The versions at which something begins or ends, for them and for us, and those around them.
fn probes_of(ranges: &Ranges, theirs: &rustsec::Advisory) -> BTreeSet<Version> {
    let requirements = theirs.versions.patched().iter().chain(theirs.versions.unaffected());
    let written = requirements.flat_map(|requirement| &requirement.comparators).map(|comparator| Version {
        pre: comparator.pre.clone(),
        ..Version::new(comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0))
    });
    let mut probes = BTreeSet::from([Version::new(0, 0, 0), Version::new(999, 0, 0)]);
    for boundary in ranges.boundaries().cloned().chain(written) {
        let release = Version::new(boundary.major, boundary.minor, boundary.patch);
        for (major, minor, patch) in [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)] {
            probes.insert(Version::new(release.major + major, release.minor + minor, release.patch + patch));
        }
        for pre in ["0", "alpha", "alpha.1", "rc.1", "zzz"] {
            probes.insert(Version { pre: Prerelease::new(pre).unwrap(), ..release.clone() });
        }
        if let Some(patch) = release.patch.checked_sub(1) {
            probes.insert(Version { patch, ..release.clone() });
        }
        if let Some(minor) = release.minor.checked_sub(1) {
            probes.insert(Version { minor, patch: 99, ..release.clone() });
        }
        if let Some(major) = release.major.checked_sub(1) {
            probes.insert(Version { major, minor: 99, ..release.clone() });
        }
        probes
            .insert(Version { build: semver::BuildMetadata::new("with.build").unwrap(), ..release.clone() });
        probes.insert(boundary);
    }
    probes
}
