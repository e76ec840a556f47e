//! The documents of one small program, to the letter: what a change does to a format shows in a diff.
//!
//! `BLESS=1 cargo test -p auditable-sbom --test snapshots` writes them anew.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::Graph;
use auditable_sbom::{Document, cyclonedx, spdx2};
use std::fs;
use std::path::Path;

#[expect(dead_code, reason = "only the file and the options of its documents are needed here")]
mod graphs;

/// A crate of each source and kind, one of which needs another.
const LIST: &[u8] = br#"{"packages":[
    {"name":"cc","version":"1.2.0","source":"crates.io","kind":"build","dependencies":[1]},
    {"name":"shlex","version":"1.3.0","source":"crates.io","kind":"build"},
    {"name":"zstd-sys","version":"2.0.15+zstd.1.5.7","source":"git","dependencies":[0]},
    {"name":"hello","version":"1.0.0","source":"local","dependencies":[2],"root":true}],"format":8}"#;

#[test]
fn documents_are_as_they_were() {
    let document = graphs::document(&Graph::from_json(LIST).unwrap());
    let mut changed = Vec::new();
    for version in cyclonedx::Version::ALL {
        let mut json = Vec::new();
        cyclonedx::write_json(&document, version, &mut json).unwrap();
        compare(&format!("hello.{version}.cdx.json"), &json, &mut changed);
    }
    for (name, text) in spdx2_documents(&document) {
        compare(name, &text, &mut changed);
    }
    assert!(changed.is_empty(), "changed: {changed:?}; if that is right, run again with BLESS=1");
}

fn spdx2_documents(document: &Document) -> [(&'static str, Vec<u8>); 2] {
    let (mut json, mut tag_value) = (Vec::new(), Vec::new());
    spdx2::write_json(document, &mut json).unwrap();
    spdx2::write_tag_value(document, &mut tag_value).unwrap();
    [("hello.spdx.json", json), ("hello.spdx", tag_value)]
}

fn compare(name: &str, text: &[u8], changed: &mut Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    } else if fs::read(path).ok().as_deref() != Some(text) {
        changed.push(name.to_owned());
    }
}
