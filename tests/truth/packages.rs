//! Which package and version a compiled crate is of.

use crate::support::{Format, Project};

#[test]
fn renamed_crates_and_libraries_with_other_names() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\nother-name = { path = '../dep', package = 'dep' }\nodd-package.path = '../odd-package'",
        )
        .lib("dep", "1.0.0", "")
        .lib("odd-package", "1.0.0", "[lib]\nname = 'plain'\n[dependencies]\nx = { path = '../dep', package = 'dep' }");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "odd-package"]);
}

#[test]
fn two_versions_of_one_crate() {
    let project = Project::new()
        .workspace(&["app"], "exclude = ['old']")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\nold = { path = '../old/dep', package = 'dep' }",
        )
        .lib("dep", "2.0.0", "")
        .file("old/dep/Cargo.toml", "[package]\nname = 'dep'\nversion = '1.0.0'\n")
        .file("old/dep/src/lib.rs", "");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "dep"]);
}

#[test]
fn versions_inherited_from_the_workspace() {
    let project = Project::new()
        .workspace(&["app", "dep", "missing"], "[workspace.package]\nversion = '3.4.5'\n")
        .bin(
            "app",
            "",
            "version.workspace = true\n[dependencies]\ndep.path = '../dep'\nmissing.path = '../missing'",
        )
        .lib("dep", "", "version = { workspace = true }")
        .lib("missing", "0.0.0", "");
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.full_names("app"), ["app 3.4.5 local", "dep 3.4.5 local", "missing 0.0.0 local"]);
}

#[test]
fn a_member_that_names_a_workspace_which_is_not_above_it() {
    let project = Project::new()
        .file(
            "main/Cargo.toml",
            "[workspace]\nresolver = '2'\nmembers = ['../app', '../dep']\n[workspace.package]\nversion = '7.0.0'\n",
        )
        .bin("app", "", "version.workspace = true\nworkspace = '../main'\n[dependencies]\ndep.path = '../dep'")
        .lib("dep", "", "version.workspace = true\nworkspace = '../main'");
    project.auditable(["build", "--manifest-path", "app/Cargo.toml"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.full_names("app"), ["app 7.0.0 local", "dep 7.0.0 local"]);
}

#[test]
fn a_library_whose_source_lies_outside_of_its_package() {
    let project = Project::new()
        .workspace(&["app"], "exclude = ['shared']")
        .bin(
            "app",
            "1.0.0",
            "[dependencies]\ndep.path = '../dep'\nother.path = '../other'\ninside.path = '../other/inside'",
        )
        .lib("dep", "1.2.0", "[lib]\npath = '../shared/dep.rs'")
        .lib("other", "1.3.0", "[lib]\npath = 'inside/other.rs'")
        .lib("other/inside", "1.4.0", "")
        .file("other/inside/other.rs", "")
        .file("shared/dep.rs", "");
    project.write("other/inside/Cargo.toml", "[package]\nname = 'inside'\nversion = '1.4.0'\n");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "inside", "other"]);
}

#[test]
fn a_library_whose_source_lies_in_another_package() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\nalias.path = '../alias'")
        .lib("dep", "1.2.0", "")
        .lib("alias", "3.0.0", "[lib]\npath = '../dep/src/lib.rs'");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["alias", "app", "dep"]);
}

#[test]
fn a_library_that_is_generated_by_nothing_but_another_packages_script() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "")
        .file("dep/build.rs", "fn main() { let dir = std::env::var(\"OUT_DIR\").unwrap(); std::fs::write(format!(\"{dir}/a.rs\"), \"\").unwrap(); }\n")
        .file("dep/src/lib.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));\n");
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep"]);
}

#[test]
fn a_library_that_is_also_a_c_library_has_no_hash_in_its_name() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nboth.path = '../both'")
        .lib("both", "1.0.0", "[lib]\ncrate-type = ['rlib', 'cdylib']\n[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.packages("app"), ["app", "both", "dep"]);
    assert_eq!(checked.packages("both"), ["both", "dep"]);
}

#[test]
fn a_program_with_a_library_of_its_own_name() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\n[lib]\ncrate-type = ['rlib', 'cdylib']\n")
        .file("app/src/lib.rs", "")
        .file("app/src/bin/second.rs", "fn main() {}\n")
        .lib("dep", "1.0.0", "");
    project.auditable(["build"]).succeeds();
    let checked = project.check(Format::RECORDS);
    assert_eq!(checked.artifacts.len(), 3);
    assert_eq!(checked.packages("second"), ["app", "dep"]);
}

#[test]
fn a_package_without_a_version() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "0.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "", "");
    if !project.toolchain().is_at_least(75) {
        return;
    }
    project.auditable(["build"]).succeeds();
    project.check(Format::RECORDS);
}
