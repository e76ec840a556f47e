//! Running another program in place of this one.

use crate::report::{Problem, Severity};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::{env, io};

/// Cargo's exit code for its own failures, and so for ours.
pub(crate) const FAILURE: u8 = 101;

/// Ends this program with another one in its place, and so with its exit status, its signals and its standard
/// streams. Returns only where the system has no such call, or if the program cannot be started.
pub(crate) fn replace(mut command: Command) -> ExitCode {
    run_in_place(&mut command).unwrap_or_else(|error| not_run(&command, error))
}

/// Runs another program to its end.
pub(crate) fn wait(mut command: Command) -> ExitCode {
    let program = command.get_program().display().to_string();
    let status = command.status();
    status.map(|status| exit_code(&program, status)).unwrap_or_else(|error| not_run(&command, error))
}

fn not_run(command: &Command, error: io::Error) -> ExitCode {
    let program = command.get_program().display();
    Problem::new(format!("could not run {program}")).cause(error).print(Severity::Error);
    ExitCode::from(FAILURE)
}

/// The exit code that passes on how another program ended. A signal, which no exit code expresses, is told in words.
pub(crate) fn exit_code(program: &str, status: ExitStatus) -> ExitCode {
    match status.code() {
        Some(code) => match u8::try_from(code) {
            Ok(code) => ExitCode::from(code),
            // Only Windows has codes that do not fit, and then this is the only way to pass them on.
            #[expect(clippy::exit, reason = "nothing is left to be done")]
            Err(_) => std::process::exit(code),
        },
        None => {
            Problem::new(format!("{program} was ended by a signal ({status})")).print(Severity::Error);
            ExitCode::from(FAILURE)
        }
    }
}

/// The file of a program, whose name may leave out the extension that programs have on some systems.
pub(crate) fn file_of(program: &OsStr) -> Option<PathBuf> {
    if Path::new(program).components().nth(1).is_some() {
        return Some(program.into());
    }
    let mut with_suffix = program.to_owned();
    with_suffix.push(env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    let mut files =
        env::split_paths(&folders).flat_map(|folder| [folder.join(&with_suffix), folder.join(program)]);
    files.find(|file| file.is_file())
}

#[cfg(unix)]
fn run_in_place(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn run_in_place(command: &mut Command) -> io::Result<ExitCode> {
    let program = command.get_program().display().to_string();
    command.status().map(|status| exit_code(&program, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_programs() {
        let rustc = file_of(OsStr::new("rustc")).unwrap();
        assert!(rustc.is_absolute() && rustc.is_file());
        assert_eq!(file_of(rustc.as_os_str()), Some(rustc));
        assert_eq!(file_of(OsStr::new("no-such-program")), None);
    }
}
