//! What programs use: processor time and memory, as the system counts them.

use crate::failure::Failure;
use crate::project::{Project, line};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What one or several processes used, one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// In user mode and in the kernel.
    pub(crate) processor: Duration,
    /// From the start of the first to the end of the last.
    pub(crate) wall: Duration,
    /// Most resident memory of any of them.
    pub(crate) peak_bytes: u64,
}

/// How a program is called with files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Once with all of them.
    Once,
    /// A process for each.
    Each,
    /// Without them: its arguments say what it reads.
    Alone,
}

/// Runs a program and says what it used. What it writes is thrown away, and any exit code will do: many end with 1 if
/// they have found something.
///
/// The system counts all children of a process together, so each measurement is made by a process of its own.
pub(crate) fn measure(
    project: &Project,
    calls: Calls,
    command: &Command,
    files: &[impl AsRef<Path>],
) -> Result<Usage, Failure> {
    let own = std::env::current_exe().map_err(|source| Failure::Io { path: "xtask".into(), source })?;
    let mut helper = project.command(own);
    helper.env("CARGO_MANIFEST_DIR", project.root.join("xtask"));
    helper.args(["bench", HELPER, if calls == Calls::Each { "each" } else { "once" }]);
    let options: Vec<_> = command.get_args().collect();
    helper.arg(options.len().to_string()).arg(command.get_program()).args(options);
    if calls != Calls::Alone {
        helper.args(files.iter().map(AsRef::as_ref));
    }
    let failed = |source| Failure::Start { command: line(command), source };
    let output = helper.output().map_err(failed)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match (&*numbers, output.status.success()) {
        (&[processor, wall, peak_bytes], true) => Ok(Usage {
            processor: Duration::from_micros(processor),
            wall: Duration::from_micros(wall),
            peak_bytes,
        }),
        _ => {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(Failure::Wrong(format!("{} could not be measured: {words}", line(command))))
        }
    }
}

/// Name of the measuring process, as an argument of `cargo xtask bench`.
pub(crate) const HELPER: &str = "usage-of";

/// The measuring process: `each|once COUNT PROGRAM [ARGUMENT]... [FILE]...`, of which COUNT are arguments. Writes
/// microseconds of processor time, microseconds from start to end, and bytes.
#[cfg(unix)]
pub(crate) fn helper(arguments: &[String]) -> Result<(), Failure> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;
    use std::process::Stdio;
    use std::time::Instant;

    let usage = || Failure::Usage(format!("{HELPER} is for measurements only"));
    let [calls, count, program, rest @ ..] = arguments else { return Err(usage()) };
    let (options, files) =
        count.parse().ok().and_then(|count| rest.split_at_checked(count)).ok_or_else(usage)?;
    let start = |files: &[String]| {
        let mut command = Command::new(program);
        command.args(options).args(files);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.status() {
            Ok(status) if status.code().is_some() => Ok(()),
            Ok(status) => Err(Failure::Status { command: line(&command), status }),
            Err(source) => Err(Failure::Start { command: line(&command), source }),
        }
    };
    let begin = Instant::now();
    if calls == "each" {
        files.chunks(1).try_for_each(start)?;
    } else {
        start(files)?;
    }
    let wall = begin.elapsed().as_micros();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)
        .map_err(|error| Failure::Wrong(format!("the system does not tell what was used: {error}")))?;
    let processor = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    println!("{processor} {wall} {}", usage.max_rss() * unit);
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn helper(_: &[String]) -> Result<(), Failure> {
    Err(Failure::Missing("this system does not tell what processes used: measure on Linux or macOS".into()))
}
