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

/// A line that is written over and over again, and taken away before anything else is written. How much there is in
/// all is not known before it was walked through, so it counts up.
pub(crate) struct Progress {
    begin: Instant,
    is_shown: bool,
    is_drawn: bool,
}

impl Progress {
    pub(crate) fn new(is_quiet: bool) -> Self {
        let is_shown = !is_quiet && io::stderr().is_terminal();
        Self { begin: Instant::now(), is_shown, is_drawn: false }
    }

    /// Shows how far it is.
    pub(crate) fn draw(&mut self, counts: &Counts) {
        if self.is_shown && self.begin.elapsed() >= SILENCE {
            let [files, binaries, lists] =
                [&counts.files, &counts.binaries, &counts.lists].map(|count| count.load(Ordering::Relaxed));
            let text = format!("{ERASE}{files} files, {binaries} binaries, {lists} with a list of crates");
            self.is_drawn = true;
            write(&text);
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

const SILENCE: Duration = Duration::from_millis(500);
