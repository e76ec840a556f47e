//! Where data goes: standard output, or a file.

use crate::words::{Failure, printable};
use auditable_inspect::archive::{self, Content, VisitLimits};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Options that all commands with data have.
#[derive(clap::Args)]
pub(crate) struct Output {
    /// Write to this file instead of standard output, which is also -
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl Output {
    /// Begins to write. A file is made or emptied with the first byte, and so not at all if there is none.
    ///
    /// # Errors
    ///
    /// If the file is one of the inputs, or a binary or archive in a folder of them, which would then be lost.
    pub(crate) fn writer(&self, inputs: &[PathBuf]) -> Result<Writer, Failure> {
        let path = self.output.as_ref().filter(|path| path.as_os_str() != "-");
        if let Some(path) = path {
            refuse_input(path, inputs)?;
        }
        // On a terminal nothing is held back, so that no line is cut where other words come between.
        let is_seen = path.is_none() && io::stdout().is_terminal();
        Ok(Writer { path: path.cloned(), open: None, is_seen })
    }
}

/// A place that data is written to, as it comes.
pub(crate) struct Writer {
    path: Option<PathBuf>,
    open: Option<BufWriter<Box<dyn Write>>>,
    /// Whether somebody looks at it as it comes.
    is_seen: bool,
}

impl Writer {
    /// Writes some data.
    ///
    /// # Errors
    ///
    /// If it cannot be written; a file is then cut short.
    pub(crate) fn write(&mut self, data: &[u8]) -> Result<(), Failure> {
        if data.is_empty() {
            return Ok(());
        }
        if self.open.is_none() {
            let sink: Box<dyn Write> = match &self.path {
                Some(path) => Box::new(File::create(path).map_err(|error| self.failure(error))?),
                None => standard_output().map_err(|error| self.failure(error))?,
            };
            self.open = Some(BufWriter::new(sink));
        }
        let is_seen = self.is_seen;
        let written = self.open.as_mut().map_or(Ok(()), |open| {
            open.write_all(data)?;
            if is_seen { open.flush() } else { Ok(()) }
        });
        written.map_err(|error| self.failure(error))
    }

    /// Ends with what is still to be written.
    ///
    /// # Errors
    ///
    /// As [`Writer::write`].
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.open.as_mut().map_or(Ok(()), Write::flush);
        flushed.map_err(|error| self.failure(error))
    }

    fn failure(&self, error: io::Error) -> Failure {
        match &self.path {
            Some(path) => could_not_write(path, error),
            None => Failure::new("could not write to standard output").cause(error),
        }
    }
}

/// Standard output without the library's buffer, which would look for the ends of lines in all that is written.
#[cfg(unix)]
fn standard_output() -> io::Result<Box<dyn Write>> {
    use std::os::fd::AsFd as _;
    Ok(Box::new(File::from(io::stdout().as_fd().try_clone_to_owned()?)))
}

/// Only the library's knows how to write to a console.
#[cfg(not(unix))]
fn standard_output() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(io::stdout().lock()))
}

/// Says that a file could not be written.
pub(crate) fn could_not_write(path: &Path, error: io::Error) -> Failure {
    Failure::new(format!("could not write {}", printable(&path.display().to_string()))).cause(error)
}

/// Fails if a file that is to be written is one of those that are read, or a binary or archive in a folder of them.
pub(crate) fn refuse_input(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    match inputs.iter().find(|input| is_same_file(path, input) || is_read_in_folder(path, input)) {
        Some(_) => Err(Failure::new(format!(
            "{} is read, and would be overwritten",
            printable(&path.display().to_string())
        ))),
        None => Ok(()),
    }
}

/// Whether a folder that is searched has this file, and it would be read there. A report of an earlier run is not: it is
/// neither a binary nor an archive, and may be written anew.
fn is_read_in_folder(path: &Path, folder: &Path) -> bool {
    if !(path.is_file() && folder.is_dir()) {
        return false;
    }
    let is_inside = matches!(
        (fs::canonicalize(path), fs::canonicalize(folder)),
        (Ok(path), Ok(folder)) if path.starts_with(&folder)
    );
    is_inside && File::open(path).is_ok_and(|file| begins_like_an_input(&file))
}

/// Whether a file begins like a binary or an archive.
fn begins_like_an_input(file: &File) -> bool {
    let mut limits = VisitLimits::default();
    // What the file itself is, shows without going into it.
    limits.depth = 0;
    let visited = archive::visit(file, &limits, &mut |_| ControlFlow::Break(()));
    visited.is_ok_and(|summary| summary.content != Content::Other)
}

#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| fs::metadata(path).ok().map(|file| (file.is_file(), file.dev(), file.ino()));
    // A device, such as the null device, can be read and written.
    matches!((identity(one), identity(other)), (Some(one @ (true, ..)), Some(other)) if one == other)
}

#[cfg(not(unix))]
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
