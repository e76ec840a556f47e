use crate::{APP, app, app_with};

#[test]
fn profiles() {
    for settings in [
        &["lto = 'fat'", "codegen-units = 1", "panic = 'abort'", "opt-level = 'z'", "strip = 'symbols'"][..],
        &["lto = 'thin'", "strip = 'debuginfo'", "debug = 2", "split-debuginfo = 'packed'"],
        &["debug = 2", "split-debuginfo = 'unpacked'", "incremental = true"],
    ] {
        if !cfg!(target_os = "linux") && settings.iter().any(|setting| setting.contains("split")) {
            continue;
        }
        let project = app();
        let mut arguments = vec!["build".to_owned()];
        for setting in settings {
            arguments.extend(["--config".to_owned(), format!("profile.dev.{setting}")]);
        }
        project.auditable(arguments).succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn options_of_rustc() {
    for flags in [
        "-Clinker-plugin-lto",
        "-Csave-temps -Cprefer-dynamic",
        "-Ctarget-cpu=native -Ctarget-feature=+crt-static",
        "-Cpanic=abort -Cstrip=symbols -Crelocation-model=static",
        "-Clink-dead-code -Clink-arg=-Wl,-O1 -Clink-arg=-Wl,--gc-sections",
        "--remap-path-prefix=/=/somewhere --cfg feature=\"not-declared\"",
        "-Zself-profile=. -Zunstable-options",
    ] {
        let project = app();
        let run = project.auditable(["build"]).env("RUSTFLAGS", flags).env("RUSTC_BOOTSTRAP", "1");
        run.succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
    }
}

/// These arrive at rustc with spaces in them.
#[test]
fn encoded_flags() {
    let project = app();
    let flags = "-Cdebuginfo=0\u{1f}--cfg\u{1f}feature=\"a b\"";
    project.auditable(["build"]).env("CARGO_ENCODED_RUSTFLAGS", flags).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

#[test]
fn flags_in_a_response_file() {
    let project = app().file("flags", "-Cdebuginfo=0\n--cfg\nfeature=\"a b\"\n-Csave-temps\n");
    let flags = format!("@{}", project.path("flags").display());
    project.auditable(["build"]).env("RUSTFLAGS", flags).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Cargo puts the arguments into a file when the system takes no more.
#[test]
fn more_features_than_a_command_line_has_room_for() {
    let mut manifest = "[features]\n".to_owned();
    for number in 0..8_000 {
        manifest += &format!("a-feature-of-a-long-name-{number} = []\n");
    }
    let project = app_with(&manifest);
    // The log of rustc is a wrapper of its own, which cannot take so many.
    let run = project.auditable(["build", "--all-features"]).env_remove("RUSTC_WRAPPER");
    run.succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// What rustc makes beside the program, or in its place, and what it prints while it links.
#[test]
fn other_output() {
    let project = app();
    for emit in ["asm", "obj", "llvm-ir", "mir", "metadata", "dep-info,asm,link"] {
        let arguments = ["rustc", "-p", "app", "--", &format!("--emit={emit}")];
        project.auditable(arguments).succeeds().without_warnings_of_ours();
    }
    let elsewhere = project.path("elsewhere");
    let arguments = ["rustc", "-p", "app", "--", &format!("--emit=dep-info,link={}", elsewhere.display())];
    project.auditable(arguments).succeeds().without_warnings_of_ours();
    project.lists("elsewhere", APP);
}

#[test]
fn rustc_says_how_it_links() {
    let project = app();
    let arguments = ["rustc", "-p", "app", "--", "--print", "link-args"];
    let outcome = project.auditable(arguments).succeeds();
    assert!(outcome.stdout.contains("-o"), "{outcome}");
    project.lists("target/debug/app", APP);
}

#[test]
fn cargos_messages_stay_json() {
    let project = app();
    let outcome = project.auditable(["build", "--message-format=json"]).succeeds();
    for line in outcome.stdout.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(outcome.stdout.contains("build-finished"), "{outcome}");
}

#[test]
fn one_job_and_its_server() {
    let project = app();
    project.auditable(["build", "-j1"]).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}
