//! What is in the artifact, and what only took part in building it.

use crate::support::{Format, Project};

#[test]
fn build_scripts_and_macros_with_all_that_they_need() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'\n\
             [build-dependencies]\nhelper.path = '../helper'",
        )
        .build_script("app")
        .lib("dep", "1.0.0", "")
        .proc_macro("derive", "1.0.0", "[dependencies]\nquoting.path = '../quoting'")
        .lib("helper", "1.0.0", "[dependencies]\nderive.path = '../derive'")
        .lib("quoting", "1.0.0", "");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    assert_eq!(
        project.check(Format::RECORDS).packages("app"),
        ["app", "dep", "derive (build)", "helper (build)", "quoting (build)"]
    );
}

#[test]
fn a_crate_of_a_macro_and_of_the_program_is_runtime() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nderive.path = '../derive'\nshared.path = '../shared'")
        .proc_macro("derive", "1.0.0", "[dependencies]\nshared = { path = '../shared', features = ['more'] }")
        .lib("shared", "1.0.0", "[dependencies]\nmore = { path = '../more', optional = true }\n")
        .lib("more", "1.0.0", "");
    project.auditable(["build", "-p", "app"]).succeeds();
    assert_eq!(
        project.check(Format::RECORDS).packages("app"),
        ["app", "derive (build)", "more (build)", "shared"]
    );
}

#[test]
fn a_build_script_of_a_dependency_and_of_a_dependency_of_a_build_script() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "[build-dependencies]\ncc.path = '../cc'")
        .build_script("dep")
        .lib(
            "cc",
            "1.0.0",
            "[dependencies]\njobs.path = '../jobs'\n[build-dependencies]\nautocfg.path = '../autocfg'",
        )
        .build_script("cc")
        .lib("jobs", "1.0.0", "")
        .lib("autocfg", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(
        project.check(Format::RECORDS).packages("app"),
        ["app", "autocfg (build)", "cc (build)", "dep", "jobs (build)"]
    );
}

#[test]
fn a_build_script_for_each_of_two_feature_sets() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\nsys.path = '../sys'\n[build-dependencies]\nsys = { path = '../sys', features = ['bundled'] }",
        )
        .build_script("app")
        .lib(
            "sys",
            "1.0.0",
            "links = 'x'\n[build-dependencies]\ncc = { path = '../cc', optional = true }\npkg.path = '../pkg'\n\
             [features]\nbundled = ['cc']",
        )
        .build_script("sys")
        .lib("cc", "1.0.0", "")
        .lib("pkg", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "cc (build)", "pkg (build)", "sys"]);
}

#[test]
fn build_scripts_that_pass_on_metadata() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nwrapper.path = '../wrapper'")
        .lib("wrapper", "1.0.0", "[dependencies]\nsys.path = '../sys'")
        .file("wrapper/build.rs", "fn main() { std::env::var(\"DEP_NATIVE_ROOT\").unwrap(); }\n")
        .lib("sys", "1.0.0", "links = 'native'\n[build-dependencies]\ncc.path = '../cc'")
        .file("sys/build.rs", "fn main() { println!(\"cargo:root=/native\"); }\n")
        .lib("cc", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "cc (build)", "sys", "wrapper"]);
}

#[test]
fn a_build_script_that_the_configuration_replaces() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "links = 'own'\n[dependencies]\nsys.path = '../sys'")
        .build_script("app")
        .lib("sys", "1.0.0", "links = 'native'\n[build-dependencies]\ncc.path = '../cc'")
        .build_script("sys")
        .lib("cc", "1.0.0", "");
    let host = project.toolchain().host();
    let project = project.file(
        ".cargo/config.toml",
        &format!("[target.{host}]\nnative.root = '/native'\nown.root = '/own'\n"),
    );
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "sys"]);
}

#[test]
fn a_rust_dynamic_library_among_the_dependencies() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nshared.path = '../shared'")
        .lib("shared", "1.0.0", "[lib]\ncrate-type = ['dylib']\n[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "shared"]);
}
