//! Where a package came from, told from what cargo calls its source.

use auditable_graph::Source;

/// The source that a lock file, `cargo metadata` or a package id names, such as
/// `registry+https://github.com/rust-lang/crates.io-index`. A package without one lies in a path.
pub(crate) fn of_id(id: Option<&str>) -> Source {
    let Some(id) = id else { return Source::Local };
    // A package id has the package after `#`; a git source has the revision there.
    let address = id.split('#').next().unwrap_or(id);
    if CRATES_IO.contains(&address) {
        return Source::CratesIo;
    }
    match address.split_once('+').map(|(kind, _)| kind) {
        Some("registry" | "sparse" | "local-registry") => Source::Registry,
        Some("git") => Source::Git,
        Some("path") => Source::Local,
        Some(kind) => Source::Other(kind.to_owned()),
        None => Source::Other(address.to_owned()),
    }
}

/// Whether a path, or a package id with a path, leads to the source of the standard library that comes with rustc
/// (component `rust-src`). Its own dependencies lie there as well, or are reached only from it.
pub(crate) fn is_standard_library(path: &str) -> bool {
    path.contains("/lib/rustlib/src/rust/") || path.contains(r"\lib\rustlib\src\rust\")
}

/// Both protocols of the registry crates.io. Lock files and package ids use the first for either.
const CRATES_IO: &[&str] =
    &["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_by_their_ids() {
        for (id, source) in [
            (Some("registry+https://github.com/rust-lang/crates.io-index"), Source::CratesIo),
            (Some("registry+https://github.com/rust-lang/crates.io-index#libc@0.2.1"), Source::CratesIo),
            (Some("sparse+https://index.crates.io/"), Source::CratesIo),
            (Some("registry+https://example.com/index"), Source::Registry),
            (Some("sparse+https://example.com/index/"), Source::Registry),
            (Some("git+https://example.com/a.git?branch=main#0123"), Source::Git),
            (Some("path+file:///a/b#0.1.0"), Source::Local),
            (None, Source::Local),
        ] {
            assert_eq!(of_id(id), source, "{id:?}");
        }
    }
}
