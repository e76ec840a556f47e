//! Whether a list and a lock file speak of the same packages.

use super::{LockFile, LockedPackage, LockedSource};
use auditable_graph::{Graph, Package, Source, Version};
use std::error::Error;
use std::fmt;

/// What a lock file says of a package of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched<'a> {
    /// This package of the lock file.
    One(&'a LockedPackage),
    /// One of several that the words of the list do not tell apart: the same name and version from two git
    /// repositories, or from two registries. Which of them is not known.
    OneOfSeveral,
}

impl<'a> Matched<'a> {
    /// The package of the lock file, if it is known which.
    pub fn package(self) -> Option<&'a LockedPackage> {
        match self {
            Self::One(package) => Some(package),
            Self::OneOfSeveral => None,
        }
    }
}

/// A list and a lock file that do not belong together: the binary was built from another lock file, or from another state
/// of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The packages of the list that the lock file has not, or has otherwise; at least one.
    pub differences: Vec<Difference>,
}

/// A package of the list that does not stand so in the lock file.
///
/// Displayed as what the list says and what the lock file has instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Name of the package.
    pub name: String,
    /// Its version in the list.
    pub version: Version,
    /// Its source in the list.
    pub source: Source,
    /// What the lock file has of this name, if anything.
    pub locked: Vec<(Version, LockedSource)>,
}

pub(super) fn matching<'a>(lock: &'a LockFile, graph: &Graph) -> Result<Vec<Matched<'a>>, Disagreement> {
    let mut matches = Vec::with_capacity(graph.packages().len());
    let mut differences = Vec::new();
    let is_from_git = graph.root().is_some_and(|root| root.source == Source::Git);
    for package in graph.packages() {
        // The lock file of what was published or installed from git has no source for it, nor for what lies beside it.
        let is_own = package.is_root || is_from_git && package.source == Source::Git;
        match of_package(lock, package, is_own) {
            Ok(matched) => matches.push(matched),
            Err(difference) => differences.push(difference),
        }
    }
    if differences.is_empty() { Ok(matches) } else { Err(Disagreement { differences }) }
}

/// `is_own`: whether it may stand in the lock file without a source.
fn of_package<'a>(lock: &'a LockFile, package: &Package, is_own: bool) -> Result<Matched<'a>, Difference> {
    let named = lock.named(&package.name);
    let mut candidates = named.iter().filter(|locked| locked.version == package.version);
    let mut agreeing = candidates.clone().filter(|locked| locked.source.agrees_with(&package.source));
    match (agreeing.next(), agreeing.next()) {
        (Some(only), None) => return Ok(Matched::One(only)),
        (Some(_), Some(_)) => return Ok(Matched::OneOfSeveral),
        (None, _) => {}
    }
    if let Some(own) = candidates.find(|locked| is_own && locked.source == LockedSource::Path) {
        return Ok(Matched::One(own));
    }
    Err(Difference {
        name: package.name.clone(),
        version: package.version.clone(),
        source: package.source.clone(),
        locked: named.iter().map(|locked| (locked.version.clone(), locked.source.clone())).collect(),
    })
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the list of the binary and the lock file do not agree: give the lock file of that build",
        )?;
        for difference in self.differences.iter().take(MAX_SHOWN) {
            write!(f, "\n  {difference}")?;
        }
        match self.differences.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl Error for Disagreement {}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, source, locked } = self;
        write!(f, "{name} {version} ({source}): ")?;
        if locked.is_empty() {
            return f.write_str("not in the lock file");
        }
        f.write_str("the lock file has ")?;
        for (index, (version, source)) in locked.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{version} from {source}")?;
        }
        Ok(())
    }
}

/// Most differences that are shown: a lock file of another project differs in nearly all.
const MAX_SHOWN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Format;

    const LOCK: &str = r#"
        [[package]]
        name = "app"
        version = "0.1.0"
        [[package]]
        name = "libc"
        version = "0.2.1"
        source = "registry+https://github.com/rust-lang/crates.io-index"
        [[package]]
        name = "libc"
        version = "0.2.2"
        source = "git+https://one.example/libc#0123456789abcdef0123456789abcdef01234567"
        [[package]]
        name = "libc"
        version = "0.2.2"
        source = "git+https://two.example/libc#0123456789abcdef0123456789abcdef01234567"
    "#;

    fn package(name: &str, version: &str, source: &str) -> Package {
        Package::new(name, Version::parse(version).unwrap(), Source::from(source))
    }

    fn matching(packages: Vec<Package>) -> Result<Vec<Option<String>>, String> {
        let lock = LockFile::parse(LOCK).unwrap();
        let graph = Graph::new(packages, Format::RECORDS).unwrap();
        let matches = lock.matching(&graph).map_err(|error| error.to_string())?;
        Ok(matches.into_iter().map(|matched| Some(matched.package()?.source.to_string())).collect())
    }

    #[test]
    fn a_package_is_found_by_name_version_and_kind_of_source() {
        let matches = matching(vec![package("app", "0.1.0", "local"), package("libc", "0.2.1", "crates.io")]);
        assert_eq!(matches.unwrap(), [Some("a path".to_owned()), Some("crates.io".to_owned())]);
    }

    #[test]
    fn which_of_two_repositories_is_not_known() {
        assert_eq!(matching(vec![package("libc", "0.2.2", "git")]).unwrap(), [None]);
    }

    #[test]
    fn the_root_of_a_published_package_has_no_source_in_its_own_lock_file() {
        let root = Package { is_root: true, ..package("app", "0.1.0", "crates.io") };
        assert_eq!(matching(vec![root]).unwrap(), [Some("a path".to_owned())]);
        assert!(matching(vec![package("app", "0.1.0", "crates.io")]).is_err());
    }

    #[test]
    fn packages_of_the_repository_that_was_installed_have_no_source_in_its_lock_file() {
        let program = || Package { is_root: true, ..package("program", "1.0.0", "git") };
        let lock = "[[package]]\nname = 'app'\nversion = '0.1.0'\n[[package]]\nname = 'program'\nversion = '1.0.0'\n";
        let lock = LockFile::parse(lock).unwrap();
        let graph = |packages| Graph::new(packages, Format::RECORDS).unwrap();
        assert!(lock.matching(&graph(vec![package("app", "0.1.0", "git"), program()])).is_ok());
        assert!(lock.matching(&graph(vec![package("app", "0.1.0", "crates.io"), program()])).is_err());
        assert!(lock.matching(&graph(vec![package("app", "0.1.0", "git")])).is_err());
    }

    #[test]
    fn a_disagreement_shows_what_differs() {
        let packages = vec![
            package("app", "0.2.0", "local"),
            package("libc", "0.2.1", "git"),
            package("other", "1.0.0", "crates.io"),
        ];
        assert_eq!(
            matching(packages).unwrap_err(),
            "the list of the binary and the lock file do not agree: give the lock file of that build\n  \
             app 0.2.0 (local): the lock file has 0.1.0 from a path\n  \
             libc 0.2.1 (git): the lock file has 0.2.1 from crates.io, \
             0.2.2 from git https://one.example/libc at 0123456789abcdef0123456789abcdef01234567, \
             0.2.2 from git https://two.example/libc at 0123456789abcdef0123456789abcdef01234567\n  \
             other 1.0.0 (crates.io): not in the lock file"
        );
        let many = (0..25).map(|number| package(&format!("x{number}"), "1.0.0", "git")).collect();
        assert!(matching(many).unwrap_err().ends_with("\n  and 5 more"));
    }
}
