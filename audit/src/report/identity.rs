//! Names of things in documents.

use crate::report::Subject;
use auditable_graph::{Package, Source};
use packageurl::PackageUrl;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use uuid::Uuid;

/// The package URL of a crate of crates.io, such as `pkg:cargo/serde@1.0.200`; `None` for what is none.
pub(crate) fn crate_purl(package: &Package) -> Option<String> {
    if package.source != Source::CratesIo {
        return None;
    }
    let mut purl = PackageUrl::new("cargo", package.name.as_str()).ok()?;
    purl.with_version(package.version.to_string()).ok()?;
    Some(purl.to_string())
}

/// The package URL of a file: its digest says which file is meant, its name is for people.
pub(crate) fn file_purl(subject: &Subject) -> Option<String> {
    let name = if subject.name.is_empty() { "file" } else { subject.name.as_str() };
    let mut purl = PackageUrl::new("generic", name).ok()?;
    if let Some(digest) = &subject.sha256 {
        purl.add_qualifier("checksum", format!("sha256:{digest}")).ok()?;
    }
    Some(purl.to_string())
}

/// Makes names unique: the first user of a name has it as it is, later ones with a number behind it. A file may have
/// several lists, and a list the same crate twice, once for building.
#[derive(Default)]
pub(crate) struct UniqueNames {
    uses: HashMap<String, u64>,
    taken: HashSet<String>,
}

impl UniqueNames {
    pub(crate) fn claim(&mut self, name: String) -> String {
        let uses = self.uses.entry(name.clone()).or_insert(0);
        let mut unique = name.clone();
        loop {
            *uses = uses.saturating_add(1);
            if *uses > 1 {
                unique = format!("{name}~{uses}");
            }
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}

/// A name for a file that is the same for the same bytes.
pub(crate) fn file_id(subject: &Subject) -> String {
    let digest = subject.sha256.as_deref().unwrap_or_default();
    let place = subject.location.as_deref().map(|location| format!("#{}", location.replace(' ', "-")));
    format!("{}-{digest}{}", subject.name, place.unwrap_or_default())
}

/// The UUID (version 5, so a hash) of a document: the same for the same content.
pub(crate) fn document_uuid(content: &serde_json::Value) -> Uuid {
    Uuid::new_v5(&NAMESPACE, content.to_string().as_bytes())
}

/// A path as a reference of RFC 3986: a relative one, or for a whole path a `file` URI (RFC 8089). All but unreserved
/// characters and slashes is percent-encoded.
pub(crate) fn path_reference(path: &str) -> String {
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let is_drive = |start: &str| start.len() == 2 && start.ends_with(':');
    let (start, path) = match path.get(..2).filter(|start| cfg!(windows) && is_drive(start)) {
        Some(drive) => (format!("file:///{drive}"), path.get(2..).unwrap_or_default()),
        None if path.starts_with('/') => ("file://".to_owned(), path.as_str()),
        None => (String::new(), path.as_str()),
    };
    path.bytes().fold(start, |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// The namespace of the names that document UUIDs are made of: drawn once at random, and never changed, since every
/// identifier would change with it.
const NAMESPACE: Uuid = Uuid::from_u128(0x3f0f_9f4a_52c5_4b0c_9a83_1b8c_6a61_d0e7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut names = UniqueNames::default();
        let given = ["a", "a", "a~2", "a", "b"].map(|name| names.claim(name.to_owned()));
        assert_eq!(given, ["a", "a~2", "a~2~2", "a~3", "b"]);
    }

    #[test]
    fn a_path_is_a_reference_whatever_is_in_it() {
        assert_eq!(path_reference("dist/a b/%\u{e4}!c"), "dist/a%20b/%25%C3%A4%21c");
        assert_eq!(path_reference("/usr/a:b"), "file:///usr/a%3Ab");
        assert_eq!(path_reference("//a"), "file:////a");
        if cfg!(windows) {
            assert_eq!(path_reference("C:\\a b"), "file:///C:/a%20b");
        } else {
            assert_eq!(path_reference("a\\b"), "a%5Cb");
        }
    }

    #[test]
    fn a_file_is_named_by_its_digest() {
        let subject = Subject { name: "a b".to_owned(), ..Subject::default() };
        assert_eq!(file_purl(&subject).unwrap(), "pkg:generic/a%20b");
        let digest = "ab".repeat(32);
        let subject = Subject { sha256: Some(digest.clone()), ..subject };
        assert_eq!(file_purl(&subject).unwrap(), format!("pkg:generic/a%20b?checksum=sha256:{digest}"));
    }
}
