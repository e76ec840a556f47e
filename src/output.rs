//! Where data goes: standard output, or a file.

use crate::words::Failure;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Options that all commands with data have.
#[derive(clap::Args)]
pub(crate) struct Output {
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

impl Output {
    /// Writes all data at once.
    ///
    /// # Errors
    ///
    /// If it cannot be written; a file is then left as it was or cut short.
    pub(crate) fn write(&self, data: &[u8]) -> Result<(), Failure> {
        match &self.output {
            Some(path) => fs::write(path, data)
                .map_err(|error| Failure::new(format!("could not write {}", path.display())).cause(error)),
            None => {
                let mut stdout = io::stdout().lock();
                stdout
                    .write_all(data)
                    .and_then(|()| stdout.flush())
                    .map_err(|error| Failure::new("could not write to standard output").cause(error))
            }
        }
    }
}
