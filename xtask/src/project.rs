use crate::failure::Failure;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the checkout and its build folder are, and how programs are run in it.
pub(crate) struct Project {
    /// Folder of the workspace. Every program is run in it.
    pub(crate) root: PathBuf,
    /// Folder of what is built: `target`, or what `CARGO_TARGET_DIR` says.
    pub(crate) target: PathBuf,
}

impl Project {
    /// The project that `cargo xtask` was called in.
    pub(crate) fn find() -> Result<Self, Failure> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let Some(root) = manifest.as_deref().and_then(Path::parent) else {
            return Err(Failure::Missing(
                "run this as `cargo xtask`, which says where the project is".into(),
            ));
        };
        let target = match env::var_os("CARGO_TARGET_DIR") {
            // Cargo takes a relative path from the folder it is called in, and so do all calls made from here.
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root: root.to_owned(), target })
    }

    /// The cargo that called us.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// A program, to be run in the root of the project.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        // Without this, cargo takes what `cargo run` has set for us as the user's wish.
        for (name, _) in env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
            {
                command.env_remove(name);
            }
        }
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// A program of ours, built for release.
    pub(crate) fn release_program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(program_file(name))
    }

    /// Builds both programs for release, which is quick when they are fresh.
    pub(crate) fn build_release(&self) -> Result<(), Failure> {
        run(self.cargo().args(["build", "--release", "--locked", "--bins"]))
    }
}

/// The file name of a program on this system.
pub(crate) fn program_file(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Runs a program, whose output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", line(command));
    let status = command.status().map_err(|source| Failure::Start { command: line(command), source })?;
    if status.success() { Ok(()) } else { Err(Failure::Status { command: line(command), status }) }
}

/// Runs a program and returns what it wrote to stdout; the rest goes where ours goes. `codes` are the exit codes
/// that are no failure.
pub(crate) fn output(command: &mut Command, codes: &[i32]) -> Result<Vec<u8>, Failure> {
    println!("$ {}", line(command));
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Failure::Start { command: line(command), source })?;
    if output.status.code().is_some_and(|code| codes.contains(&code)) {
        return Ok(output.stdout);
    }
    Err(Failure::Status { command: line(command), status: output.status })
}

/// A command as one would type it, without the folders of the project and of the program.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let root = command.get_current_dir();
    let mut words = vec![program.to_string_lossy().into_owned()];
    for argument in command.get_args() {
        let path = Path::new(argument);
        let short = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        words.push(short.to_string_lossy().into_owned());
    }
    words.join(" ")
}
