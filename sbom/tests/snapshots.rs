//! The documents of one small program, to the letter: what a change does to a format shows in a diff.
//!
//! `BLESS=1 cargo test -p auditable-sbom --test snapshots` writes them anew.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use auditable_graph::Graph;
use auditable_sbom::Document;
use std::fs;
use std::path::Path;

#[expect(dead_code, reason = "only some of its documents are needed here")]
mod graphs;

/// A crate of each source and kind, one of which needs another.
const LIST: &[u8] = br#"{"packages":[
    {"name":"cc","version":"1.2.0","source":"crates.io","kind":"build","dependencies":[1]},
    {"name":"shlex","version":"1.3.0","source":"crates.io","kind":"build"},
    {"name":"zstd-sys","version":"2.0.15+zstd.1.5.7","source":"git","dependencies":[0]},
    {"name":"hello","version":"1.0.0","source":"local","dependencies":[2],"root":true}],"format":8}"#;

#[test]
fn documents_are_as_they_were() {
    let hello = graphs::document(&Graph::from_json(LIST).unwrap());
    let mut changed = Vec::new();
    compare("hello", &hello, &mut changed);
    compare("known", &graphs::known(), &mut changed);
    assert!(changed.is_empty(), "changed: {changed:?}; if that is right, run again with BLESS=1");
}

fn compare(name: &str, document: &Document, changed: &mut Vec<String>) {
    for (extension, text) in graphs::encodings(document) {
        let name = format!("{name}.{extension}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(&name);
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        } else if fs::read(path).ok() != Some(text) {
            changed.push(name);
        }
    }
}
