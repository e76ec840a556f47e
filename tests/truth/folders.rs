//! Where the project and what is built lie.

use crate::support::{Format, Project};

fn small(project: Project) -> Project {
    project
        .workspace(&["app"], "[profile.custom]\ninherits = 'release'\n[profile.release]\nlto = 'thin'\n")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'\nderive.path = '../derive'")
        .build_script("app")
        .lib("dep", "1.0.0", "")
        .proc_macro("derive", "1.0.0", "")
}

const PACKAGES: [&str; 3] = ["app", "dep", "derive (build)"];

#[test]
fn a_path_with_spaces_and_letters_of_many_languages() {
    let project = small(Project::in_folder("Größe 数 #1"));
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

#[test]
fn profiles_by_every_name() {
    let project = small(Project::new());
    for arguments in [&["build", "--release"][..], &["build", "--profile", "custom"], &["build"]] {
        project.auditable(arguments).succeeds();
        assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES, "{arguments:?}");
    }
}

#[test]
fn a_target_folder_from_the_environment() {
    let project = small(Project::new());
    let folder = project.beside("elsewhere");
    project.auditable(["build"]).env("CARGO_TARGET_DIR", folder).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

#[test]
fn a_target_folder_relative_to_the_caller() {
    let project = small(Project::new()).file("here/x", "");
    let here = project.path("here");
    project
        .auditable(["build", "--manifest-path", "../Cargo.toml", "--target-dir", "out"])
        .in_folder(here)
        .succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

#[test]
fn a_folder_for_intermediate_files_apart() {
    let project = small(Project::new()).file(".cargo/config.toml", "[build]\nbuild-dir = 'intermediate'\n");
    if !project.toolchain().is_at_least(91) {
        return;
    }
    project.auditable(["build"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
    assert!(project.path("intermediate").exists());
}

#[test]
fn a_folder_shared_by_two_projects() {
    let shared = small(Project::new());
    let folder = shared.beside("shared");
    shared.auditable(["build"]).env("CARGO_TARGET_DIR", &folder).succeeds();
    // The same packages at other versions, in the same folder.
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "2.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "2.0.0", "[dependencies]\nmore.path = '../more'")
        .lib("more", "1.0.0", "");
    project.auditable(["build"]).env("CARGO_TARGET_DIR", &folder).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep", "more"]);
}

#[test]
fn paths_that_are_remapped_for_reproducible_builds() {
    let project = small(Project::new());
    let root = project.path("");
    let flags = format!("--remap-path-prefix={}=/build", root.display().to_string().trim_end_matches('/'));
    project.auditable(["build"]).env("CARGO_ENCODED_RUSTFLAGS", flags).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}

/// As when cargo is called by a build script.
#[test]
fn an_output_folder_of_someone_elses_in_the_environment() {
    let project = Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\ndep.path = '../dep'")
        .lib("dep", "1.0.0", "");
    project.auditable(["build"]).env("OUT_DIR", project.beside("out")).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app", "dep"]);
}

#[cfg(unix)]
#[test]
fn a_project_behind_a_symbolic_link() {
    let project = small(Project::new());
    let link = project.beside("link");
    std::os::unix::fs::symlink(project.path(""), &link).unwrap();
    project.auditable(["build", "--manifest-path"]).arg(link.join("Cargo.toml")).in_folder(&link).succeeds();
    assert_eq!(project.check(Format::RECORDS).packages("app"), PACKAGES);
}
