//! Where the source of a function lay.

use super::matcher::library;
use crate::recover::{crate_of_file, is_file_of_std};
use auditable_graph::{Graph, Kind, Version};
use std::collections::HashSet;

/// Where the source of a function lay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The standard library, or a crate that is a part of it.
    Std,
    /// The folder of a crate, by the usual name of its library.
    Package { library: String, version: Version },
    /// A folder of vendored crates, which may have the name of the crate.
    Vendored { library: String },
    /// It is not known, or tells nothing.
    Unknown,
}

/// The packages that a file may be of: those in the list of the binary, and those that are asked about.
#[derive(Debug, Default)]
pub(super) struct Packages {
    known: HashSet<(String, Version)>,
}

impl Packages {
    pub(super) fn new<'q>(graphs: &'q [Graph], asked: impl Iterator<Item = (&'q str, &'q Version)>) -> Self {
        let listed = graphs.iter().flat_map(Graph::packages).filter(|package| package.kind == Kind::Runtime);
        let listed = listed.map(|package| (package.name.as_str(), &package.version));
        let known = listed.chain(asked).map(|(name, version)| (library(name), version.clone())).collect();
        Self { known }
    }

    /// Where a source file lay. Paths that were remapped still have the folder of the package as a rule.
    pub(super) fn origin(&self, path: &str) -> Origin {
        if is_file_of_std(path) {
            return Origin::Std;
        }
        match crate_of_file(path) {
            Some((name, Some(version))) => Origin::Package { library: library(&name), version },
            Some((name, None)) => Origin::Vendored { library: library(&name) },
            None => self.folder(path).unwrap_or(Origin::Unknown),
        }
    }

    /// The innermost folder that has name and version of a package, as `cargo` with `trim-paths`, `rules_rust` and
    /// others leave it: `md-5-0.10.1/src/lib.rs`, `external/crates__md-5-0.10.1/src/lib.rs`.
    fn folder(&self, path: &str) -> Option<Origin> {
        let mut folders = path.rsplit(['/', '\\']);
        let _file = folders.next();
        folders.find_map(|folder| {
            let folder = folder.rsplit_once("__").map_or(folder, |(_, folder)| folder);
            let dot = folder.find('.')?;
            let (name, version) = folder.split_at_checked(folder.get(..dot)?.rfind('-')?)?;
            let package = (library(name), Version::parse(version.strip_prefix('-')?).ok()?);
            let (library, version) = self.known.get(&package).cloned()?;
            Some(Origin::Package { library, version })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_with_name_and_version_are_known_wherever_they_are() {
        let version = Version::new(0, 10, 1);
        let packages = Packages::new(&[], [("md-5", &version)].into_iter());
        let md5 = Origin::Package { library: "md_5".to_owned(), version: version.clone() };
        for (path, expected) in [
            ("md-5-0.10.1/src/lib.rs", md5.clone()),
            ("/build/app-1.0.0/external/crates__md-5-0.10.1/src/lib.rs", md5.clone()),
            (r"C:\x\md-5-0.10.1\src\lib.rs", md5.clone()),
            ("/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/md-5-0.10.1/src/lib.rs", md5),
            ("md-5-0.10.2/src/lib.rs", Origin::Unknown),
            ("app-1.0.0/src/lib.rs", Origin::Unknown),
            ("src/md-5-0.10.1", Origin::Unknown),
            ("/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/lib.rs", Origin::Std),
        ] {
            assert_eq!(packages.origin(path), expected, "{path}");
        }
    }
}
