/// Memory for what decompressors look back at, shared by visits that run at the same time: each alone is bounded by
/// [`VisitLimits::window_bytes`](crate::archive::VisitLimits::window_bytes), and this bounds all of them together.
///
/// What a decompressor needs grows with what came out of it, up to the window that the file asks for. 256 KiB of each are
/// not counted.
pub trait WindowMemory {
    /// A decompressor of this visit needs so many more bytes. It goes on when this returns, so an implementation may
    /// wait here until others have released theirs. To wait for a visit that waits itself would be to wait for ever.
    fn take(&self, bytes: u64);

    /// So many bytes that were taken are free again.
    fn release(&self, bytes: u64);
}

/// As much as there is, for a visit that shares it with no other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unshared;

impl WindowMemory for Unshared {
    fn take(&self, _: u64) {}

    fn release(&self, _: u64) {}
}

/// What one decompressor holds of the memory.
pub(super) struct Held<'m> {
    memory: &'m dyn WindowMemory,
    bytes: u64,
}

impl<'m> Held<'m> {
    pub(super) fn new(memory: &'m dyn WindowMemory) -> Self {
        Self { memory, bytes: 0 }
    }

    /// Takes what is missing of so many bytes. It doubles, as the buffers of decompressors do.
    pub(super) fn grow_to(&mut self, bytes: u64) {
        if bytes <= self.bytes.max(FREE_BYTES) {
            return;
        }
        let wanted = bytes.checked_next_power_of_two().unwrap_or(bytes);
        self.memory.take(wanted.saturating_sub(self.bytes));
        self.bytes = wanted;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.memory.release(self.bytes);
        }
    }
}

/// Small decompressors are not worth the counting.
const FREE_BYTES: u64 = 256 << 10;
