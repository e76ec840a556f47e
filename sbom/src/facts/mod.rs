//! What is known about crates beyond what the list in the binary says.

mod audit;
mod license;

pub use self::audit::{Audit, AuditKind};
pub use self::license::License;

use crate::Contact;
use crate::address::public_address;
use crate::identity::hex;
use serde::{Serialize, Serializer};
use std::fmt;

/// What is known about one crate beyond the words of the list: from a lock file, from its manifest, from audits.
///
/// Nothing has to be known. What is empty or `None` is unknown, and documents say so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct PackageFacts {
    /// SHA-256 of the `.crate` archive that its source was unpacked from: what `checksum` in `Cargo.lock` says.
    pub crate_sha256: Option<[u8; 32]>,
    /// SHA-512 of the same archive, which only the archive itself can tell.
    #[serde(serialize_with = "as_hex")]
    pub crate_sha512: Option<[u8; 64]>,
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

impl PackageFacts {
    /// The same facts in the form that documents show: no blank texts, no line breaks, no addresses that are not public.
    pub(crate) fn tidy(&self) -> Self {
        let address = |text: &Option<String>| Some(public_address(text.as_deref()?.trim())?.into_owned());
        Self {
            authors: self.authors.iter().filter_map(|author| one_line(author)).collect(),
            description: self.description.as_deref().and_then(one_line),
            homepage: address(&self.homepage),
            repository: address(&self.repository),
            documentation: address(&self.documentation),
            ..self.clone()
        }
    }

    /// The authors, with the mail addresses that the manifest names.
    pub(crate) fn contacts(&self) -> impl Iterator<Item = Contact> {
        self.authors.iter().map(|author| Contact::of_author(author))
    }
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

/// As documents say it: `Jane Doe (jane)`.
impl fmt::Display for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.login),
            None => f.write_str(&self.login),
        }
    }
}

/// The text with single spaces in place of all white space; `None` if nothing else is in it.
pub(crate) fn one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn as_hex<S: Serializer>(digest: &Option<[u8; 64]>, serializer: S) -> Result<S::Ok, S::Error> {
    digest.map(|digest| hex(&digest)).serialize(serializer)
}
