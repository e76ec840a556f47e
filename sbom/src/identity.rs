//! Names that tell documents apart, and components within a document.

use crate::document::Component;
use crate::{Contact, Options, Tool};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use uuid::Uuid;

/// The UUID (version 5, so a hash) of the document that says this.
///
/// It depends on everything that is said; not on the moment of writing, nor on the format or its version: documents
/// that differ in nothing else say the same.
pub(crate) fn document_uuid(components: &[Component], options: &Options) -> Uuid {
    let Options { tool, timestamp: _, authors, supplier } = options;
    let mut name = Vec::new();
    // Writing to memory cannot fail, and none of these types has a value without JSON.
    let _ = serde_json::to_writer(&mut name, &Said { tool, authors, supplier, components });
    Uuid::new_v5(&NAMESPACE, &name)
}

/// JSON keeps different fields from running together into the same bytes.
#[derive(Serialize)]
struct Said<'a> {
    tool: &'a Tool,
    authors: &'a [Contact],
    supplier: &'a Option<Contact>,
    components: &'a [Component],
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
    use crate::{Artifact, Contact, Document, Origin, PackageFacts, Subject, Timestamp};
    use auditable_graph::{Format, Graph, Package, Source, Version};

    fn options(version: &str, unix_seconds: u64) -> Options {
        let tool = Tool { name: "auditable".into(), version: version.into() };
        Options::new(tool, Timestamp::from_unix_seconds(unix_seconds).unwrap())
    }

    fn graph(version: u64) -> Graph {
        let package = Package::new("log", Version::new(version, 0, 0), Source::Git);
        Graph::new(vec![package], Format::RECORDS).unwrap()
    }

    #[test]
    fn the_uuid_depends_on_all_that_is_said_but_not_on_the_moment() {
        let subject = Subject::new("app", [1; 32], [2; 64]);
        let uuid = |subject: &Subject, options: Options| {
            Document::new(&Artifact::new(graph(1), subject.clone()), options).uuid
        };
        let one = uuid(&subject, options("1", 0));
        assert_eq!(one, uuid(&subject, options("1", 99)));
        assert_eq!(one.get_version_num(), 5);
        let slice = Subject { architecture: Some("arm64".into()), ..subject.clone() };
        let renamed = Subject { file_name: "app2".into(), ..subject.clone() };
        let changed = Subject { sha256: [3; 32], ..subject.clone() };
        let changed_too = Subject { sha512: [3; 64], ..subject.clone() };
        let mut supplied = options("1", 0);
        supplied.supplier = Some(Contact::new("Example Ltd"));
        let mut authored = options("1", 0);
        authored.authors.push(Contact::new("Example Ltd"));
        let revision = |revision: &str| {
            let repository = "https://example.com/log".to_owned();
            let origin = Some(Origin::Git { repository, revision: Some(revision.to_owned()) });
            let artifact = Artifact::new(graph(1), subject.clone())
                .with_facts(|_| PackageFacts { origin: origin.clone(), ..PackageFacts::default() });
            Document::new(&artifact, options("1", 0)).uuid
        };
        let mut uuids = vec![
            one,
            uuid(&slice, options("1", 0)),
            uuid(&renamed, options("1", 0)),
            uuid(&changed, options("1", 0)),
            uuid(&changed_too, options("1", 0)),
            uuid(&subject, options("2", 0)),
            uuid(&subject, supplied),
            uuid(&subject, authored),
            revision("a"),
            revision("b"),
            Document::new(&Artifact::new(graph(2), subject.clone()), options("1", 0)).uuid,
        ];
        let count = uuids.len();
        uuids.sort();
        uuids.dedup();
        assert_eq!(uuids.len(), count);
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
