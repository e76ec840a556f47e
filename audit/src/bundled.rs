//! C libraries that crates compile into a program.

use crate::Inventory;
use auditable_graph::{Kind, Package, Source};
use packageurl::PackageUrl;

/// A C library that a crate brings along as source, and compiles unless it finds one on the system.
///
/// The list of crates does not say which of the two happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Bundled {
    /// Its name.
    pub name: &'static str,
    /// Its version, where the version of the crate tells it.
    pub version: Option<String>,
    /// The crate, as `openssl-src 300.5.4+3.5.4`.
    pub by: String,
    /// Vendor and product in the CPE dictionary of NIST, where there are such.
    vendor_and_product: Option<&'static str>,
}

impl Bundled {
    /// Its name in the CPE dictionary: `cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*`, with `*` for a version that is
    /// not known.
    pub fn cpe(&self) -> Option<String> {
        let version = self.version.as_deref().map_or_else(|| "*".to_owned(), escaped);
        self.vendor_and_product.map(|product| format!("cpe:2.3:a:{product}:{version}:*:*:*:*:*:*:*"))
    }

    /// Its package URL: `pkg:generic/openssl@3.5.4`.
    pub fn purl(&self) -> Option<String> {
        let mut purl = PackageUrl::new("generic", self.name).ok()?;
        if let Some(version) = &self.version {
            purl.with_version(version.as_str()).ok()?;
        }
        Some(purl.to_string())
    }
}

/// The C libraries that the packages of an inventory bring along, by name. Crates that only took part in building are
/// left out, except for those that are nothing but a library's source.
pub(crate) fn bundled(inventory: &Inventory) -> Vec<Bundled> {
    let mut bundled: Vec<Bundled> =
        inventory.components.iter().filter_map(|component| of_package(&component.package)).collect();
    bundled.sort();
    bundled.dedup();
    bundled
}

fn of_package(package: &Package) -> Option<Bundled> {
    let known = CRATES.iter().find(|known| known.package == package.name)?;
    if package.source != Source::CratesIo || package.kind == Kind::Build && !package.name.ends_with("-src") {
        return None;
    }
    Some(Bundled {
        name: known.library,
        version: known.version.of(package.version.build.as_str()),
        by: format!("{} {}", package.name, package.version),
        vendor_and_product: known.vendor_and_product,
    })
}

/// A CPE escapes what is no letter, digit or underscore (NISTIR 7695, section 6.2).
fn escaped(version: &str) -> String {
    version.chars().fold(String::new(), |mut escaped, character| {
        if !character.is_ascii_alphanumeric() && !matches!(character, '.' | '_' | '-') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}

struct Known {
    package: &'static str,
    library: &'static str,
    version: VersionIn,
    vendor_and_product: Option<&'static str>,
}

/// Where the version of a library is found.
#[derive(Clone, Copy)]
enum VersionIn {
    /// In the build metadata of the crate's version, after this.
    Metadata(&'static str),
    /// Only in the source of the crate.
    Source,
}

impl VersionIn {
    fn of(self, metadata: &str) -> Option<String> {
        let Self::Metadata(prefix) = self else { return None };
        // Some write what `git describe` says: 5.3.1-0-g81034ce1f137.
        let version = metadata.strip_prefix(prefix)?.split('-').next()?;
        version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
    }
}

const fn known(
    package: &'static str,
    library: &'static str,
    version: VersionIn,
    vendor_and_product: Option<&'static str>,
) -> Known {
    Known { package, library, version, vendor_and_product }
}

/// Crates of crates.io that carry the source of a C library. The words after `+` are as their authors write them.
const CRATES: &[Known] = &[
    known("brotli-sys", "brotli", VersionIn::Source, Some("google:brotli")),
    known("bzip2-sys", "bzip2", VersionIn::Metadata(""), Some("bzip:bzip2")),
    known("curl-sys", "curl", VersionIn::Metadata("curl-"), Some("haxx:curl")),
    known("freetype-sys", "freetype", VersionIn::Source, Some("freetype:freetype")),
    known("libdeflate-sys", "libdeflate", VersionIn::Source, None),
    known("libgit2-sys", "libgit2", VersionIn::Metadata(""), Some("libgit2:libgit2")),
    known("liblzma-sys", "xz", VersionIn::Source, Some("tukaani:xz")),
    known("libmimalloc-sys", "mimalloc", VersionIn::Source, None),
    known("libnghttp2-sys", "nghttp2", VersionIn::Metadata(""), Some("nghttp2:nghttp2")),
    known("librocksdb-sys", "rocksdb", VersionIn::Metadata(""), None),
    known("libsqlite3-sys", "sqlite", VersionIn::Source, Some("sqlite:sqlite")),
    known("libssh2-sys", "libssh2", VersionIn::Source, Some("libssh2:libssh2")),
    known("libwebp-sys", "libwebp", VersionIn::Source, Some("webmproject:libwebp")),
    known("libz-sys", "zlib", VersionIn::Source, Some("zlib:zlib")),
    known("lz4-sys", "lz4", VersionIn::Metadata("lz4-"), Some("lz4_project:lz4")),
    known("lzma-sys", "xz", VersionIn::Source, Some("tukaani:xz")),
    known("onig_sys", "oniguruma", VersionIn::Source, Some("oniguruma_project:oniguruma")),
    known("openssl-src", "openssl", VersionIn::Metadata(""), Some("openssl:openssl")),
    known("pcre2-sys", "pcre2", VersionIn::Source, Some("pcre:pcre2")),
    known("tikv-jemalloc-sys", "jemalloc", VersionIn::Metadata(""), None),
    known("zstd-sys", "zstd", VersionIn::Metadata("zstd."), Some("facebook:zstandard")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;
    use auditable_graph::Version;

    fn of(name: &str, version: &str, source: Source, kind: Kind) -> Vec<Bundled> {
        let package = Package { kind, ..Package::new(name, Version::parse(version).unwrap(), source) };
        let mut inventory = Inventory::new(Origin::List);
        inventory.components.push(package.into());
        bundled(&inventory)
    }

    #[test]
    fn the_version_stands_behind_the_plus_or_nowhere() {
        let runtime = |name, version| of(name, version, Source::CratesIo, Kind::Runtime).remove(0);
        let openssl = runtime("openssl-src", "300.5.4+3.5.4");
        assert_eq!(openssl.cpe().unwrap(), "cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*");
        assert_eq!(openssl.purl().unwrap(), "pkg:generic/openssl@3.5.4");
        assert_eq!(runtime("zstd-sys", "2.0.16+zstd.1.5.7").version.unwrap(), "1.5.7");
        let jemalloc =
            runtime("tikv-jemalloc-sys", "0.7.1+5.3.1-0-g81034ce1f1373e37dc865038e1bc8eeecf559ce8");
        assert_eq!((jemalloc.version.clone().unwrap().as_str(), jemalloc.cpe()), ("5.3.1", None));
        assert_eq!(runtime("bzip2-sys", "0.1.13+1.0.8").version.unwrap(), "1.0.8");
        let zlib = runtime("libz-sys", "1.1.22");
        assert_eq!(zlib.cpe().unwrap(), "cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*");
        assert_eq!((zlib.version.clone(), zlib.purl().unwrap().as_str()), (None, "pkg:generic/zlib"));
    }

    #[test]
    fn strangers_and_what_only_built_bring_nothing() {
        assert!(of("zstd-sys", "1.0.0", Source::Git, Kind::Runtime).is_empty());
        assert!(of("zstd-sys", "1.0.0", Source::CratesIo, Kind::Build).is_empty());
        assert!(of("serde", "1.0.0", Source::CratesIo, Kind::Runtime).is_empty());
        // A build script compiles it and links it in.
        assert_eq!(of("openssl-src", "111.0.0+1.1.1w", Source::CratesIo, Kind::Build).len(), 1);
    }
}
