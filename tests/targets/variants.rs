//! Linkers on the host, their options, and what strips a file after its link. Programs with the standard library, which
//! are run.

use crate::readers;
use crate::support::{Project, Toolchain};
use crate::tools::{self, in_search_path};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn linkers_and_their_options() {
    let project = &with_std();
    for linker in linkers(project) {
        for options in ["", "-Clink-arg=-Wl,--gc-sections -Copt-level=3", "-Cstrip=symbols"] {
            check(project, &linker.name, &format!("{} {options}", linker.flags), &[]);
        }
    }
}

#[test]
fn profiles() {
    let project = &with_std();
    for profile in [
        "lto = 'fat'",
        "lto = 'thin'",
        "strip = true",
        "strip = 'debuginfo'",
        "panic = 'abort'",
        "opt-level = 'z'",
    ] {
        check(project, profile, "", &[("profile.dev", profile)]);
    }
}

#[test]
fn a_rust_library() {
    let project = with_std();
    let manifest = std::fs::read_to_string(project.path("app/Cargo.toml")).expect("it was written");
    project.write("app/Cargo.toml", &manifest.replace("cdylib", "dylib"));
    let flags = "-Cprefer-dynamic -Clink-arg=-Wl,--gc-sections";
    project.auditable(["build"]).env("RUSTFLAGS", flags).env("CARGO_AUDITABLE", "strict").succeeds();
    assert_lists(&project.path("target/debug/liblibrary.so"), "dylib");
}

#[test]
fn stripped_and_changed_afterwards() {
    let project = with_std();
    project.auditable(["build"]).env("CARGO_AUDITABLE", "strict").succeeds();
    let tools: &[(&str, &[&str])] = &[
        ("strip", &["-s"]),
        ("strip", &["--strip-unneeded"]),
        ("llvm-strip", &["-s"]),
        ("llvm-strip-14", &["-s"]),
        ("llvm-strip-15", &["--strip-unneeded"]),
        ("llvm-objcopy-15", &["--strip-all"]),
        ("eu-strip", &[]),
        ("patchelf", &["--set-rpath", "/a/path/that/is/longer/than/what/was/there/before"]),
    ];
    for (tool, arguments) in tools {
        for file in ["app", "liblibrary.so"] {
            let copy = project.path(format!("{tool}-{file}"));
            std::fs::copy(project.path("target/debug").join(file), &copy).expect("it was built");
            match Command::new(tool).args(*arguments).arg(&copy).status() {
                Ok(status) => {
                    assert!(status.success(), "{tool} {arguments:?}");
                    assert_lists(&copy, tool);
                    if file == "app" {
                        runs(&copy);
                    }
                }
                Err(_) => eprintln!("skipped: {tool} is not installed"),
            }
        }
    }
}

/// A linker of the host.
pub(crate) struct Linker {
    pub(crate) name: String,
    pub(crate) flags: String,
}

/// Those that are installed, behind the C compiler.
pub(crate) fn linkers(project: &Project) -> Vec<Linker> {
    let mut linkers = Vec::new();
    let mut add = |name: &str, flags: String| linkers.push(Linker { name: name.to_owned(), flags });
    add("as rustc has it", String::new());
    for name in ["bfd", "gold"] {
        if is_installed(&format!("ld.{name}")) {
            add(name, format!("-Clinker-features=-lld -Clink-arg=-fuse-ld={name}"));
        }
    }
    // By the name `ld` in a folder, since not all compilers know these by name.
    let rust_lld = rust_lld(project.toolchain());
    let others =
        [("ld.lld", None), ("ld.lld-15", None), ("mold", None), ("wild", None), ("rust-lld", rust_lld)];
    for (name, path) in others {
        let path = path.or_else(|| in_search_path(name));
        let Some(path) = path else {
            eprintln!("skipped: {name} is not installed");
            continue;
        };
        let folder = project.path("linkers").join(name);
        std::fs::create_dir_all(&folder).expect("the folder is ours");
        let link = folder.join("ld");
        let is_lld = name.contains("lld");
        let file = if is_lld { folder.join("ld.lld") } else { link };
        let _ = std::os::unix::fs::symlink(&path, &file);
        let chosen = if is_lld { " -Clink-arg=-fuse-ld=lld" } else { "" };
        add(name, format!("-Clinker-features=-lld -Clink-arg=-B{}{chosen}", folder.display()));
    }
    if let Some(compiler) = zig(project) {
        add("zig cc", format!("-Clinker-features=-lld -Clinker={}", compiler.display()));
    }
    linkers
}

/// Zig's C compiler, as a program of its own.
fn zig(project: &Project) -> Option<PathBuf> {
    if !is_installed("zig") {
        return None;
    }
    let script = project.path("linkers/zig-cc");
    std::fs::write(&script, "#!/bin/sh\nexec zig cc \"$@\"\n").expect("the folder is ours");
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).expect("the file is ours");
    Some(script)
}

/// Builds with and without, and looks at what comes out.
fn check(project: &Project, what: &str, flags: &str, settings: &[(&str, &str)]) {
    let build = |run: crate::support::Run| {
        let mut run = run.env("RUSTFLAGS", flags).arg("--target").arg(project.toolchain().host());
        for (table, setting) in settings {
            run = run.arg("--config").arg(format!("{table}.{setting}"));
        }
        run
    };
    let _ = std::fs::remove_dir_all(project.path("target"));
    let ours = build(project.auditable(["build"]).env("CARGO_AUDITABLE", "strict")).run();
    if !ours.status.success() {
        let plain = build(project.cargo(["build"])).run();
        assert!(!plain.status.success(), "{what}: links only without us: {ours}");
        eprintln!("skipped: {what} {flags}: does not link with plain cargo");
        return;
    }
    let folder = project.path("target").join(project.toolchain().host()).join("debug");
    assert_lists(&folder.join("app"), &format!("{what} {flags}"));
    assert_lists(&folder.join("liblibrary.so"), &format!("{what} {flags}"));
    runs(&folder.join("app"));
}

pub(crate) fn assert_lists(file: &Path, what: &str) {
    let found = readers::read(file).unwrap_or_else(|error| panic!("{what}: {}: {error}", file.display()));
    assert_eq!(found.names, ["dep", "app"], "{what}: {}", file.display());
    assert!(found.by.is_goblin && found.by.is_auditable_info, "{what}: {}", file.display());
}

fn runs(program: &Path) {
    let output = Command::new(program).output().expect("it can be run");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "42\n", "{}", program.display());
}

/// A program and a C library with the standard library.
pub(crate) fn with_std() -> Project {
    Project::new()
        .workspace(&["app"], "")
        .bin(
            "app",
            "1.0.0",
            "[lib]\nname = 'library'\ncrate-type = ['cdylib']\n[dependencies]\ndep.path = '../dep'\n",
        )
        .file("app/src/main.rs", "fn main() { println!(\"{}\", dep::answer()); }\n")
        .file("app/src/lib.rs", "#[no_mangle] pub extern \"C\" fn library() -> u32 { dep::answer() }\n")
        .lib("dep", "1.2.3", "")
        .file("dep/src/lib.rs", "pub fn answer() -> u32 { 42 }\n")
}

/// LLVM's linker under the name by which C compilers know it.
fn rust_lld(toolchain: &Toolchain) -> Option<PathBuf> {
    let file = tools::rustlib(toolchain)?.join(toolchain.host()).join("bin/gcc-ld/ld.lld");
    file.exists().then_some(file)
}

fn is_installed(tool: &str) -> bool {
    let is = in_search_path(tool).is_some();
    if !is {
        eprintln!("skipped: {tool} is not installed");
    }
    is
}
