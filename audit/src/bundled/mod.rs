//! C libraries that crates compile into a program.

mod versions;

use crate::Inventory;
use auditable_graph::{Kind, Package, Source, Version};
use packageurl::PackageUrl;

/// A C library that a crate brings along as source, and compiles unless it finds one on the system.
///
/// The list of crates does not say which of the two happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Bundled {
    /// Its name.
    pub name: &'static str,
    /// Its version, where it is known which one lies in that version of the crate.
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
        version: known.version_in(&package.version),
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

/// A crate of crates.io that carries the source of a C library.
struct Known {
    package: &'static str,
    library: &'static str,
    vendor_and_product: Option<&'static str>,
}

impl Known {
    /// The version of the library in a version of the crate: what stands behind the `+`, as a rule, alone or after the
    /// name of the library (`+3.5.4`, `+zstd.1.5.7`, `+curl-8.22.0`); otherwise what was looked up.
    fn version_in(&self, version: &Version) -> Option<String> {
        let metadata = version.build.as_str();
        let after_name = metadata.strip_prefix(self.library).and_then(|rest| rest.strip_prefix(['-', '.']));
        // Some write what `git describe` says: 5.3.1-0-g81034ce1f137.
        let first = after_name.unwrap_or(metadata).split('-').next().unwrap_or_default();
        let is_version =
            first.split('.').count() > 1 && first.starts_with(|first: char| first.is_ascii_digit());
        if is_version {
            Some(first.to_owned())
        } else {
            versions::version(self.package, version).map(str::to_owned)
        }
    }
}

const fn known(
    package: &'static str,
    library: &'static str,
    vendor_and_product: Option<&'static str>,
) -> Known {
    Known { package, library, vendor_and_product }
}

/// In the order of their names.
const CRATES: &[Known] = &[
    known("brotli-sys", "brotli", Some("google:brotli")),
    known("bzip2-sys", "bzip2", Some("bzip:bzip2")),
    known("curl-sys", "curl", Some("haxx:curl")),
    known("freetype-sys", "freetype", Some("freetype:freetype")),
    known("jemalloc-sys", "jemalloc", None),
    known("krb5-src", "krb5", Some("mit:kerberos_5")),
    known("libdeflate-sys", "libdeflate", None),
    known("libgit2-sys", "libgit2", Some("libgit2:libgit2")),
    known("liblzma-sys", "xz", Some("tukaani:xz")),
    known("libmimalloc-sys", "mimalloc", None),
    known("libnghttp2-sys", "nghttp2", Some("nghttp2:nghttp2")),
    known("librocksdb-sys", "rocksdb", None),
    known("libsqlite3-sys", "sqlite", Some("sqlite:sqlite")),
    known("libssh2-sys", "libssh2", Some("libssh2:libssh2")),
    known("libwebp-sys", "libwebp", Some("webmproject:libwebp")),
    known("libz-sys", "zlib", Some("zlib:zlib")),
    known("lz4-sys", "lz4", Some("lz4_project:lz4")),
    known("lzma-sys", "xz", Some("tukaani:xz")),
    known("onig_sys", "oniguruma", Some("oniguruma_project:oniguruma")),
    known("openssl-src", "openssl", Some("openssl:openssl")),
    known("pcre2-sys", "pcre2", Some("pcre:pcre2")),
    known("protobuf-src", "protobuf", None),
    known("rdkafka-sys", "librdkafka", None),
    known("sasl2-sys", "cyrus-sasl", Some("cyrusimap:cyrus-sasl")),
    known("tikv-jemalloc-sys", "jemalloc", None),
    known("zeromq-src", "libzmq", Some("zeromq:libzmq")),
    known("zstd-sys", "zstd", Some("facebook:zstandard")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Origin;

    fn of(name: &str, version: &str, source: Source, kind: Kind) -> Vec<Bundled> {
        let package = Package { kind, ..Package::new(name, Version::parse(version).unwrap(), source) };
        let mut inventory = Inventory::new(Origin::List);
        inventory.components.push(package.into());
        bundled(&inventory)
    }

    #[test]
    fn the_version_stands_behind_the_plus_or_in_the_table_or_nowhere() {
        let of = |name, version| of(name, version, Source::CratesIo, Kind::Runtime).remove(0);
        for (name, version, expected) in [
            ("openssl-src", "300.3.1+3.3.1", Some("3.3.1")),
            ("openssl-src", "111.28.2+1.1.1w", Some("1.1.1w")),
            ("zstd-sys", "2.0.16+zstd.1.5.7", Some("1.5.7")),
            ("curl-sys", "0.4.74+curl-8.9.0", Some("8.9.0")),
            ("lz4-sys", "1.11.1+lz4-1.10.0", Some("1.10.0")),
            ("lz4-sys", "1.9.5", Some("1.9.4")),
            ("bzip2-sys", "0.1.13+1.0.8", Some("1.0.8")),
            ("tikv-jemalloc-sys", "0.7.1+5.3.1-0-g81034ce1f1373e37dc865038e1bc8eeecf559ce8", Some("5.3.1")),
            ("tikv-jemalloc-sys", "0.4.2+5.2.1-patched.2", Some("5.2.1")),
            ("libsqlite3-sys", "0.30.1", Some("3.46.0")),
            ("libz-sys", "99.0.0", None),
            ("libz-sys", "99.0.0+1", None),
            ("curl-sys", "0.4.99+zlib-1.2.3", None),
            ("zstd-sys", "1.3.1", None),
        ] {
            assert_eq!(of(name, version).version.as_deref(), expected, "{name} {version}");
        }
    }

    #[test]
    fn names_in_the_dictionary_of_nist_and_as_package_urls() {
        let of = |name, version| of(name, version, Source::CratesIo, Kind::Runtime).remove(0);
        let openssl = of("openssl-src", "300.5.4+3.5.4");
        assert_eq!(openssl.cpe().unwrap(), "cpe:2.3:a:openssl:openssl:3.5.4:*:*:*:*:*:*:*");
        assert_eq!(openssl.purl().unwrap(), "pkg:generic/openssl@3.5.4");
        let zlib = of("libz-sys", "99.0.0");
        assert_eq!(zlib.cpe().unwrap(), "cpe:2.3:a:zlib:zlib:*:*:*:*:*:*:*:*");
        assert_eq!(zlib.purl().unwrap(), "pkg:generic/zlib");
        assert_eq!(of("tikv-jemalloc-sys", "0.5.0+5.3.0").cpe(), None);
        assert!(CRATES.is_sorted_by_key(|known| known.package));
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
