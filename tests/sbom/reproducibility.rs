//! The same file and options give the same bytes on every machine.

use crate::fixture::Fixture;
use crate::support::Project;
use std::fs;
use std::path::Path;

const FORMATS: [&str; 5] = ["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tv", "spdx3-json"];

/// The documents of all formats, without a folder of output.
fn documents(fixture: &Fixture, arguments: &str, home: &Path) -> Vec<String> {
    FORMATS
        .iter()
        .map(|format| {
            let (code, stdout, stderr) =
                fixture.run_at_home(&format!("sbom --format {format} {arguments} app.wasm"), home);
            assert_eq!((code, stderr.as_str()), (0, ""), "{format}");
            stdout
        })
        .collect()
}

#[test]
fn where_cargo_and_the_project_lie_makes_no_difference() {
    let one = Fixture::new();
    let other = Fixture::new();
    // Archives made twice differ in their times, and commits too.
    let home = one.project.beside("moved/to/another/folder");
    fs::create_dir_all(home.parent().unwrap()).unwrap();
    for arguments in ["", "--manifest-path Cargo.toml", "--lockfile Cargo.lock"] {
        let before = documents(&one, arguments, &one.project.home());
        fs::rename(one.project.home(), &home).unwrap();
        assert_eq!(before, documents(&one, arguments, &home), "{arguments}");
        fs::rename(&home, one.project.home()).unwrap();
    }
    copy(&other.project, &one.project);
    let arguments = "--manifest-path Cargo.toml";
    assert_eq!(
        documents(&one, arguments, &one.project.home()),
        documents(&other, arguments, &one.project.home()),
        "in another folder"
    );
}

/// Gives a project the lock file of another.
fn copy(to: &Project, from: &Project) {
    fs::copy(from.path("Cargo.lock"), to.path("Cargo.lock")).unwrap();
}

#[test]
fn what_else_lies_in_the_home_makes_no_difference() {
    let fixture = Fixture::new();
    let home = fixture.project.home();
    let before = documents(&fixture, "--lockfile Cargo.lock", &home);
    for index in ["a-0123456789abcdef", "zzz-0123456789abcdef"] {
        let folder = home.join("registry/cache").join(index);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("dep-0.3.0.crate"), "no archive").unwrap();
    }
    // The folder that cargo has unpacked can have been changed.
    let sources = fs::read_dir(home.join("registry/src")).unwrap().map(|entry| entry.unwrap().path());
    for source in sources {
        fs::write(source.join("dep-0.3.0/Cargo.toml"), "[package]\nname = 'dep'\nlicense = 'Beerware'\n")
            .ok();
    }
    fs::remove_dir_all(home.join("git/db")).unwrap();
    assert_eq!(before, documents(&fixture, "--lockfile Cargo.lock", &home));
}

#[test]
fn the_time_is_that_of_the_environment() {
    let fixture = Fixture::program();
    for document in documents(&fixture, "", &fixture.project.home()) {
        assert!(document.contains("2023-11-14T22:13:20Z"), "{document}");
    }
}
