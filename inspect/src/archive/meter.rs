use crate::Error;
use crate::archive::{Quantity, VisitLimits, WindowMemory};
use crate::window::to_u64;
use std::cell::Cell;
use std::time::Instant;

/// What one visit has used up of its limits. Shared by all readers of the visit, which run in one thread.
pub(super) struct Meter<'l> {
    pub(super) limits: &'l VisitLimits,
    pub(super) memory: &'l dyn WindowMemory,
    source_bytes: Cell<u64>,
    entries: Cell<u64>,
    expanded_bytes: Cell<u64>,
    shown_bytes: Cell<u64>,
    spooled_bytes: Cell<u64>,
    decoders: Cell<u32>,
    is_exhausted: Cell<bool>,
    start: Option<Instant>,
}

impl<'l> Meter<'l> {
    pub(super) fn new(limits: &'l VisitLimits, memory: &'l dyn WindowMemory, source_bytes: u64) -> Self {
        Self {
            limits,
            memory,
            source_bytes: Cell::new(source_bytes),
            entries: Cell::new(0),
            expanded_bytes: Cell::new(0),
            shown_bytes: Cell::new(0),
            spooled_bytes: Cell::new(0),
            decoders: Cell::new(0),
            is_exhausted: Cell::new(false),
            start: limits.time.map(|_| Instant::now()),
        }
    }

    /// Whether a limit for all together is used up, so that there is no use in going on.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries.get()
    }

    pub(super) fn expanded_bytes(&self) -> u64 {
        self.expanded_bytes.get()
    }

    /// Another file belongs to what is visited.
    pub(super) fn add_source(&self, bytes: u64) {
        self.source_bytes.set(self.source_bytes.get().saturating_add(bytes));
    }

    /// Counts a member of an archive.
    pub(super) fn add_entry(&self, offset: u64) -> Result<(), Error> {
        let entries = self.entries.get().saturating_add(1);
        self.entries.set(entries);
        if entries > self.limits.entries {
            return Err(self.exhausted(Quantity::Entries, self.limits.entries, entries, offset));
        }
        self.check_time(offset)
    }

    /// Counts bytes that came out of a decompressor. `offset` is that in its input.
    pub(super) fn add_expanded(&self, bytes: usize, offset: u64) -> Result<(), Error> {
        let expanded = self.expanded_bytes.get().saturating_add(to_u64(bytes));
        self.expanded_bytes.set(expanded);
        if expanded > self.limits.expanded_bytes {
            return Err(self.exhausted(
                Quantity::ExpandedBytes,
                self.limits.expanded_bytes,
                expanded,
                offset,
            ));
        }
        self.check_ratio(expanded, Quantity::ExpandedRatio, offset)?;
        self.check_time(offset)
    }

    /// Counts the bytes of a binary that is shown: the members of a zip archive may be one and the same place in the
    /// file.
    pub(super) fn add_shown(&self, bytes: u64) -> Result<(), Error> {
        let shown = self.shown_bytes.get().saturating_add(bytes);
        self.shown_bytes.set(shown);
        self.check_ratio(shown, Quantity::BinariesRatio, 0)
    }

    /// Counts bytes that are kept in temporary files.
    pub(super) fn add_spooled(&self, bytes: usize, offset: u64) -> Result<(), Error> {
        let spooled = self.spooled_bytes.get().saturating_add(to_u64(bytes));
        if spooled > self.limits.spooled_bytes {
            let limit = self.limits.spooled_bytes;
            return Err(Error::VisitLimit { what: Quantity::SpooledBytes, limit, actual: spooled, offset });
        }
        self.spooled_bytes.set(spooled);
        Ok(())
    }

    /// A temporary file is gone.
    pub(super) fn release_spooled(&self, bytes: u64) {
        self.spooled_bytes.set(self.spooled_bytes.get().saturating_sub(bytes));
    }

    /// Another decompressor begins, in those that run already. Returns the window that it may have: half as much
    /// with each level, so that all together have at most twice the limit.
    pub(super) fn enter_decoder(&self) -> u64 {
        self.decoders.set(self.decoders.get().saturating_add(1));
        self.window_bytes()
    }

    pub(super) fn leave_decoder(&self) {
        self.decoders.set(self.decoders.get().saturating_sub(1));
    }

    /// The window that the innermost decompressor may have.
    pub(super) fn window_bytes(&self) -> u64 {
        self.limits.window_bytes.checked_shr(self.decoders.get().saturating_sub(1)).unwrap_or(0)
    }

    fn check_ratio(&self, bytes: u64, what: Quantity, offset: u64) -> Result<(), Error> {
        let by_ratio = self.source_bytes.get().saturating_mul(self.limits.ratio);
        if bytes <= self.limits.ratio_free_bytes.max(by_ratio) {
            return Ok(());
        }
        let ratio = bytes.checked_div(self.source_bytes.get()).unwrap_or(u64::MAX);
        Err(self.exhausted(what, self.limits.ratio, ratio, offset))
    }

    fn check_time(&self, offset: u64) -> Result<(), Error> {
        let (Some(start), Some(limit)) = (self.start, self.limits.time) else { return Ok(()) };
        let elapsed = start.elapsed();
        if elapsed <= limit {
            return Ok(());
        }
        let milliseconds = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Err(self.exhausted(Quantity::Time, milliseconds(limit), milliseconds(elapsed), offset))
    }

    fn exhausted(&self, what: Quantity, limit: u64, actual: u64, offset: u64) -> Error {
        self.is_exhausted.set(true);
        Error::VisitLimit { what, limit, actual, offset }
    }
}
