//! Where packages came from.

use crate::support::registry::{Registry, dependency};
use crate::support::{Format, Project, git};
use serde_json::json;
use std::fs;

fn names(project: &Project) -> Vec<String> {
    project.check(Format::RECORDS).artifacts[0].listing.kinds.keys().cloned().collect()
}

/// A registry with `dep`, which needs `deep`, and two versions of `deep`.
fn registry(project: &Project) -> Registry {
    Registry::new(project, "registry")
        .publish("deep", "1.0.0", "", json!([]))
        .publish("deep", "1.1.0", "", json!([]))
        .publish(
            "dep",
            "0.3.0",
            "[dependencies]\ndeep = '1'\n[build-dependencies]\nscripting = '1'",
            json!([dependency("deep", "^1", "normal"), dependency("scripting", "^1", "build")]),
        )
        .publish("scripting", "1.0.0+meta.5", "", json!([]))
}

fn replaced(source: &str) -> String {
    format!("[source.crates-io]\nreplace-with = 'ours'\n[source.ours]\n{source}\n")
}

fn path_of(folder: &std::path::Path) -> String {
    folder.display().to_string().replace('\\', "/")
}

#[test]
fn a_folder_in_place_of_crates_io() {
    let project = Project::new().workspace(&["app"], "").bin("app", "1.0.0", "[dependencies]\ndep = '0.3'");
    let folder = path_of(registry(&project).as_local());
    project.write(".cargo/config.toml", &replaced(&format!("local-registry = '{folder}'")));
    project.auditable(["build"]).succeeds();
    assert_eq!(
        names(&project),
        [
            "app 1.0.0 local",
            "deep 1.1.0 crates.io",
            "dep 0.3.0 crates.io",
            "scripting 1.0.0+meta.5 crates.io"
        ]
    );
}

#[test]
fn a_mirror_in_place_of_crates_io() {
    let project = Project::new().workspace(&["app"], "").bin("app", "1.0.0", "[dependencies]\ndep = '0.3'");
    let index = registry(&project).as_git_index();
    project.write(".cargo/config.toml", &replaced(&format!("registry = '{index}'")));
    project.auditable(["build"]).online().succeeds();
    assert!(names(&project).contains(&"dep 0.3.0 crates.io".to_owned()));
}

#[test]
fn vendored_packages() {
    let project = Project::new().workspace(&["app"], "").bin("app", "1.0.0", "[dependencies]\ndep = '0.3'");
    let registry = registry(&project);
    let folder = path_of(registry.as_local());
    project.write(".cargo/config.toml", &replaced(&format!("local-registry = '{folder}'")));
    project.cargo(["vendor", "--versioned-dirs", "--quiet", "--respect-source-config"]).succeeds();
    project.write(".cargo/config.toml", &replaced("directory = 'vendor'"));
    project.auditable(["build", "--locked"]).succeeds();
    assert_eq!(
        names(&project),
        [
            "app 1.0.0 local",
            "deep 1.1.0 crates.io",
            "dep 0.3.0 crates.io",
            "scripting 1.0.0+meta.5 crates.io"
        ]
    );
}

#[test]
fn another_registry() {
    let project = Project::new().workspace(&["app"], "").bin(
        "app",
        "1.0.0",
        "[dependencies]\ndep = { version = '0.3', registry = 'ours' }",
    );
    let index = registry(&project).as_git_index();
    project.write(".cargo/config.toml", &format!("[registries.ours]\nindex = '{index}'\n"));
    project.auditable(["build"]).online().succeeds();
    assert_eq!(
        names(&project),
        ["app 1.0.0 local", "deep 1.1.0 registry", "dep 0.3.0 registry", "scripting 1.0.0+meta.5 registry"]
    );
}

#[test]
fn a_git_repository_with_several_packages() {
    let project = Project::new();
    let repository = project.beside("repository");
    for (path, content) in [
        (
            "Cargo.toml",
            "[workspace]\nresolver = '2'\nmembers = ['*']\n[workspace.package]\nversion = '5.0.0'\n",
        ),
        (
            "dep/Cargo.toml",
            "[package]\nname = 'dep'\nversion.workspace = true\n[dependencies]\ndeep.path = '../deep'\n",
        ),
        ("dep/src/lib.rs", ""),
        ("deep/Cargo.toml", "[package]\nname = 'deep'\nversion = '0.1.0-alpha.1'\n"),
        ("deep/src/lib.rs", ""),
    ] {
        let path = repository.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let url = git::repository(&repository);
    let project = project.workspace(&["app"], "").bin(
        "app",
        "1.0.0",
        &format!("[dependencies]\ndep = {{ git = '{url}' }}"),
    );
    project.auditable(["build"]).online().succeeds();
    assert_eq!(names(&project), ["app 1.0.0 local", "deep 0.1.0-alpha.1 git", "dep 5.0.0 git"]);
}

#[test]
fn patched_packages() {
    let project = Project::new()
        .workspace(&["app"], "exclude = ['patched']\n[patch.crates-io]\ndeep = { path = 'patched' }\n")
        .bin("app", "1.0.0", "[dependencies]\ndep = '0.3'")
        .file("patched/Cargo.toml", "[package]\nname = 'deep'\nversion = '1.0.9'\n")
        .file("patched/src/lib.rs", "");
    let folder = path_of(registry(&project).as_local());
    project.write(".cargo/config.toml", &replaced(&format!("local-registry = '{folder}'")));
    project.auditable(["build"]).succeeds();
    assert_eq!(names(&project)[1], "deep 1.0.9 local");
}

#[test]
fn install_resolves_anew_what_is_not_locked() {
    let project = Project::new();
    let registry = registry(&project).publish_program(
        "tool",
        "1.0.0",
        "[dependencies]\ndep = '0.3'",
        json!([dependency("dep", "^0.3", "normal")]),
    );
    let folder = path_of(registry.as_local());
    // What is installed from a registry does not heed the configuration of where one stands.
    let config = project.home().join("config.toml");
    fs::write(config, replaced(&format!("local-registry = '{folder}'"))).unwrap();
    let out = project.path("out");
    project
        .auditable(["install", "tool", "--target-dir", "built", "--root"])
        .arg(&out)
        .succeeds()
        .without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("tool"), ["deep", "dep", "scripting (build)", "tool"]);
}

#[test]
fn install_from_a_git_repository() {
    let project = Project::new();
    let repository = project.beside("repository");
    for (path, content) in [
        ("Cargo.toml", "[package]\nname = 'tool'\nversion = '1.0.0'\n[dependencies]\ndep.path = 'dep'\n"),
        ("src/main.rs", "fn main() {}\n"),
        ("dep/Cargo.toml", "[package]\nname = 'dep'\nversion = '2.0.0'\n"),
        ("dep/src/lib.rs", ""),
    ] {
        let path = repository.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let url = git::repository(&repository);
    let out = project.path("out");
    project
        .auditable(["install", "--git", &url, "--target-dir", "built", "--root"])
        .arg(&out)
        .online()
        .succeeds()
        .without_warnings_of_ours();
    assert_eq!(names(&project), ["dep 2.0.0 git", "tool 1.0.0 git"]);
}

#[test]
fn a_git_package_that_inherits_from_its_own_manifest_and_is_vendored() {
    let project = Project::new();
    let repository = project.beside("repository");
    fs::create_dir_all(repository.join("src")).unwrap();
    let manifest = "[workspace]\n[workspace.package]\nversion = '5.1.0'\n\
                    [package]\nname = 'dep'\nversion.workspace = true\nedition = '2021'\n";
    fs::write(repository.join("Cargo.toml"), manifest).unwrap();
    fs::write(repository.join("src/lib.rs"), "").unwrap();
    let url = git::repository(&repository);
    let project = project.workspace(&["app"], "").bin(
        "app",
        "1.0.0",
        &format!("[dependencies]\ndep = {{ git = '{url}' }}"),
    );
    project.auditable(["build"]).online().succeeds();
    assert_eq!(names(&project), ["app 1.0.0 local", "dep 5.1.0 git"]);

    project.cargo(["vendor", "--quiet"]).online().succeeds();
    let config = format!(
        "[source.\"git+{url}\"]\ngit = '{url}'\nreplace-with = 'vendored'\n[source.vendored]\ndirectory = 'vendor'\n"
    );
    project.write(".cargo/config.toml", &config);
    project.auditable(["build", "--target-dir", "second"]).succeeds();
    assert_eq!(project.check(Format::RECORDS).full_names("app"), ["app 1.0.0 local", "dep 5.1.0 git"]);
}
