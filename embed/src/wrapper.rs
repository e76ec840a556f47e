//! The wrapper role: rustc, and where it links an artifact, rustc with the list as one more object.

use crate::artifact::Artifact;
use crate::early_start::Waiting;
use crate::environment::{self, CargoCall, Mode};
use crate::link::{self, Linked};
use crate::object_file::Place;
use crate::report::{Problem, Severity};
use crate::resolve::{self, Link};
use crate::rustc_args::RustcArgs;
use crate::target::Target;
use crate::{compress, exec, freshness, linker, object_file, read_back, static_library, target};
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
    let plain = || command(rustc, rustc_arguments);
    let args = RustcArgs::parse(rustc_arguments);
    if args.is_about_target()
        && let Some(search) = freshness::Search::begin(&CargoCall::from_environment())
    {
        let code = exec::wait(plain());
        search.finish();
        return code;
    }
    let Some(artifact) = Artifact::of(&args) else {
        return exec::replace(cached(&args, rustc, rustc_arguments).unwrap_or_else(plain));
    };
    // The cargo role has already spoken of a mode that it does not know.
    let is_strict = Mode::from_environment().unwrap_or_else(|(mode, _)| mode) == Mode::Strict;
    // While rustc loads itself, the list is collected.
    let waiting = Waiting::begin(plain(), &args);
    let (code, shortcoming) = match Embedding::new(rustc, &args, &artifact) {
        Ok(embedding) => embedding.link(waiting, &artifact, &args, &plain),
        Err(problem) => {
            let shortcoming = Some(Shortcoming::NoList(problem));
            if is_strict {
                if let Some(waiting) = waiting {
                    waiting.stop();
                }
                (ExitCode::from(exec::FAILURE), shortcoming)
            } else {
                (link::run_without(waiting, &plain), shortcoming)
            }
        }
    };
    let Some(shortcoming) = shortcoming else { return code };
    let problem = shortcoming.of(&artifact);
    if is_strict {
        problem.print(Severity::Error);
        return ExitCode::from(exec::FAILURE);
    }
    problem.print(Severity::Warning);
    freshness::tie_to_mode(&args);
    code
}

/// What an artifact lacks.
enum Shortcoming {
    NoList(Problem),
    InexactList(Problem),
    /// Its list stands behind another, and readers which expect a single one do not get to see it.
    Preceded(Problem),
}

impl Shortcoming {
    fn of(self, artifact: &Artifact<'_>) -> Problem {
        let (what, cause) = match self {
            Self::NoList(cause) => (format!("{artifact} has no list of crates in it"), cause),
            Self::InexactList(cause) => {
                (format!("the list in {artifact} may name crates that were not compiled"), cause)
            }
            Self::Preceded(cause) => (format!("{artifact} has another list before its own"), cause),
        };
        Problem::new(what)
            .cause(cause)
            .hint("CARGO_AUDITABLE=off builds without lists, CARGO_AUDITABLE=strict makes this an error")
    }
}

/// Rustc behind the user's compiler cache, for what it may know: libraries for rustc alone.
fn cached(args: &RustcArgs, rustc: &OsStr, arguments: &[OsString]) -> Option<Command> {
    let is_library = |crate_type: &String| crate_type == "lib" || crate_type == "rlib";
    if args.is_query || args.is_harness || !args.crate_types.iter().all(is_library) {
        return None;
    }
    let mut command = Command::new(environment::compiler_cache()?);
    command.arg(rustc).args(arguments);
    hide_own(&mut command);
    command.env_remove(environment::WORKSPACE_WRAPPER);
    Some(command)
}

/// Rustc behind the user's own wrapper. What only concerns us is taken out of its environment: procedural macros run
/// in it, and some run cargo.
fn command(rustc: &OsStr, arguments: &[OsString]) -> Command {
    let mut command = match environment::inner_wrapper() {
        Some(wrapper) => {
            let mut command = Command::new(&wrapper);
            command.arg(rustc).env(environment::WORKSPACE_WRAPPER, wrapper);
            command
        }
        None => {
            let mut command = Command::new(rustc);
            command.env_remove(environment::WORKSPACE_WRAPPER);
            command
        }
    };
    command.args(arguments);
    hide_own(&mut command);
    command
}

fn hide_own(command: &mut Command) {
    for variable in environment::OWN {
        command.env_remove(variable);
    }
}

/// A list that is ready to be linked.
struct Embedding {
    json: Vec<u8>,
    compressed: Vec<u8>,
    /// Why it may not be exact.
    doubt: Option<Problem>,
    target: Target,
    /// The object file, which lies there until the link is done. `None` if there is no link.
    object: Option<PathBuf>,
}

impl Embedding {
    /// Collects the list and writes the object file for a link.
    fn new(rustc: &OsStr, args: &RustcArgs, artifact: &Artifact<'_>) -> Result<Self, Problem> {
        // Where rustc must be asked, it answers meanwhile.
        let target = target::Answer::begin(rustc, args);
        let (graph, doubt) = resolve::graph(&Link::of(args, CargoCall::from_environment())?)?;
        let json =
            graph.to_json().map_err(|error| Problem::new("the list cannot be written").cause(error))?;
        let compressed = compress::compress(&json);
        let target = target.finish()?;
        if !artifact.is_linked() {
            return Ok(Self { json, compressed, doubt, target, object: None });
        }
        let bytes = object_file::object_file(&target, &compressed, Place::Link)?;
        let linked_to = args.linked_file.as_deref().and_then(Path::parent);
        let folder = args.out_dir.as_deref().or(linked_to).unwrap_or(Path::new(""));
        let object = folder.join(artifact.object_name(args));
        fs::write(&object, bytes)
            .map_err(|error| Problem::new(format!("could not write {}", object.display())).cause(error))?;
        Ok(Self { json, compressed, doubt, target, object: Some(object) })
    }

    /// Links, and looks whether the list has arrived. How rustc ended, and what is wrong with the list.
    fn link(
        self,
        waiting: Option<Waiting>,
        artifact: &Artifact<'_>,
        args: &RustcArgs,
        plain: &dyn Fn() -> Command,
    ) -> (ExitCode, Option<Shortcoming>) {
        let object = self.object.as_deref();
        let arguments = object.map(|object| linker::arguments(args, &self.target, object));
        let linked = link::run(waiting, &arguments.unwrap_or_default(), plain);
        if let Some(object) = object {
            // A file left behind does no harm.
            let _ = fs::remove_file(object);
        }
        let (code, shortcoming) = match linked {
            Linked::WithList => {
                let lost = self.arrive(artifact, args).unwrap_or_else(|lost| Some(Shortcoming::NoList(lost)));
                (ExitCode::SUCCESS, lost.or(self.doubt.map(Shortcoming::InexactList)))
            }
            Linked::WithoutList(problem) => (ExitCode::SUCCESS, Some(Shortcoming::NoList(problem))),
            Linked::Failed(code) => (code, None),
        };
        (code, shortcoming)
    }

    /// Looks whether the list is in what was linked, and brings it into what was not.
    fn arrive(&self, artifact: &Artifact<'_>, args: &RustcArgs) -> Result<Option<Shortcoming>, Problem> {
        let mut shortcoming = None;
        if artifact.is_linked() {
            let files = artifact.files(args, &self.target);
            shortcoming = read_back::check(&files, &self.json, args)?.map(|file| {
                Shortcoming::Preceded(Problem::new(format!(
                    "a static library with a list was linked as a whole, and many readers take its list for that of {}",
                    file.display()
                )))
            });
        }
        let libraries = artifact.static_libraries(args);
        if !libraries.is_empty() {
            let object = object_file::object_file(&self.target, &self.compressed, Place::StaticLibrary)?;
            static_library::add(&libraries, &object)?;
        }
        Ok(shortcoming)
    }
}
