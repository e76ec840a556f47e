//! Several documents, and one for several files.

use crate::fixture::{Fixture, LIST, component, properties};
use crate::support::module;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

#[test]
fn a_document_for_each_file_and_format() {
    let fixture = Fixture::program();
    for file in ["dist/linux/app.wasm", "dist/mac/app.wasm"] {
        fixture.project.write(file, "");
        fs::write(fixture.path(file), module(&[LIST])).unwrap();
    }
    let (code, stdout, stderr) =
        fixture.run("sbom --format cyclonedx-json,spdx-json -o sboms/ dist app.wasm");
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""));
    for name in ["linux/app.wasm", "mac/app.wasm", "app.wasm"] {
        for extension in ["cdx.json", "spdx.json"] {
            let text = fs::read_to_string(fixture.path(&format!("sboms/{name}.{extension}"))).unwrap();
            assert!(text.contains("pkg:cargo/deep@1.1.0"), "{name}.{extension}");
        }
    }
}

#[test]
fn what_lies_in_an_archive_keeps_its_way_there() {
    let fixture = Fixture::program();
    fs::create_dir(fixture.path("usr")).unwrap();
    fs::rename(fixture.path("app.wasm"), fixture.path("usr/app.wasm")).unwrap();
    let status = Command::new("tar").args(["-czf", "dist.tgz", "usr"]).current_dir(fixture.path("")).status();
    assert!(status.unwrap().success());
    let (code, _, stderr) = fixture.run("sbom -o sboms/ dist.tgz");
    assert_eq!((code, stderr.as_str()), (0, ""));
    let text = fs::read_to_string(fixture.path("sboms/dist.tgz/usr/app.wasm.cdx.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(properties(&document["metadata"]["component"], "auditable:file-name"), ["app.wasm"]);
}

#[test]
fn two_documents_need_a_folder() {
    let fixture = Fixture::program();
    let (code, _, stderr) = fixture.run("sbom --format cyclonedx-json,spdx-json app.wasm");
    assert!(code == 2 && stderr.contains("name a folder for them"), "{stderr}");
}

#[test]
fn two_files_of_one_name_do_not_overwrite_each_other() {
    let fixture = Fixture::program();
    fixture.project.write("copy/app.wasm", "");
    fs::write(fixture.path("copy/app.wasm"), module(&[&LIST.replace("1.1.0", "1.1.1")])).unwrap();
    let (code, _, stderr) = fixture.run("sbom -o sboms/ app.wasm copy/app.wasm");
    assert!(code == 2 && stderr.contains("both be described in app.wasm.cdx.json"), "{stderr}");
    // The same file again is no other.
    fs::copy(fixture.path("app.wasm"), fixture.path("copy/app.wasm")).unwrap();
    let (code, _, stderr) = fixture.run("sbom -o sboms/ app.wasm copy/app.wasm app.wasm");
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn a_release_is_one_document() {
    let fixture = Fixture::new();
    let tool = r#"{"packages":[{"name":"deep","version":"1.1.0","source":"crates.io"},
        {"name":"near","version":"0.2.0","source":"local","dependencies":[0],"root":true}],"format":9}"#;
    fs::write(fixture.path("tool.wasm"), module(&[tool])).unwrap();
    let arguments = "--merge suite@1.2.0 --manifest-path Cargo.toml";
    let document = fixture.document(&format!("{arguments} app.wasm tool.wasm"));
    let described = &document["metadata"]["component"];
    assert_eq!((&described["name"], &described["version"]), (&json!("suite"), &json!("1.2.0")));
    let files: Vec<&Value> = document["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|component| component["type"] == "application")
        .collect();
    assert_eq!(files.len(), 2, "{document:#}");
    assert_eq!(component(&document, "near")["licenses"][0]["license"]["id"], "ISC");
    assert_eq!(document, fixture.document(&format!("{arguments} tool.wasm app.wasm")), "in another order");

    let (code, _, _) = fixture.run(&format!("sbom {arguments} -o sboms/ app.wasm tool.wasm"));
    assert!(code == 0 && fixture.path("sboms/suite-1.2.0.cdx.json").is_file());
}

#[test]
fn a_file_that_is_found_twice_is_one_part_of_a_release() {
    let fixture = Fixture::program();
    fixture.project.write("dist/copy/app.wasm", "");
    fs::copy(fixture.path("app.wasm"), fixture.path("dist/copy/app.wasm")).unwrap();
    let once = fixture.document("--merge suite app.wasm");
    assert_eq!(once, fixture.document("--merge suite app.wasm app.wasm dist"));
}

#[test]
fn a_release_of_nothing_is_no_document() {
    let fixture = Fixture::program();
    fs::write(fixture.path("empty.wasm"), module(&[])).unwrap();
    let (code, stdout, _) = fixture.run("sbom --merge suite empty.wasm");
    assert_eq!((code, stdout.as_str()), (1, ""));
}

#[test]
fn a_release_has_a_name() {
    let fixture = Fixture::program();
    for name in ["", "\u{1b}[31msuite"] {
        let (code, stdout, stderr) = fixture.run(&format!("sbom --merge={name} app.wasm"));
        assert_eq!((code, stdout.as_str()), (2, ""), "{name:?}");
        assert!(stderr.contains("a name is needed"), "{stderr}");
    }
    let document = fixture.document("--merge @example/suite app.wasm");
    assert_eq!(document["metadata"]["component"]["name"], "@example/suite");
}

#[test]
fn a_release_with_a_damaged_part_is_no_document() {
    let fixture = Fixture::program();
    fs::write(fixture.path("damaged.wasm"), &module(&[LIST])[..60]).unwrap();
    let (code, stdout, stderr) = fixture.run("sbom --merge suite app.wasm damaged.wasm");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("damaged.wasm") && stderr.contains("no document about the release"), "{stderr}");
}

#[test]
fn the_target_is_told_by_whoever_built_it() {
    let fixture = Fixture::program();
    let document = fixture.document("--target wasm32-wasip1 app.wasm");
    assert_eq!(properties(&document["metadata"]["component"], "auditable:target"), ["wasm32-wasip1"]);
    let document = fixture.document("app.wasm");
    assert!(properties(&document["metadata"]["component"], "auditable:target").is_empty());
    for target in ["", "linux", "/home/jane/target.json", "a--b"] {
        let (code, stdout, stderr) = fixture.run(&format!("sbom --target={target} app.wasm"));
        assert!(code == 2 && stdout.is_empty() && stderr.contains("a target triple is needed"), "{stderr}");
    }
}

#[test]
fn an_account_in_a_list_is_left_out_and_noted() {
    let fixture = Fixture::program();
    let list = LIST.replace("\"registry\"", "\"registry+https://jane:secret@crates.example.com/index\"");
    fs::write(fixture.path("leak.wasm"), module(&[&list])).unwrap();
    for format in ["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tv", "spdx3-json"] {
        let (code, stdout, stderr) = fixture.run(&format!("sbom --format {format} leak.wasm"));
        assert!(code == 0 && !stdout.contains("secret"), "{format}: {stdout}");
        assert!(stdout.contains("registry+https://crates.example.com/index"), "{format}: {stdout}");
        assert!(stderr.starts_with("note: leak.wasm: its list has an address"), "{stderr}");
    }
}

#[test]
fn a_version_that_no_format_has_is_an_error() {
    let fixture = Fixture::program();
    for (version, words) in [("9.9", "CycloneDX 9.9 is not supported"), ("", "given without a version")] {
        let (code, stdout, stderr) = fixture.run(&format!("sbom --spec-version={version} app.wasm"));
        assert!(code == 2 && stdout.is_empty() && stderr.contains(words), "{stderr}");
    }
}

#[test]
fn author_and_supplier_are_named() {
    let fixture = Fixture::program();
    let document = fixture.document("--author jane@example.com --supplier https://example.com app.wasm");
    assert_eq!(document["metadata"]["authors"][0]["email"], "jane@example.com");
    assert_eq!(document["metadata"]["supplier"]["url"], json!(["https://example.com"]));
    let (code, _, stderr) = fixture.run("sbom --author <> app.wasm");
    assert!(code == 2 && stderr.contains("--author"), "{stderr}");
}
