use auditable_graph::Source;
use std::fmt;

/// Where a package of a `Cargo.lock` comes from.
///
/// Displayed in words, such as `git https://example.com/a.git at 0123456`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LockedSource {
    /// A path: the source tree that the lock file belongs to.
    Path,
    /// The registry crates.io.
    CratesIo,
    /// Another registry.
    Registry {
        /// How its index is read: `registry` (by git) or `sparse` (by HTTP).
        protocol: String,
        /// Address of its index, without credentials.
        url: String,
    },
    /// A git repository.
    Git {
        /// Its address, without credentials and without the branch or tag that was asked for.
        url: String,
        /// The commit, as 40 or 64 hexadecimal digits; `None` if the lock file does not say it.
        revision: Option<String>,
    },
    /// A kind that is not known.
    Other {
        /// The word before the `+`.
        kind: String,
        /// What follows.
        address: String,
    },
}

impl LockedSource {
    /// The source that a lock file names, such as `registry+https://github.com/rust-lang/crates.io-index`. A package
    /// without one lies in a path.
    pub(super) fn of_id(id: Option<&str>) -> Self {
        let Some(id) = id else { return Self::Path };
        if CRATES_IO.contains(&id) {
            return Self::CratesIo;
        }
        let (kind, address) = id.split_once('+').unwrap_or((id, ""));
        match kind {
            "path" => Self::Path,
            "registry" | "sparse" => {
                Self::Registry { protocol: kind.to_owned(), url: without_credentials(address) }
            }
            "git" => {
                let (address, revision) = match address.split_once('#') {
                    Some((address, revision)) => (address, Some(revision.to_owned())),
                    None => (address, None),
                };
                let url = without_credentials(address.split('?').next().unwrap_or(address));
                Self::Git { url, revision: revision.filter(|revision| is_commit(revision)) }
            }
            _ => Self::Other { kind: kind.to_owned(), address: without_credentials(address) },
        }
    }

    /// Whether a list that says `listed` means a source of this kind.
    pub(super) fn agrees_with(&self, listed: &Source) -> bool {
        match (self, listed) {
            (Self::Path, Source::Local)
            | (Self::CratesIo, Source::CratesIo)
            | (Self::Registry { .. }, Source::Registry)
            | (Self::Git { .. }, Source::Git) => true,
            // Other writers keep the word of the lock file if they know no better one.
            (
                Self::Registry { protocol: word, .. } | Self::Other { kind: word, .. },
                Source::Other(listed),
            ) => word == listed,
            _ => false,
        }
    }
}

impl fmt::Display for LockedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("a path"),
            Self::CratesIo => f.write_str("crates.io"),
            Self::Registry { url, .. } => write!(f, "the registry {url}"),
            Self::Git { url, revision: Some(revision) } => write!(f, "git {url} at {revision}"),
            Self::Git { url, revision: None } => write!(f, "git {url}"),
            Self::Other { kind, address } => write!(f, "{kind} {address}"),
        }
    }
}

/// The digits of SHA-1 or SHA-256.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A URL without the user and password in it: they are secrets, and documents are published. Only the user of SSH stays,
/// which is part of the address (`ssh://git@example.com`).
fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let Some((user, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    match user.split(':').next() {
        Some(user) if scheme == "ssh" => format!("{scheme}://{user}@{host}{path}"),
        _ => format!("{scheme}://{host}{path}"),
    }
}

/// Both protocols of the registry crates.io. Lock files use the first for either.
const CRATES_IO: &[&str] =
    &["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_by_their_ids() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let of_id = |id: &str| LockedSource::of_id(Some(id)).to_string();
        assert_eq!(LockedSource::of_id(None), LockedSource::Path);
        assert_eq!(of_id("registry+https://github.com/rust-lang/crates.io-index"), "crates.io");
        assert_eq!(of_id("sparse+https://index.crates.io/"), "crates.io");
        assert_eq!(of_id("sparse+https://a.example/index/"), "the registry https://a.example/index/");
        assert_eq!(of_id("path+file:///a"), "a path");
        assert_eq!(
            of_id(&format!("git+https://a.example/b.git?branch=x%2Fy#{commit}")),
            format!("git https://a.example/b.git at {commit}")
        );
        assert_eq!(of_id("git+https://a.example/b?rev=1#main"), "git https://a.example/b");
        assert_eq!(of_id("directory+file:///a"), "directory file:///a");
    }

    #[test]
    fn credentials_are_left_out() {
        for (url, without) in [
            ("https://me:secret@a.example/b@c", "https://a.example/b@c"),
            ("https://token@a.example", "https://a.example"),
            ("ssh://git:secret@a.example/b", "ssh://git@a.example/b"),
            ("https://a.example/b", "https://a.example/b"),
            ("git@a.example:b", "git@a.example:b"),
        ] {
            assert_eq!(without_credentials(url), without);
        }
    }

    #[test]
    fn kinds_agree_by_their_words() {
        let agrees = |id: Option<&str>, word: &str| LockedSource::of_id(id).agrees_with(&Source::from(word));
        let crates_io = Some("registry+https://github.com/rust-lang/crates.io-index");
        assert!(agrees(None, "local") && agrees(crates_io, "crates.io"));
        assert!(agrees(Some("git+https://a"), "git") && agrees(Some("registry+https://a"), "registry"));
        assert!(agrees(Some("sparse+https://a"), "registry") && agrees(Some("sparse+https://a"), "sparse"));
        assert!(!agrees(None, "crates.io") && !agrees(crates_io, "registry") && !agrees(crates_io, "local"));
        assert!(!agrees(Some("git+https://a"), "crates.io"));
    }
}
