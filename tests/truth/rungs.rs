//! The ways to a list besides cargo's records of the build.

use crate::support::{Format, Project};

fn project() -> Project {
    Project::new()
        .workspace(&["app", "sibling"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'\n[build-dependencies]\nhelper.path = '../helper'\n[dev-dependencies]\ntesting.path = '../testing'\n[features]\nfull = ['dep/extra']",
        )
        .build_script("app")
        // Not built, but `cargo metadata` counts its wishes as well.
        .bin("sibling", "1.0.0", "[dependencies]\ndep = { path = '../dep', features = ['extra'] }")
        .lib("dep", "1.0.0", "[dependencies]\noptional = { path = '../optional', optional = true }\n[features]\nextra = ['optional']")
        .lib("optional", "1.0.0", "")
        .lib("helper", "1.0.0", "")
        .lib("testing", "1.0.0", "")
        .proc_macro("derive", "1.0.0", "[dependencies]\nquoting.path = '../quoting'")
        .lib("quoting", "1.0.0", "")
        .file(".cargo/config.toml", "[alias]\nmake = 'build'\n")
}

#[test]
fn the_unit_graph_is_exact() {
    let project = project();
    project.auditable(["build", "-p", "app"]).without_records().succeeds().without_warnings_of_ours();
    assert_eq!(
        project.check(Format::UNIT_GRAPH).packages("app"),
        ["app", "dep", "derive (build)", "helper (build)", "quoting (build)"]
    );
}

#[test]
fn the_unit_graph_of_a_test_with_features() {
    let project = project();
    project
        .auditable(["test", "--no-run", "-p", "app", "--features", "full"])
        .without_records()
        .succeeds()
        .without_warnings_of_ours();
    assert!(project.check(Format::UNIT_GRAPH).packages("app").contains(&"testing".to_owned()));
}

/// The unit graph cannot be asked for under an alias.
#[test]
fn cargo_metadata_says_too_much_but_not_too_little() {
    let project = project();
    project
        .auditable(["make", "-p", "app"])
        .without_records()
        .succeeds()
        .says("may name crates that were not compiled");
    assert_eq!(
        project.check_superset(Format::METADATA).packages("app"),
        ["app", "dep", "derive (build)", "helper (build)", "optional", "quoting (build)"]
    );
}

#[test]
fn cargo_metadata_of_an_installed_package() {
    let project = project();
    project.cargo(["generate-lockfile"]).succeeds();
    let out = project.path("out");
    project
        .auditable(["install", "--locked", "--path", "app", "--target-dir", "built", "--root"])
        .arg(&out)
        .without_records()
        .succeeds();
    project.check_superset(Format::METADATA);
}
