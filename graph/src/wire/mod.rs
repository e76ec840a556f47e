//! The JSON form.
//!
//! ```text
//! {"packages":[{"name":string,"version":strict semver,"source":string,
//!               "kind":"build"|"runtime",       left out for "runtime"
//!               "dependencies":[index,...],     left out when empty, never null
//!               "root":true},...],              left out except for the root, which is the last entry
//!  "format":number}                             left out for 0
//! ```
//!
//! Keys that are not known are skipped at both levels.

mod compact;

use crate::limits::{MAX_JSON_BYTES, MAX_PACKAGES, MAX_WRITTEN_JSON_BYTES};
use crate::{Format, Graph, GraphError, Kind, Package, Source};
use semver::Version;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

pub(crate) fn from_json(json: &[u8]) -> Result<Graph, GraphError> {
    if json.len() > MAX_JSON_BYTES {
        return Err(GraphError::JsonTooLarge(json.len()));
    }
    if let Some((packages, format)) = str::from_utf8(json).ok().and_then(compact::read) {
        return Graph::new(packages, format);
    }
    let list: ReadList = serde_json::from_slice(json).map_err(GraphError::Json)?;
    let packages = list.packages.into_iter().map(|ReadPackage(package)| package).collect();
    Graph::new(packages, Format(list.format))
}

pub(crate) fn to_json(graph: &Graph) -> Result<Vec<u8>, GraphError> {
    if graph.root().is_none() {
        return Err(GraphError::NoRoot);
    }
    for package in graph.packages() {
        for text in [package.name.as_str(), package.source.as_str()] {
            if text.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
                return Err(GraphError::UnwritableText(text.to_owned()));
            }
        }
    }
    let packages = graph.packages().iter().map(WrittenPackage::from).collect();
    let list = WrittenList { packages, format: graph.format().0 };
    let json = serde_json::to_vec(&list).map_err(GraphError::Json)?;
    if json.len() > MAX_WRITTEN_JSON_BYTES {
        return Err(GraphError::WrittenJsonTooLarge(json.len()));
    }
    Ok(json)
}

#[derive(Deserialize)]
struct ReadList {
    #[serde(deserialize_with = "bounded")]
    packages: Vec<ReadPackage>,
    #[serde(default)]
    format: u32,
}

/// A package that is taken from its fields at once: all fields of all packages would be as much memory again.
struct ReadPackage(Package);

impl<'de> Deserialize<'de> for ReadPackage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReadFields::deserialize(deserializer).map(|fields| Self(fields.into()))
    }
}

#[derive(Deserialize)]
struct ReadFields<'a> {
    name: String,
    version: Version,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(default)]
    kind: ReadKind,
    #[serde(default, deserialize_with = "bounded")]
    dependencies: Vec<u32>,
    #[serde(default)]
    root: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum ReadKind {
    #[default]
    Runtime,
    Build,
}

impl From<ReadFields<'_>> for Package {
    fn from(read: ReadFields<'_>) -> Self {
        Self {
            name: read.name,
            version: read.version,
            source: Source::from(&*read.source),
            kind: match read.kind {
                ReadKind::Runtime => Kind::Runtime,
                ReadKind::Build => Kind::Build,
            },
            dependencies: read.dependencies,
            is_root: read.root,
        }
    }
}

/// A sequence of at most [`MAX_PACKAGES`] items. The limit is kept while reading: once all items were read they
/// would already be in memory.
fn bounded<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Bounded<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Bounded<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a sequence of at most {MAX_PACKAGES} items")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = sequence.next_element()? {
                if items.len() == MAX_PACKAGES {
                    return Err(A::Error::custom(format_args!(
                        "more than {MAX_PACKAGES} items in a sequence"
                    )));
                }
                items.push(item);
            }
            Ok(items)
        }
    }
    deserializer.deserialize_seq(Bounded(PhantomData))
}

#[derive(Serialize)]
struct WrittenList<'a> {
    packages: Vec<WrittenPackage<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    format: u32,
}

#[derive(Serialize)]
struct WrittenPackage<'a> {
    name: &'a str,
    version: &'a Version,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    dependencies: &'a [u32],
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<bool>,
}

impl<'a> From<&'a Package> for WrittenPackage<'a> {
    fn from(package: &'a Package) -> Self {
        Self {
            name: &package.name,
            version: &package.version,
            source: package.source.as_str(),
            kind: (package.kind != Kind::Runtime).then_some(package.kind.as_str()),
            dependencies: &package.dependencies,
            root: package.is_root.then_some(true),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Graph, GraphError> {
        Graph::from_json(json.as_bytes())
    }

    #[test]
    fn written_to_the_letter() {
        let json = r#"{"packages":[{"name":"cc","version":"1.2.3-beta.1+build.5","source":"crates.io","kind":"build"},{"name":"libc","version":"0.2.1","source":"registry"},{"name":"app","version":"0.1.0","source":"local","dependencies":[0,1],"root":true}],"format":8}"#;
        assert_eq!(String::from_utf8(read(json).unwrap().to_json().unwrap()).unwrap(), json);
    }

    #[test]
    fn format_zero_is_left_out() {
        let json = r#"{"packages":[{"name":"app","version":"0.1.0","source":"local","root":true}]}"#;
        assert_eq!(read(json).unwrap().to_json().unwrap(), json.as_bytes());
    }

    #[test]
    fn lists_of_every_age_are_read() {
        let old = read(r#"{"packages":[{"name":"a","version":"1.0.0","source":"crates.io"}]}"#).unwrap();
        assert_eq!((old.format(), old.root().is_none()), (Format::METADATA_V0, true));
        let newer = read(
            r#"{"future":{"a":[1]},"packages":[{"name":"a","version":"1.0.0","source":"moon","features":["x"],"root":false,"kind":"runtime"}],"format":77}"#,
        )
        .unwrap();
        assert_eq!(newer.packages()[0].source, Source::Other("moon".into()));
        assert_eq!(newer.format(), Format(77));
    }

    #[test]
    fn what_is_not_a_list_says_where() {
        for (json, says) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{}", "missing field `packages` at line 1 column 2"),
            (
                r#"{"packages":[{"name":"a","version":"1.0","source":"x"}]}"#,
                "unexpected end of input while parsing minor version number at line 1 column 40",
            ),
            (
                r#"{"packages":[],"format":-1}"#,
                "invalid value: integer `-1`, expected u32 at line 1 column 26",
            ),
            (r#"{"packages":[]} x"#, "trailing characters at line 1 column 17"),
        ] {
            match read(json) {
                Err(GraphError::Json(error)) => assert_eq!(error.to_string(), says),
                other => panic!("{json}: {other:?}"),
            }
        }
    }

    #[test]
    fn deep_nesting_in_an_unknown_key_is_an_error_not_a_stack_overflow() {
        let deep = format!(r#"{{"x":{}1,"packages":[]}}"#, "[".repeat(1_000_000));
        assert!(matches!(read(&deep), Err(GraphError::Json(_))));
    }

    #[test]
    fn too_many_packages_are_refused_while_reading() {
        let entry = r#"{"name":"a","version":"1.0.0","source":""},"#;
        let mut json = format!(r#"{{"packages":[{}"#, entry.repeat(MAX_PACKAGES + 1));
        json.pop();
        json.push_str("]}");
        let error = read(&json).unwrap_err();
        assert!(
            matches!(&error, GraphError::Json(inner) if inner.to_string().contains("more than 65536 items"))
        );
    }

    #[test]
    fn too_much_json_is_refused_before_reading() {
        let json = vec![b' '; MAX_JSON_BYTES + 1];
        assert!(matches!(Graph::from_json(&json), Err(GraphError::JsonTooLarge(size)) if size == json.len()));
    }

    #[test]
    fn what_a_reader_would_refuse_is_not_written() {
        let root = |name: &str| Package {
            is_root: true,
            ..Package::new(name, Version::new(1, 0, 0), Source::Local)
        };
        let rootless =
            Graph::new(vec![Package::new("a", Version::new(1, 0, 0), Source::Local)], Format(1)).unwrap();
        assert!(matches!(rootless.to_json(), Err(GraphError::NoRoot)));
        let quoted = Graph::new(vec![root("a\"b")], Format(1)).unwrap();
        assert!(matches!(quoted.to_json(), Err(GraphError::UnwritableText(_))));
        let escaped = Package { source: Source::Other("a\\b".into()), ..root("a") };
        assert!(Graph::new(vec![escaped], Format(1)).unwrap().to_json().is_err());
        let large = Graph::new(
            std::iter::once(root("app"))
                .chain((0..40_000).map(|number| {
                    Package::new(format!("package-{number}"), Version::new(1, 0, 0), Source::CratesIo)
                }))
                .collect(),
            Format(1),
        )
        .unwrap();
        assert!(matches!(large.to_json(), Err(GraphError::WrittenJsonTooLarge(_))));
    }
}
