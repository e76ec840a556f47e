//! Stands before rustc as `RUSTC_WRAPPER` and writes down each call that succeeded, and each run of a build script.
//!
//! The tests compile this file by itself with rustc. One file is written for each call, so that calls at the same time
//! do not meet, with a `name=value` on each line.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

/// The folder to write into.
const FOLDER: &str = "TRUTH_LOG";

/// If set, cargo's records of the build are out of sight while a wrapped rustc links.
const HIDE_RECORDS: &str = "TRUTH_HIDE_RECORDS";

/// What a build script is renamed to, so that this program can take its place and see it run.
const BUILD_SCRIPT: &str = "the-build-script";

/// What cargo says of the compilation in the environment.
const VARIABLES: &[&str] =
    &["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_MANIFEST_DIR", "CARGO_BIN_NAME", "OUT_DIR"];

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rustc_log: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<ExitCode> {
    let this = env::current_exe()?;
    let build_script = this.with_file_name(BUILD_SCRIPT);
    if build_script.exists() { run_build_script(&build_script) } else { run_rustc(&this) }
}

fn run_build_script(build_script: &Path) -> io::Result<ExitCode> {
    let entry = Entry::new("run", env::args_os().skip(1));
    // Relative, if cargo was told so; its own folder then is where the rest lies.
    let folder = build_script.parent().unwrap_or(build_script).display();
    let status = Command::new(build_script).args(env::args_os().skip(1)).status()?;
    if status.success() {
        entry.write(&format!("folder={folder}\n"))?;
    }
    Ok(exit_code(status))
}

fn run_rustc(this: &Path) -> io::Result<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let program = arguments.next().ok_or_else(|| io::Error::other("no rustc to run"))?;
    let arguments: Vec<OsString> = arguments.collect();
    let entry = Entry::new("rustc", expanded(&arguments).into_iter());
    let text = entry.text.clone();
    let value = |name: &str| option(&text, name);
    let crate_name = value("--crate-name");
    let is_program = value("--crate-type").is_some_and(|crate_type| crate_type == "bin")
        || arguments.iter().any(|argument| argument == "--test");
    let hidden = match value("--out-dir") {
        Some(folder) if is_program && env::var_os(HIDE_RECORDS).is_some() => hide_records(Path::new(&folder))?,
        _ => Vec::new(),
    };
    let status = Command::new(&program).args(&arguments).status();
    for (shown, away) in hidden {
        fs::rename(away, shown)?;
    }
    let status = status?;
    let Some(crate_name) = crate_name.filter(|_| status.success()) else { return Ok(exit_code(status)) };
    entry.write(&format!("program={}\n", Path::new(&program).display()))?;
    let is_build_script = crate_name.starts_with("build_script_") && env::var_os("CARGO_BIN_NAME").is_none();
    if let (true, Some(folder)) = (is_build_script, value("--out-dir")) {
        let suffix = text.lines().find_map(|line| line.split_once("extra-filename=")).map_or("", |(_, x)| x);
        let file = Path::new(&folder).join(format!("{crate_name}{suffix}{}", env::consts::EXE_SUFFIX));
        // Only checked, it leaves no program.
        if file.exists() {
            fs::rename(&file, file.with_file_name(BUILD_SCRIPT))?;
            fs::copy(this, &file)?;
        }
    }
    Ok(exit_code(status))
}

struct Entry {
    start: u128,
    text: String,
}

impl Entry {
    fn new(role: &str, arguments: impl Iterator<Item = OsString>) -> Self {
        let start = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        let cwd = env::current_dir().unwrap_or_default();
        let mut text = format!("role={role}\nstart={start}\ncwd={}\n", cwd.display());
        for name in VARIABLES {
            if let Some(value) = env::var_os(name) {
                text.push_str(&format!("{name}={}\n", value.to_string_lossy()));
            }
        }
        for argument in arguments {
            text.push_str(&format!("argument={}\n", argument.to_string_lossy()));
        }
        Self { start, text }
    }

    fn write(&self, more: &str) -> io::Result<()> {
        let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return Ok(()) };
        let name = format!("{}-{}", self.start, process::id());
        fs::write(folder.join(&name), format!("{}{more}", self.text))?;
        fs::rename(folder.join(&name), folder.join(format!("{name}.log")))
    }
}

/// The value of an option in the text of an entry.
fn option(text: &str, name: &str) -> Option<String> {
    let mut arguments = text.lines().filter_map(|line| line.strip_prefix("argument="));
    while let Some(argument) = arguments.next() {
        if argument == name {
            return arguments.next().map(str::to_owned);
        }
        if let Some(value) = argument.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}

/// Cargo writes very long command lines to a file.
fn expanded(arguments: &[OsString]) -> Vec<OsString> {
    let mut expanded = Vec::new();
    for argument in arguments {
        match argument.to_str().and_then(|text| text.strip_prefix('@')).map(fs::read_to_string) {
            Some(Ok(lines)) => expanded.extend(lines.lines().map(OsString::from)),
            _ => expanded.push(argument.clone()),
        }
    }
    expanded
}

/// Renames the records that belong to an output folder, and returns what they were and are called. Cargo writes into
/// the folders of the records meanwhile, so these stay.
fn hide_records(out_dir: &Path) -> io::Result<Vec<(PathBuf, PathBuf)>> {
    let mut hidden = Vec::new();
    // TARGET/PROFILE/deps: the records of the host and of a named target are a folder apart.
    for folder in out_dir.ancestors().skip(1).take(4) {
        for profile in ["", "debug", "release"] {
            let Ok(units) = fs::read_dir(folder.join(profile).join(".fingerprint")) else { continue };
            for unit in units {
                for record in fs::read_dir(unit?.path())? {
                    let shown = record?.path();
                    if shown.extension().is_some_and(|extension| extension == "json") {
                        let away = shown.with_extension("json-hidden");
                        fs::rename(&shown, &away)?;
                        hidden.push((shown, away));
                    }
                }
            }
        }
    }
    Ok(hidden)
}

fn exit_code(status: process::ExitStatus) -> ExitCode {
    ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
