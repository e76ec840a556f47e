use std::path::PathBuf;
use std::process::ExitStatus;
use std::{error, fmt, io};

/// Why a chore could not be done, or what it found wrong.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A program does not start.
    Start { command: String, source: io::Error },
    /// A program ended with another exit code than 0.
    Status { command: String, status: ExitStatus },
    /// A file or folder cannot be read or written.
    Io { path: PathBuf, source: io::Error },
    /// A program's output is not the JSON that was expected.
    Json { command: String, source: serde_json::Error },
    /// Something is missing on this machine. Says what, and how to add it.
    Missing(String),
    /// What was checked is not as it should be.
    Wrong(String),
    /// The task was called with arguments that it does not have.
    Usage(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { command, .. } => write!(f, "cannot start `{command}`"),
            Self::Status { command, status } => write!(f, "`{command}` failed ({status})"),
            Self::Io { path, .. } => write!(f, "cannot read or write {}", path.display()),
            Self::Json { command, .. } => write!(f, "the output of `{command}` is not the expected JSON"),
            Self::Missing(words) | Self::Wrong(words) | Self::Usage(words) => f.write_str(words),
        }
    }
}

impl error::Error for Failure {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Io { source, .. } => Some(source),
            Self::Json { source, .. } => Some(source),
            Self::Status { .. } | Self::Missing(_) | Self::Wrong(_) | Self::Usage(_) => None,
        }
    }
}
