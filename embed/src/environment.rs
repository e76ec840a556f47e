//! The environment variables that the program reads, and those by which its two roles speak to each other.
//!
//! The latter do not begin with `CARGO_`: sccache makes such variables part of the key of each compilation, also of
//! dependencies, and would find nothing in its cache that was compiled from another folder or by another command.

use crate::report::Problem;
use serde::{Deserialize, Serialize};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set by the user: `off`, `strict`, or nothing.
pub(crate) const MODE: &str = "CARGO_AUDITABLE";

/// Set by the cargo role for the wrapper role: how cargo was called, as the JSON of [`CargoCall`]. That it is set
/// is also how the wrapper role is recognised.
pub(crate) const CARGO_CALL: &str = "AUDITABLE_CALL";

/// Set by the cargo role: the workspace wrapper that the user had set, which the wrapper role runs in turn.
pub(crate) const INNER_WRAPPER: &str = "AUDITABLE_INNER_WRAPPER";

/// Set by the cargo role: sccache, if it is the user's wrapper of rustc and there is no inner one.
pub(crate) const COMPILER_CACHE: &str = "AUDITABLE_COMPILER_CACHE";

/// Set by the cargo role: the programs of the search path that it took for cargo, as a list of paths. If this program
/// is called again without cargo in between, that one was no cargo.
pub(crate) const CARGOS_TRIED: &str = "AUDITABLE_CARGOS_TRIED";

/// Cargo's own variable for the paths of the SBOM precursors that it has written for a rustc call.
pub(crate) const PRECURSOR: &str = "CARGO_SBOM_PATH";

/// Cargo's own variable for the wrapper of the workspace's packages. Unlike `RUSTC_WRAPPER` it is not called for
/// dependencies, and it is part of the name of what cargo builds, so what was built without it is built again.
pub(crate) const WORKSPACE_WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Embed; what fails is a warning.
    On,
    /// Embed; what fails is an error.
    Strict,
    /// Only run cargo.
    Off,
}

impl Mode {
    /// The mode that [`MODE`] asks for.
    ///
    /// # Errors
    ///
    /// A word that is not known, with the mode to go on with.
    pub(crate) fn from_environment() -> Result<Self, (Self, Problem)> {
        match env::var_os(MODE) {
            None => Ok(Self::On),
            Some(word) if word.is_empty() || word == "on" => Ok(Self::On),
            Some(word) if word == "strict" => Ok(Self::Strict),
            Some(word) if word == "off" => Ok(Self::Off),
            Some(word) => Err((
                Self::On,
                Problem::new(format!("unknown value {:?} for {MODE}", word.display()))
                    .hint("set it to on, strict or off, or not at all"),
            )),
        }
    }
}

/// The variables by which the roles speak to each other: no program that rustc runs is to see them.
pub(crate) const OWN: &[&str] = &[CARGO_CALL, INNER_WRAPPER, COMPILER_CACHE, CARGOS_TRIED];

/// How the user called cargo: what a further call of cargo needs in order to see the same project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CargoCall {
    /// The process of the cargo role, which on Unix becomes cargo.
    pub(crate) process: u32,
    /// How often this program was called by what it ran, this call included.
    pub(crate) depth: u32,
    /// The folder of the call: cargo reads configuration from there, and relative paths in arguments start there.
    pub(crate) directory: PathBuf,
    /// Cargo's own arguments: not those behind `--`, for rustc or the program, and none that is not Unicode. Empty if
    /// they are too many for a variable.
    pub(crate) arguments: Vec<String>,
    /// Whether it is not the user who called, but this program, to ask something.
    pub(crate) is_question: bool,
}

impl CargoCall {
    /// Keeps the arguments if they have a size that every system takes: Linux has 128 KiB for a variable, Windows 32 Ki
    /// characters.
    pub(crate) fn with_arguments(self, arguments: &[OsString]) -> Self {
        let own = arguments.iter().take_while(|argument| *argument != "--");
        let arguments: Vec<String> =
            own.filter_map(|argument| argument.to_str().map(str::to_owned)).collect();
        let bytes: usize = arguments.iter().map(String::len).sum();
        if bytes > MAX_ARGUMENT_BYTES { self } else { Self { arguments, ..self } }
    }

    /// What [`CARGO_CALL`] says; nothing if it is damaged, since it is only a help.
    pub(crate) fn from_environment() -> Self {
        let json = env::var(CARGO_CALL).unwrap_or_default();
        serde_json::from_str(&json).unwrap_or_default()
    }

    /// Whether a word is among the arguments.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.arguments.iter().any(|argument| argument == word)
    }

    /// The value of an option, given as one argument or as two.
    pub(crate) fn value_of(&self, option: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == option {
                return arguments.next().map(String::as_str);
            }
            if let Some(value) = argument.strip_prefix(option).and_then(|rest| rest.strip_prefix('=')) {
                return Some(value);
            }
        }
        None
    }

    /// Those of the arguments that change how any cargo command sees a project.
    pub(crate) fn project_arguments(&self) -> Vec<String> {
        let mut passed = Vec::new();
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--locked" | "--frozen" | "--offline" => passed.push(argument.clone()),
                "--config" | "-Z" => {
                    passed.push(argument.clone());
                    passed.extend(arguments.next().cloned());
                }
                _ if argument.starts_with("--config=") || argument.starts_with("-Z") => {
                    passed.push(argument.clone());
                }
                _ => {}
            }
        }
        passed
    }
}

/// Most bytes of arguments that are kept: 8 KiB, which as JSON have at most six times the size.
const MAX_ARGUMENT_BYTES: usize = 8 << 10;

/// Marks a call of cargo that only asks. It keeps the wrapper, since cargo keeps what it knows of rustc for one wrapper
/// at a time.
pub(crate) fn as_question(cargo: &mut Command) {
    let call = CargoCall { is_question: true, ..CargoCall::default() };
    cargo.env(CARGO_CALL, serde_json::to_string(&call).unwrap_or_default());
}

/// Whether this process was started as a rustc wrapper, with these arguments.
///
/// The variable says so, but for three cases. Something in between may have cleared the environment: then the path
/// of rustc says so. And it may have been inherited: by this program itself, which became a `cargo` that is a script
/// which calls it again; or by a build script or macro that calls `cargo-auditable build`.
pub(crate) fn is_wrapper_role(arguments: &[OsString]) -> bool {
    if env::var_os(CARGO_CALL).is_none() {
        return is_path_of_rustc(arguments.first());
    }
    CargoCall::from_environment().process != std::process::id() && is_rustc_call(arguments)
}

/// No command of cargo has a path, and no script that cargo runs by its path (`-Z script`) is called like a compiler.
fn is_path_of_rustc(argument: Option<&OsString>) -> bool {
    argument.map(Path::new).is_some_and(|program| {
        program.is_absolute()
            && program.file_stem().is_some_and(|stem| stem == "rustc" || stem == "clippy-driver")
    })
}

/// Cargo gives a wrapper the path of rustc, or its bare name, which is recognised by what cargo says to it.
fn is_rustc_call(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().map(|argument| argument.to_string_lossy());
    let Some(program) = words.next() else { return true };
    if program.starts_with(['-', '+']) {
        return false;
    }
    let is_known =
        program.contains(std::path::is_separator) || program.contains("rustc") || program.contains("driver");
    is_known
        || words.next().is_some_and(|first| {
            first == "-" || first == "-vV" || first == "--crate-name" || first.starts_with('@')
        })
}

/// The workspace wrapper that the user had set beside ours.
pub(crate) fn inner_wrapper() -> Option<OsString> {
    env::var_os(INNER_WRAPPER).filter(|wrapper| !wrapper.is_empty())
}

/// The user's compiler cache, which knows nothing of calls that come through us.
pub(crate) fn compiler_cache() -> Option<OsString> {
    env::var_os(COMPILER_CACHE).filter(|cache| !cache.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &[&str]) -> CargoCall {
        CargoCall {
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            ..CargoCall::default()
        }
    }

    #[test]
    fn arguments_about_the_project_are_passed_on() {
        let call = call(&["build", "-p", "app", "--config", "./x.toml", "-Zbindeps", "-Z", "a", "--locked"]);
        assert_eq!(call.project_arguments(), ["--config", "./x.toml", "-Zbindeps", "-Z", "a", "--locked"]);
        assert!(call.has("build") && !call.has("test"));
    }

    #[test]
    fn what_is_for_the_program_or_too_much_is_not_kept() {
        let kept = |arguments: &[&str]| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            CargoCall::default().with_arguments(&arguments).arguments
        };
        assert_eq!(kept(&["run", "--locked", "--", "--offline"]), ["run", "--locked"]);
        assert!(kept(&["build", &"x".repeat(MAX_ARGUMENT_BYTES)]).is_empty());
    }

    #[test]
    fn values_in_both_forms() {
        assert_eq!(call(&["build", "--target-dir", "x"]).value_of("--target-dir"), Some("x"));
        assert_eq!(call(&["build", "--target-dir=x"]).value_of("--target-dir"), Some("x"));
        assert_eq!(call(&["build"]).value_of("--target-dir"), None);
    }

    #[test]
    fn rustc_without_a_word_of_our_own() {
        let rustc = env::current_dir().unwrap().join("rustc");
        assert!(is_path_of_rustc(Some(&rustc.into())));
        for argument in ["rustc", "build", "./rustc", "/x/rustc.d/build"] {
            assert!(!is_path_of_rustc(Some(&argument.into())), "{argument}");
        }
        assert!(!is_path_of_rustc(None));
    }

    #[test]
    fn calls_of_rustc_and_of_cargo() {
        let is_rustc = |line: &str| is_rustc_call(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        for line in [
            "rustc -V",
            "/usr/bin/rustc x.rs",
            "clippy-driver --edition=2024",
            "mine --crate-name x",
            "mine -vV",
        ] {
            assert!(is_rustc(line), "{line}");
        }
        for line in ["build", "build --release", "nextest run", "+nightly build", "--version"] {
            assert!(!is_rustc(line), "{line}");
        }
    }
}
