//! Names that tell documents apart, and components within a document.

use crate::{Options, Subject};
use auditable_graph::Graph;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use uuid::Uuid;

/// The UUID (version 5, so a hash) of the document about a subject.
///
/// It depends on the file, on the list, of which a file can have several, and on everything else that decides what is
/// said; not on the moment of writing, nor on the format or its version: documents that differ in nothing else say the
/// same.
pub(crate) fn document_uuid(graph: &Graph, subject: &Subject, options: &Options) -> Uuid {
    let mut name = Vec::new();
    for field in [
        Some(subject.sha256.as_slice()),
        Some(subject.file_name.as_bytes()),
        subject.container.as_deref().map(str::as_bytes),
        subject.architecture.as_deref().map(str::as_bytes),
        Some(options.tool.name.as_bytes()),
        Some(options.tool.version.as_bytes()),
    ] {
        add_field(&mut name, field);
    }
    add_field(&mut name, Some(graph.format().0.to_le_bytes().as_slice()));
    for package in graph.packages() {
        let version = package.version.to_string();
        for text in [&package.name, &version, package.source.as_str(), package.kind.as_str()] {
            add_field(&mut name, Some(text.as_bytes()));
        }
        let dependencies: Vec<u8> =
            package.dependencies.iter().flat_map(|index| index.to_le_bytes()).collect();
        add_field(&mut name, package.is_root.then_some(&[]));
        add_field(&mut name, Some(&dependencies));
    }
    Uuid::new_v5(&NAMESPACE, &name)
}

/// Appends a field with its length before it and a byte for its presence, which keep different fields from running
/// together into the same bytes.
fn add_field(name: &mut Vec<u8>, field: Option<&[u8]>) {
    name.push(u8::from(field.is_some()));
    let field = field.unwrap_or_default();
    let length = u64::try_from(field.len()).unwrap_or(u64::MAX);
    name.extend_from_slice(&length.to_le_bytes());
    name.extend_from_slice(field);
}

/// Lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Percent-encodes all but the unreserved characters of RFC 3986, so that the text can stand in a URI.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// Makes names unique: the first user of a name has it as it is, later ones with a number, from 2 on.
///
/// Names are of ASCII, and are cut to [`MAX_NAME_BYTES`]: each dependency repeats one, so that a list could otherwise
/// ask for a document many thousand times its own size.
pub(crate) struct UniqueNames {
    separator: char,
    taken: HashSet<String>,
    /// How often a name was asked for, so that many users of one name do not try all numbers again.
    uses: HashMap<String, u64>,
}

impl UniqueNames {
    pub(crate) fn new(separator: char) -> Self {
        Self { separator, taken: HashSet::new(), uses: HashMap::new() }
    }

    pub(crate) fn claim(&mut self, name: String) -> String {
        let name = name.get(..MAX_NAME_BYTES).map(str::to_owned).unwrap_or(name);
        let uses = self.uses.entry(name.clone()).or_insert(0);
        let mut unique = name.clone();
        loop {
            *uses = uses.saturating_add(1);
            if *uses > 1 {
                unique = format!("{name}{}{uses}", self.separator);
            }
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}

/// Longest name before it has a number. crates.io allows 64 bytes for the name of a crate.
const MAX_NAME_BYTES: usize = 256;

/// The namespace of the names that document UUIDs are made of: drawn once at random, and never changed, since
/// every serial number would change with it.
const NAMESPACE: Uuid = Uuid::from_u128(0x8b31_8c4d_1fe7_4fea_a088_f807_f08b_3dd9);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Timestamp, Tool};
    use auditable_graph::{Format, Package, Source, Version};

    fn options(version: &str, unix_seconds: u64) -> Options {
        let tool = Tool { name: "auditable".into(), version: version.into() };
        Options::new(tool, Timestamp::from_unix_seconds(unix_seconds).unwrap())
    }

    fn graph(version: u64) -> Graph {
        let package = Package::new("libc", Version::new(version, 0, 0), Source::CratesIo);
        Graph::new(vec![package], Format::RECORDS).unwrap()
    }

    #[test]
    fn the_uuid_depends_on_list_file_and_options_but_not_on_the_moment() {
        let document_uuid = |subject: &Subject, options: &Options| document_uuid(&graph(1), subject, options);
        let subject = Subject::new("app", [1; 32], [2; 64]);
        let uuid = document_uuid(&subject, &options("1", 0));
        assert_eq!(uuid, document_uuid(&subject, &options("1", 99)));
        assert_eq!(uuid.get_version_num(), 5);
        let slice = Subject { architecture: Some("arm64".into()), ..subject.clone() };
        let renamed = Subject { file_name: "app2".into(), ..subject.clone() };
        let changed = Subject { sha256: [3; 32], ..subject.clone() };
        for other in [
            document_uuid(&slice, &options("1", 0)),
            document_uuid(&renamed, &options("1", 0)),
            document_uuid(&changed, &options("1", 0)),
            document_uuid(&subject, &options("2", 0)),
        ] {
            assert_ne!(uuid, other);
        }
        assert_ne!(uuid, super::document_uuid(&graph(2), &subject, &options("1", 0)));
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names = UniqueNames::new('-');
        let given: Vec<String> =
            ["a", "a", "a-2", "a", "a-3", "b"].into_iter().map(|name| names.claim(name.to_owned())).collect();
        assert_eq!(given, ["a", "a-2", "a-2-2", "a-3", "a-3-2", "b"]);
    }

    #[test]
    fn long_names_are_cut_and_still_unique() {
        let mut names = UniqueNames::new('#');
        let given = ["a", "b"].map(|end| names.claim("x".repeat(1_000_000) + end));
        assert_eq!(given, ["x".repeat(256), "x".repeat(256) + "#2"]);
    }

    #[test]
    fn reserved_characters_are_encoded() {
        assert_eq!(percent_encoded("a_b-1.0.0+x é/"), "a_b-1.0.0%2Bx%20%C3%A9%2F");
    }
}
