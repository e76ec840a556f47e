//! What the folder of a package's source says of where it came from.

use super::source;
use auditable_graph::Source;
use std::path::Path;

/// The kinds of places in which cargo has sources.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PlaceKind {
    /// `registry/src/INDEX/`.
    Registry { index: String },
    /// `git/checkouts/`.
    GitCheckout,
    /// The standard library's source.
    Standard,
    /// A path, or a vendored package.
    Path,
}

impl PlaceKind {
    /// The kind of place that a package's folder is.
    ///
    /// Folders are called as those of cargo elsewhere, too, so the file counts that cargo leaves in what it has
    /// unpacked.
    pub(crate) fn of(folder: &Path) -> Self {
        match Self::by_name(folder) {
            (Self::Registry { .. } | Self::GitCheckout, unpacked) if !unpacked.join(".cargo-ok").exists() => {
                Self::Path
            }
            (kind, _) => kind,
        }
    }

    /// What the path alone says, and which folder cargo has unpacked.
    fn by_name(folder: &Path) -> (Self, &Path) {
        if source::is_standard_library(&folder.join("").to_string_lossy()) {
            return (Self::Standard, folder);
        }
        let name = |path: Option<&Path>| path?.file_name().map(|name| name.to_string_lossy().into_owned());
        // `registry/src/INDEX/NAME-VERSION`
        let index = folder.parent();
        if let Some(index_name) = name(index).filter(|index| ends_in_hash(index)) {
            let src = index.and_then(Path::parent);
            if name(src).as_deref() == Some("src")
                && name(src.and_then(Path::parent)).as_deref() == Some("registry")
            {
                return (Self::Registry { index: index_name }, folder);
            }
        }
        // `git/checkouts/NAME-HASH/REVISION`, and folders below
        for checkout in folder.ancestors() {
            let repository = checkout.parent();
            let checkouts = repository.and_then(Path::parent);
            if name(repository).is_some_and(|repository| ends_in_hash(&repository))
                && name(checkouts).as_deref() == Some("checkouts")
                && name(checkouts.and_then(Path::parent)).as_deref() == Some("git")
            {
                return (Self::GitCheckout, checkout);
            }
        }
        (Self::Path, folder)
    }

    /// The source of a package that lies there, if nothing else is known of it.
    pub(crate) fn source(&self) -> Source {
        match self {
            Self::Registry { index } if is_crates_io(index) => Source::CratesIo,
            Self::Registry { .. } => Source::Registry,
            Self::GitCheckout => Source::Git,
            Self::Standard | Self::Path => Source::Local,
        }
    }
}

/// `NAME-0123456789abcdef`: how cargo names folders for an address.
fn ends_in_hash(name: &str) -> bool {
    name.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a folder in `registry/src/` is of crates.io: of its index by HTTP, or of the older one by git.
pub(crate) fn is_crates_io(index: &str) -> bool {
    index.starts_with("index.crates.io-") || index == "github.com-1ecc6299db9ec823"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn places_by_their_path() {
        let index = || "index.crates.io-0123456789abcdef".to_owned();
        for (folder, kind, unpacked) in [
            (
                "/home/me/.cargo/registry/src/index.crates.io-0123456789abcdef/libc-0.2.1",
                PlaceKind::Registry { index: index() },
                "/home/me/.cargo/registry/src/index.crates.io-0123456789abcdef/libc-0.2.1",
            ),
            (
                "/home/me/.cargo/git/checkouts/app-0123456789abcdef/abcdef0/crates/a",
                PlaceKind::GitCheckout,
                "/home/me/.cargo/git/checkouts/app-0123456789abcdef/abcdef0",
            ),
            (
                "/rust/lib/rustlib/src/rust/library/std",
                PlaceKind::Standard,
                "/rust/lib/rustlib/src/rust/library/std",
            ),
            ("/home/me/app", PlaceKind::Path, "/home/me/app"),
            ("/home/me/registry/src", PlaceKind::Path, "/home/me/registry/src"),
            (
                "/home/me/registry/src/server/app-1.0.0",
                PlaceKind::Path,
                "/home/me/registry/src/server/app-1.0.0",
            ),
            ("/home/me/git/checkouts/src/app", PlaceKind::Path, "/home/me/git/checkouts/src/app"),
        ] {
            assert_eq!(PlaceKind::by_name(Path::new(folder)), (kind, Path::new(unpacked)), "{folder}");
        }
    }

    #[test]
    fn what_only_has_the_name_of_a_place_is_none() {
        let home = tempfile::tempdir().unwrap();
        let package = home.path().join("registry/src/index.crates.io-0123456789abcdef/app-1.0.0");
        fs::create_dir_all(&package).unwrap();
        assert_eq!(PlaceKind::of(&package), PlaceKind::Path);
        fs::write(package.join(".cargo-ok"), "").unwrap();
        assert!(matches!(PlaceKind::of(&package), PlaceKind::Registry { .. }));
    }
}
