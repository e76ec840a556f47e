use crate::rustc_args::RustcArgs;
use crate::target::{Container, Target};
use std::env;
use std::fmt;
use std::path::PathBuf;

/// A linked file that gets a list.
pub(crate) struct Artifact<'a> {
    crate_name: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Program,
    CLibrary,
    RustLibrary,
}

impl<'a> Artifact<'a> {
    /// The artifact of a rustc call, if it has one: programs (also examples, tests and benchmarks) and dynamic
    /// libraries. Not build scripts and procedural macros, which only run while building.
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
        } else {
            return None;
        };
        Some(Self { crate_name, kind })
    }

    /// A name for the object file. The kind is in it since a library and a program of one package may have the same
    /// name and be linked at the same time; nothing else is, since some linkers write it into debug information.
    pub(crate) fn object_name(&self, args: &RustcArgs) -> String {
        let kind = match self.kind {
            Kind::Program => "bin",
            Kind::CLibrary => "cdylib",
            Kind::RustLibrary => "dylib",
        };
        format!("{}{}.{kind}.dep-v0.o", self.crate_name, args.extra_filename)
    }

    /// The linked files, by the names that the target gives them. Several if the crate has several types.
    pub(crate) fn files(&self, args: &RustcArgs, target: &Target) -> Vec<PathBuf> {
        if let Some(file) = &args.linked_file {
            // With other things to emit, `-o` names only their common stem.
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            return vec![file.clone(), file.with_file_name(format!("{stem}{}", args.extra_filename))];
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
        };
        write!(f, "{kind} `{}`", self.crate_name)
    }
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
}
