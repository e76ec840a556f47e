use super::toolchain::{Toolchain, rustc_log};
use std::cell::RefCell;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::rc::Rc;

/// A call of cargo that is being put together: in a clean environment, without the network.
pub(crate) struct Run {
    command: Command,
    last: Last,
}

/// What came of the last call, for those that fail later.
pub(crate) type Last = Rc<RefCell<Option<Outcome>>>;

/// What came of a call.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub(crate) line: String,
    pub(crate) folder: PathBuf,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// `home` is a `CARGO_HOME` of the test's own, `log` the folder for the log of rustc.
    pub(super) fn new(program: &Path, toolchain: &Toolchain, home: &Path, log: &Path, last: Last) -> Self {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            let is_cargos = name_text.starts_with("CARGO") || name_text.starts_with("RUSTC");
            if is_cargos
                || ["RUSTFLAGS", "RUSTDOCFLAGS", "RUSTDOC", "MAKEFLAGS", "MFLAGS"].contains(&&*name_text)
            {
                command.env_remove(&name);
            }
        }
        command
            .env("CARGO", toolchain.cargo())
            .env("PATH", toolchain.search_path())
            .env("CARGO_HOME", home)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            // Small and quick to link.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_TEST_DEBUG", "0")
            .env("RUSTC_WRAPPER", rustc_log())
            .env("TRUTH_LOG", log)
            .stdin(Stdio::null());
        Self { command, last }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, arguments: I) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// The folder of the call.
    pub(crate) fn in_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// For indices and repositories that are files: cargo takes any look at them for the network.
    pub(crate) fn online(self) -> Self {
        self.env_remove("CARGO_NET_OFFLINE")
    }

    /// Takes cargo's records of the build out of sight while the wrapper runs, so that the list has to come from
    /// `cargo metadata`.
    pub(crate) fn without_records(self) -> Self {
        // One after the other: cargo must not want its records in the meantime.
        self.env("TRUTH_HIDE_RECORDS", "1").env("CARGO_BUILD_JOBS", "1")
    }

    /// Runs it, whatever comes of it.
    pub(crate) fn run(mut self) -> Outcome {
        let output = self.command.output().unwrap_or_else(|error| panic!("{}: {error}", self.line()));
        let outcome = Outcome {
            line: self.line(),
            folder: self.command.get_current_dir().unwrap_or(Path::new(".")).to_owned(),
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        *self.last.borrow_mut() = Some(outcome.clone());
        outcome
    }

    /// Runs it and panics, with all there is to say, unless it succeeds.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Outcome {
        let outcome = self.run();
        assert!(outcome.status.success(), "should succeed:\n{outcome}");
        outcome
    }

    /// Runs it and panics unless it fails.
    #[track_caller]
    pub(crate) fn fails(self) -> Outcome {
        let outcome = self.run();
        assert!(!outcome.status.success(), "should fail:\n{outcome}");
        outcome
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        let quoted = words.map(|word| {
            let word = OsString::from(word).to_string_lossy().into_owned();
            if word.contains(' ') { format!("'{word}'") } else { word }
        });
        quoted.collect::<Vec<_>>().join(" ")
    }
}

impl Outcome {
    /// Panics if the wrapper had something to complain about.
    #[track_caller]
    pub(crate) fn without_warnings_of_ours(self) -> Self {
        assert!(!self.stderr.contains("no list of crates in it"), "the wrapper should be silent:\n{self}");
        self
    }

    /// Panics unless stderr has a text in it.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "stderr should say {text:?}:\n{self}");
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ {}", self.line)?;
        writeln!(f, "  in {}: {}", self.folder.display(), self.status)?;
        writeln!(f, "--- stdout\n{}", self.stdout.trim_end())?;
        writeln!(f, "--- stderr\n{}", self.stderr.trim_end())
    }
}
