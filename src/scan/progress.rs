//! How far the work has come, on a terminal, once it takes long.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What was read so far. Counted by all threads.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) files: AtomicU64,
    pub(crate) binaries: AtomicU64,
    pub(crate) lists: AtomicU64,
}

/// A line that is written over and over again, and taken away for as long as anything else is written. How much there
/// is in all is not known before it was walked through, so it counts up.
pub(crate) struct Progress {
    begin: Instant,
    is_shown: bool,
    is_drawn: bool,
    /// The line as it was counted last, and when that was.
    line: String,
    counted: Instant,
}

impl Progress {
    pub(crate) fn new(is_quiet: bool) -> Self {
        let is_shown = !is_quiet && io::stderr().is_terminal();
        let now = Instant::now();
        Self { begin: now, is_shown, is_drawn: false, line: String::new(), counted: now }
    }

    /// Shows how far it is.
    pub(crate) fn draw(&mut self, counts: &Counts) {
        if !self.is_shown || self.begin.elapsed() < SILENCE {
            return;
        }
        if self.line.is_empty() || self.counted.elapsed() >= PERIOD {
            let [files, binaries, lists] =
                [&counts.files, &counts.binaries, &counts.lists].map(|count| count.load(Ordering::Relaxed));
            self.line = format!("{ERASE}{files} files, {binaries} binaries, {lists} with a list of crates");
            self.counted = Instant::now();
            self.is_drawn = false;
        }
        if !self.is_drawn {
            self.is_drawn = true;
            write(&self.line);
        }
    }

    /// Makes room for other words or data.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            write(ERASE);
        }
    }
}

fn write(text: &str) {
    // Nobody is left to tell if it fails.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Back to the start of the line, and away with what is on it.
const ERASE: &str = "\r\x1b[2K";

/// Work that is done before needs no line.
const SILENCE: Duration = Duration::from_millis(500);

/// More often nobody could read it.
const PERIOD: Duration = Duration::from_millis(100);
