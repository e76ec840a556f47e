//! What only a nightly cargo does. Skipped, with a word on stderr, where there is none.

use crate::support::{Format, Project, Toolchain};

fn nightly() -> Option<Project> {
    let toolchain = Toolchain::installed_or_skip("nightly")?;
    let project = Project::new()
        .with_toolchain(toolchain)
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'\nboth.path = '../both'\n[build-dependencies]\nhelper.path = '../helper'",
        )
        .build_script("app")
        .lib("dep", "1.0.0", "")
        .lib("helper", "1.0.0", "")
        .lib("both", "1.0.0", "[lib]\ncrate-type = ['rlib', 'cdylib']\n[build-dependencies]\nhelper.path = '../helper'")
        .build_script("both")
        .proc_macro("derive", "1.0.0", "[dependencies]\ndep.path = '../dep'");
    Some(project)
}

const PACKAGES: [&str; 5] = ["app", "both", "dep", "derive (build)", "helper (build)"];

#[test]
fn the_stable_layout_on_nightly() {
    let Some(project) = nightly() else { return };
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

#[test]
fn a_folder_for_each_unit() {
    let Some(project) = nightly() else { return };
    project.auditable(["build", "-Zbuild-dir-new-layout"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
    let host = project.toolchain().host();
    project.auditable(["build", "-Zbuild-dir-new-layout", "--target", &host]).succeeds();
    project.auditable(["test", "--no-run", "-Zbuild-dir-new-layout"]).succeeds();
    project.check(Format::RECORDS);
}

#[test]
fn cargos_own_list() {
    let Some(project) = nightly() else { return };
    project.auditable(["build", "-Zsbom"]).env("CARGO_BUILD_SBOM", "true").succeeds();
    assert_eq!(project.check(Format::PRECURSOR).packages("app"), PACKAGES);
}

#[test]
fn a_standard_library_of_its_own() {
    let Some(project) = nightly() else { return };
    if !project.toolchain().has_source() {
        eprintln!("skipped: the nightly toolchain has no component rust-src");
        return;
    }
    let host = project.toolchain().host();
    project.auditable(["build", "-Zbuild-std=std,panic_abort", "--target", &host]).online().succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}
