//! Builds that are known to break, or to lie, under wrappers of this kind. Each must pass whenever plain cargo passes,
//! with the list that was really compiled, or with a warning that says why there is none.
//!
//! - [`calls`]: how cargo can be called
//! - [`chains`]: other wrappers, aliases and scripts between cargo and rustc; programs that run cargo while compiling
//! - [`linkers`]: linkers, and what they drop
//! - [`targets`]: other formats than the host's
//! - [`artifacts`]: kinds of artifacts, and what stays of a build before
//! - [`settings`]: options of rustc and profiles
//! - [`surroundings`]: folders, the environment, two at a time

#[path = "../support/mod.rs"]
mod support;

mod artifacts;
mod calls;
// The programs in between are scripts.
#[cfg(unix)]
mod chains;
// The linkers are those of ELF.
#[cfg(target_os = "linux")]
mod linkers;
mod settings;
mod surroundings;
mod targets;

use std::path::PathBuf;
use support::Project;

/// A program `app` that needs a library `dep`.
fn app() -> Project {
    app_with("")
}

/// As [`app`], with more in the manifest of the program.
fn app_with(manifest: &str) -> Project {
    Project::new()
        .workspace(&["app"], "")
        .bin("app", "1.0.0", &format!("{manifest}\n[dependencies]\ndep.path = '../dep'\n"))
        .file("app/src/main.rs", "fn main() { println!(\"{}\", dep::answer()); }\n")
        .lib("dep", "1.2.3", "")
        .file("dep/src/lib.rs", "pub fn answer() -> u32 { 42 }\n")
}

/// A C library of the crate name `c_library` that needs a library `dep`.
fn c_library() -> Project {
    Project::new()
        .workspace(&["c-library"], "")
        .lib("c-library", "1.0.0", "[dependencies]\ndep.path = '../dep'\n[lib]\ncrate-type = ['cdylib']\n")
        .file("c-library/src/lib.rs", "#[no_mangle] pub extern \"C\" fn answer() -> u32 { dep::answer() }\n")
        .lib("dep", "1.2.3", "")
        .file("dep/src/lib.rs", "pub fn answer() -> u32 { 42 }\n")
}

impl Project {
    /// Asserts that a linked file lists these packages; build-only ones are marked so.
    #[track_caller]
    fn lists(&self, file: &str, packages: &[&str]) {
        assert_eq!(self.listing(&self.file_of(file)).0.packages(), packages, "{file}");
    }

    /// Asserts that a linked file has no list.
    #[track_caller]
    fn lists_nothing(&self, file: &str) {
        let listing = support::Listing::of_binary(&self.file_of(file));
        assert!(listing.is_none(), "{file} has a list: {listing:?}");
    }

    /// The path of a file that may be a program, which has an extension on some hosts.
    fn file_of(&self, file: &str) -> PathBuf {
        let program = self.path(format!("{file}{}", std::env::consts::EXE_SUFFIX));
        if program.exists() { program } else { self.path(file) }
    }

    /// Writes a shell script, and returns its path.
    #[cfg(unix)]
    fn script(&self, path: &str, lines: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        self.write(path, &format!("#!/bin/sh\n{lines}\n"));
        let path = self.path(path);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("the file is ours");
        path
    }
}

/// The list of [`app`].
const APP: &[&str] = &["app", "dep"];

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_cargo-auditable");
