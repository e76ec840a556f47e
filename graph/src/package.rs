use semver::Version;
use std::fmt;

/// One crate of the list, as cargo knows it: a package at a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Name of the package, not of the library in it.
    pub name: String,
    /// Version of the package.
    pub version: Version,
    /// Where its source came from.
    pub source: Source,
    /// Whether its code is in the binary or only took part in building it.
    pub kind: Kind,
    /// What it was compiled with: indices into the list of packages that this package stands in.
    pub dependencies: Vec<u32>,
    /// Whether this is the package that the binary was built from.
    pub is_root: bool,
}

impl Package {
    /// A runtime package without dependencies that is not the root.
    pub fn new(name: impl Into<String>, version: Version, source: Source) -> Self {
        Self {
            name: name.into(),
            version,
            source,
            kind: Kind::Runtime,
            dependencies: Vec::new(),
            is_root: false,
        }
    }
}

/// Where the source of a package came from.
///
/// The set of words is open: other writers may use a word that is not known here, which is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The crates.io registry: the only source whose packages advisories and package URLs of type `cargo` mean
    /// without further words.
    CratesIo,
    /// A git repository. The list does not say which.
    Git,
    /// A path on the machine of the build.
    Local,
    /// A registry other than crates.io. The list does not say which.
    Registry,
    /// Any other word.
    Other(String),
}

impl Source {
    /// The word of the JSON form.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CratesIo => "crates.io",
            Self::Git => "git",
            Self::Local => "local",
            Self::Registry => "registry",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for Source {
    fn from(word: &str) -> Self {
        match word {
            "crates.io" => Self::CratesIo,
            "git" => Self::Git,
            "local" => Self::Local,
            "registry" => Self::Registry,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a package is to the binary. Exhaustive: the format knows these two, and readers branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Its code may be in the binary. A package that is used both ways is a runtime one.
    Runtime,
    /// It took part only in building: build scripts, procedural macros, and what they depend on.
    Build,
}

impl Kind {
    /// The word of the JSON form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Build => "build",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
