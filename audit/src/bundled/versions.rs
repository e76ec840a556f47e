//! Which version of a C library lies in which version of a crate, where the crate's version does not say so.

use auditable_graph::Version;

/// The version of the library in a version of a crate. `None` for versions that nobody has looked into, newer ones
/// first of all, and for those with a state of the library between two releases.
pub(super) fn version(package: &str, version: &Version) -> Option<&'static str> {
    let wanted = version.to_string();
    rows()
        .find(|row| row.package == package && row.versions().any(|one| one == wanted))
        .map(|row| row.library)
}

/// A line of the table.
struct Row {
    package: &'static str,
    /// The version of the library.
    library: &'static str,
    versions: &'static str,
}

impl Row {
    /// Versions of the crate.
    fn versions(&self) -> impl Iterator<Item = &'static str> {
        self.versions.split(' ')
    }
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let (package, library) = (cells.next()?, cells.next()?);
        // The third is the header that says so.
        Some(Row { package, library, versions: cells.nth(1)? })
    })
}

/// The versions stand in headers that the crates carry; `tests/audit/bundled.py` reads them again.
const TABLE: &str = include_str!("versions.tsv");

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(package: &str, text: &str) -> Option<&'static str> {
        version(package, &Version::parse(text).unwrap())
    }

    #[test]
    fn what_was_looked_into_is_known_and_nothing_else() {
        assert_eq!(of("libz-sys", "1.1.9"), Some("1.2.13"));
        // It went back.
        assert_eq!(of("libz-sys", "1.1.10"), Some("1.2.11"));
        assert_eq!(of("libz-sys", "99.0.0"), None);
        assert_eq!(of("libz-sys", "1.1.9-rc.1"), None);
        assert_eq!(of("zlib", "1.1.9"), None);
    }

    #[test]
    fn a_version_of_a_crate_stands_there_once() {
        let mut seen = BTreeSet::new();
        for row in rows() {
            for version in row.versions() {
                assert!(Version::parse(version).is_ok(), "{version:?}");
                assert!(seen.insert((row.package, version)), "{} {version}", row.package);
            }
            assert!(row.library.starts_with(|first: char| first.is_ascii_digit()), "{}", row.library);
        }
        assert_eq!(rows().count(), TABLE.lines().count());
    }
}
