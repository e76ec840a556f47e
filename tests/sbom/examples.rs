//! The examples about SBOMs do what they say.

use crate::fixture::{Fixture, component};
use serde_json::Value;

#[path = "../../examples/own_sbom.rs"]
#[expect(dead_code, reason = "its `main` asks for the program that runs, which has no list here")]
mod own_sbom;

#[test]
fn a_program_describes_itself() {
    let fixture = Fixture::program();
    let mut json = Vec::new();
    own_sbom::print_sbom(&fixture.path("app.wasm"), &mut json).unwrap();
    let document: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(component(&document, "deep")["purl"], "pkg:cargo/deep@1.1.0");
    let hash = &document["metadata"]["component"]["hashes"][0]["content"];
    let (_, of_program, _) = fixture.run("sbom app.wasm");
    assert!(of_program.contains(hash.as_str().unwrap()), "{hash}");
}

#[test]
fn a_program_without_a_list_says_how_to_get_one() {
    let this_test = std::env::current_exe().unwrap();
    let error = own_sbom::print_sbom(&this_test, Vec::new()).unwrap_err();
    assert!(error.to_string().contains("cargo auditable"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_release_is_written_down() {
    use crate::support::{Project, Toolchain};
    use std::path::Path;
    use std::process::Command;
    use std::{env, fs};

    let project = Project::new()
        .bin("tool", "1.2.0", "license = 'MIT'\n[dependencies]\nnear.path = '../near'\n[workspace]")
        .file("tool/src/bin/second.rs", "fn main() {}")
        .lib("near", "0.2.0", "license = 'ISC'");
    project.cargo(["generate-lockfile", "--manifest-path", "tool/Cargo.toml"]).succeeds();
    let programs = Path::new(env!("CARGO_BIN_EXE_auditable")).parent().unwrap().to_owned();
    let rest = Toolchain::current().search_path();
    let path = env::join_paths(std::iter::once(programs).chain(env::split_paths(&rest))).unwrap();
    let mut script = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/release/release.sh"));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO")) {
        script.env_remove(name);
    }
    let output = script
        .args(["tool", "out", "tool@1.2.0"])
        .current_dir(project.path(""))
        .env("PATH", path)
        .env("CARGO_HOME", project.home())
        .env("CARGO_NET_OFFLINE", "true")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let read = |path: &str| fs::read_to_string(project.path("out").join(path)).unwrap();
    let document: Value = serde_json::from_str(&read("sbom/tool.cdx.json")).unwrap();
    assert_eq!(component(&document, "near")["licenses"][0]["license"]["id"], "ISC");
    assert!(read("sbom/second.spdx3.json").contains("2023-11-14T22:13:20Z"));
    let release: Value = serde_json::from_str(&read("tool-1.2.0.cdx.json")).unwrap();
    assert_eq!(release["metadata"]["component"]["name"], "tool");
    let statement: Value = serde_json::from_str(&read("attestations/tool.cdx.intoto.json")).unwrap();
    assert_eq!(statement["predicate"], document);
    assert_eq!(read("SHA256SUMS").lines().count(), 2 + 2 * 4 + 2 + 1);
}
