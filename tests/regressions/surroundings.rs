use crate::support::{Format, Project};
use crate::{APP, PROGRAM, app};
use std::fs;

#[test]
fn folders_with_odd_names() {
    for name in ["with space", "comma,equals=x", "ümläut", "at@hash#x", "quote'"] {
        let project = Project::in_folder(name)
            .workspace(&["app"], "")
            .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
            .lib("dep", "1.2.3", "");
        project.auditable(["build"]).succeeds().without_warnings_of_ours();
        assert_eq!(project.check(Format::RECORDS).packages("app"), APP, "{name}");
    }
}

#[test]
fn this_program_in_a_folder_with_spaces() {
    let project = app();
    let folder = project.beside("my programs");
    fs::create_dir_all(&folder).expect("the folder is ours");
    let program = folder.join(format!("cargo-auditable{}", std::env::consts::EXE_SUFFIX));
    fs::copy(PROGRAM, &program).expect("the folder is ours");
    project.auditable_of(&program, ["build"]).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

#[test]
fn target_folders_elsewhere() {
    for (variable, folder) in [("CARGO_TARGET_DIR", "relative/t"), ("CARGO_BUILD_TARGET_DIR", "other")] {
        let project = app();
        let run = project.auditable(["build"]).env(variable, folder).in_folder(project.path("app"));
        run.succeeds().without_warnings_of_ours();
        project.lists(&format!("app/{folder}/debug/app"), APP);
    }
}

#[cfg(unix)]
#[test]
fn a_target_folder_behind_a_symbolic_link() {
    let project = app();
    fs::create_dir_all(project.beside("real")).expect("the folder is ours");
    std::os::unix::fs::symlink(project.beside("real"), project.path("target")).expect("the folder is ours");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Since cargo 1.91 what is linked can lie apart from what it is linked of.
#[test]
fn a_build_folder_apart_from_the_target_folder() {
    let project = app().build_script("app");
    if !project.toolchain().is_at_least(91) {
        return;
    }
    let run = project.auditable(["build"]).env("CARGO_BUILD_BUILD_DIR", project.beside("build"));
    run.succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

#[test]
fn no_temporary_folder_and_no_home() {
    let project = app();
    let nowhere = project.path("nowhere");
    // The linker wants one for itself.
    let run = project.auditable(["check"]).env("TMPDIR", &nowhere).env_remove("HOME");
    run.succeeds().without_warnings_of_ours();
    let plain = project.cargo(["build", "--target-dir", "plain"]).env("TMPDIR", &nowhere).run();
    let ours = project.auditable(["build"]).env("TMPDIR", &nowhere).env_remove("HOME").run();
    assert_eq!(plain.status.success(), ours.status.success(), "{plain}{ours}");
    if ours.status.success() {
        project.lists("target/debug/app", APP);
    }
}

#[test]
fn modes() {
    for (mode, has_list, word) in [
        ("off", false, ""),
        ("on", true, ""),
        ("strict", true, ""),
        ("", true, ""),
        ("Of", true, "unknown value"),
    ] {
        let project = app();
        let outcome = project.auditable(["build"]).env("CARGO_AUDITABLE", mode).succeeds();
        if has_list {
            project.lists("target/debug/app", APP)
        } else {
            project.lists_nothing("target/debug/app")
        }
        assert_eq!(outcome.stderr.contains("warning"), !word.is_empty(), "{outcome}");
        outcome.says(word);
    }
}

#[cfg(unix)]
#[test]
fn two_at_a_time_in_one_target_folder() {
    let project = app();
    let lines = format!(
        "{PROGRAM} \"$@\" & first=$!\n{PROGRAM} \"$@\" --bins\nsecond=$?\nwait $first && exit $second"
    );
    let both = project.script("both", &lines);
    project.auditable_of(&both, ["build"]).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Folders of cargo's home say where a package came from; others can have the same names.
#[test]
fn folders_that_are_only_called_like_those_of_cargo() {
    for name in [
        "registry/src/index.crates.io-0123456789abcdef/app-9.9.9",
        "git/checkouts/app-0123456789abcdef/0123abc",
    ] {
        let project = Project::in_folder(name)
            .file(
                "Cargo.toml",
                "[package]\nname = 'app'\nversion = '1.0.0'\n[dependencies]\nhelper.path = 'helper-9.9.9'\n",
            )
            .file("src/main.rs", "fn main() { helper::here() }\n")
            .file("helper-9.9.9/Cargo.toml", "[package]\nname = 'helper'\nversion = '0.3.0'\n")
            .file("helper-9.9.9/src/lib.rs", "pub fn here() {}\n");
        project.auditable(["build"]).succeeds().without_warnings_of_ours();
        let checked = project.check(Format::RECORDS);
        assert_eq!(checked.full_names("app"), ["app 1.0.0 local", "helper 0.3.0 local"], "{name}");
    }
}

/// A program that cargo runs, or a macro, passes on what cargo says of its own package.
#[test]
fn what_an_outer_cargo_says_of_another_package() {
    let project = app().file(
        "other.json",
        r#"{"version":1,"root":0,"crates":[{"id":"path+file:///x#other@1.0.0","features":[],"dependencies":[],"kind":["bin"]}]}"#,
    );
    let file = project.path("other.json");
    project.auditable(["build"]).env("CARGO_SBOM_PATH", file).succeeds().without_warnings_of_ours();
    project.check(Format::RECORDS);
    project.lists("target/debug/app", APP);
}

#[test]
fn one_source_for_the_programs_of_two_packages() {
    let project = Project::new()
        .workspace(&["pa", "pb"], "")
        .bin("pa", "0.1.0", "[[bin]]\nname = 'pa'\npath = '../shared/main.rs'")
        .bin("pb", "0.7.0", "[[bin]]\nname = 'pb'\npath = '../shared/main.rs'")
        .file("shared/main.rs", "fn main() {}\n");
    project.auditable(["build"]).without_records().succeeds().without_warnings_of_ours();
    project.lists("target/debug/pa", &["pa"]);
    project.lists("target/debug/pb", &["pb"]);
}
