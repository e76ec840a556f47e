//! How far the work has come, on a terminal, once it takes long.

use std::io::{self, IsTerminal as _, Write};
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
pub(crate) struct Progress<W = io::Stderr> {
    terminal: W,
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
        Self::on(io::stderr(), is_shown, Instant::now())
    }
}

impl<W: Write> Progress<W> {
    fn on(terminal: W, is_shown: bool, begin: Instant) -> Self {
        Self { terminal, begin, is_shown, is_drawn: false, line: String::new(), counted: begin }
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
            write(&mut self.terminal, &self.line);
        }
    }

    /// Makes room for other words or data.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.is_drawn) {
            write(&mut self.terminal, ERASE);
        }
    }
}

fn write(terminal: &mut impl Write, text: &str) {
    // Nobody is left to tell if it fails.
    let _ = terminal.write_all(text.as_bytes());
}

/// Back to the start of the line, and away with what is on it.
const ERASE: &str = "\r\x1b[2K";

/// Work that is done before needs no line.
const SILENCE: Duration = Duration::from_millis(500);

/// More often nobody could read it.
const PERIOD: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(files: u64) -> Counts {
        let counts = Counts::default();
        counts.files.store(files, Ordering::Relaxed);
        counts
    }

    #[test]
    fn the_line_is_drawn_once_work_is_long_and_taken_away_for_other_words() {
        let long_ago = Instant::now().checked_sub(SILENCE).unwrap();
        let mut progress = Progress::on(Vec::new(), true, long_ago);
        // Nothing is there to be taken away.
        progress.clear();
        progress.draw(&counts(7));
        progress.clear();
        progress.clear();
        // Drawn again, as it was counted last.
        progress.draw(&counts(7));
        let drawn = "\r\x1b[2K7 files, 0 binaries, 0 with a list of crates";
        assert_eq!(String::from_utf8(progress.terminal).unwrap(), format!("{drawn}\r\x1b[2K{drawn}"));
    }

    #[test]
    fn nothing_is_drawn_of_short_work_or_where_nobody_looks() {
        let later = Instant::now() + Duration::from_secs(3600);
        for (is_shown, begin) in [(true, later), (false, Instant::now().checked_sub(SILENCE).unwrap())] {
            let mut progress = Progress::on(Vec::new(), is_shown, begin);
            progress.draw(&counts(1));
            progress.clear();
            assert!(progress.terminal.is_empty(), "{is_shown}");
        }
    }
}
