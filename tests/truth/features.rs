//! Which features are on, and so which optional dependencies are compiled.

use crate::support::{Format, Project};

#[test]
fn a_program_with_a_dependency() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'\n[build-dependencies]\nhelper.path = '../helper'")
        .build_script("app")
        .lib("dep", "1.2.3", "")
        .lib("helper", "2.0.0", "")
        .proc_macro("derive", "0.1.0", "");
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.packages("app"), ["app", "dep", "derive (build)", "helper (build)"]);
}

#[test]
fn without_records() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.2.3", "");
    project.auditable(["build"]).without_records().succeeds();
    project.check_superset(Format::METADATA);
}
