use crate::support::Project;
use crate::{APP, app};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn a_linker_script_that_discards_the_section() {
    let project = app().file("discard.ld", "SECTIONS { /DISCARD/ : { *(.dep-v0) } } INSERT AFTER .text;\n");
    let flags = format!("-Clink-arg=-fuse-ld=bfd -Clink-arg=-T{}", project.path("discard.ld").display());
    let outcome = project.auditable(["build"]).env("RUSTFLAGS", &flags).succeeds();
    project.lists_nothing("target/debug/app");
    outcome.says("warning: program `app` has no list of crates").says("/DISCARD/");

    // Cargo takes it for up to date, but not under another mode.
    let strict =
        project.auditable(["build"]).env("RUSTFLAGS", &flags).env("CARGO_AUDITABLE", "strict").fails();
    strict.says("error: program `app` has no list of crates");
}

/// Its members are all in the program then, but for the one with the library's list.
#[test]
fn a_static_library_of_rust_that_is_linked_as_a_whole() {
    let library = crate::c_library();
    library
        .auditable(["rustc", "-p", "c-library", "--crate-type", "staticlib"])
        .succeeds()
        .without_warnings_of_ours();
    let project = with_whole_library(&library.path("target/debug"), "c_library");
    // Two copies of the standard library.
    let flags = "-Clink-arg=-Wl,--allow-multiple-definition";
    project.auditable(["build"]).env("RUSTFLAGS", flags).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Both lists are then in one section, and most readers know only of the first.
#[test]
fn a_library_with_a_list_that_comes_before_ours() {
    let folder = app();
    folder.write("other.s", ".section .dep-v0,\"\",@progbits\n.incbin \"other.zlib\"\n");
    // A zlib stream of `{"packages":[]}`, stored.
    let list = b"\x78\x01\x01\x0f\x00\xf0\xff{\"packages\":[]}\x2b\xbb\x05\x6e";
    fs::write(folder.path("other.zlib"), list).expect("can write");
    for (program, arguments) in
        [("cc", ["-c", "other.s", "-o", "other.o"]), ("ar", ["rc", "libother.a", "other.o", "other.o"])]
    {
        let status = Command::new(program).args(arguments).current_dir(folder.path(".")).status();
        assert!(status.expect("it runs").success());
    }
    let project = with_whole_library(&folder.path("."), "other");
    let outcome = project.auditable(["build"]).succeeds();
    outcome.says("warning: program `app` has another list before its own").says("linked as a whole");
}

/// A program with all members of a static library.
fn with_whole_library(folder: &Path, name: &str) -> Project {
    app().file(
        "app/build.rs",
        &format!(
            "fn main() {{ println!(\"cargo::rustc-link-search=native={}\n\
             cargo::rustc-link-lib=static:+whole-archive={name}\"); }}\n",
            folder.display()
        ),
    )
}

#[test]
fn linkers_behind_a_c_compiler() {
    for linker in ["bfd", "gold"] {
        if !is_installed(&format!("ld.{linker}")) {
            eprintln!("skipped: ld.{linker} is not installed");
            continue;
        }
        links(&app(), &format!("-Clink-arg=-fuse-ld={linker}"));
    }
    let Some(tools) = rustc_tools(&app()) else { return };
    links(
        &app(),
        &format!(
            "-Clink-arg=-B{} -Clink-arg=-fuse-ld=lld -Clink-arg=-Wl,--gc-sections",
            tools.join("gcc-ld").display()
        ),
    );
}

/// The linker itself, by the names that it goes by: it takes no `-Wl,`.
#[test]
fn linkers_without_a_c_compiler() {
    let project = app();
    let Some(tools) = rustc_tools(&project) else { return };
    for name in ["ld.lld", "ld.lld-17", "x86_64-linux-gnu-ld.lld"] {
        let linker = project.path(name);
        std::os::unix::fs::symlink(tools.join("rust-lld"), &linker).expect("the folder is ours");
        link_bare(&project, &linker);
    }
    link_bare(&project, Path::new("rust-lld"));
    link_bare(&project, &tools.join("gcc-ld/ld.lld"));
}

/// What links without us must link with us.
#[test]
fn a_linker_that_does_not_take_the_object() {
    let project = app();
    let linker = project.script(
        "picky-cc",
        "for word in \"$@\"; do case $word in *.dep-v0.o) echo 'unknown file' >&2; exit 1;; esac; done; exec cc \"$@\"",
    );
    let flags = format!("-Clinker={} -Clinker-flavor=gcc", linker.display());
    let outcome = project.auditable(["build"]).env("RUSTFLAGS", &flags).succeeds();
    project.lists_nothing("target/debug/app");
    outcome.says("warning: program `app` has no list of crates").says("unknown file");
    project.write("app/src/main.rs", "fn main() { println!(\"changed\") }");
    project.auditable(["build"]).env("RUSTFLAGS", &flags).env("CARGO_AUDITABLE", "strict").fails();
}

#[test]
fn a_link_that_fails_by_itself_says_what_plain_cargo_says() {
    let project =
        app().file("app/src/main.rs", "extern \"C\" { fn nowhere(); }\nfn main() { unsafe { nowhere() } }\n");
    let plain = project.cargo(["build", "-q"]).fails();
    let ours = project.auditable(["build", "-q"]).fails();
    assert_eq!(plain.status.code(), ours.status.code());
    let times = |text: &str| text.matches("error: linking with").count();
    assert_eq!((times(&plain.stderr), times(&ours.stderr)), (1, 1), "{ours}");
    ours.without_warnings_of_ours().says("nowhere");
}

#[test]
fn stripped_afterwards() {
    let project = app();
    project.auditable(["build"]).succeeds();
    for tool in ["strip", "llvm-strip", "llvm-strip-14", "eu-strip"] {
        let copy = project.path(tool);
        fs::copy(project.path("target/debug/app"), &copy).expect("it was built");
        match Command::new(tool).arg("-s").arg(&copy).status() {
            Ok(status) if status.success() => project.lists(tool, APP),
            _ => eprintln!("skipped: {tool} is not installed"),
        }
    }
}

#[track_caller]
fn links(project: &Project, flags: &str) {
    project.auditable(["build"]).env("RUSTFLAGS", flags).succeeds().without_warnings_of_ours();
    project.lists("target/debug/app", APP);
}

/// Links for a named target, so that the linker is not used for programs that only build. It finds the libraries of
/// the system only if it is told where they are, which a C compiler does otherwise.
#[track_caller]
fn link_bare(project: &Project, linker: &Path) {
    let host = project.toolchain().host();
    let _ = fs::remove_dir_all(project.path("target"));
    let mut flags = format!("-Clinker={}", linker.display());
    for library in ["libc.so.6", "libgcc_s.so"] {
        let output =
            Command::new("cc").arg(format!("-print-file-name={library}")).output().expect("rustc needs cc");
        let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        if let Some(folder) = path.parent().filter(|folder| folder.is_absolute()) {
            flags += &format!(" -Clink-arg=-L{}", folder.display());
        }
    }
    let variable = format!("CARGO_TARGET_{}_RUSTFLAGS", host.to_uppercase().replace('-', "_"));
    let run = project.auditable(["build", "--target", &host]).env(&variable, flags);
    run.succeeds().without_warnings_of_ours();
    project.lists(&format!("target/{host}/debug/app"), APP);
}

/// The folder of the linkers that come with rustc.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn rustc_tools(project: &Project) -> Option<PathBuf> {
    let toolchain = project.toolchain();
    let output = Command::new(toolchain.rustc()).args(["--print", "sysroot"]).output().expect("rustc runs");
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let tools = sysroot.join("lib/rustlib").join(toolchain.host()).join("bin");
    if !tools.join("rust-lld").exists() {
        eprintln!("skipped: this rustc comes without rust-lld");
        return None;
    }
    Some(tools)
}

fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success())
}
