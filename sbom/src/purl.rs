//! What crates are called elsewhere: package URLs and download addresses.

use crate::Origin;
use crate::address::public_address;
use auditable_graph::{Package, Source};
use packageurl::PackageUrl;

/// The package URL of a crate, such as `pkg:cargo/serde@1.0.200`.
///
/// A package URL of type `cargo` without qualifiers means crates.io. One of another registry has a `repository_url`,
/// one of git a `vcs_url`. Where the address is not known there is none, since any package URL would be invented: it
/// would put the advisories of a stranger onto a private crate of the same name.
pub(crate) fn package_url(package: &Package, origin: Option<&Origin>) -> Option<String> {
    if !has_name_of_crate(package) {
        return None;
    }
    let mut purl = PackageUrl::new("cargo", package.name.as_str()).ok()?;
    purl.with_version(package.version.to_string()).ok()?;
    match (&package.source, origin) {
        (Source::CratesIo, _) if is_from_crates_io(package) => {}
        (Source::Git, Some(origin @ Origin::Git { .. })) => {
            purl.add_qualifier("vcs_url", vcs_url(origin)?).ok()?;
        }
        (Source::Registry, Some(Origin::Registry { index })) => {
            purl.add_qualifier("repository_url", public_address(index)?).ok()?;
        }
        _ => return None,
    }
    Some(purl.to_string())
}

/// Where the source of a crate can be downloaded: as a `.crate` archive, or out of a repository in the form of SPDX,
/// such as `git+https://github.com/rust-lang/log@c7e4a10`.
pub(crate) fn download_address(package: &Package, origin: Option<&Origin>) -> Option<String> {
    match (&package.source, origin) {
        // The `+` of a version stays as it is, as in the requests of cargo.
        (Source::CratesIo, _) if is_from_crates_io(package) => {
            Some(format!("https://crates.io/api/v1/crates/{}/{}/download", package.name, package.version))
        }
        (Source::Git, Some(origin)) => vcs_url(origin),
        // Only the configuration of a registry's index says where its archives are.
        _ => None,
    }
}

/// A commit as SPDX writes it; `None` if the repository cannot be named in public.
fn vcs_url(origin: &Origin) -> Option<String> {
    let Origin::Git { repository, revision } = origin else { return None };
    let repository = public_address(repository)?;
    let is_commit = |revision: &&String| {
        !revision.is_empty() && revision.len() <= 64 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    // The scheme of the protocol of git itself stands twice: it is `git+git://`.
    Some(match revision.as_ref().filter(is_commit) {
        Some(revision) => format!("git+{repository}@{revision}"),
        None => format!("git+{repository}"),
    })
}

/// The list may claim anything. What has a name that crates.io never allowed did not come from there.
pub(crate) fn is_from_crates_io(package: &Package) -> bool {
    package.source == Source::CratesIo && package.name.len() <= 64 && has_name_of_crate(package)
}

fn has_name_of_crate(package: &Package) -> bool {
    !package.name.is_empty()
        && package.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Version;

    fn package(name: &str, version: &str, source: Source) -> Package {
        Package::new(name, Version::parse(version).unwrap(), source)
    }

    fn git(repository: &str, revision: Option<&str>) -> Origin {
        Origin::Git { repository: repository.into(), revision: revision.map(str::to_owned) }
    }

    #[test]
    fn crates_io_has_a_package_url_and_an_address() {
        let package = package("Foo_bar", "1.0.0-rc.1+zlib.1.3", Source::CratesIo);
        assert_eq!(package_url(&package, None).unwrap(), "pkg:cargo/Foo_bar@1.0.0-rc.1%2Bzlib.1.3");
        assert_eq!(
            download_address(&package, None).unwrap(),
            "https://crates.io/api/v1/crates/Foo_bar/1.0.0-rc.1+zlib.1.3/download"
        );
    }

    #[test]
    fn nothing_else_has_without_an_address() {
        for source in [Source::Git, Source::Local, Source::Registry, Source::Other("moon".into())] {
            let package = package("foo", "1.0.0", source);
            assert_eq!((package_url(&package, None), download_address(&package, None)), (None, None));
        }
        for name in ["", &"x".repeat(65), "a b", "a/b", "a@b", "ä", "a\n"] {
            assert_eq!(package_url(&package(name, "1.0.0", Source::CratesIo), None), None);
        }
    }

    #[test]
    fn a_commit_names_its_repository() {
        let package = package("log", "0.4.0", Source::Git);
        let origin = git("https://github.com/rust-lang/log", Some("c7e4a10"));
        assert_eq!(
            package_url(&package, Some(&origin)).unwrap(),
            "pkg:cargo/log@0.4.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Frust-lang%2Flog%40c7e4a10"
        );
        assert_eq!(
            download_address(&package, Some(&origin)).unwrap(),
            "git+https://github.com/rust-lang/log@c7e4a10"
        );
        let branch = git("https://github.com/rust-lang/log", Some("main"));
        assert_eq!(
            download_address(&package, Some(&branch)).unwrap(),
            "git+https://github.com/rust-lang/log"
        );
    }

    #[test]
    fn another_registry_is_named() {
        let package = package("log", "0.4.0", Source::Registry);
        let origin = Origin::Registry { index: "https://crates.example.com/index".into() };
        assert_eq!(
            package_url(&package, Some(&origin)).unwrap(),
            "pkg:cargo/log@0.4.0?repository_url=https:%2F%2Fcrates.example.com%2Findex"
        );
        assert_eq!(download_address(&package, Some(&origin)), None);
    }

    #[test]
    fn an_origin_that_contradicts_the_list_does_not_count() {
        let registry = Origin::Registry { index: "https://crates.example.com/index".into() };
        let git = git("https://github.com/rust-lang/log", None);
        assert_eq!(
            package_url(&package("log", "0.4.0", Source::CratesIo), Some(&git)).unwrap(),
            "pkg:cargo/log@0.4.0"
        );
        for (source, origin) in [
            (Source::Git, &registry),
            (Source::Registry, &git),
            (Source::Local, &git),
            (Source::Local, &registry),
        ] {
            let package = package("log", "0.4.0", source);
            assert_eq!(
                (package_url(&package, Some(origin)), download_address(&package, Some(origin))),
                (None, None)
            );
        }
    }
}
