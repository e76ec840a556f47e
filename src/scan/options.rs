//! The options that say what is read: the same for every command.

use crate::scan::artifact::Reader;
use crate::scan::list::List;
use crate::scan::walk::{Walk, is_standard_input};
use crate::words::{Failure, printable};
use auditable_inspect::archive::{Quantity, VisitLimits};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// What is read.
#[derive(clap::Args)]
pub(crate) struct Inputs {
    /// Programs, libraries, modules, archives, packages, images, or folders with them; - is standard input
    ///
    /// Folders are walked through, hidden files and those that git ignores included. Links in them are not followed,
    /// and whatever in them is neither a binary nor an archive is passed over. A file that is named must be one.
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Read also what this file names, a path on each line; - is standard input
    ///
    /// What it names is taken like something in a folder: it must exist, but may be anything.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,

    /// The paths of --files-from end with a zero byte, as those of find -print0
    #[arg(long, short = '0', requires = "files_from")]
    null: bool,

    #[command(flatten)]
    reading: Reading,
}

/// How it is read.
#[derive(clap::Args, Clone)]
pub(crate) struct Reading {
    /// Only binaries for this architecture, such as x86_64 or aarch64
    #[arg(long, value_name = "NAME")]
    arch: Option<String>,

    /// How many files are read at the same time; one for each processor if not given
    #[arg(long, short = 'j', value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,

    #[command(flatten)]
    limits: Limits,
}

/// How much one file may be, so that a hostile one cannot stop the others.
#[derive(clap::Args, Clone)]
#[command(next_help_heading = "Limits for each file")]
struct Limits {
    /// Archives in archives
    #[arg(long, value_name = "NUMBER")]
    max_depth: Option<usize>,

    /// Members of archives
    #[arg(long, value_name = "NUMBER")]
    max_entries: Option<u64>,

    /// Bytes that come out of decompression, such as 500M or 64G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_expanded: Option<u64>,

    /// Bytes that come out of decompression for each byte that goes in
    #[arg(long, value_name = "NUMBER")]
    max_ratio: Option<u64>,

    /// Bytes in temporary files: what is compressed or comes through a pipe, and must be read at any place
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_spooled: Option<u64>,

    /// Bytes that decompressors look back, all that run at the same time together
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_window: Option<u64>,

    /// Seconds; none if not given, so that results do not depend on the machine
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    max_time: Option<Duration>,
}

impl Inputs {
    /// One path, for a command that reads several one after the other.
    pub(crate) fn one(path: PathBuf, reading: Reading) -> Self {
        Self { paths: vec![path], files_from: None, null: false, reading }
    }

    /// What the command line names, the list of files included: nothing of it may be overwritten.
    pub(crate) fn named(&self) -> Vec<PathBuf> {
        self.paths.iter().chain(&self.files_from).cloned().collect()
    }

    /// # Errors
    ///
    /// If the list of files cannot be opened, or is standard input and one of the files, too.
    pub(super) fn walk(&self) -> Result<Walk, Failure> {
        let is_list = |path: &PathBuf| is_standard_input(path) && self.files_from.as_ref() == Some(path);
        if self.paths.iter().any(is_list) {
            return Err(Failure::new("standard input is either a file or the list of files, not both"));
        }
        let list = self.files_from.as_ref().map(|path| {
            List::open(path, self.null)
                .map_err(|error| Failure::new(printable(&path.display().to_string())).cause(error))
        });
        Ok(Walk::new(self.paths.clone(), list.transpose()?))
    }

    pub(super) fn reader(&self) -> Reader {
        Reader { limits: self.reading.limits.visit(), architecture: self.reading.arch.clone() }
    }

    pub(super) fn threads(&self) -> NonZeroUsize {
        let is_one_file = self.files_from.is_none() && matches!(&*self.paths, [path] if !path.is_dir());
        match self.reading.threads {
            _ if is_one_file => NonZeroUsize::MIN,
            Some(threads) => threads,
            None => thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

impl Limits {
    fn visit(&self) -> VisitLimits {
        let mut limits = VisitLimits::default();
        limits.depth = self.max_depth.unwrap_or(limits.depth);
        limits.entries = self.max_entries.unwrap_or(limits.entries);
        limits.expanded_bytes = self.max_expanded.unwrap_or(limits.expanded_bytes);
        limits.ratio = self.max_ratio.unwrap_or(limits.ratio);
        limits.spooled_bytes = self.max_spooled.unwrap_or(limits.spooled_bytes);
        limits.window_bytes = self.max_window.unwrap_or(limits.window_bytes);
        limits.time = self.max_time;
        limits
    }
}

/// The option that changes a limit.
pub(super) fn option_for(what: Quantity) -> Option<&'static str> {
    Some(match what {
        Quantity::Depth => "--max-depth",
        Quantity::Entries => "--max-entries",
        Quantity::ExpandedBytes => "--max-expanded",
        Quantity::ExpandedRatio | Quantity::BinariesRatio => "--max-ratio",
        Quantity::SpooledBytes => "--max-spooled",
        Quantity::WindowBytes => "--max-window",
        Quantity::Time => "--max-time",
        _ => return None,
    })
}

/// A number of bytes.
fn size(text: &str) -> Result<u64, String> {
    let (digits, shift) = match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((digits, "K")) => (digits, 10),
        Some((digits, "M")) => (digits, 20),
        Some((digits, "G")) => (digits, 30),
        Some((digits, "T")) => (digits, 40),
        _ => (text, 0),
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| "a size is a number of bytes, or one with K, M, G or T behind it".to_owned())
}

/// A number of seconds, whole or not.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: Option<f64> = text.parse().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number).ok())
        .ok_or_else(|| "a time is a number of seconds, such as 0.5 or 60".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("0"), Ok(0));
        assert_eq!(size("12K"), Ok(12 << 10));
        assert_eq!(size("3G"), Ok(3 << 30));
        for wrong in ["", "K", "-1", "1.5G", "1k", "99999999999T", "1Ä"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_not_negative() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["", "-1", "NaN", "inf", "1e300", "1m"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
