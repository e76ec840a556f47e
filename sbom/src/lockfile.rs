//! `Cargo.lock`: where each package came from, and its checksum.
//!
//! All versions of the format are read (1 to 4; cargo's `src/cargo/core/resolver/encode.rs` describes them). A lock file
//! holds more packages than any one binary has: all targets, all features, tests. It can therefore not say what is
//! in a binary, but what the packages of its list are: the list names the kind of a source, the lock file its address.

mod agreement;
mod source;

pub use agreement::{Difference, Disagreement, Matched};
pub use source::LockedSource;

use crate::{Origin, PackageFacts};
use auditable_graph::{Graph, Version};
use serde::Deserialize;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;

/// The packages of a `Cargo.lock`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockFile {
    /// Sorted by name, version and source.
    packages: Vec<LockedPackage>,
}

/// One package of a `Cargo.lock`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct LockedPackage {
    /// Name of the package.
    pub name: String,
    /// Version of the package.
    pub version: Version,
    /// Where it comes from.
    pub source: LockedSource,
    /// SHA-256 of its `.crate` file; `None` for what comes from git or a path.
    pub sha256: Option<[u8; 32]>,
}

impl LockFile {
    /// Reads the text of a `Cargo.lock`.
    ///
    /// # Errors
    ///
    /// [`LockFileError`] if it is not TOML of that form, is of a version that is not known, or has a checksum that is
    /// none.
    pub fn parse(text: &str) -> Result<Self, LockFileError> {
        let file: File = toml::from_str(text).map_err(|error| LockFileError::Toml(Box::new(error)))?;
        if file.version.is_some_and(|version| version > NEWEST_VERSION) {
            return Err(LockFileError::UnknownVersion(file.version.unwrap_or_default()));
        }
        let mut packages = Vec::with_capacity(file.package.len());
        for package in file.root.into_iter().chain(file.package) {
            packages.push(package.resolved(&file.metadata)?);
        }
        packages.sort_unstable();
        packages.dedup();
        Ok(Self { packages })
    }

    /// All packages, sorted by name, version and source.
    pub fn packages(&self) -> &[LockedPackage] {
        &self.packages
    }

    /// The packages of a name.
    pub fn named(&self, name: &str) -> &[LockedPackage] {
        let start = self.packages.partition_point(|package| package.name.as_str() < name);
        let rest = self.packages.get(start..).unwrap_or_default();
        let count = rest.partition_point(|package| package.name == name);
        rest.get(..count).unwrap_or_default()
    }

    /// What the lock file says of each package of a list, after checking that every one of them stands in it with
    /// the same name, version and kind of source.
    ///
    /// The root may stand in the lock file without a source whatever its list says: that is how the lock file of
    /// a published package names the package itself. So may all packages from git if the root is from git: the lock file
    /// of a repository names its own packages so.
    ///
    /// # Errors
    ///
    /// [`Disagreement`] with all packages of the list that the lock file does not have so.
    pub fn matching(&self, graph: &Graph) -> Result<Vec<Matched<'_>>, Disagreement> {
        agreement::matching(self, graph)
    }
}

impl LockedPackage {
    /// What the lock file says about a package of a list that is this one.
    pub fn facts(&self) -> PackageFacts {
        let origin = match &self.source {
            LockedSource::Git { url, revision } => {
                Some(Origin::Git { repository: url.clone(), revision: revision.clone() })
            }
            LockedSource::Registry { url, .. } => Some(Origin::Registry { index: url.clone() }),
            LockedSource::Path | LockedSource::CratesIo | LockedSource::Other { .. } => None,
        };
        PackageFacts { crate_sha256: self.sha256, origin, ..PackageFacts::default() }
    }
}

/// Why a text is no `Cargo.lock` that can be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockFileError {
    /// It is not TOML, or has not the tables of a lock file.
    Toml(Box<dyn Error + Send + Sync>),
    /// It is of a version later than 4.
    UnknownVersion(u32),
    /// A checksum that is no SHA-256.
    Checksum {
        /// Name and version of the package.
        package: String,
        /// What stands there.
        checksum: String,
    },
}

impl fmt::Display for LockFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(_) => f.write_str("not a Cargo.lock"),
            Self::UnknownVersion(version) => write!(
                f,
                "Cargo.lock of version {version}, and versions 1 to {NEWEST_VERSION} are known: update this program"
            ),
            Self::Checksum { package, checksum } => {
                write!(f, "the checksum {checksum:?} of {package} in Cargo.lock is no SHA-256")
            }
        }
    }
}

impl Error for LockFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Toml(error) => Some(&**error),
            Self::UnknownVersion(_) | Self::Checksum { .. } => None,
        }
    }
}

#[derive(Deserialize)]
struct File {
    version: Option<u32>,
    /// The root package, in lock files of before 2017.
    root: Option<Package>,
    #[serde(default)]
    package: Vec<Package>,
    /// In version 1 the checksums stand here: `"checksum NAME VERSION (SOURCE)" = "SHA-256"`.
    #[serde(default)]
    metadata: HashMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Version,
    source: Option<String>,
    checksum: Option<String>,
}

impl Package {
    fn resolved(self, metadata: &HashMap<String, toml::Value>) -> Result<LockedPackage, LockFileError> {
        let Self { name, version, source, checksum } = self;
        let checksum = checksum.or_else(|| {
            let key = format!("checksum {name} {version} ({})", source.as_deref()?);
            Some(metadata.get(&key)?.as_str()?.to_owned())
        });
        let sha256 = match checksum.filter(|text| !NO_CHECKSUM.contains(&text.as_str())) {
            None => None,
            Some(text) => match sha256_of_hex(&text) {
                Some(sha256) => Some(sha256),
                None => {
                    let package = format!("{name} {version}");
                    return Err(LockFileError::Checksum { package, checksum: text });
                }
            },
        };
        Ok(LockedPackage { name, version, source: LockedSource::of_id(source.as_deref()), sha256 })
    }
}

/// Reads 64 hexadecimal digits.
fn sha256_of_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut sha256 = [0u8; 32];
    for (byte, pair) in sha256.iter_mut().zip(digits.chunks_exact(2)) {
        if !pair.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(sha256)
}

/// What stands in place of a checksum: in version 1 for a registry without any, such as a folder; and in the registry of
/// Debian's packages, from which cargo copies it.
const NO_CHECKSUM: &[&str] = &["<none>", "Could not get crate checksum"];

/// The newest version of the format that is known; cargo has written it since 1.83.
const NEWEST_VERSION: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    #[test]
    fn checksums_of_versions_1_and_later() {
        let v1 = format!(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
             [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+https://b.example/index\"\n\
             [metadata]\n\"checksum a 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)\" = \"{ZEROS}\"\n\
             \"checksum b 1.0.0 (registry+https://b.example/index)\" = \"<none>\"\n"
        );
        let lock = LockFile::parse(&v1).unwrap();
        assert_eq!(lock.named("a")[0].sha256, Some([0; 32]));
        assert_eq!(lock.named("b")[0].sha256, None);
        for version in ["", "version = 3\n", "version = 4\n"] {
            let text = format!(
                "{version}[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"sparse+https://a.example/\"\n\
                 checksum = \"{ZEROS}\"\ndependencies = [\"b 1.0.0 (git+https://b.example)\"]\n"
            );
            assert_eq!(LockFile::parse(&text).unwrap().packages()[0].sha256, Some([0; 32]));
        }
    }

    #[test]
    fn words_in_place_of_a_checksum() {
        let text =
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"Could not get crate checksum\"\n";
        assert_eq!(LockFile::parse(text).unwrap().packages()[0].sha256, None);
    }

    #[test]
    fn the_root_table_of_old_lock_files() {
        let lock =
            LockFile::parse("[root]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = []\n").unwrap();
        assert_eq!(lock.named("app")[0].source, LockedSource::Path);
        assert!(lock.named("ap").is_empty() && lock.named("apq").is_empty() && lock.named("").is_empty());
    }

    #[test]
    fn what_is_no_lock_file_is_an_error() {
        for (text, message) in [
            ("[[package]]\nname = \"a\"\n", "not a Cargo.lock"),
            ("no toml", "not a Cargo.lock"),
            ("version = 5\n", "Cargo.lock of version 5, and versions 1 to 4 are known: update this program"),
            (
                "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"+f\"\n",
                "the checksum \"+f\" of a 1.0.0 in Cargo.lock is no SHA-256",
            ),
        ] {
            assert_eq!(LockFile::parse(text).unwrap_err().to_string(), message);
        }
        assert_eq!(sha256_of_hex(&"+f".repeat(32)), None);
        assert_eq!(LockFile::parse("").unwrap(), LockFile::default());
    }
}
