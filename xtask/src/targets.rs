use crate::failure::Failure;
use crate::project::{Project, line};
use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

/// Links for every target that rustc knows, and runs programs with the standard library for those that Debian has the
/// tools for. What is missing is said by name, at the end once more.
pub(crate) fn all(project: &Project) -> Result<(), Failure> {
    println!("for all of it, on Debian 12: apt-get install {}", PACKAGES.join(" "));
    let mut cargo = project.cargo();
    cargo.args(["test", "--locked", "--test", "targets", "--", "--nocapture"]);
    if env::var_os(TARGETS).is_none() {
        cargo.env(TARGETS, "all");
    }
    let corpus = project.target.join("corpus");
    if corpus.is_dir() {
        cargo.env("AUDITABLE_TEST_BINARIES", corpus);
    }
    let command = line(&cargo);
    println!("$ {command}");
    let not_run = |source| Failure::Start { command: command.clone(), source };
    let mut child = cargo.stderr(Stdio::piped()).spawn().map_err(not_run)?;
    let mut skipped = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        // An error in reading ends the words, not the tests.
        for words in BufReader::new(stderr).lines().map_while(Result::ok) {
            eprintln!("{words}");
            if words.starts_with("skipped: ") {
                skipped.push(words);
            }
        }
    }
    let status = child.wait().map_err(not_run)?;
    skipped.sort();
    skipped.dedup();
    println!("\n{} things were skipped", skipped.len());
    for words in skipped {
        println!("  {}", words.trim_start_matches("skipped: "));
    }
    if status.success() { Ok(()) } else { Err(Failure::Status { command, status }) }
}

/// Which targets, to the tests: `all`, or names.
const TARGETS: &str = "AUDITABLE_TEST_TARGETS";

/// Compilers, C libraries, linkers, the standard library's source, and what runs programs of other systems.
const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "gcc-aarch64-linux-gnu",
    "gcc-arm-linux-gnueabihf",
    "gcc-i686-linux-gnu",
    "gcc-powerpc64le-linux-gnu",
    "gcc-riscv64-linux-gnu",
    "gcc-s390x-linux-gnu",
    "gcc-mingw-w64-x86-64",
    "musl-tools",
    "wasi-libc",
    "qemu-user-static",
    "wine",
    "wine64",
    "nodejs",
    "binutils",
    "lld",
    "mold",
    "llvm",
    "elfutils",
    "patchelf",
];
