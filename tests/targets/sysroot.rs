//! The standard library for targets that no toolchain at hand has it for: compiled from its source, once, and kept in
//! the target folder.

use crate::support::Toolchain;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// A toolchain, and what its standard library is compiled to.
pub(crate) struct Sysroot {
    pub(crate) toolchain: Toolchain,
    /// One for each version of rustc, which takes no libraries of another.
    folder: PathBuf,
}

impl Sysroot {
    /// That of the toolchain under test if it has the library's source, else of Debian's.
    pub(crate) fn find() -> Self {
        let own = Toolchain::current();
        let toolchain =
            if own.has_source() { own } else { Toolchain::with_source("/usr/bin").unwrap_or(own) };
        let release = format!("std-1.{}", toolchain.minor_version());
        Self { toolchain, folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join(release) }
    }

    /// The arguments by which rustc finds the standard library for a target: none if it has it.
    ///
    /// Compiles it if need be, which takes a minute or two on two processors.
    ///
    /// # Errors
    ///
    /// What cargo says if it cannot be compiled.
    pub(crate) fn rustflags(&self, triple: &str) -> Result<Vec<String>, String> {
        if self.toolchain.has_target(triple) {
            return Ok(Vec::new());
        }
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let sysroot = self.folder.join("sysroot");
        let libraries = sysroot.join("lib/rustlib").join(triple).join("lib");
        if !libraries.exists() {
            let unfinished = libraries.with_file_name("unfinished");
            let _ = fs::remove_dir_all(&unfinished);
            fs::create_dir_all(&unfinished).expect("the folder is ours");
            eprintln!("compiling the standard library for {triple}");
            self.compile(triple, &unfinished)?;
            self.add_start_objects(triple, &unfinished)?;
            fs::rename(&unfinished, &libraries).expect("both are in one folder");
        }
        Ok(vec![format!("--sysroot={}", sysroot.display())])
    }

    /// Has cargo compile it for a package without anything in it, and takes what is left.
    fn compile(&self, triple: &str, libraries: &Path) -> Result<(), String> {
        let package = self.folder.join("seed");
        let write = |path: &str, content: &str| {
            let path = package.join(path);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is ours");
            fs::write(path, content).expect("the folder is ours");
        };
        write("Cargo.toml", SEED);
        write("src/lib.rs", "#![no_std]\n");
        let vendor = self.toolchain.source().join("vendor");
        if vendor.exists() {
            // The crates that it uses lie beside it, as in Debian.
            write(
                ".cargo/config.toml",
                &format!("{VENDORED}directory = {:?}\n", vendor.display().to_string()),
            );
        }
        let target_dir = package.join("target");
        let mut cargo = Command::new(self.toolchain.cargo());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
                cargo.env_remove(name);
            }
        }
        cargo
            .args(["build", "-Zbuild-std=std,panic_abort", "--target", triple, "--target-dir"])
            .arg(&target_dir)
            .env("RUSTC", self.toolchain.rustc())
            .env("RUSTC_BOOTSTRAP", "1")
            .env_remove("RUSTC_WRAPPER")
            // Cargo leaves it out, but programs with link-time optimization are made of it.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .current_dir(&package);
        run(&mut cargo)?;
        let compiled = target_dir.join(triple).join("debug/deps");
        for entry in fs::read_dir(compiled).expect("cargo has made it").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rlib") && !name.starts_with("libseed-") {
                fs::rename(entry.path(), libraries.join(name)).expect("both are in one folder");
            }
        }
        let _ = fs::remove_dir_all(target_dir);
        Ok(())
    }

    /// What rustc's own packages have beside the libraries, and its links name.
    fn add_start_objects(&self, triple: &str, libraries: &Path) -> Result<(), String> {
        if triple.ends_with("-windows-gnu") {
            for name in ["rsbegin", "rsend"] {
                let source = self.toolchain.source().join("rtstartup").join(format!("{name}.rs"));
                let mut rustc = Command::new(self.toolchain.rustc());
                rustc.args(["--target", triple, "--emit=obj", "-o"]);
                rustc.arg(libraries.join(format!("{name}.o"))).arg(source).env("RUSTC_BOOTSTRAP", "1");
                run(&mut rustc)?;
            }
        } else if triple == "wasm32-wasip1" {
            let folder = libraries.join("self-contained");
            fs::create_dir(&folder).expect("the folder is ours");
            for name in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
                let theirs = Path::new("/usr/lib/wasm32-wasi").join(name);
                fs::copy(&theirs, folder.join(name))
                    .map_err(|error| format!("{}: {error}", theirs.display()))?;
            }
        }
        Ok(())
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Small, and of some speed: programs of ours are run with it under emulation.
const SEED: &str = "\
[package]
name = \"seed\"
version = \"0.0.0\"
edition = \"2021\"

[profile.dev]
debug = false
opt-level = 1

[workspace]
";

const VENDORED: &str = "[source.crates-io]\nreplace-with = \"vendor\"\n\n[source.vendor]\n";
