//! Small binaries with lists, and a folder to put them into.

#[path = "../support/module.rs"]
mod module;

pub(crate) use module::module;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The list of a program with one dependency.
pub(crate) const LIST: &str = r#"{"packages":[{"name":"libc","version":"0.2.1","source":"crates.io"},{"name":"app","version":"0.1.0","source":"local","dependencies":[0],"root":true}],"format":9}"#;

/// A folder that the program is run in.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders it is in.
    pub(crate) fn put(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The program with arguments that have no spaces in them.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_auditable"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path());
        command.env_remove("NO_COLOR").env("SOURCE_DATE_EPOCH", "1700000000");
        command
    }

    /// Exit status, standard output and standard error.
    pub(crate) fn run(&self, arguments: &str) -> (i32, String, String) {
        texts(&self.command(arguments).output().unwrap())
    }

    /// As [`Folder::run`], with something on standard input.
    pub(crate) fn run_with(&self, arguments: &str, input: &[u8]) -> (i32, String, String) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // Whoever does not read to the end is left alone.
        let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        texts(&output)
    }
}

pub(crate) fn texts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}
