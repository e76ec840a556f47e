//! Running rustc with the list as one more object, so that a build which passes without it passes with it.

use crate::early_start::Waiting;
use crate::exec;
use crate::report::{Problem, Severity};
use auditable_graph::section;
use serde::Deserialize;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};

/// How a link ended.
pub(crate) enum Linked {
    /// All is well.
    WithList,
    /// It works only without the list, and was done so.
    WithoutList(Problem),
    /// It does not work, with or without.
    Failed(ExitCode),
}

/// Runs rustc with the list, which `arguments` bring into the link: the one that waits for them, or else a new one. If
/// the linker fails, the reason may be the list: then rustc is run again without it, which tells, and the build goes
/// on.
///
/// Cargo gets what rustc says as it comes, except for the linker's error, which it gets only if it is the user's.
pub(crate) fn run(waiting: Option<Waiting>, arguments: &[OsString], without: &dyn Fn() -> Command) -> Linked {
    let pass = Pass { only_errors: false, no_link_error: true };
    let first = link(waiting, arguments, without, pass);
    let problem = match &first {
        Ok((status, _)) if status.success() => return Linked::WithList,
        Ok((status, held)) => {
            let Some(link_error) = held.first() else {
                return Linked::Failed(exec::exit_code("rustc", *status));
            };
            let words = linker_words(link_error);
            if is_about_symbols(&words) {
                held.iter().for_each(|line| pass_on(line));
                return Linked::Failed(exec::exit_code("rustc", *status));
            }
            Problem::new("the linker rejects the object file with the list, so it was linked without")
                .cause(words)
        }
        // Two more arguments can be too many for the system.
        Err(error) => Problem::new("rustc cannot be started with the object file").cause(error.to_string()),
    };
    let pass = Pass { only_errors: first.is_ok(), no_link_error: false };
    match start(without()).and_then(|mut rustc| supervise(&mut rustc, pass)) {
        Ok((status, _)) if status.success() => Linked::WithoutList(problem),
        Ok((status, _)) => Linked::Failed(exec::exit_code("rustc", status)),
        Err(error) => Linked::Failed(not_run(error)),
    }
}

/// Runs rustc without a list: the one that waits, or else a new one.
pub(crate) fn run_without(waiting: Option<Waiting>, without: &dyn Fn() -> Command) -> ExitCode {
    let pass = Pass { only_errors: false, no_link_error: false };
    match link(waiting, &[], without, pass) {
        Ok((status, _)) => exec::exit_code("rustc", status),
        Err(error) => not_run(error),
    }
}

/// Runs rustc with these arguments added. Returns what it said as far as it was held back.
fn link(
    waiting: Option<Waiting>,
    arguments: &[OsString],
    without: &dyn Fn() -> Command,
    mut pass: Pass,
) -> io::Result<(ExitStatus, Vec<Vec<u8>>)> {
    if let Some(mut going) = waiting.and_then(|waiting| waiting.go_on(arguments).ok()) {
        let ended = supervise(&mut going.rustc, pass)?;
        let has_done_all = arguments.is_empty() && ended.0.success();
        if has_done_all || !going.has_missed_arguments() {
            return Ok(ended);
        }
        pass.only_errors = ended.0.success();
    }
    let mut command = without();
    command.args(arguments);
    supervise(&mut start(command)?, pass)
}

fn start(mut rustc: Command) -> io::Result<Child> {
    rustc.stderr(Stdio::piped()).spawn()
}

fn not_run(error: io::Error) -> ExitCode {
    Problem::new("could not run rustc").cause(error).print(Severity::Error);
    ExitCode::from(exec::FAILURE)
}

/// Whether the linker misses symbols of the program, which it does without the list as well. To compile everything
/// once more would only keep the user waiting.
fn is_about_symbols(words: &str) -> bool {
    let misses = ["undefined symbol", "undefined reference", "unresolved external", "Undefined symbols"];
    misses.iter().any(|miss| words.contains(miss))
        && !words.contains(section::SYMBOL)
        && !words.contains(section::NAME)
}

/// What of rustc's words goes on to cargo.
#[derive(Clone, Copy)]
struct Pass {
    /// Not what cargo has seen in an earlier run: all but errors.
    only_errors: bool,
    /// Not an error of the linker and what follows it, which are held back.
    no_link_error: bool,
}

/// Runs rustc to its end. Its diagnostics are lines of JSON on standard error, since cargo asks for them. Returns those
/// that are held back.
fn supervise(rustc: &mut Child, pass: Pass) -> io::Result<(ExitStatus, Vec<Vec<u8>>)> {
    let mut held: Vec<Vec<u8>> = Vec::new();
    if let Some(stderr) = rustc.stderr.take() {
        let mut lines = BufReader::new(stderr);
        let mut line = Vec::new();
        // An error in reading ends the words, not the build.
        while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let line = std::mem::take(&mut line);
            if pass.only_errors && (is_artifact(&line) || is_warning(&line)) {
                continue;
            }
            if pass.no_link_error && (!held.is_empty() || is_link_error(&line)) {
                held.push(line);
            } else {
                pass_on(&line);
            }
        }
    }
    let status = rustc.wait()?;
    if status.success() {
        // Then it was no error after all.
        held.drain(..).for_each(|line| pass_on(&line));
    }
    Ok((status, held))
}

fn pass_on(line: &[u8]) {
    let _ = io::stderr().lock().write_all(line);
}

fn is_link_error(line: &[u8]) -> bool {
    contains(line, br#""level":"error""#) && contains(line, b"\"message\":\"linking with `")
}

fn is_artifact(line: &[u8]) -> bool {
    contains(line, br#""$message_type":"artifact""#) || line.starts_with(br#"{"artifact":"#)
}

fn is_warning(line: &[u8]) -> bool {
    // The diagnostic's own level stands after those of its children, so this is about any level in it; errors
    // of the compiler itself cannot come up here, since the first run got as far as to link.
    contains(line, br#""level":"warning""#)
}

fn contains(line: &[u8], part: &[u8]) -> bool {
    line.windows(part.len()).any(|window| window == part)
}

/// What the linker itself said, out of rustc's diagnostic: the last note. The first is the whole command.
fn linker_words(diagnostic: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Diagnostic {
        message: String,
        #[serde(default)]
        children: Vec<Diagnostic>,
    }
    match serde_json::from_slice::<Diagnostic>(diagnostic) {
        Ok(diagnostic) => match diagnostic.children.last() {
            Some(words) => words.message.trim().to_owned(),
            None => diagnostic.message,
        },
        Err(_) => String::from_utf8_lossy(diagnostic).trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK_ERROR: &[u8] = br#"{"$message_type":"diagnostic","message":"linking with `cc` failed: exit status: 1","code":null,"level":"error","spans":[],"children":[{"message":" \"cc\" \"-m64\" \"a.o\"","code":null,"level":"note","spans":[],"children":[],"rendered":null},{"message":"ld: unknown option\ncollect2: error\n","code":null,"level":"note","spans":[],"children":[],"rendered":null}],"rendered":"x"}"#;

    #[test]
    fn the_linkers_error_is_recognised() {
        assert!(is_link_error(LINK_ERROR));
        assert!(!is_link_error(
            br#"{"$message_type":"diagnostic","message":"unused variable","level":"warning"}"#
        ));
        assert!(is_artifact(br#"{"$message_type":"artifact","artifact":"/t/a.d","emit":"dep-info"}"#));
    }

    #[test]
    fn missing_symbols_are_the_programs() {
        assert!(is_about_symbols("ld: main.o: undefined reference to `nosuch'"));
        assert!(!is_about_symbols("ld: undefined reference to `AUDITABLE_VERSION_INFO'"));
        assert!(!is_about_symbols("ld: unknown option: -u"));
    }

    #[test]
    fn the_linkers_words_are_found_in_it() {
        assert_eq!(linker_words(LINK_ERROR), "ld: unknown option\ncollect2: error");
        assert_eq!(linker_words(b"ld: error\n"), "ld: error");
    }

    /// A rustc whose input is not the one that it was given.
    #[cfg(unix)]
    #[test]
    fn arguments_that_rustc_misses_are_given_once_more() {
        use crate::rustc_args::RustcArgs;

        let folder = tempfile::tempdir().unwrap();
        let script = r#"
            echo run >> runs; for last; do :; done
            case "$last" in @*) cat "${last#@}" </dev/null ;; *) echo "$last" >args ;; esac
        "#;
        let rustc = || {
            let mut command = Command::new("sh");
            command.args(["-c", script, "sh"]).current_dir(folder.path());
            command
        };
        let args = RustcArgs { input: Some("main.rs".into()), ..RustcArgs::default() };
        let waiting = Waiting::begin(rustc(), &args);
        assert!(waiting.is_some());
        assert!(matches!(run(waiting, &["-Clink-arg=a.o".into()], &rustc), Linked::WithList));
        let written = |file| std::fs::read_to_string(folder.path().join(file)).unwrap();
        assert_eq!(written("runs"), "run\nrun\n");
        assert_eq!(written("args"), "-Clink-arg=a.o\n");
    }

    /// A rustc that may not open its input, when there is nothing to be told, as for a static library.
    #[cfg(unix)]
    #[test]
    fn a_rustc_that_cannot_read_is_run_once_more() {
        use crate::rustc_args::RustcArgs;

        let rustc = || {
            let mut command = Command::new("sh");
            command.args(["-c", "for last; do :; done; case \"$last\" in @*) exit 1 ;; esac", "sh"]);
            command
        };
        let args = RustcArgs { input: Some("main.rs".into()), ..RustcArgs::default() };
        let begin = || Some(Waiting::begin(rustc(), &args).unwrap());
        assert!(matches!(run(begin(), &[], &rustc), Linked::WithList));
        assert_eq!(run_without(begin(), &rustc), ExitCode::SUCCESS);
    }
}
