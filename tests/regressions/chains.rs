use crate::support::Project;
use crate::{APP, PROGRAM, app};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// As sccache is used: it gets this program, which gets rustc.
#[test]
fn a_wrapper_of_all_of_rustc() {
    for by_environment in [true, false] {
        let project = app();
        let (shim, log) = logging(&project);
        let run = project.auditable(["build"]).env_remove("RUSTC_WRAPPER");
        if by_environment {
            run.env("RUSTC_WRAPPER", &shim).succeeds().without_warnings_of_ours();
        } else {
            project.write(".cargo/config.toml", &format!("build.rustc-wrapper = '{}'\n", shim.display()));
            run.succeeds().without_warnings_of_ours();
        }
        project.lists("target/debug/app", APP);
        assert!(fs::read_to_string(log).expect("it was run").contains("cargo-auditable"));
    }
}

/// sccache takes the path of rustc, behind a wrapper of the workspace, for a source file, and caches nothing.
#[test]
fn a_compiler_cache_gets_the_libraries_of_the_workspace_itself() {
    for by_environment in [true, false] {
        let project = app();
        let log = project.path("log");
        let lines = format!("case $1 in *rustc) echo \"$3\" >> '{}' ;; esac\nexec \"$@\"", log.display());
        let cache = project.script("tools/sccache", &lines);
        let run = project.auditable(["build"]).env_remove("RUSTC_WRAPPER");
        if by_environment {
            run.env("RUSTC_WRAPPER", &cache).succeeds().without_warnings_of_ours();
        } else {
            project.write(".cargo/config.toml", "build.rustc-wrapper = './tools/sccache'\n");
            run.succeeds().without_warnings_of_ours();
        }
        project.lists("target/debug/app", APP);
        assert_eq!(fs::read_to_string(log).expect("it was run"), "dep\n");
    }
}

/// Behind a wrapper of the workspace, sccache knows a bare `rustc`, and runs it without the wrapper.
#[test]
fn a_compiler_cache_that_leaves_the_wrapper_out() {
    let project = crate::c_library();
    let cache = project.script("sccache", "case $2 in rustc) shift ;; esac\nexec \"$@\"");
    let run = project.auditable(["rustc", "-p", "c-library", "--crate-type", "staticlib"]);
    run.env("RUSTC_WRAPPER", &cache).succeeds().without_warnings_of_ours();
    let library = fs::read(project.path("target/debug/libc_library.a")).expect("it was built");
    assert!(library.windows(8).any(|window| window == b"dep-v0.o"), "it has no list");
}

/// As sandboxes do: then nothing but its arguments says that this program is a wrapper.
#[test]
fn a_wrapper_that_clears_the_environment() {
    let project = app();
    let lines = "exec env -i PATH=\"$PATH\" HOME=\"$HOME\" \"$@\"";
    let wrapper = project.script("wrapper", lines);
    let rustc = project.toolchain().rustc();
    let outcome = project.auditable(["build"]).env("RUSTC_WRAPPER", wrapper).env("RUSTC", rustc).succeeds();
    outcome.says("warning: program `app` has no list of crates").says("CARGO_PKG_NAME");
}

/// As distributions and build farms do: the script may run rustc as often as it likes.
#[test]
fn a_script_in_the_place_of_rustc() {
    let project = app();
    let rustc = project.toolchain().rustc();
    let rustc = rustc.display();
    let shim = project.script(
        "my-rustc",
        &format!(
            "case \"$*\" in *link*) '{rustc}' \"$@\" --print crate-name >&2 ;; esac\nexec '{rustc}' \"$@\""
        ),
    );
    project.auditable(["build"]).env("RUSTC", &shim).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Our own variable hides it from cargo, wherever it is set.
#[test]
fn a_wrapper_of_the_workspaces_packages() {
    for place in ["environment", "file", "included file", "argument", "variable of the configuration"] {
        let project = app();
        if place == "included file" && !project.toolchain().is_at_least(94) {
            continue;
        }
        let (shim, log) = logging(&project);
        let setting = format!("build.rustc-workspace-wrapper = '{}'", shim.display());
        let run = project.auditable(["build"]);
        let run = match place {
            "environment" => run.env("RUSTC_WORKSPACE_WRAPPER", &shim),
            "argument" => run.args(["--config", &setting]),
            "file" => {
                project.write(".cargo/config.toml", &setting);
                run
            }
            "included file" => {
                project.write(".cargo/config.toml", "include = ['more.toml']\n");
                project.write(".cargo/more.toml", &setting);
                run
            }
            _ => run.env("CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER", &shim),
        };
        run.succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
        let log = fs::read_to_string(log).unwrap_or_default();
        assert!(log.contains("--crate-name app"), "set by {place}: {log}");
    }
}

#[test]
fn clippy_before_and_after() {
    let project = app();
    if !project.cargo(["clippy", "--version"]).run().status.success() {
        eprintln!("skipped: clippy is not installed");
        return;
    }
    project.auditable(["clippy"]).succeeds().without_warnings_of_ours();
    project.auditable(["build"]).succeeds().without_warnings_of_ours();
    project.auditable(["clippy"]).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

#[test]
fn rustc_is_a_script_by_a_relative_path() {
    let project = app();
    let rustc = project.toolchain().rustc();
    project.script("my-rustc", &format!("exec {} \"$@\"", rustc.display()));
    project.auditable(["build"]).env("RUSTC", "./my-rustc").succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

#[test]
fn an_alias_of_an_alias() {
    let project =
        app().file(".cargo/config.toml", "[alias]\nship = 'auditable build'\nall = 'auditable ship'\n");
    let path = path_with(Path::new(PROGRAM).parent().expect("it lies in a folder"), &project);
    for arguments in [&["ship"][..], &["all"], &["auditable", "all"]] {
        let _ = fs::remove_dir_all(project.path("target"));
        project.cargo(arguments).env("PATH", &path).env_remove("CARGO").succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
    }
}

/// Distributions put a script in the place of cargo so that every build is auditable.
#[test]
fn a_script_by_the_name_of_cargo() {
    for lines in
        ["exec PROGRAM auditable \"$@\"", "exec PROGRAM \"$@\"", "PROGRAM \"$@\"", "PROGRAM auditable \"$@\""]
    {
        let project = app();
        let shim = project.script("bin/cargo", &lines.replace("PROGRAM", PROGRAM));
        let path = path_with(&project.path("bin"), &project);
        // The harness adds a word which this script takes away.
        let start = project.script("start", &format!("shift; exec {} \"$@\"", shim.display()));
        let run = project.auditable_of(&start, ["build"]).env("PATH", &path).env_remove("CARGO");
        run.succeeds().without_warnings_of_ours();
        project.lists("target/debug/app", APP);
    }
}

#[test]
fn no_cargo_but_scripts_that_call_back() {
    let project = app();
    let shim = project.script("bin/cargo", &format!("exec {PROGRAM} auditable \"$@\""));
    let path =
        env::join_paths([project.path("bin").as_path(), Path::new("/nonexistent")]).expect("no colons");
    let outcome = project.auditable_of(&shim, ["build"]).env("PATH", path).env_remove("CARGO").fails();
    assert_eq!(outcome.status.code(), Some(101), "{outcome}");
    outcome.says("cargo").says("CARGO");
}

/// Some macros and build scripts run cargo or rustc, with the environment that they find.
#[test]
fn macros_and_build_scripts_that_run_cargo_and_rustc() {
    let program = r#"
        fn run(target_dir: &str) {
            let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../inner/Cargo.toml");
            let cargo = std::env::var_os("CARGO").unwrap();
            let build = ["build", "--manifest-path", manifest, "--target-dir", target_dir];
            let status = std::process::Command::new(&cargo).args(build).status().unwrap();
            assert!(status.success());
            let metadata = ["metadata", "--format-version=1", "--manifest-path", manifest];
            let output = std::process::Command::new(cargo).args(metadata).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
            assert!(std::process::Command::new(rustc).arg("-vV").status().unwrap().success());
        }
    "#;
    let project = Project::new()
        .workspace(&["app"], "exclude = ['inner']")
        .bin("app", "1.0.0", "[dependencies]\nmac.path = '../mac'")
        .file("app/src/main.rs", "mac::run!();\nfn main() {}\n")
        .file(
            "app/build.rs",
            &format!("fn main() {{ run(&format!(\"{{}}/t\", std::env::var(\"OUT_DIR\").unwrap())) }}\n{program}"),
        )
        .proc_macro("mac", "0.1.0", "")
        .file(
            "mac/src/lib.rs",
            &format!(
                "extern crate proc_macro;\n#[proc_macro] pub fn run(_: proc_macro::TokenStream) -> \
                 proc_macro::TokenStream {{ run_it(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../inner-target\")); \
                 Default::default() }}\n{}",
                program.replace("fn run(", "fn run_it(")
            ),
        )
        .bin("inner", "3.0.0", "[workspace]");
    // The log would take what the inner calls build for the project's.
    let run = project.auditable(["build"]).env_remove("RUSTC_WRAPPER");
    run.succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", &["app", "mac (build)"]);
    assert!(project.program("inner-target/debug", "inner").exists());
}

/// As autocfg and others do: they look for the wrappers to learn what the compiler can do.
#[test]
fn a_build_script_that_tries_out_the_compiler() {
    let project = app().file(
        "app/build.rs",
        r#"
        fn main() {
            let out = std::env::var("OUT_DIR").unwrap();
            std::fs::write(format!("{out}/probe.rs"), "fn main() {}").unwrap();
            let rustc = std::env::var_os("RUSTC").unwrap();
            let mut command = match std::env::var_os("RUSTC_WORKSPACE_WRAPPER") {
                Some(wrapper) => { let mut command = std::process::Command::new(wrapper); command.arg(rustc); command }
                None => std::process::Command::new(rustc),
            };
            let probe = command.args(["--crate-name", "probe", "--crate-type", "bin", "--emit=link", "--out-dir", &out]);
            let output = probe.arg(format!("{out}/probe.rs")).output().unwrap();
            assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        "#,
    );
    let run = project.auditable(["build"]).env("CARGO_AUDITABLE", "strict").env_remove("RUSTC_WRAPPER");
    run.succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// A script that logs its arguments and runs them, and its log.
fn logging(project: &Project) -> (PathBuf, PathBuf) {
    let log = project.path("log");
    let shim = project.script("shim", &format!("echo \"$@\" >> '{}'\nexec \"$@\"", log.display()));
    (shim, log)
}

/// The search path with a folder in front.
fn path_with(folder: &Path, project: &Project) -> OsString {
    let rest = project.toolchain().search_path();
    env::join_paths(std::iter::once(folder.to_owned()).chain(env::split_paths(&rest))).expect("no colons")
}

#[test]
fn what_is_run_may_build_in_turn() {
    let project = app()
        .bin("runner", "1.0.0", "[build-dependencies]\nhelper.path = '../helper'")
        .build_script("runner")
        .lib("helper", "0.1.0", "")
        .file(
            "runner/src/main.rs",
            "fn main() { let cargo = std::env::var_os(\"CARGO\").unwrap(); \
             assert!(std::process::Command::new(cargo).args([\"build\", \"-p\", \"app\"]).status().unwrap().success()); }",
        )
        .workspace(&["app", "runner"], "");
    project.auditable(["run", "-p", "runner"]).succeeds().without_warnings_of_ours();
    // It inherits `OUT_DIR`, which is another package's.
    project.lists("target/debug/app", APP);
}
