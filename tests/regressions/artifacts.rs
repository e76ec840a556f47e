use crate::support::{Format, Project};
use crate::{APP, app, app_with, c_library};
use std::fs;

#[test]
fn a_rust_library_that_is_linked_dynamically() {
    let project = Project::new()
        .workspace(&["shared"], "")
        .lib("shared", "1.0.0", "[dependencies]\ndep.path = '../dep'\n[lib]\ncrate-type = ['dylib']")
        .lib("dep", "1.2.3", "");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("shared"), ["dep", "shared"]);
}

/// A C library has no hash in its name, so cargo takes the one that it built without us for up to date.
#[test]
fn a_c_library_that_plain_cargo_built_before() {
    let project = c_library();
    project.cargo(["build"]).env_remove("RUSTC_WRAPPER").succeeds();
    project.auditable(["build"]).env_remove("RUSTC_WRAPPER").succeeds().without_warnings_of_ours();
    project.lists(&library("c_library"), &["c-library", "dep"]);
    let again = project.auditable(["build", "-v"]).env_remove("RUSTC_WRAPPER").succeeds();
    again.says("Fresh c-library");
}

#[test]
fn a_library_and_a_program_of_one_name() {
    let project = app_with("[lib]\ncrate-type = ['cdylib', 'rlib']")
        .file("app/src/lib.rs", "#[no_mangle] pub extern \"C\" fn answer() -> u32 { dep::answer() }\n");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    project.check(Format::RECORDS);
    project.lists("target/debug/app", APP);
    project.lists(&library("app"), APP);
}

#[test]
fn a_library_of_several_types() {
    let project = app_with("[lib]\nname = 'other'\ncrate-type = ['staticlib', 'cdylib', 'rlib']")
        .file("app/src/lib.rs", "#[no_mangle] pub extern \"C\" fn answer() -> u32 { dep::answer() }\n");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    project.check(Format::RECORDS);
    project.lists(&library("other"), APP);
}

#[test]
fn a_type_that_only_the_call_asks_for() {
    let project = app().file("app/src/lib.rs", "");
    let arguments = ["rustc", "-p", "app", "--lib", "--crate-type", "cdylib"];
    project.auditable(arguments).succeeds().without_warnings_of_ours();
    project.lists(&library("app"), APP);
}

/// Build scripts get no list, and are told from programs by their names, but not by these alone.
#[test]
fn names_that_look_like_those_of_build_scripts() {
    let project = Project::new()
        .workspace(&["build_script_x"], "")
        .bin(
            "build_script_x",
            "1.0.0",
            "build = 'custom.rs'\n[lib]\nname = 'build_script_lib'\ncrate-type = ['cdylib', 'rlib']\n\
             [[example]]\nname = 'build_script_e'\ncrate-type = ['cdylib']\n\
             [[test]]\nname = 'build_script_own'\nharness = false",
        )
        .file("build_script_x/custom.rs", "fn main() {}")
        .file("build_script_x/src/lib.rs", "")
        .file("build_script_x/src/bin/build_script_y.rs", "fn main() {}")
        .file("build_script_x/examples/build_script_e.rs", "")
        .file("build_script_x/examples/build_script_f.rs", "fn main() {}")
        .file("build_script_x/tests/build_script_t.rs", "#[test] fn yes() {}")
        .file("build_script_x/tests/build_script_own.rs", "fn main() {}");
    project
        .auditable(["build", "--all-targets"])
        .env_remove("RUSTC_WRAPPER")
        .succeeds()
        .without_warnings_of_ours();
    for file in ["build_script_x", "build_script_y", "examples/build_script_f"] {
        project.lists(&format!("target/debug/{file}"), &["build_script_x"]);
    }
    project.lists(&library("build_script_lib"), &["build_script_x"]);
    project.lists(&library("build_script_e").replace("debug/", "debug/examples/"), &["build_script_x"]);
    let mut found = 0;
    for entry in fs::read_dir(project.path("target/debug/deps")).expect("it was built").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("build_script_t-") || name.starts_with("build_script_own-") {
            found += 1;
            if !name.ends_with(".d") {
                project.lists(&format!("target/debug/deps/{name}"), &["build_script_x"]);
            }
        }
    }
    assert!(found >= 4, "the tests are in target/debug/deps");
}

#[test]
fn many_programs_at_the_same_time() {
    let mut project = app();
    let names: Vec<String> = (0..8).map(|number| format!("program-{number}")).collect();
    for name in &names {
        project = project.file(&format!("app/src/bin/{name}.rs"), "fn main() {}");
    }
    project.auditable(["build", "-j4"]).succeeds().without_warnings_of_ours();
    for name in &names {
        project.lists(&format!("target/debug/{name}"), APP);
    }
    let left: Vec<_> = fs::read_dir(project.path("target/debug/deps"))
        .expect("it was built")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("dep-v0"))
        .collect();
    assert!(left.is_empty(), "objects are left behind: {left:?}");
}

/// The list must not make cargo think that something has changed.
#[test]
fn nothing_is_linked_again_when_nothing_changed() {
    let project = app();
    project.auditable(["build"]).succeeds();
    for _ in 0..2 {
        let outcome = project.auditable(["build", "-v"]).succeeds();
        assert!(!outcome.stderr.contains("Compiling"), "{outcome}");
        outcome.says("Fresh app").says("Fresh dep");
    }
}

/// In a list that depends on the time, the process or the order of work, the second build would differ.
#[test]
fn the_same_sources_make_the_same_bytes() {
    let project = app_with("[lib]\nname = 'other'\ncrate-type = ['cdylib']").file("app/src/lib.rs", "");
    let build = || {
        let _ = fs::remove_dir_all(project.path("target"));
        project.auditable(["build"]).succeeds();
        let read = |file: &str| fs::read(project.path(file)).expect("it was built");
        (read("target/debug/app"), read(&library("other")))
    };
    assert!(build() == build(), "the files differ");
}

/// The path of a C library.
fn library(name: &str) -> String {
    format!("target/debug/{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}
