//! The files that the command line names.

use crate::words::{Failure, printable};
use auditable_inspect::{Binary, binaries};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A file, opened.
pub(crate) struct Input {
    /// As it was given; `-` is standard input.
    pub(crate) path: PathBuf,
    pub(crate) file: File,
}

impl Input {
    /// # Errors
    ///
    /// If the file cannot be opened, or is a folder.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::new(printable(&path.display().to_string())).cause(error);
        let file =
            if path == Path::new("-") { standard_input() } else { File::open(path) }.map_err(failed)?;
        let kind = file.metadata().map_err(failed)?.file_type();
        if kind.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if !kind.is_file() {
            return Err(Failure::new(printable(&path.display().to_string())).cause(
                "a device or a pipe, which cannot be read at any place: give it to standard input, as `-`",
            ));
        }
        Ok(Self { path: path.to_owned(), file })
    }

    /// The binaries in the file.
    ///
    /// # Errors
    ///
    /// If there are none.
    pub(crate) fn binaries(&self) -> Result<Vec<Binary>, Failure> {
        binaries(&self.file).map_err(|error| self.failure(error))
    }

    /// Says of an error which file it is about.
    pub(crate) fn failure(&self, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        Failure::new(self.shown()).cause(error)
    }

    /// The path as it is shown to people.
    pub(crate) fn shown(&self) -> String {
        printable(&self.path.display().to_string())
    }

    /// The file's name without its folders, for documents about it.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }
}

/// Standard input as a file that can be read at any place: what comes through a pipe is put into a temporary file
/// that no one else sees.
fn standard_input() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    Ok(file)
}
