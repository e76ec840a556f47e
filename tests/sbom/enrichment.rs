//! What the lock file and the manifests add.

use crate::fixture::{Fixture, component};
use serde_json::{Value, json};
use std::fs;

fn license(component: &Value) -> &Value {
    let license = &component["licenses"][0];
    if license["expression"].is_string() {
        return &license["expression"];
    }
    if license["license"]["id"].is_string() { &license["license"]["id"] } else { &license["license"]["name"] }
}

fn sha256(component: &Value) -> Option<&str> {
    let hashes = component["hashes"].as_array()?;
    hashes.iter().find(|hash| hash["alg"] == "SHA-256")?["content"].as_str()
}

#[test]
fn the_manifest_of_the_build_leads_to_everything() {
    let fixture = Fixture::new();
    let document = fixture.document("--manifest-path app/Cargo.toml app.wasm");
    for (name, expected) in [
        ("app", json!("0BSD")),
        ("near", json!("ISC")),
        ("dep", json!("MIT")),
        ("deep", json!("MIT OR Apache-2.0")),
        ("scripting", json!("Zlib")),
        ("gitted", json!("MPL-2.0")),
        ("private", json!("see the file LICENSE of private 2.0.0")),
    ] {
        assert_eq!(license(component(&document, name)), &expected, "{name}");
    }
    for name in ["dep", "deep", "scripting", "private"] {
        assert_eq!(sha256(component(&document, name)), Some(fixture.checksum(name).as_str()), "{name}");
    }
    assert_eq!(sha256(component(&document, "gitted")), None);
    let dep = component(&document, "dep");
    assert_eq!(dep["authors"], json!([{"name": "Jane Doe", "email": "jane@example.com"}]));
    assert_eq!(component(&document, "near")["authors"], json!([{"name": "Ours"}]));
    assert_eq!(component(&document, "deep")["description"], "Goes deep");
    let links = dep["externalReferences"].to_string();
    assert!(
        links.contains("https://example.com/dep") && links.contains("https://dep.example.com"),
        "{links}"
    );
}

#[test]
fn git_and_other_registries_have_a_package_url_then() {
    let fixture = Fixture::new();
    let document = fixture.document("--lockfile Cargo.lock app.wasm");
    let purl = |name| component(&document, name)["purl"].as_str().map(str::to_owned);
    let commit = fixture.commit();
    assert_eq!(
        purl("gitted").unwrap(),
        format!("pkg:cargo/gitted@5.0.0?vcs_url=git%2Bhttps:%2F%2Fgit.example.com%2Fgitted.git%40{commit}")
    );
    assert_eq!(
        purl("private").unwrap(),
        "pkg:cargo/private@2.0.0?repository_url=https:%2F%2Fregistry.example.com%2Findex"
    );
    assert_eq!(purl("near"), None);
    assert_eq!(license(component(&document, "near")), &Value::Null, "the source tree was not named");
    assert_eq!(license(component(&document, "gitted")), "MPL-2.0");
}

#[test]
fn by_itself_a_document_says_what_the_binary_proves() {
    let fixture = Fixture::new();
    let document = fixture.document("app.wasm");
    for name in ["dep", "gitted", "private", "near"] {
        let component = component(&document, name);
        assert!(component["licenses"].is_null() && component["hashes"].is_null(), "{component:#}");
    }
    assert!(component(&document, "gitted")["purl"].is_null());
}

#[test]
fn nothing_but_the_lock_file_is_read_if_told_so() {
    let fixture = Fixture::new();
    let document = fixture.document("--no-enrich --lockfile Cargo.lock app.wasm");
    let dep = component(&document, "dep");
    assert_eq!((license(dep), sha256(dep)), (&Value::Null, Some(fixture.checksum("dep").as_str())));
}

#[test]
fn vendored_crates_are_found_beside_the_lock_file() {
    let fixture = Fixture::new();
    let lock = fs::read_to_string(fixture.path("Cargo.lock")).unwrap();
    // Cargo knows the addresses that it has fetched from.
    let project = &fixture.project;
    fs::remove_file(fixture.path("Cargo.lock")).unwrap();
    project.cargo(["vendor", "--quiet", "--respect-source-config"]).online().succeeds();
    project.write("Cargo.lock", &lock);
    let nowhere = project.beside("nowhere");
    let (code, stdout, stderr) = fixture.run_at_home("sbom --lockfile Cargo.lock app.wasm", &nowhere);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(license(component(&document, "deep")), "MIT OR Apache-2.0");
    assert_eq!(license(component(&document, "gitted")), "MPL-2.0");

    // What was changed by hand is not what the lock file names.
    let manifest = fixture.path("vendor/dep/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("MIT", "GPL-3.0-only")).unwrap();
    let (code, _, stderr) = fixture.run_at_home("sbom --lockfile Cargo.lock app.wasm", &nowhere);
    assert!(code == 2 && stderr.contains("\n  dep 0.3.0"), "{stderr}");
}

#[test]
fn a_folder_of_crates_can_be_named() {
    let fixture = Fixture::new();
    let nowhere = fixture.project.beside("nowhere");
    let list = r#"{"packages":[{"name":"deep","version":"1.1.0","source":"crates.io"}],"format":9}"#;
    fs::write(fixture.path("app.wasm"), crate::support::module(&[list])).unwrap();
    let (code, stdout, stderr) =
        fixture.run_at_home("sbom --lockfile Cargo.lock --vendor ../crates-io app.wasm", &nowhere);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(license(component(&document, "deep")), "MIT OR Apache-2.0");
}
