//! Commands of cargo other than a plain build.

use crate::support::{Format, Project};

fn tested_package() -> Project {
    // A development dependency that itself needs the package: the only circle that cargo allows.
    Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\n[dev-dependencies]\ntesting.path = '../testing'",
        )
        .file("app/src/lib.rs", "")
        .file("app/tests/it.rs", "")
        .file("app/examples/show.rs", "fn main() {}\n")
        .file("app/benches/speed.rs", "")
        .lib("dep", "1.0.0", "")
        .lib("testing", "1.0.0", "[dependencies]\napp.path = '../app'\nasserts.path = '../asserts'")
        .lib("asserts", "1.0.0", "")
}

#[test]
fn tests_examples_and_benches_with_development_dependencies() {
    let project = tested_package();
    project.auditable(["build", "--all-targets"]).succeeds().without_warnings_of_ours();
    let checked = project.check(Format::RECORDS);
    for name in ["it", "show", "speed"] {
        assert_eq!(checked.packages(name), ["app", "asserts", "dep", "testing"], "{name}");
    }
    let programs: Vec<_> = checked.artifacts.iter().filter(|artifact| artifact.name == "app").collect();
    // The program, its unit tests, and those of the library, the last two compiled once more as benchmarks where
    // cargo tells the profiles apart.
    assert!(programs.len() >= 3);
    assert!(programs.iter().any(|program| program.listing.packages() == ["app", "dep"]));
}

#[test]
fn cargo_test_and_cargo_run() {
    let project = tested_package();
    project.auditable(["test"]).succeeds().without_warnings_of_ours();
    project.auditable(["run", "-q"]).succeeds().without_warnings_of_ours();
    project.check(Format::RECORDS);
}

#[test]
fn cargo_rustc_with_one_crate_type() {
    let project = Project::new()
        .workspace(&["ffi"], "")
        .lib("ffi", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    project.auditable(["rustc", "-p", "ffi", "--lib", "--crate-type", "cdylib"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("ffi"), ["dep", "ffi"]);
}

#[test]
fn install_from_a_path() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    let out = project.path("out");
    project
        .auditable(["install", "--path", "app", "--target-dir", "built", "--root"])
        .arg(&out)
        .succeeds()
        .without_warnings_of_ours();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.packages("app"), ["app", "dep"]);
    let (installed, _) = project.listing(&project.program("out/bin", "app"));
    assert_eq!(installed, checked.artifacts[0].listing);
}

#[test]
fn dependencies_that_plain_cargo_compiled_before() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'")
        .lib("dep", "1.0.0", "[build-dependencies]\ncc.path = '../cc'")
        .build_script("dep")
        .lib("cc", "1.0.0", "")
        .proc_macro("derive", "1.0.0", "");
    project.cargo(["build"]).succeeds();
    project.cargo(["check"]).succeeds();
    project.auditable(["build"]).succeeds();
    assert_eq!(
        project.check(Format::RECORDS).packages("app"),
        ["app", "cc (build)", "dep", "derive (build)"]
    );
}

#[test]
fn a_c_library_that_plain_cargo_built_before() {
    let project = Project::new()
        .workspace(&["ffi"], "")
        .lib("ffi", "1.0.0", "[lib]\ncrate-type = ['cdylib']\n[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    project.cargo(["build"]).succeeds();
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("ffi"), ["dep", "ffi"]);
}
