//! What is known about crates beyond what the list in the binary says.

mod license;

pub use self::license::License;

use serde::Serialize;

/// What is known about one crate beyond the words of the list: from a lock file, from its manifest, from audits.
///
/// Nothing has to be known. What is empty or `None` is unknown, and documents say so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct PackageFacts {
    /// SHA-256 of the `.crate` archive that its source was unpacked from: what `checksum` in `Cargo.lock` says.
    pub crate_sha256: Option<[u8; 32]>,
    /// The repository or registry, where the list only says that there is one.
    pub origin: Option<Origin>,
    /// What the manifest declares as its licence.
    pub license: Option<License>,
    /// `authors` of the manifest as they stand there, such as `Jane Doe <jane@example.com>`.
    pub authors: Vec<String>,
    /// `description` of the manifest.
    pub description: Option<String>,
    /// `homepage` of the manifest.
    pub homepage: Option<String>,
    /// `repository` of the manifest. Where it is developed, which proves nothing about where it came from.
    pub repository: Option<String>,
    /// `documentation` of the manifest.
    pub documentation: Option<String>,
    /// Who published this version to its registry.
    pub publisher: Option<Publisher>,
    /// Who vouches for it.
    pub audits: Vec<Audit>,
}

/// Where a crate that is not from crates.io came from.
///
/// It counts only where it agrees with the word of the list: no lock file makes a crate of crates.io one of git.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Origin {
    /// A commit in a git repository.
    Git {
        /// Address of the repository, such as `https://github.com/rust-lang/log`, without the `git+` and the query
        /// of a lock file.
        repository: String,
        /// The commit, as hexadecimal digits.
        revision: Option<String>,
    },
    /// A registry other than crates.io.
    Registry {
        /// Address of its index, such as `https://crates.example.com/index`, without the `registry+` or `sparse+` of a
        /// lock file.
        index: String,
    },
}

/// Someone who published a version of a crate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Publisher {
    /// The name of the account at the registry.
    pub login: String,
    /// The name of the person, where it is known.
    pub name: Option<String>,
}

impl Publisher {
    /// An account of which no more is known than its name.
    pub fn new(login: impl Into<String>) -> Self {
        Self { login: login.into(), name: None }
    }
}

/// A statement that someone looked at a crate, or decided not to, in the terms of cargo-vet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// What is stated.
    pub kind: AuditKind,
    /// The version that it is stated of, where that is not this one but one on the way to it: audits of differences
    /// count together with an audit of what they begin at.
    pub version: Option<String>,
    /// What it was held against, such as `safe-to-deploy`.
    pub criteria: Vec<String>,
    /// Who states it, such as `Jane Doe <jane@example.com>`; empty if the statement does not say.
    pub by: Vec<String>,
    /// Whose audits the statement was taken from, such as the name of an import; `None` for one's own.
    pub import: Option<String>,
    /// What the statement says further.
    pub notes: Option<String>,
}

impl Audit {
    /// A statement of which no more is known than this.
    pub fn new(kind: AuditKind, criteria: Vec<String>) -> Self {
        Self { kind, version: None, criteria, by: Vec::new(), import: None, notes: None }
    }
}

/// What an [`Audit`] states.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum AuditKind {
    /// This version meets the criteria.
    Full,
    /// This version meets the criteria if an earlier one does.
    Delta {
        /// The earlier version.
        from: String,
    },
    /// Every version that this account publishes meets the criteria.
    Wildcard {
        /// The account.
        publisher: String,
    },
    /// The account that published this version is trusted with the criteria, without an audit.
    Trusted {
        /// The account.
        publisher: String,
    },
    /// This version is let through without an audit.
    Exemption,
    /// This version does not meet the criteria.
    Violation,
}

impl AuditKind {
    /// The word of documents for it, such as `delta`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Delta { .. } => "delta",
            Self::Wildcard { .. } => "wildcard",
            Self::Trusted { .. } => "trusted",
            Self::Exemption => "exemption",
            Self::Violation => "violation",
        }
    }
}
