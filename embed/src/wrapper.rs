//! The wrapper role: rustc, and where it links an artifact, rustc with the list as one more object.

use crate::environment::{self, CargoCall, Mode};
use crate::report::{Problem, Severity};
use crate::resolve::{self, Link};
use crate::rustc_args::RustcArgs;
use crate::target::Target;
use crate::{compress, exec, linker, object_file};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Runs `arguments`: rustc and its arguments, as cargo gives them to a wrapper.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    let Some((rustc, rustc_arguments)) = arguments.split_first() else {
        Problem::new("cargo-auditable was started as a rustc wrapper, but without a rustc")
            .hint(format!("unset {}, or run `cargo auditable`", environment::CARGO_CALL))
            .print(Severity::Error);
        return ExitCode::from(exec::FAILURE);
    };
    let mut command = command(rustc, rustc_arguments);
    let args = RustcArgs::parse(rustc_arguments);
    let Some(artifact) = Artifact::of(&args) else {
        return exec::replace(command);
    };
    let problem = match embed(rustc, &args, &artifact, &mut command) {
        Ok(object) => return link(command, &object),
        Err(problem) => problem,
    };
    // The cargo role has already spoken of a mode that it does not know.
    match Mode::from_environment().unwrap_or_else(|(mode, _)| mode) {
        Mode::Strict => {
            problem.print(Severity::Error);
            ExitCode::from(exec::FAILURE)
        }
        Mode::On | Mode::Off => {
            problem.print(Severity::Warning);
            exec::replace(self::command(rustc, rustc_arguments))
        }
    }
}

/// Rustc behind the user's own wrapper. What only concerns us is taken out of its environment: procedural macros run
/// in it, and some run cargo.
fn command(rustc: &OsStr, arguments: &[OsString]) -> Command {
    let inner = environment::inner_wrapper();
    let mut command = match &inner {
        Some(wrapper) => {
            let mut command = Command::new(wrapper);
            command.arg(rustc).env(environment::WORKSPACE_WRAPPER, wrapper);
            command
        }
        None => {
            let mut command = Command::new(rustc);
            command.env_remove(environment::WORKSPACE_WRAPPER);
            command
        }
    };
    command.args(arguments).env_remove(environment::CARGO_CALL).env_remove(environment::INNER_WRAPPER);
    command
}

/// A linked file that gets a list.
struct Artifact<'a> {
    crate_name: &'a str,
    crate_type: &'static str,
}

impl<'a> Artifact<'a> {
    /// The artifact of a rustc call, if it has one: programs (also examples, tests and benchmarks) and dynamic
    /// libraries. Not build scripts and procedural macros, which only run while building.
    fn of(args: &'a RustcArgs) -> Option<Self> {
        if !args.links() {
            return None;
        }
        let crate_name = args.crate_name.as_deref()?;
        if args.has_crate_type("proc-macro") && !args.is_test {
            return None;
        }
        let crate_type = if args.has_crate_type("bin") || args.is_test {
            if is_build_script(crate_name, args) {
                return None;
            }
            "bin"
        } else if args.has_crate_type("cdylib") {
            "cdylib"
        } else if args.has_crate_type("dylib") {
            "dylib"
        } else {
            return None;
        };
        Some(Self { crate_name, crate_type })
    }

    /// Where the object file lies until the link is done. The crate's type is in the name since a library and a
    /// program of one package may have the same name and be linked at the same time.
    fn object_path(&self, args: &RustcArgs) -> PathBuf {
        let folder = args.out_dir.clone().unwrap_or_else(env::temp_dir);
        folder.join(format!(
            "{}{}.{}.{}.dep-v0.o",
            self.crate_name,
            args.extra_filename,
            self.crate_type,
            std::process::id()
        ))
    }
}

/// Cargo names the program's target in `CARGO_BIN_NAME`, but not for build scripts.
fn is_build_script(crate_name: &str, args: &RustcArgs) -> bool {
    crate_name.starts_with("build_script_") && !args.is_test && env::var_os("CARGO_BIN_NAME").is_none()
}

/// Collects the list and writes the object file, and tells rustc to link it.
fn embed(
    rustc: &OsStr,
    args: &RustcArgs,
    artifact: &Artifact<'_>,
    command: &mut Command,
) -> Result<PathBuf, Problem> {
    let without =
        || format!("no list of crates is embedded in {} `{}`", artifact.crate_type, artifact.crate_name);
    let link = Link::of(args, CargoCall::from_environment())
        .map_err(|problem| Problem::new(without()).cause(problem))?;
    let graph = resolve::graph(&link).map_err(|problem| {
        Problem::new(without()).cause(problem).hint(
            "the build goes on; CARGO_AUDITABLE=strict makes this an error, CARGO_AUDITABLE=off skips the list",
        )
    })?;
    let json = graph.to_json().map_err(|error| Problem::new(without()).cause(error))?;
    let target = Target::of(rustc, args).map_err(|problem| Problem::new(without()).cause(problem))?;
    let object = object_file::object_file(&target, &compress::compress(&json))
        .map_err(|problem| Problem::new(without()).cause(problem))?;
    let path = artifact.object_path(args);
    fs::write(&path, object).map_err(|error| {
        Problem::new(without())
            .cause(Problem::new(format!("could not write {}", path.display())).cause(error))
    })?;
    command.args(linker::arguments(args, &target, &path));
    Ok(path)
}

fn link(mut command: Command, object: &Path) -> ExitCode {
    let status = command.status();
    // A file left behind does no harm.
    let _ = fs::remove_file(object);
    match status {
        Ok(status) => exec::exit_code(status),
        Err(error) => {
            let program = command.get_program().display().to_string();
            Problem::new(format!("could not run {program}")).cause(error).print(Severity::Error);
            ExitCode::from(exec::FAILURE)
        }
    }
}
