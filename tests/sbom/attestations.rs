//! in-toto Statements.

use crate::fixture::Fixture;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs;

#[test]
fn a_statement_binds_the_document_to_the_file() {
    let fixture = Fixture::program();
    let digest: String = Sha256::digest(fs::read(fixture.path("app.wasm")).unwrap())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for (format, predicate_type) in [
        ("cyclonedx-json", "https://cyclonedx.org/bom"),
        ("spdx-json", "https://spdx.dev/Document"),
        ("spdx3-json", "https://spdx.dev/Document/v3"),
    ] {
        let statement = fixture.document(&format!("--format {format} --attest app.wasm"));
        assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
        assert_eq!(statement["predicateType"], predicate_type);
        assert_eq!(statement["subject"].as_array().unwrap().len(), 1);
        assert_eq!(statement["subject"][0]["name"], "app.wasm");
        assert_eq!(statement["subject"][0]["digest"]["sha256"], digest.as_str());
        assert_eq!(statement["predicate"], fixture.document(&format!("--format {format} app.wasm")));
    }
}

#[test]
fn a_release_has_all_files_as_subjects() {
    let fixture = Fixture::program();
    fs::copy(fixture.path("app.wasm"), fixture.path("zoo.wasm")).unwrap();
    let statement = fixture.document("--attest --merge suite zoo.wasm app.wasm");
    let names: Vec<&Value> =
        statement["subject"].as_array().unwrap().iter().map(|subject| &subject["name"]).collect();
    assert_eq!(names, ["app.wasm", "zoo.wasm"]);
}

#[test]
fn attestations_are_of_json() {
    let fixture = Fixture::program();
    let (code, stdout, stderr) = fixture.run("sbom --attest --format cyclonedx-json,cyclonedx-xml app.wasm");
    assert!(code == 2 && stdout.is_empty() && stderr.contains("attestations are JSON"), "{stderr}");
    let (code, _, _) = fixture.run("sbom --attest -o sboms/ app.wasm");
    assert!(code == 0 && fixture.path("sboms/app.wasm.cdx.intoto.json").is_file());
}
