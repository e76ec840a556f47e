//! What crates.io crates are called elsewhere: package URLs and download addresses.

use auditable_graph::{Package, Source};
use packageurl::PackageUrl;

/// The package URL of a crate of crates.io, such as `pkg:cargo/serde@1.0.200`.
///
/// `None` for crates from elsewhere. A package URL of type `cargo` without qualifiers means crates.io, and the list
/// does not say which repository or registry another crate came from, so any package URL would be invented: it would
/// put the advisories of a stranger onto a private crate of the same name.
pub(crate) fn package_url(package: &Package) -> Option<String> {
    if !is_from_crates_io(package) {
        return None;
    }
    let mut purl = PackageUrl::new("cargo", package.name.as_str()).ok()?;
    purl.with_version(package.version.to_string()).ok()?;
    Some(purl.to_string())
}

/// Where the source of a crate of crates.io can be downloaded, as a `.crate` archive.
pub(crate) fn download_address(package: &Package) -> Option<String> {
    // The `+` of a version stays as it is, as in the requests of cargo.
    is_from_crates_io(package)
        .then(|| format!("https://crates.io/api/v1/crates/{}/{}/download", package.name, package.version))
}

/// The list may claim anything. What has a name that crates.io never allowed did not come from there.
fn is_from_crates_io(package: &Package) -> bool {
    package.source == Source::CratesIo
        && (1..=64).contains(&package.name.len())
        && package.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditable_graph::Version;

    fn package(name: &str, version: &str, source: Source) -> Package {
        Package::new(name, Version::parse(version).unwrap(), source)
    }

    #[test]
    fn crates_io_has_a_package_url_and_an_address() {
        let package = package("Foo_bar", "1.0.0-rc.1+zlib.1.3", Source::CratesIo);
        assert_eq!(package_url(&package).unwrap(), "pkg:cargo/Foo_bar@1.0.0-rc.1%2Bzlib.1.3");
        assert_eq!(
            download_address(&package).unwrap(),
            "https://crates.io/api/v1/crates/Foo_bar/1.0.0-rc.1+zlib.1.3/download"
        );
    }

    #[test]
    fn nothing_else_has() {
        for source in [Source::Git, Source::Local, Source::Registry, Source::Other("moon".into())] {
            let package = package("foo", "1.0.0", source);
            assert_eq!((package_url(&package), download_address(&package)), (None, None));
        }
        for name in ["", &"x".repeat(65), "a b", "a/b", "a@b", "ä", "a\n"] {
            assert_eq!(package_url(&package(name, "1.0.0", Source::CratesIo)), None);
        }
    }
}
