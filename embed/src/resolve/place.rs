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
    /// The kind of place that a package's folder is, from its path alone.
    pub(crate) fn of(folder: &Path) -> Self {
        if source::is_standard_library(&folder.join("").to_string_lossy()) {
            return Self::Standard;
        }
        let names: Vec<_> =
            folder.components().map(|component| component.as_os_str().to_string_lossy()).collect();
        for window in names.windows(4) {
            if let [registry, src, index, _] = window
                && registry == "registry"
                && src == "src"
            {
                return Self::Registry { index: index.to_string() };
            }
            if let [git, checkouts, _, _] = window
                && git == "git"
                && checkouts == "checkouts"
            {
                return Self::GitCheckout;
            }
        }
        Self::Path
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

/// Whether a folder in `registry/src/` is of crates.io: of its index by HTTP, or of the older one by git.
pub(crate) fn is_crates_io(index: &str) -> bool {
    index.starts_with("index.crates.io-") || index == "github.com-1ecc6299db9ec823"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_by_their_path() {
        let index = || "index.crates.io-1949cf8c6b5b557f".to_owned();
        for (folder, kind) in [
            (
                "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libc-0.2.1",
                PlaceKind::Registry { index: index() },
            ),
            ("/home/me/.cargo/git/checkouts/app-0123/abcd/crates/a", PlaceKind::GitCheckout),
            ("/rust/lib/rustlib/src/rust/library/std", PlaceKind::Standard),
            ("/home/me/app", PlaceKind::Path),
            ("/home/me/registry/src", PlaceKind::Path),
        ] {
            assert_eq!(PlaceKind::of(Path::new(folder)), kind, "{folder}");
        }
    }
}
