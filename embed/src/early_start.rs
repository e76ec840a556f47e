//! Rustc, started before all of its arguments are known.
//!
//! Rustc needs about ten milliseconds to load itself, in which the list can be collected. So it is started first, with
//! `@/dev/stdin` as one more argument: rustc reads the rest of its arguments from there, one a line, before it does
//! anything else (rustc book, "`@path`: load command-line flags from a path"). Its standard input is a pipe, which keeps
//! it waiting until the arguments are written, or until the pipe is closed because there are none.
//!
//! Nothing depends on who is faster. What stands between us and rustc may give it another input, though, or forbid it
//! to open this one; then the arguments are still in the pipe when it has ended, and rustc must be run once more.

use crate::rustc_args::RustcArgs;
use crate::{environment, exec};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A rustc that waits for its last arguments.
pub(crate) struct Waiting {
    rustc: Child,
    arguments: PipeWriter,
    /// The other end, to see whether anything is left in it.
    unread: PipeReader,
}

/// A rustc that was given its last arguments.
pub(crate) struct Going {
    pub(crate) rustc: Child,
    unread: PipeReader,
}

impl Waiting {
    /// Starts rustc by a command that is complete but for further arguments, with its standard error in a pipe. `None`
    /// where this does not work; the command can be run in the ordinary way then.
    pub(crate) fn begin(mut command: Command, args: &RustcArgs) -> Option<Self> {
        // A wrapper of the user or a script in the place of rustc may look at the arguments, or run rustc twice; and
        // rustc may have to read the program from its input.
        let is_usual = environment::inner_wrapper().is_none()
            && !is_script(command.get_program())
            && args.input.as_deref().is_some_and(|input| input != Path::new("-"));
        if !is_usual || !cfg!(unix) || !Path::new(INPUT).exists() {
            return None;
        }
        let (unread, arguments) = io::pipe().ok()?;
        let input = unread.try_clone().ok()?;
        command.arg(format!("@{INPUT}")).stdin(input).stderr(Stdio::piped());
        let rustc = command.spawn().ok()?;
        Some(Self { rustc, arguments, unread })
    }

    /// Lets rustc go on with these arguments, or with one that says nothing if there are none: by it, too, it shows
    /// whether rustc reads what it is told.
    ///
    /// # Errors
    ///
    /// If they cannot be told in this way. Rustc is ended then, before it has done anything.
    pub(crate) fn go_on(mut self, arguments: &[OsString]) -> io::Result<Going> {
        let told = lines(arguments).and_then(|lines| self.arguments.write_all(lines.as_bytes()));
        match told {
            // The pipe closes here.
            Ok(()) => Ok(Going { rustc: self.rustc, unread: self.unread }),
            Err(error) => {
                self.stop();
                Err(error)
            }
        }
    }

    /// Ends rustc, which has not done anything yet.
    pub(crate) fn stop(mut self) {
        // A program in the place of rustc may have started the real one, which outlives it, and would compile as soon
        // as the pipe is closed.
        let _ = self.arguments.write_all(UNKNOWN_ARGUMENT);
        // One that has already ended needs no more.
        let _ = self.rustc.kill();
        let _ = self.rustc.wait();
    }
}

impl Going {
    /// Whether rustc, which has ended, never saw the arguments that it was given.
    pub(crate) fn has_missed_arguments(mut self) -> bool {
        self.unread.read(&mut [0]).is_ok_and(|count| count > 0)
    }
}

/// Whether the program that is run by this name begins as scripts do. What cannot be found is left to the system.
fn is_script(program: &OsStr) -> bool {
    let found = exec::file_of(program).and_then(|file| File::open(file).ok());
    let mut start = [0; SCRIPT.len()];
    found.is_some_and(|mut file| file.read_exact(&mut start).is_ok()) && start == SCRIPT
}

/// The arguments as rustc reads them.
fn lines(arguments: &[OsString]) -> io::Result<String> {
    if arguments.is_empty() {
        return Ok(EMPTY_ARGUMENT.to_owned());
    }
    let mut lines = String::new();
    for argument in arguments {
        let line = argument.to_str().filter(|line| !line.contains(['\n', '\r']));
        lines.push_str(line.ok_or(io::ErrorKind::InvalidInput)?);
        lines.push('\n');
    }
    Ok(lines)
}

/// The standard input, as a file by this name.
const INPUT: &str = "/dev/stdin";

/// No further arguments for the linker: rustc splits the value at spaces.
const EMPTY_ARGUMENT: &str = "-Clink-args=\n";

/// One that rustc ends at.
const UNKNOWN_ARGUMENT: &[u8] = b"--stopped-by-cargo-auditable\n";

/// The first bytes of a script.
const SCRIPT: [u8; 2] = *b"#!";

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// A shell in the place of rustc.
    fn begin(script: &str) -> Waiting {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).stdout(Stdio::piped());
        let args = RustcArgs { input: Some("main.rs".into()), ..RustcArgs::default() };
        Waiting::begin(command, &args).unwrap()
    }

    fn end(going: Going) -> (String, bool) {
        let Going { rustc, unread } = going;
        let stdout = rustc.wait_with_output().unwrap().stdout;
        let rustc = Command::new("true").spawn().unwrap();
        let has_missed = Going { rustc, unread }.has_missed_arguments();
        (String::from_utf8(stdout).unwrap(), has_missed)
    }

    #[test]
    fn arguments_come_later() {
        let going = begin("cat \"${1#@}\"").go_on(&["-Clink-arg=a b.o".into(), "-Cx".into()]).unwrap();
        assert_eq!(end(going), ("-Clink-arg=a b.o\n-Cx\n".to_owned(), false));
    }

    #[test]
    fn no_arguments_at_all() {
        let going = begin("cat \"${1#@}\"; echo end").go_on(&[]).unwrap();
        assert_eq!(end(going), (format!("{EMPTY_ARGUMENT}end\n"), false));
    }

    #[test]
    fn rustc_takes_the_empty_argument() {
        let argument = EMPTY_ARGUMENT.trim_end();
        let asked = Command::new("rustc").args([argument, "--print=sysroot"]).output().unwrap();
        assert!(asked.status.success());
        let argument = str::from_utf8(UNKNOWN_ARGUMENT).unwrap().trim_end();
        let asked = Command::new("rustc").args([argument, "--print=sysroot"]).output().unwrap();
        assert!(!asked.status.success());
    }

    /// A program in the place of rustc that starts the real one, and is ended in its stead.
    #[test]
    fn what_is_stopped_compiles_nothing_later() {
        let mut waiting = begin("exec 3<&0; (echo; cat <&3) & wait");
        let mut stdout = waiting.rustc.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        waiting.stop();
        let mut told = Vec::new();
        stdout.read_to_end(&mut told).unwrap();
        assert_eq!(told, UNKNOWN_ARGUMENT);
    }

    #[test]
    fn that_the_input_is_another_is_noticed() {
        for script in ["cat \"${1#@}\" </dev/null", "exec <&-; cat \"${1#@}\" 2>/dev/null"] {
            let going = begin(script).go_on(&["-Cx".into()]).unwrap();
            assert_eq!(end(going), (String::new(), true), "{script}");
        }
    }

    #[test]
    fn a_script_in_the_place_of_rustc_is_run_once_all_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("rustc");
        std::fs::write(&script, "#!/bin/sh\n").unwrap();
        assert!(is_script(script.as_os_str()));
        assert!(!is_script(std::env::current_exe().unwrap().as_os_str()));
        assert!(!is_script(OsStr::new("sh")));
        assert!(!is_script(OsStr::new("no-such-program")));
    }

    #[test]
    fn what_is_no_line_is_not_told() {
        assert!(begin("cat").go_on(&["-Clink-arg=a\nb.o".into()]).is_err());
    }

    #[test]
    fn a_program_from_the_input_leaves_no_room() {
        let args = RustcArgs { input: Some("-".into()), ..RustcArgs::default() };
        assert!(Waiting::begin(Command::new("true"), &args).is_none());
    }
}
