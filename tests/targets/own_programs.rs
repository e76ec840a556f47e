//! Our own programs, compiled for other systems: they say of each file what they say here, to the byte.

use crate::executed::Elsewhere;
use crate::runner::Runner;
use crate::std_targets::StdTarget;
use crate::support::{Project, Toolchain};
use crate::variants;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn our_programs_are_the_same_elsewhere() {
    let Some(elsewhere) = &Elsewhere::chosen() else { return };
    let samples = &Samples::new();
    for target in elsewhere.targets.iter().filter(|target| OWN.contains(&target.triple)) {
        let folder = built(elsewhere, target);
        if target.runner == Runner::Nothing {
            continue;
        }
        let program = |name: &str| {
            let file = folder.join(target.program_file(name));
            let mut command = target.runner.command(&file, &elsewhere.stand_ins);
            // Documents say when they were made.
            command.current_dir(&samples.folder).env("SOURCE_DATE_EPOCH", "0");
            command
        };
        let told = output(program("cargo-auditable").args(["auditable", "--version"]));
        let version = String::from_utf8_lossy(&told.stdout);
        assert!(version.starts_with("cargo-auditable "), "{}: {version:?}", target.triple);
        for arguments in samples.calls() {
            let theirs = output(program("auditable").args(&arguments));
            let ours = output(
                Command::new(env!("CARGO_BIN_EXE_auditable"))
                    .args(&arguments)
                    .current_dir(&samples.folder)
                    .env("SOURCE_DATE_EPOCH", "0"),
            );
            assert_eq!(theirs.status.code(), ours.status.code(), "{}: {arguments:?}", target.triple);
            assert!(!ours.stdout.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&ours.stderr));
            assert!(theirs.stdout == ours.stdout, "{}: {arguments:?} differs", target.triple);
        }
        if target.runner == Runner::Wine {
            let stub = stub(elsewhere, target);
            assert_calls_cargo(&stub, &|| program("cargo-auditable"), target);
            assert_calls_rustc(&stub, &|| program("cargo-auditable"), target);
        } else {
            assert_writes_objects(&|| program("auditable"), target);
        }
        eprintln!("{}: {} files are read as here", target.triple, samples.names.len());
    }
}

/// Cargo is found in the search path, with its name on Windows, and ends the program with its own code; and names of
/// environment variables have no case there.
fn assert_calls_cargo(stub: &Path, program: &dyn Fn() -> Command, target: &StdTarget) {
    let folder = stub.parent().expect("it is in a folder");
    std::fs::copy(stub, folder.join("cargo.exe")).expect("the folder is ours");
    let cargo = |code: &str| {
        let mut command = program();
        command.args(["auditable", "build", "--release", "a b"]);
        // Wine's own name for more of the search path.
        command.env("WINEPATH", folder).env_remove("CARGO").env("STUB_ENDS_WITH", code);
        command
    };
    let with_list = output(&mut cargo("7"));
    let says = String::from_utf8_lossy(&with_list.stdout).replace('\r', "");
    assert_eq!(with_list.status.code(), Some(7), "{}: {with_list:?}", target.triple);
    assert!(
        says.starts_with("argument build\nargument --release\nargument a b\n"),
        "{}: {says}",
        target.triple
    );
    let wrapper = says.lines().find(|line| line.starts_with("RUSTC_WORKSPACE_WRAPPER "));
    assert!(wrapper.is_some_and(|line| line.ends_with("cargo-auditable.exe")), "{}: {says}", target.triple);
    let off = output(cargo("0").env("cargo_auditable", "off"));
    let says = String::from_utf8_lossy(&off.stdout).replace('\r', "");
    assert_eq!(says, "argument build\nargument --release\nargument a b\n", "{}", target.triple);
    // STATUS_ACCESS_VIOLATION, of which a Unix system sees the last eight bits.
    assert_eq!(output(&mut cargo("-1073741819")).status.code(), Some(5), "{}", target.triple);
}

/// As cargo calls its wrapper.
fn assert_calls_rustc(stub: &Path, program: &dyn Fn() -> Command, target: &StdTarget) {
    let mut command = program();
    command.arg(stub).args(["--crate-name", "a", "--crate-type", "lib", "--emit=metadata"]);
    command.env("AUDITABLE_CALL", CALL).env("STUB_ENDS_WITH", "3");
    let ran = output(&mut command);
    let says = String::from_utf8_lossy(&ran.stdout).replace('\r', "");
    assert_eq!(ran.status.code(), Some(3), "{}: {ran:?}", target.triple);
    assert!(says.starts_with("argument --crate-name\nargument a\n"), "{}: {says}", target.triple);
    assert!(!says.contains("AUDITABLE_CALL"), "{}: what is between the roles is not rustc's", target.triple);
}

/// Also on a processor with another byte order.
fn assert_writes_objects(program: &dyn Fn() -> Command, target: &StdTarget) {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let graph = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/object/hello.json");
    for triple in [
        "x86_64-unknown-linux-gnu",
        "s390x-unknown-linux-gnu",
        "x86_64-pc-windows-msvc",
        "aarch64-apple-darwin",
    ] {
        let write = |mut command: Command, name: &str| {
            let file = folder.path().join(name);
            command.args(["object", "--target", triple, "--graph"]).arg(&graph).arg("-o").arg(&file);
            let ran = output(command.env("RUSTC", Toolchain::current().rustc()));
            assert!(ran.status.success(), "{}: {}", target.triple, String::from_utf8_lossy(&ran.stderr));
            std::fs::read(file).expect("it was written")
        };
        let theirs = write(program(), "theirs.o");
        let ours = write(Command::new(env!("CARGO_BIN_EXE_auditable")), "ours.o");
        assert!(theirs == ours, "{}: another object for {triple}", target.triple);
    }
}

/// Builds both programs, and says where they are.
fn built(elsewhere: &Elsewhere, target: &StdTarget) -> PathBuf {
    let toolchain = &elsewhere.sysroot.toolchain;
    let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let mut cargo = Command::new(toolchain.cargo());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_") && name != "CARGO_HOME" {
            cargo.env_remove(name);
        }
    }
    cargo
        .args(["build", "--locked", "--bins", "--target", target.triple, "--target-dir"])
        .arg(&target_dir)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTC", toolchain.rustc())
        .env("CARGO_ENCODED_RUSTFLAGS", elsewhere.rustflags(target).join("\u{1f}"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("RUSTC_WRAPPER")
        .envs(target.environment(&elsewhere.stand_ins));
    eprintln!("compiling our programs for {}", target.triple);
    let built = output(&mut cargo);
    assert!(built.status.success(), "{}: {}", target.triple, String::from_utf8_lossy(&built.stderr));
    target_dir.join(target.triple).join("debug")
}

/// The program that stands in for cargo and rustc.
fn stub(elsewhere: &Elsewhere, target: &StdTarget) -> PathBuf {
    let folder = elsewhere.stand_ins.folder(&format!("stub-{}", target.triple));
    std::fs::create_dir_all(&folder).expect("the folder is ours");
    let file = folder.join("rustc.exe");
    let mut rustc = Command::new(elsewhere.sysroot.toolchain.rustc());
    rustc.args(["--edition=2021", "--target", target.triple]).args(elsewhere.rustflags(target));
    rustc.arg("-o").arg(&file).arg(elsewhere.stand_ins.source("stub.rs"));
    let compiled = output(rustc.envs(target.environment(&elsewhere.stand_ins)));
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    file
}

/// Files to be read: a program and a library of this system, and those of `AUDITABLE_TEST_BINARIES`, a folder.
struct Samples {
    folder: PathBuf,
    names: Vec<String>,
    _project: Project,
}

impl Samples {
    fn new() -> Self {
        let project = variants::with_std();
        project.auditable(["build"]).env("CARGO_AUDITABLE", "strict").succeeds();
        let folder = project.path("samples");
        std::fs::create_dir(&folder).expect("the folder is ours");
        for name in ["app", "liblibrary.so"] {
            std::fs::copy(project.path("target/debug").join(name), folder.join(name)).expect("it was built");
        }
        let more = std::env::var_os("AUDITABLE_TEST_BINARIES").map(std::fs::read_dir);
        for entry in more.into_iter().flatten().flatten().flatten() {
            if entry.path().is_file() {
                std::os::unix::fs::symlink(entry.path(), folder.join(entry.file_name()))
                    .expect("the folder is ours");
            }
        }
        let entries = std::fs::read_dir(&folder).expect("the folder is ours").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Self { folder, names, _project: project }
    }

    /// What `auditable` is asked.
    fn calls(&self) -> Vec<Vec<&str>> {
        let names = || self.names.iter().map(String::as_str);
        vec![
            ["inspect", "--format=json"].into_iter().chain(names()).collect(),
            ["inspect"].into_iter().chain(names()).collect(),
            vec!["sbom", "--format=cyclonedx-json", "app"],
            vec!["sbom", "--format=spdx-json", "liblibrary.so"],
        ]
    }
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// For each system, and each byte order.
const OWN: &[&str] = &[
    "aarch64-unknown-linux-gnu",
    "s390x-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
];

/// What the cargo role of the wrapper says to the other.
const CALL: &str = r#"{"process":0,"depth":1,"directory":"","arguments":["build"],"is_question":false}"#;
