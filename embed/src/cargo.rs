//! The cargo role: cargo with this program as its rustc wrapper.

use crate::cargo_config::{self, CargoConfig};
use crate::environment::{self, CargoCall, Mode};
use crate::exec;
use crate::report::{Problem, Severity};
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

const HELP: &str = "\
Cargo with the list of crates embedded in what it builds

Usage: cargo auditable <CARGO COMMAND> [ARGS]...

Runs cargo as it is. Each program and C dynamic library that cargo links carries, in the linker section `.dep-v0`,
the list of crates that were compiled into it. `auditable inspect FILE` reads it back.

Environment:
  CARGO_AUDITABLE=strict  a list that cannot be collected or embedded is an error; without this it is a warning
  CARGO_AUDITABLE=off     only run cargo

Examples:
  cargo auditable build --release
  cargo auditable install --locked ripgrep

Exit status: cargo's; 101 if cargo could not be run.
";

pub(crate) fn run(arguments: Vec<OsString>, as_subcommand: bool) -> ExitCode {
    if let Some(text) = own_words(&arguments, as_subcommand) {
        // A closed pipe is the reader's choice.
        let _ = io::stdout().write_all(text.as_bytes());
        return ExitCode::SUCCESS;
    }
    let mode = Mode::from_environment().unwrap_or_else(|(mode, problem)| {
        problem.print(Severity::Warning);
        mode
    });
    let mut cargo = match real_cargo() {
        Ok(cargo) => cargo,
        Err(problem) => {
            problem.print(Severity::Error);
            return ExitCode::from(exec::FAILURE);
        }
    };
    cargo.args(&arguments);
    if given_cargo().is_none() {
        // sccache takes a program for a wrapper of rustc only if `CARGO` is set, which cargo does for all that it runs
        // but its first question, for rustc's version. Empty, since cargo takes that for no path; this program's own
        // path would be passed on to build scripts as cargo's.
        cargo.env("CARGO", "");
    }
    // Of the rustc call that this one runs in, if it does. Cargo sets it for its own calls.
    cargo.env_remove(environment::PRECURSOR);
    if mode == Mode::Strict {
        // Then it always asks about the target through this program, which looks for what plain cargo left.
        cargo.env("CARGO_CACHE_RUSTC_INFO", "0");
    }
    // Left by an outer call of this program, of which this one is an alias, or which runs a build script that calls
    // it.
    let inner_wrapper = users_wrapper();
    for variable in [environment::CARGO_CALL, environment::INNER_WRAPPER, environment::COMPILER_CACHE] {
        cargo.env_remove(variable);
    }
    if mode == Mode::Off {
        match inner_wrapper {
            Some(wrapper) => cargo.env(environment::WORKSPACE_WRAPPER, wrapper),
            None => cargo.env_remove(environment::WORKSPACE_WRAPPER),
        };
        return exec::replace(cargo);
    }
    if let Err(problem) = set_wrapper(&mut cargo, &arguments, inner_wrapper) {
        if mode == Mode::Strict {
            problem.print(Severity::Error);
            return ExitCode::from(exec::FAILURE);
        }
        problem.print(Severity::Warning);
    }
    exec::replace(cargo)
}

/// Help and version. Called directly, this program stands in for cargo, so there `--help` is cargo's.
fn own_words(arguments: &[OsString], as_subcommand: bool) -> Option<String> {
    let version = || format!("cargo-auditable {}\n", env!("CARGO_PKG_VERSION"));
    match arguments {
        [] => Some(HELP.to_owned()),
        [only] if as_subcommand && (only == "--help" || only == "-h") => Some(HELP.to_owned()),
        [only] if as_subcommand && (only == "--version" || only == "-V") => Some(version()),
        _ => None,
    }
}

fn set_wrapper(
    cargo: &mut Command,
    arguments: &[OsString],
    inner_wrapper: Option<OsString>,
) -> Result<(), Problem> {
    let this_program = env::current_exe().map_err(|error| {
        Problem::new("no list of crates is embedded: this program cannot find its own file").cause(error)
    })?;
    let strings: Vec<String> =
        arguments.iter().filter_map(|argument| argument.to_str().map(str::to_owned)).collect();
    let config = CargoConfig::of_call(&strings);
    // What the environment says hides what the configuration says.
    let inner_wrapper = inner_wrapper.or_else(|| config.program(cargo_config::WORKSPACE_WRAPPER));
    let call = CargoCall {
        process: std::process::id(),
        depth: CargoCall::from_environment().depth.saturating_add(1),
        // An empty folder means the one that cargo chooses.
        directory: env::current_dir().unwrap_or_default(),
        ..CargoCall::default()
    }
    .with_arguments(arguments);
    let call = serde_json::to_string(&call)
        .map_err(|error| Problem::new("no list of crates is embedded").cause(error))?;
    cargo.env(environment::WORKSPACE_WRAPPER, this_program).env(environment::CARGO_CALL, call);
    if let Some(wrapper) = inner_wrapper {
        cargo.env(environment::INNER_WRAPPER, wrapper);
    } else if let Some(cache) = compiler_cache(&config) {
        cargo.env(environment::COMPILER_CACHE, cache);
        if let Some(rustc) = rustc_by_path(&config) {
            cargo.env("RUSTC", rustc);
        }
    }
    Ok(())
}

/// The user's wrapper of rustc, if it is sccache.
///
/// sccache caches nothing that a workspace wrapper is called for, since it takes the path of rustc, which comes next,
/// for another source file. So what gets no list is given to it once more, by the wrapper role. Only where it is no
/// path, sccache knows it, and leaves the wrapper out: see [`rustc_by_path`].
fn compiler_cache(config: &CargoConfig<'_>) -> Option<OsString> {
    let wrapper = match env::var_os("RUSTC_WRAPPER") {
        Some(wrapper) => wrapper,
        None => config.program(cargo_config::WRAPPER)?,
    };
    let path = PathBuf::from(wrapper);
    if path.file_stem().is_none_or(|stem| stem != "sccache") {
        return None;
    }
    // Cargo runs rustc in another folder.
    let has_folder = path.components().nth(1).is_some();
    let path = if has_folder { env::current_dir().unwrap_or_default().join(path) } else { path };
    Some(path.into())
}

/// The path of the rustc that cargo would call by its bare name, which it does where neither the user nor rustup say
/// which one it is.
fn rustc_by_path(config: &CargoConfig<'_>) -> Option<PathBuf> {
    let is_given = env::var_os("RUSTC").is_some_and(|rustc| !rustc.is_empty())
        || config.program(cargo_config::RUSTC).is_some();
    if is_given {
        return None;
    }
    let rustup = format!("rustup{}", env::consts::EXE_SUFFIX);
    exec::file_of(OsStr::new("rustc"))
        .filter(|rustc| rustc.is_absolute() && !rustc.with_file_name(rustup).exists())
}

/// The cargo to run: the one that called us, if it did, else the first in the search path.
///
/// Never this program itself, to which tools set `CARGO` where the user can choose a cargo; and not a script by the
/// name of cargo which calls this program, and would do so for ever.
fn real_cargo() -> Result<Command, Problem> {
    // Cargo sets it for all that it runs, so that it comes back says nothing until it comes back often.
    if let Some(cargo) = given_cargo().filter(|_| CargoCall::from_environment().depth < MAX_DEPTH) {
        return Ok(Command::new(cargo));
    }
    let tried = env::var_os(environment::CARGOS_TRIED).unwrap_or_default();
    let mut tried: Vec<PathBuf> =
        env::split_paths(&tried).filter(|path| !path.as_os_str().is_empty()).collect();
    let name = format!("cargo{}", env::consts::EXE_SUFFIX);
    let search_path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&search_path)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file() && !is_this_program(path.as_os_str()) && !tried.contains(path));
    let Some(cargo) = found else {
        let problem = if tried.is_empty() {
            Problem::new("there is no cargo in the search path")
        } else {
            Problem::new("each cargo in the search path calls this program instead of being cargo")
        };
        return Err(problem.hint("set CARGO to the path of the cargo to run"));
    };
    let mut command = Command::new(&cargo);
    tried.push(cargo);
    if let Ok(tried) = env::join_paths(&tried) {
        command.env(environment::CARGOS_TRIED, tried);
    }
    Ok(command)
}

/// What `CARGO` says.
fn given_cargo() -> Option<OsString> {
    env::var_os("CARGO").filter(|cargo| !cargo.is_empty() && !is_this_program(cargo))
}

/// How often this program may be called by what it runs before that is taken for a circle.
const MAX_DEPTH: u32 = 8;

/// The user's own workspace wrapper, seen through an outer call of this program.
fn users_wrapper() -> Option<OsString> {
    let wrapper = env::var_os(environment::WORKSPACE_WRAPPER).filter(|wrapper| !wrapper.is_empty())?;
    if is_this_program(&wrapper) { environment::inner_wrapper() } else { Some(wrapper) }
}

/// Whether a program is this one: by its name, since another installation or version does the same work, or by its
/// file, which may have been given another name.
fn is_this_program(program: &OsStr) -> bool {
    let path = Path::new(program);
    path.file_stem().is_some_and(|stem| stem == "cargo-auditable")
        || match (fs::canonicalize(path), env::current_exe().and_then(fs::canonicalize)) {
            (Ok(program), Ok(this)) => program == this,
            _ => false,
        }
}
