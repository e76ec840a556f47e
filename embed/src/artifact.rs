use crate::rustc_args::RustcArgs;
use crate::target::{Container, Target};
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

/// What gets a list: a linked file, or a static library.
pub(crate) struct Artifact<'a> {
    crate_name: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    CLibrary,
    RustLibrary,
    /// And nothing else.
    StaticLibrary,
}

impl<'a> Artifact<'a> {
    /// The artifact of a rustc call, if it has one: programs (also examples, tests and benchmarks) and libraries that are
    /// not for rustc alone. Not build scripts and procedural macros, which only run while building.
    pub(crate) fn of(args: &'a RustcArgs) -> Option<Self> {
        // Build scripts that try out the compiler call it as cargo does, but with less.
        if !args.links() || !args.has_metadata {
            return None;
        }
        let crate_name = args.crate_name.as_deref()?;
        let kind = if args.is_harness {
            Kind::Program
        } else if args.has_crate_type("proc-macro") {
            return None;
        } else if args.has_crate_type("bin") {
            if is_build_script(crate_name, args) {
                return None;
            }
            Kind::Program
        } else if args.has_crate_type("cdylib") {
            Kind::CLibrary
        } else if args.has_crate_type("dylib") {
            Kind::RustLibrary
        } else if args.has_crate_type("staticlib") {
            Kind::StaticLibrary
        } else {
            return None;
        };
        Some(Self { crate_name, kind })
    }

    /// Whether there is a link that the object file can be brought into.
    pub(crate) fn is_linked(&self) -> bool {
        self.kind != Kind::StaticLibrary
    }

    /// A name for the object file. The kind is in it since a library and a program of one package may have the same
    /// name and be linked at the same time; nothing else is, since some linkers write it into debug information.
    pub(crate) fn object_name(&self, args: &RustcArgs) -> String {
        let kind = match self.kind {
            Kind::Program => "bin",
            Kind::CLibrary => "cdylib",
            Kind::RustLibrary => "dylib",
            Kind::StaticLibrary => "staticlib",
        };
        format!("{}{}.{kind}.dep-v0.o", self.crate_name, args.extra_filename)
    }

    /// The static libraries that may be there: by the name that most systems give them, or Windows with Microsoft's
    /// tools.
    pub(crate) fn static_libraries(&self, args: &RustcArgs) -> Vec<PathBuf> {
        if !args.has_crate_type("staticlib") || self.kind == Kind::Program {
            return Vec::new();
        }
        if let (Some(file), [_]) = (&args.linked_file, args.crate_types.as_slice()) {
            return named_by_user(file, args);
        }
        let Some(folder) = &args.out_dir else { return Vec::new() };
        let stem = format!("{}{}", self.crate_name, args.extra_filename);
        vec![folder.join(format!("lib{stem}.a")), folder.join(format!("{stem}.lib"))]
    }

    /// The linked files, by the names that the target gives them. Several if the crate has several types.
    pub(crate) fn files(&self, args: &RustcArgs, target: &Target) -> Vec<PathBuf> {
        if let Some(file) = &args.linked_file {
            return named_by_user(file, args);
        }
        let Some(folder) = &args.out_dir else { return Vec::new() };
        let stem = format!("{}{}", self.crate_name, args.extra_filename);
        let mut names = Vec::new();
        if self.kind == Kind::Program {
            names.push(format!("{stem}{}", target.exe_suffix));
        }
        if self.kind != Kind::Program && (args.has_crate_type("cdylib") || args.has_crate_type("dylib")) {
            names.push(format!("{}{stem}{}", target.dll_prefix, target.dll_suffix));
        }
        if target.container == Container::Wasm {
            // rustc names a C library like a program there.
            names.push(format!("{stem}{}", target.exe_suffix));
        }
        names.dedup();
        names.into_iter().map(|name| folder.join(name)).collect()
    }
}

/// As in "program `app`".
impl fmt::Display for Artifact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Program => "program",
            Kind::CLibrary | Kind::RustLibrary => "library",
            Kind::StaticLibrary => "static library",
        };
        write!(f, "{kind} `{}`", self.crate_name)
    }
}

/// What `-o` or `--emit=link=` names. With other things to emit, `-o` names only their common stem.
fn named_by_user(file: &Path, args: &RustcArgs) -> Vec<PathBuf> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    vec![file.to_owned(), file.with_file_name(format!("{stem}{}", args.extra_filename))]
}

/// Cargo names a program's target in `CARGO_BIN_NAME`, but not that of a build script.
fn is_build_script(crate_name: &str, args: &RustcArgs) -> bool {
    crate_name.starts_with("build_script_") && !args.is_test && env::var_os("CARGO_BIN_NAME").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(line: &str) -> Option<String> {
        let line = format!("{line} -C metadata=0");
        let arguments: Vec<_> = line.split(' ').map(std::ffi::OsString::from).collect();
        Artifact::of(&RustcArgs::parse(&arguments)).map(|artifact| artifact.to_string())
    }

    #[test]
    fn what_gets_a_list() {
        for (line, expected) in [
            ("--crate-name a --crate-type bin --emit=dep-info,link", Some("program `a`")),
            ("--crate-name a --crate-type lib --crate-type cdylib --emit=link", Some("library `a`")),
            ("--crate-name a --crate-type dylib --emit=link", Some("library `a`")),
            (
                "--crate-name a --crate-type lib --crate-type staticlib --emit=link",
                Some("static library `a`"),
            ),
            ("--crate-name a --emit=link --test", Some("program `a`")),
            ("--crate-name a --crate-type proc-macro --emit=link --test", Some("program `a`")),
            ("--crate-name a --crate-type bin --cfg test --emit=link", Some("program `a`")),
            ("--crate-name a --crate-type bin --emit=dep-info,metadata", None),
            ("--crate-name a --crate-type lib --emit=link", None),
            ("--crate-name a --crate-type proc-macro --emit=link", None),
            ("--crate-name build_script_build --crate-type bin --emit=link", None),
        ] {
            assert_eq!(artifact(line).as_deref(), expected, "{line}");
        }
        let probe = ["--crate-name".into(), "probe".into(), "--crate-type".into(), "bin".into()];
        assert!(Artifact::of(&RustcArgs::parse(&probe)).is_none());
    }

    #[test]
    fn static_libraries_of_a_call() {
        let files = |line: &str| {
            let arguments: Vec<_> = line.split(' ').map(std::ffi::OsString::from).collect();
            let args = RustcArgs::parse(&arguments);
            Artifact::of(&args).unwrap().static_libraries(&args)
        };
        let call = "--crate-name a --out-dir /o -C metadata=0 -C extra-filename=-1 --emit=link";
        let both = [PathBuf::from("/o/liba-1.a"), PathBuf::from("/o/a-1.lib")];
        assert_eq!(files(&format!("{call} --crate-type staticlib")), both);
        assert_eq!(files(&format!("{call} --crate-type staticlib --crate-type cdylib")), both);
        assert!(files(&format!("{call} --crate-type cdylib")).is_empty());
        assert!(files(&format!("{call} --crate-type staticlib --test")).is_empty());
        let named = files("--crate-name a -C metadata=0 --crate-type staticlib -o /x/y.a");
        assert!(named.contains(&"/x/y.a".into()));
    }
}
