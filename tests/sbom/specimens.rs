//! Real binaries with everything that lists can have, described in every format and version.
//!
//! With a folder in `AUDITABLE_SPECIMENS` the documents are left there for validators, and one program is made of 500
//! packages.

use crate::fixture::{Fixture, LIST};
use crate::support::module;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Each format with the versions that it is written in.
const FORMATS: [(&str, &[&str]); 5] = [
    ("cyclonedx-json", &["1.4", "1.5", "1.6", "1.7"]),
    ("cyclonedx-xml", &["1.4", "1.5", "1.6", "1.7"]),
    ("spdx-json", &["2.3"]),
    ("spdx-tv", &["2.3"]),
    ("spdx3-json", &["3.0.1"]),
];

#[test]
fn every_binary_in_every_format() {
    let fixture = Fixture::unfetched(&["wide", "library", "scripted", "marked", "one"]);
    let specimens = env::var_os("AUDITABLE_SPECIMENS").map(PathBuf::from);
    let built = build(&fixture, if specimens.is_some() { 500 } else { 12 });
    let made = made_by_hand(&fixture);
    assert_eq!(built.len() + made.len(), 12);
    let folder = specimens.unwrap_or_else(|| fixture.project.beside("documents"));
    let folder = folder.display().to_string();
    let mut count = 0;
    for (format, versions) in FORMATS {
        for version in versions {
            for (name, paths, options) in [
                ("proven", [&*built, &*made].concat(), ""),
                ("enriched", built.clone(), "--manifest-path Cargo.toml"),
                ("merged", built.clone(), "--manifest-path Cargo.toml --merge specimens@1.0.0"),
            ] {
                let about = "--author jane@example.com --supplier Example";
                let (code, _, stderr) = fixture.run(&format!(
                    "sbom --format {format} --spec-version {version} {options} {about} \
                     -o {folder}/{format}-{version}/{name}/ {}",
                    paths.join(" ")
                ));
                assert_eq!((code, stderr.as_str()), (0, ""), "{format} {version} {name}");
            }
            count += documents(Path::new(&format!("{folder}/{format}-{version}")));
        }
    }
    // One of the files has two lists.
    let for_each_version = 12 + 1 + built.len() + 1;
    assert_eq!(count, 11 * for_each_version);
}

/// Builds programs with the wrapper; returns their files.
fn build(fixture: &Fixture, count: usize) -> Vec<String> {
    let project = &fixture.project;
    let mut wide = String::from("[package]\nname = 'wide'\nversion = '1.0.0'\n[dependencies]\n");
    for number in 0..count {
        let name = format!("c{number:03}");
        let _ = writeln!(wide, "{name}.path = '{name}'");
        let mut manifest = format!("[package]\nname = '{name}'\nversion = '0.{number}.0'\n[dependencies]\n");
        for other in [number / 2, number / 3].into_iter().filter(|other| *other != number) {
            if !manifest.contains(&format!("c{other:03}.path")) {
                let _ = writeln!(manifest, "c{other:03}.path = '../c{other:03}'");
            }
        }
        project.write(&format!("wide/{name}/Cargo.toml"), &manifest);
        project.write(&format!("wide/{name}/src/lib.rs"), "");
    }
    let package = |name: &str, version: &str, rest: &str| {
        project.write(
            &format!("{name}/Cargo.toml"),
            &format!("[package]\nname = '{name}'\nversion = '{version}'\nedition = '2021'\n{rest}"),
        );
    };
    project.write("wide/Cargo.toml", &wide);
    package("one", "0.0.1", "license = 'Unlicense'\n");
    package("marked", "1.0.0-rc.1+build.5", "license = 'Custom text, (no) expression'\n");
    package("scripted", "2.0.0", "[build-dependencies]\ndep = '0.3'\n");
    package("library", "3.0.0", "[lib]\ncrate-type = ['cdylib']\n[dependencies]\nnear.path = '../near'\n");
    for name in ["wide", "one", "marked", "scripted"] {
        project.write(&format!("{name}/src/main.rs"), "fn main() {}\n");
    }
    project.write("scripted/build.rs", "fn main() {}\n");
    project.write("library/src/lib.rs", "");
    project.auditable(["build"]).online().succeeds();
    fixture.hide_folders();
    let program = |name: &str| format!("target/debug/{name}{}", env::consts::EXE_SUFFIX);
    let mut files: Vec<String> = ["app", "wide", "one", "marked", "scripted"].map(program).to_vec();
    files.push(format!("target/debug/{}library{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX));
    files
}

/// What the wrapper never leaves, but is found in shipped files.
fn made_by_hand(fixture: &Fixture) -> Vec<String> {
    let no_root = LIST.replace(",\"root\":true", "");
    let inexact = LIST.replace("\"format\":9", "\"format\":1");
    let early = LIST.replace(",\"format\":9", "");
    let unknown_source = LIST.replace("\"registry\"", "\"sparse\"");
    let root_of_crates_io = LIST.replace(
        "\"version\":\"1.0.0\",\"source\":\"local\"",
        "\"version\":\"1.0.0\",\"source\":\"crates.io\"",
    );
    let files = [
        ("no-root.wasm", module(&[&no_root])),
        ("inexact.wasm", module(&[&inexact])),
        ("early.wasm", module(&[&early])),
        ("unknown-source.wasm", module(&[&unknown_source])),
        ("installed.wasm", module(&[&root_of_crates_io])),
        ("two-lists-größe.wasm", module(&[LIST, &no_root])),
    ];
    for (name, bytes) in &files {
        assert_ne!(*bytes, module(&[LIST]), "{name}");
        fs::write(fixture.path(name), bytes).unwrap();
    }
    files.map(|(name, _)| name.to_owned()).to_vec()
}

/// How many documents there are, all of which end in a line break, and are JSON if their name says so.
fn documents(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += documents(&path);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.ends_with('\n'), "{}", path.display());
        if path.extension().is_some_and(|extension| extension == "json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        count += 1;
    }
    count
}
