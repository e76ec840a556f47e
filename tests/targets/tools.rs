//! What the tests of other targets need of the machine, and how it is found.

use crate::support::Toolchain;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something that has to be installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    what: String,
    /// Debian's packages with it, separated by spaces. Empty if it comes another way.
    packages: String,
    file: Option<PathBuf>,
}

impl Need {
    /// A program in the search path.
    pub(crate) fn program(name: &str, packages: &str) -> Self {
        Self { what: name.to_owned(), packages: packages.to_owned(), file: in_search_path(name) }
    }

    /// A file.
    pub(crate) fn file(path: &str, packages: &str) -> Self {
        Self { what: path.to_owned(), packages: packages.to_owned(), file: Some(path.into()) }
    }

    /// The file that a C compiler begins programs with, which is a part of the C library. Debian's package of the
    /// compiler recommends the one of the library.
    pub(crate) fn start_object(compiler: &str, package: &str) -> Self {
        let output = Command::new(compiler).arg("-print-file-name=crt1.o").output();
        let path = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        Self {
            what: format!("the C library of {compiler}"),
            packages: format!("{package} with what it recommends"),
            file: path.ok().map(PathBuf::from),
        }
    }

    /// LLVM's linker, as rustup's toolchains have it.
    pub(crate) fn rust_lld() -> Self {
        Self { what: "the rust-lld of rustup's toolchains".into(), packages: String::new(), file: rust_lld() }
    }

    /// The source of the standard library; it never is there, since it is asked for only if it is not.
    pub(crate) fn source() -> Self {
        Self {
            what: "the standard library's source (`rustup component add rust-src`)".into(),
            packages: "rustc-web cargo-web rust-web-src".into(),
            file: None,
        }
    }

    pub(crate) fn is_there(&self) -> bool {
        self.file.as_deref().is_some_and(Path::is_file)
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.packages.is_empty() {
            write!(f, " (Debian: {})", self.packages)?;
        }
        Ok(())
    }
}

/// A program in the search path.
pub(crate) fn in_search_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// LLVM's linker for all formats, which rustup's toolchains have.
pub(crate) fn rust_lld() -> Option<PathBuf> {
    let toolchain = Toolchain::current();
    let file = rustlib(&toolchain)?.join(toolchain.host()).join("bin/rust-lld");
    file.is_file().then_some(file)
}

/// The folder with a folder for each target of a rustc.
pub(crate) fn rustlib(toolchain: &Toolchain) -> Option<PathBuf> {
    let output = Command::new(toolchain.rustc()).args(["--print", "sysroot"]).output().ok()?;
    Some(Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("lib/rustlib"))
}
