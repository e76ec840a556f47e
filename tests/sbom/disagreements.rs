//! A lock file of another build says nothing about this one.

use crate::fixture::Fixture;
use std::fs;

#[track_caller]
fn refused(fixture: &Fixture, arguments: &str, words: &[&str]) {
    let (code, stdout, stderr) = fixture.run(&format!("sbom {arguments}"));
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "{word:?} is not in {stderr}");
    }
}

#[test]
fn another_version_or_source_is_shown() {
    let fixture = Fixture::new();
    let lock = fs::read_to_string(fixture.path("Cargo.lock")).unwrap();
    let crates_io = "registry+https://github.com/rust-lang/crates.io-index";
    let other = lock.replace("version = \"1.1.0\"", "version = \"1.0.0\"").replace(
        &format!("version = \"0.3.0\"\nsource = \"{crates_io}\""),
        "version = \"0.3.0\"\nsource = \"sparse+https://elsewhere.example.com/\"",
    );
    assert_ne!(lock, other);
    fixture.project.write("other.lock", &other);
    refused(
        &fixture,
        "--lockfile other.lock app.wasm",
        &[
            "error: app.wasm\n",
            "deep 1.1.0 (crates.io): the lock file has 1.0.0 from crates.io",
            "dep 0.3.0 (crates.io): the lock file has 0.3.0 from the registry https://elsewhere.example.com/",
        ],
    );
}

#[test]
fn a_document_is_written_for_the_files_that_agree() {
    let fixture = Fixture::new();
    let stranger = r#"{"packages":[{"name":"stranger","version":"1.0.0","source":"local","root":true}]}"#;
    fs::write(fixture.path("stranger.wasm"), crate::support::module(&[stranger])).unwrap();
    let (code, _, stderr) = fixture.run("sbom --lockfile Cargo.lock -o sboms/ app.wasm stranger.wasm");
    assert!(code == 2 && stderr.contains("stranger 1.0.0 (local): not in the lock file"), "{stderr}");
    assert!(fixture.path("sboms/app.wasm.cdx.json").is_file());
    assert!(!fixture.path("sboms/stranger.wasm.cdx.json").exists());
}

#[test]
fn what_is_no_lock_file_is_named() {
    let fixture = Fixture::new();
    fixture.project.write("broken.lock", "[");
    refused(&fixture, "--lockfile broken.lock app.wasm", &["error: broken.lock", "not a Cargo.lock"]);
    refused(&fixture, "--lockfile absent.lock app.wasm", &["error: absent.lock"]);
    refused(&fixture, "--manifest-path absent/Cargo.toml app.wasm", &["Cargo.toml", "absent"]);
}

#[test]
fn what_cargo_has_not_fetched_is_an_error_and_not_less() {
    let fixture = Fixture::new();
    let nowhere = fixture.project.beside("nowhere");
    let (code, stdout, stderr) = fixture.run_at_home("sbom --lockfile Cargo.lock app.wasm", &nowhere);
    assert_eq!((code, stdout.as_str()), (2, ""));
    for word in ["cargo fetch --locked", "--no-enrich", "\n  deep 1.1.0", "\n  gitted 5.0.0"] {
        assert!(stderr.contains(word), "{word:?} is not in {stderr}");
    }
}

#[test]
fn a_crate_that_is_not_the_one_of_the_lock_file_is_not_taken() {
    let fixture = Fixture::new();
    let cache = fixture.project.home().join("registry/cache");
    let folders = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    let file = folders.map(|folder| folder.join("deep-1.1.0.crate")).find(|file| file.exists()).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    refused(&fixture, "--lockfile Cargo.lock app.wasm", &["not found:\n  deep 1.1.0\n"]);
}
