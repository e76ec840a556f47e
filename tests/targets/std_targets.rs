//! Targets for which programs with the standard library are linked, and run where they can be: what is needed for each,
//! and how rustc is called.

use crate::runner::Runner;
use crate::stand_ins::StandIns;
use crate::support::Toolchain;
use crate::tools::{self, Need};
use std::path::PathBuf;

/// A target with the linker that its users have, or with what stands in for it here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StdTarget {
    pub(crate) triple: &'static str,
    pub(crate) linker: Linker,
    pub(crate) runner: Runner,
}

/// What links.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Linker {
    /// A C compiler by this name, which Debian has in a package.
    Compiler { name: &'static str, package: &'static str },
    /// `musl-gcc`.
    Musl,
    /// LLVM's linker under the name of Microsoft's, with a stand-in for Microsoft's C library.
    Msvc,
    /// LLVM's linker under the name of Apple's, with a description of Apple's C library.
    Apple,
    /// LLVM's linker for WebAssembly, with wasi-libc.
    Wasi,
}

/// Those that can be tested on x86_64 Linux with packages of Debian 12.
pub(crate) const STD_TARGETS: &[StdTarget] = &[
    gnu("aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu", "aarch64"),
    gnu("armv7-unknown-linux-gnueabihf", "arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf", "arm"),
    gnu("i686-unknown-linux-gnu", "i686-linux-gnu-gcc", "gcc-i686-linux-gnu", "i386"),
    gnu("powerpc64le-unknown-linux-gnu", "powerpc64le-linux-gnu-gcc", "gcc-powerpc64le-linux-gnu", "ppc64le"),
    gnu("riscv64gc-unknown-linux-gnu", "riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu", "riscv64"),
    gnu("s390x-unknown-linux-gnu", "s390x-linux-gnu-gcc", "gcc-s390x-linux-gnu", "s390x"),
    StdTarget {
        triple: "x86_64-unknown-linux-gnu",
        linker: Linker::Compiler { name: "cc", package: "gcc" },
        runner: Runner::Native,
    },
    StdTarget { triple: "x86_64-unknown-linux-musl", linker: Linker::Musl, runner: Runner::Native },
    StdTarget {
        triple: "x86_64-pc-windows-gnu",
        linker: Linker::Compiler { name: MINGW, package: MINGW_PACKAGE },
        runner: Runner::Wine,
    },
    StdTarget { triple: "x86_64-pc-windows-msvc", linker: Linker::Msvc, runner: Runner::Wine },
    StdTarget { triple: "aarch64-apple-darwin", linker: Linker::Apple, runner: Runner::Nothing },
    StdTarget { triple: "x86_64-apple-darwin", linker: Linker::Apple, runner: Runner::Nothing },
    StdTarget { triple: "wasm32-wasip1", linker: Linker::Wasi, runner: Runner::Node },
];

const fn gnu(
    triple: &'static str,
    compiler: &'static str,
    package: &'static str,
    qemu: &'static str,
) -> StdTarget {
    StdTarget {
        triple,
        linker: Linker::Compiler { name: compiler, package },
        runner: Runner::Qemu { processor: qemu, compiler },
    }
}

/// MinGW's compiler.
pub(crate) const MINGW: &str = "x86_64-w64-mingw32-gcc";

/// Debian's package of it.
pub(crate) const MINGW_PACKAGE: &str = "gcc-mingw-w64-x86-64";

impl StdTarget {
    pub(crate) fn of(triple: &str) -> Option<&'static Self> {
        STD_TARGETS.iter().find(|target| target.triple == triple)
    }

    /// What is not installed of what is needed.
    pub(crate) fn missing(&self, rustc: &Toolchain) -> Vec<Need> {
        let mut needs = match self.linker {
            Linker::Compiler { name, package } => {
                let mut needs = vec![Need::program(name, package)];
                // The compilers of other processors do not bring a C library along.
                if let Runner::Qemu { .. } = self.runner {
                    needs.push(Need::start_object(name, package));
                }
                needs
            }
            Linker::Musl => vec![Need::program("musl-gcc", "musl-tools")],
            Linker::Msvc => vec![Need::program(MINGW, MINGW_PACKAGE), Need::rust_lld()],
            Linker::Apple => vec![Need::rust_lld()],
            Linker::Wasi => {
                vec![Need::rust_lld(), Need::file("/usr/lib/wasm32-wasi/crt1-command.o", "wasi-libc")]
            }
        };
        needs.extend(self.runner.needs());
        if !rustc.has_target(self.triple) && !rustc.has_source() {
            needs.push(Need::source());
        }
        needs.retain(|need| !need.is_there());
        needs
    }

    /// The linker, by the name that it goes by.
    pub(crate) fn linker_name(&self) -> &'static str {
        match self.linker {
            Linker::Compiler { name, .. } => name,
            Linker::Musl => "musl-gcc",
            Linker::Msvc => "lld-link",
            Linker::Apple => "ld64.lld",
            Linker::Wasi => "wasm-ld",
        }
    }

    /// Whether rustc makes C libraries for it; with musl it makes static programs only, unless told otherwise.
    pub(crate) fn has_libraries(&self) -> bool {
        !matches!(self.linker, Linker::Musl)
    }

    /// The arguments of rustc by which it links.
    pub(crate) fn rustflags(&self, stand_ins: &StandIns) -> Vec<String> {
        let lld = |flavor: &str| {
            let lld = tools::rust_lld().unwrap_or_else(|| PathBuf::from("rust-lld"));
            vec![format!("-Clinker={}", lld.display()), format!("-Clinker-flavor={flavor}")]
        };
        let library_dir = |name: &str| format!("-Lnative={}", stand_ins.folder(name).display());
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<String>>();
        match self.linker {
            Linker::Compiler { name, .. } => vec![format!("-Clinker={name}")],
            Linker::Musl => {
                let flags = words(&["-Clinker=musl-gcc", "-Clink-self-contained=no"]);
                [flags, vec![library_dir("musl")]].concat()
            }
            Linker::Msvc => [lld("lld-link"), vec![library_dir("msvc")]].concat(),
            Linker::Apple => {
                let lookup = words(&["-Clink-arg=-undefined", "-Clink-arg=dynamic_lookup"]);
                [lld("ld64.lld"), vec![library_dir("apple")], lookup].concat()
            }
            Linker::Wasi => lld("wasm-ld"),
        }
    }

    /// What is set in the environment of a build beside those arguments.
    pub(crate) fn environment(&self, stand_ins: &StandIns) -> Vec<(&'static str, PathBuf)> {
        match self.linker {
            Linker::Msvc => vec![("LIB", stand_ins.folder("msvc"))],
            // Rustc's own `rust-objcopy` would strip, which not every rustc has.
            Linker::Apple => vec![
                ("SDKROOT", stand_ins.folder("apple")),
                ("CARGO_PROFILE_DEV_STRIP", "none".into()),
                ("CARGO_PROFILE_RELEASE_STRIP", "none".into()),
            ],
            _ => Vec::new(),
        }
    }

    /// The file that a program of this name is linked to.
    pub(crate) fn program_file(&self, name: &str) -> String {
        match self.runner {
            Runner::Wine => format!("{name}.exe"),
            Runner::Node => format!("{name}.wasm"),
            _ => name.to_owned(),
        }
    }

    /// The file that a C library of this name is linked to.
    pub(crate) fn library_file(&self, name: &str) -> String {
        match (self.runner, self.linker) {
            (Runner::Wine, _) => format!("{name}.dll"),
            (Runner::Node, _) => format!("{name}.wasm"),
            (_, Linker::Apple) => format!("lib{name}.dylib"),
            _ => format!("lib{name}.so"),
        }
    }
}
