use crate::support::project::package;
use crate::support::registry::{Registry, dependency};
use crate::support::{Format, Project};
use crate::{APP, PROGRAM, app, app_with};
use serde_json::json;
use std::fs;
use std::process::Command;

#[test]
fn a_feature_that_a_sibling_with_optional_dependencies_does_not_have() {
    let project = Project::new()
        .workspace(&["app", "other"], "")
        .bin("app", "1.0.0", "[features]\nfoo = []")
        .lib(
            "other",
            "1.0.0",
            "[features]\nbar = ['dep:dep']\n[dependencies]\ndep = { path = '../dep', optional = true }",
        )
        .lib("dep", "1.2.3", "");
    project.auditable(["build", "-p", "app", "--features", "foo"]).succeeds().without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("app"), ["app"]);
}

#[test]
fn a_feature_that_a_build_script_made_up() {
    let project =
        app().file("app/build.rs", "fn main() { println!(\"cargo:rustc-cfg=feature=\\\"zz\\\"\"); }");
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("app"), APP);
}

#[test]
fn made_up_features_are_no_features_for_cargo_metadata() {
    let project =
        app().file("app/build.rs", "fn main() { println!(\"cargo:rustc-cfg=feature=\\\"zz\\\"\"); }");
    project.auditable(["build"]).without_records().succeeds();
    assert_eq!(
        project.check_superset(project.listing(&project.path("target/debug/app")).1).packages("app"),
        APP
    );
}

/// Tools that let their user choose a cargo, such as maturin, are given this program, and call it as they would cargo.
#[cfg(unix)]
#[test]
fn called_directly_in_the_place_of_cargo() {
    let project = app();
    let direct = project.script("direct", &format!("shift; exec {PROGRAM} \"$@\""));
    for arguments in [&["rustc", "-p", "app", "--profile", "dev", "--bin", "app"][..], &["build"]] {
        let _ = fs::remove_dir_all(project.path("target"));
        project.auditable_of(&direct, arguments).env("CARGO", PROGRAM).succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
    }
    let help = project.auditable_of(&direct, ["--help"]).succeeds();
    assert!(help.stdout.contains("Rust's package manager"), "{help}");
}

#[test]
fn a_configuration_file_by_a_path_from_the_callers_folder() {
    let project = app().file("elsewhere/cfg.toml", "[profile.dev]\nopt-level = 1\n");
    let arguments = ["--config", "./cfg.toml", "build", "--manifest-path", "../app/Cargo.toml"];
    project.auditable(arguments).in_folder(project.path("elsewhere")).succeeds().without_warnings_of_ours();
    assert_eq!(project.check(Format::RECORDS).packages("app"), APP);
}

#[test]
fn sources_that_only_the_configuration_of_the_callers_folder_replaces() {
    let project = vendored();
    let arguments = ["build", "--offline", "--manifest-path", "../Cargo.toml"];
    project.auditable(arguments).in_folder(project.path("caller")).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", &["app", "foo"]);
    let (listing, _) = project.listing(&project.path("target/debug/app"));
    assert!(listing.kinds.contains_key("foo 1.2.3 crates.io"), "{listing:?}");
}

/// Distributions build with a registry that has nothing but what is compiled: `-Z avoid-dev-deps` is how Debian does
/// it. `cargo metadata` fails there.
#[test]
fn development_dependencies_that_no_registry_has() {
    let project = vendored().file(
        "app/Cargo.toml",
        &package("app", "1.0.0", "[dependencies]\nfoo = '1'\n[dev-dependencies]\nabsent = '7'\n"),
    );
    let arguments = ["build", "--offline", "-Zavoid-dev-deps", "--manifest-path", "../Cargo.toml"];
    let run = project.auditable(arguments).in_folder(project.path("caller")).env("RUSTC_BOOTSTRAP", "1");
    run.succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", &["app", "foo"]);
}

#[test]
fn an_install_that_does_not_use_the_lock_file() {
    let project = Project::new();
    let registry = Registry::new(&project, "registry")
        .publish("dep", "1.0.0", "", json!([]))
        .publish("dep", "1.5.0", "", json!([]))
        .publish_program(
            "tool",
            "1.0.0",
            "[dependencies]\ndep = '1'",
            json!([dependency("dep", "^1", "normal")]),
        );
    let config = format!(
        "[source.crates-io]\nreplace-with = 'ours'\n[source.ours]\nlocal-registry = '{}'\n",
        registry.as_local().display()
    );
    // Where cargo looks when it installs, unlike the project's folder.
    fs::write(project.home().join("config.toml"), config).expect("the folder is ours");
    let arguments = ["install", "--debug", "--root", "root", "tool"];
    project.auditable(arguments).succeeds().without_warnings_of_ours();
    let (listing, _) = project.listing(&project.program("root/bin", "tool"));
    assert!(listing.kinds.keys().any(|name| name.starts_with("dep 1.5.0 ")), "{listing:?}");
}

/// `-Z bindeps`: programs and C libraries as dependencies are used while building, so they are listed as such. The
/// arguments of cargo that are not stable must reach whatever is asked again.
#[test]
fn programs_and_c_libraries_as_dependencies() {
    for (kind, of_app, of_dep, is_linked) in [
        ("artifact = 'bin'", true, false, false),
        ("artifact = 'bin'", false, true, false),
        ("artifact = 'cdylib'", true, true, false),
        ("artifact = 'bin', lib = true", true, true, true),
    ] {
        let dependency = format!("tool = {{ path = '../tool', {kind} }}\n");
        let more = |has: bool| if has { dependency.as_str() } else { "" };
        let build = |hide_records: bool| {
            let project = Project::new()
                .workspace(&["app"], "exclude = ['tool']")
                .bin("app", "1.0.0", &format!("[dependencies]\ndep.path = '../dep'\n{}", more(of_app)))
                .lib("dep", "1.2.3", &format!("[dependencies]\n{}", more(of_dep)))
                .bin(
                    "tool",
                    "2.0.0",
                    "[lib]\ncrate-type = ['cdylib', 'rlib']\n[dependencies]\npart.path = '../part'",
                )
                .file("tool/src/lib.rs", "")
                .lib("part", "1.0.0", "");
            let run = project.auditable(["build", "-p", "app", "-Zbindeps"]).env("RUSTC_BOOTSTRAP", "1");
            let run = if hide_records { run.without_records() } else { run };
            run.succeeds().without_warnings_of_ours();
            project
        };
        let (part, tool) = if is_linked { ("part", "tool") } else { ("part (build)", "tool (build)") };
        let expected = ["app", "dep", part, tool];
        let project = build(false);
        project.lists("target/debug/app", &expected);
        assert_eq!(project.listing(&project.file_of("target/debug/app")).1, Format::RECORDS);
        if !kind.contains("cdylib") {
            build(true).lists("target/debug/app", &expected);
        }
    }
}

#[test]
fn the_exit_status_is_that_of_the_program() {
    let project = app().file("app/src/main.rs", "fn main() { std::process::exit(42) }");
    assert_eq!(project.auditable(["run", "-q"]).run().status.code(), Some(42));
    assert_eq!(project.auditable(["build", "--no-such-option"]).run().status.code(), Some(1));
    assert_eq!(project.auditable(["no-such-command"]).run().status.code(), Some(101));
}

#[cfg(unix)]
#[test]
fn a_signal_that_ends_the_program_ends_this_one() {
    let project = app().file("app/src/main.rs", "fn main() { std::process::abort() }");
    let plain = project.cargo(["run", "-q"]).run().status;
    assert_eq!(project.auditable(["run", "-q"]).run().status, plain);
}

#[test]
fn tests_of_all_kinds_run() {
    let project =
        app_with("[[test]]\nname = 'own'\nharness = false\n[[bench]]\nname = 'speed'\nharness = false")
            .file(
                "app/src/lib.rs",
                "/// ```\n/// assert!(app::yes());\n/// ```\npub fn yes() -> bool { true }\n",
            )
            .file(
                "app/tests/usual.rs",
                "#[test] fn yes() { assert!(app::yes()); let _ = env!(\"CARGO_BIN_EXE_app\"); }",
            )
            .file("app/tests/own.rs", "fn main() {}")
            .file("app/benches/speed.rs", "fn main() {}");
    let outcome = project.auditable(["test"]).succeeds();
    assert!(outcome.stdout.contains("Doc-tests") || outcome.stderr.contains("Doc-tests"), "{outcome}");
    project.auditable(["bench"]).succeeds();
    let checked = project.check(Format::RECORDS);
    for name in ["app", "usual", "own", "speed"] {
        assert_eq!(checked.packages(name), APP, "{name}");
    }
}

#[test]
fn commands_that_link_nothing() {
    let project = app();
    for arguments in
        [&["check"][..], &["doc", "--no-deps"], &["metadata", "-q", "--format-version=1"], &["tree"]]
    {
        project.auditable(arguments).succeeds().without_warnings_of_ours();
    }
}

#[test]
fn fixes_and_packages() {
    let project = app();
    project.auditable(["fix", "--allow-no-vcs", "-p", "app"]).succeeds().without_warnings_of_ours();
    let arguments = ["package", "--allow-dirty", "-p", "dep"];
    project.auditable(arguments).succeeds().without_warnings_of_ours();
}

#[test]
fn words_of_its_own() {
    let project = app();
    let help = project.auditable(["--help"]).succeeds();
    assert!(help.stdout.contains("CARGO_AUDITABLE=strict"), "{help}");
    let version = Command::new(PROGRAM).args(["auditable", "--version"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("cargo-auditable "));
}

/// A package with a dependency that is vendored, so that only the configuration in the folder `caller` leads to it.
fn vendored() -> Project {
    let project = Project::new();
    let config = format!(
        "[source.crates-io]\nreplace-with = 'vendored'\n[source.vendored]\ndirectory = '{}'\n",
        project.path("vendor").display()
    );
    let checksum = format!("{{\"files\":{{}},\"package\":\"{NO_CHECKSUM}\"}}");
    project
        .workspace(&["app"], "")
        .bin("app", "1.0.0", "[dependencies]\nfoo = '1'\n")
        .file("vendor/foo/src/lib.rs", "")
        .file("vendor/foo/Cargo.toml", &package("foo", "1.2.3", "[dev-dependencies]\nabsent = '7'\n"))
        .file("vendor/foo/.cargo-checksum.json", &checksum)
        .file("caller/.cargo/config.toml", &config)
}

const NO_CHECKSUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn more_arguments_for_the_program_than_one_variable_has_room_for() {
    let project = app().file("app/src/main.rs", "fn main() { print!(\"{}\", std::env::args().count()) }");
    let arguments = ["run", "-q", "--"].into_iter().chain(std::iter::repeat_n("an argument", 20_000));
    assert_eq!(project.auditable(arguments).succeeds().stdout, "20001");
    project.lists("target/debug/app", APP);
}
