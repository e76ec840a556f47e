//! What stands in for parts of systems that may not be copied, or that Debian does not have: made of MinGW's import
//! libraries and the few functions in `stand_ins/`, once, and kept in the target folder: the path is an argument of
//! rustc, and what was built with another one is built again.

use crate::project;
use crate::std_targets::{Linker, MINGW, StdTarget};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The folder with them.
pub(crate) struct StandIns {
    base: PathBuf,
}

impl StandIns {
    /// A folder for the sources as they are now.
    pub(crate) fn new() -> Self {
        let mut hasher = DefaultHasher::new();
        for name in ["msvc.c", "msvc_program.c", "musl.c"] {
            fs::read(sources().join(name)).expect("it is there").hash(&mut hasher);
        }
        let name = format!("stand_ins-{:016x}", hasher.finish());
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&base).expect("the folder is ours");
        Self { base }
    }

    /// The libraries for a linker, once they are made.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.base.join(name)
    }

    /// A file of the sources.
    pub(crate) fn source(&self, name: &str) -> PathBuf {
        sources().join(name)
    }

    /// Makes what links for a target need, unless it is there.
    pub(crate) fn make(&self, target: &StdTarget) {
        let (name, make): (&str, fn(&Self, &Path)) = match target.linker {
            Linker::Msvc => ("msvc", Self::make_msvc),
            Linker::Musl => ("musl", Self::make_musl),
            Linker::Apple => ("apple", Self::make_apple),
            Linker::Compiler { .. } | Linker::Wasi => return,
        };
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if self.folder(name).exists() {
            return;
        }
        let unfinished = self.folder("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        fs::create_dir(&unfinished).expect("the folder is ours");
        make(self, &unfinished);
        fs::rename(&unfinished, self.folder(name)).expect("both are in one folder");
    }

    /// The import libraries that Microsoft's linker is given by rustc, and the C library.
    fn make_msvc(&self, folder: &Path) {
        for name in ["kernel32", "ntdll", "userenv", "ws2_32", "dbghelp", "msvcrt"] {
            let theirs = printed(MINGW, &format!("-print-file-name=lib{name}.a"));
            fs::copy(theirs, folder.join(format!("{name}.lib"))).expect("MinGW has this library");
        }
        for name in ["msvc", "msvc_program"] {
            let object = folder.join(format!("{name}.o"));
            let flags =
                ["-O1", "-fno-builtin", "-mno-stack-arg-probe", "-fno-asynchronous-unwind-tables", "-c"];
            let source = self.source(&format!("{name}.c"));
            run(Command::new(MINGW).args(flags).arg(source).arg("-o").arg(&object));
            run(Command::new(MINGW.replace("gcc", "ar")).arg("rs").args([folder.join("msvcrt.lib"), object]));
        }
    }

    /// The unwinder that rustc asks for by another name.
    fn make_musl(&self, folder: &Path) {
        let library = folder.join("libunwind.a");
        fs::copy(printed("gcc", "-print-file-name=libgcc_eh.a"), &library).expect("GNU's compiler has it");
        let object = folder.join("find.o");
        run(Command::new("gcc").args(["-O1", "-c"]).arg(self.source("musl.c")).arg("-o").arg(&object));
        run(Command::new("ar").arg("rs").args([library, object]));
    }

    /// A description of the system's library, without its functions: they are looked up when a program starts.
    fn make_apple(&self, folder: &Path) {
        for name in ["libSystem", "libc", "libm", "libobjc", "libiconv"] {
            fs::write(folder.join(format!("{name}.tbd")), project::text_based_library())
                .expect("the folder is ours");
        }
    }

    /// Makes the library that Wine lacks.
    pub(crate) fn make_bcryptprimitives(&self, library: &Path) {
        run(Command::new(MINGW)
            .args(["-shared", "-s", "-o"])
            .args([library, &self.source("bcryptprimitives.c")])
            .arg("-ladvapi32"));
    }
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/targets/stand_ins")
}

fn printed(program: &str, argument: &str) -> PathBuf {
    let output = Command::new(program).arg(argument).output().expect("it is installed");
    String::from_utf8_lossy(&output.stdout).trim().into()
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
