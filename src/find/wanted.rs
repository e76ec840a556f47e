//! What is looked for: a crate, at all versions or at some.

use auditable_graph::Version;
use semver::{Comparator, Op, Prerelease, VersionReq};
use std::cmp::Ordering;
use std::str::FromStr;

/// A crate that is looked for, as `CRATE[@REQ]`.
#[derive(Clone)]
pub(crate) struct Wanted {
    name: String,
    versions: Option<VersionReq>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, versions) = match text.split_once('@') {
            Some((name, versions)) => (name, Some(versions)),
            None => (text, None),
        };
        if name.is_empty() {
            return Err("the name of a crate comes first, as in serde or serde@1.0".to_owned());
        }
        let versions = versions.map(VersionReq::parse).transpose().map_err(|error| {
            format!(
                "what follows @ is a requirement as in Cargo.toml, such as 1.2, =1.2.3 or <0.10.55: {error}"
            )
        })?;
        Ok(Self { name: name.to_owned(), versions })
    }
}

impl Wanted {
    /// Whether a crate is meant. Crates.io takes `-` and `_` for the same, and so does this.
    ///
    /// A version that is not known could be any.
    pub(crate) fn is(&self, name: &str, version: Option<&Version>) -> bool {
        let plain = |byte: u8| if byte == b'_' { b'-' } else { byte };
        let is_name = name.bytes().map(plain).eq(self.name.bytes().map(plain));
        is_name
            && match (&self.versions, version) {
                (Some(versions), Some(version)) => {
                    versions.comparators.iter().all(|comparator| holds(comparator, version))
                }
                _ => true,
            }
    }
}

/// Whether a version lies in the range of a comparator, by the order of versions.
///
/// `VersionReq::matches` leaves out pre-releases that the requirement does not name, which suits the choice of a
/// dependency. Here it would hide them: 0.10.55-rc.1 comes before 0.10.55.
fn holds(comparator: &Comparator, version: &Version) -> bool {
    let &Comparator { op, major, minor, patch, .. } = comparator;
    let start = Version {
        pre: comparator.pre.clone(),
        ..Version::new(major, minor.unwrap_or_default(), patch.unwrap_or_default())
    };
    // The first version, pre-releases included, that the written numbers do not begin.
    let end = match (minor, patch) {
        (None, _) => before(major.saturating_add(1), 0, 0),
        (Some(minor), None) => before(major, minor.saturating_add(1), 0),
        (Some(minor), Some(patch)) => before(major, minor, patch.saturating_add(1)),
    };
    let is_full = patch.is_some();
    let is_from = |start: &Version| version.cmp_precedence(start) != Ordering::Less;
    let is_before = |end: &Version| version.cmp_precedence(end) == Ordering::Less;
    let is_start = version.cmp_precedence(&start) == Ordering::Equal;
    match op {
        Op::Exact | Op::Wildcard if is_full => is_start,
        Op::Exact | Op::Wildcard => is_from(&start) && is_before(&end),
        Op::Greater if is_full => is_from(&start) && !is_start,
        Op::Greater => is_from(&end),
        Op::GreaterEq => is_from(&start),
        Op::Less => is_before(&start),
        Op::LessEq if is_full => is_before(&start) || is_start,
        Op::LessEq => is_before(&end),
        Op::Tilde => {
            let end = match minor {
                Some(minor) => before(major, minor.saturating_add(1), 0),
                None => before(major.saturating_add(1), 0, 0),
            };
            is_from(&start) && is_before(&end)
        }
        // Caret: up to the next number that is not zero.
        _ => {
            let end = match (major, minor, patch) {
                (0, Some(0), Some(patch)) => before(0, 0, patch.saturating_add(1)),
                (0, Some(minor), patch) if minor > 0 || patch.is_none() => {
                    before(0, minor.saturating_add(1), 0)
                }
                _ => before(major.saturating_add(1), 0, 0),
            };
            is_from(&start) && is_before(&end)
        }
    }
}

/// The end of what comes before a version and all of its pre-releases.
fn before(major: u64, minor: u64, patch: u64) -> Version {
    // The lowest pre-release there is (semver.org, 11.4).
    let pre = Prerelease::new("0").unwrap_or_default();
    Version { pre, ..Version::new(major, minor, patch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(wanted: &str, name: &str, version: &str) -> bool {
        wanted.parse::<Wanted>().unwrap().is(name, Some(&version.parse().unwrap()))
    }

    #[test]
    fn names_are_whole_and_dashes_are_underscores() {
        assert!(is("serde_json", "serde-json", "1.0.0") && is("a-b_c", "a_b-c", "1.0.0"));
        assert!(!is("serde", "serde_json", "1.0.0") && !is("serde_json", "serde", "1.0.0"));
    }

    #[test]
    fn a_version_that_is_not_known_may_be_meant() {
        assert!("a@=1.0.0".parse::<Wanted>().unwrap().is("a", None));
    }

    #[test]
    fn ranges_are_those_of_requirements() {
        // Without pre-releases, the semver crate is the judge.
        let versions = [
            "0.0.0", "0.0.3", "0.0.4", "0.1.0", "0.1.9", "0.2.0", "1.0.0", "1.2.3", "1.2.4", "1.3.0", "2.0.0",
        ];
        let requirements = [
            "*",
            "0",
            "0.0",
            "0.0.3",
            "^0.1",
            "0.1.0",
            "1",
            "1.2",
            "1.2.3",
            "~1",
            "~1.2",
            "~1.2.3",
            "=1",
            "=1.2",
            "=1.2.3",
            ">1",
            ">1.2",
            ">1.2.3",
            ">=1.2",
            "<1.2",
            "<1.2.3",
            "<=1",
            "<=1.2",
            "<=1.2.3",
            "1.*",
            "1.2.*",
            ">=0.1, <1.2.4",
        ];
        for requirement in requirements {
            let judge = VersionReq::parse(requirement).unwrap();
            for version in versions {
                let expected = judge.matches(&version.parse().unwrap());
                assert_eq!(
                    is(&format!("a@{requirement}"), "a", version),
                    expected,
                    "{requirement} {version}"
                );
            }
        }
    }

    #[test]
    fn pre_releases_lie_where_their_order_puts_them() {
        for (wanted, version, expected) in [
            ("a@<0.10.55", "0.10.55-rc.1", true),
            ("a@<0.10.55", "0.10.54-rc.1", true),
            ("a@1", "1.5.0-beta", true),
            ("a@1", "2.0.0-beta", false),
            ("a@1", "1.0.0-beta", false),
            ("a@=1.0.0-beta", "1.0.0-beta", true),
            ("a@=1.0.0", "1.0.0-beta", false),
            ("a@=1.0.0", "1.0.0+build", true),
            ("a@<=1.2", "1.2.9-x", true),
            ("a@>1.2", "1.3.0", true),
        ] {
            assert_eq!(is(wanted, "a", version), expected, "{wanted} {version}");
        }
    }

    #[test]
    fn what_is_no_requirement_is_told() {
        assert!("@1".parse::<Wanted>().is_err());
        let error = "a@latest".parse::<Wanted>().err().unwrap();
        assert!(error.contains("Cargo.toml"), "{error}");
    }
}
