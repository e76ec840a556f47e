use crate::archive::decode::bridge::Bridge;
use crate::archive::memory::Held;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, Read as _};

/// Frames of Zstandard (RFC 8878), one after the other, with frames to skip between them: the library reads one.
pub(super) struct Zstd<'i, 'a> {
    bridge: Bridge<'i, 'a>,
    decoder: Box<FrameDecoder>,
    is_in_frame: bool,
    max_window_bytes: u64,
    /// Of the frame.
    window_bytes: u64,
    /// What the blocks of the frame have at most.
    frame_bytes: u64,
}

impl<'i, 'a> Zstd<'i, 'a> {
    pub(super) fn new(bridge: Bridge<'i, 'a>, window_bytes: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window_bytes);
        Self {
            bridge,
            decoder: Box::new(decoder),
            is_in_frame: false,
            max_window_bytes: window_bytes,
            window_bytes: 0,
            frame_bytes: 0,
        }
    }

    /// `held` is what it looks back at: the frame so far, up to its window. The decoder lets nothing out before the
    /// window is full or the frame ends, and keeps its buffer for the next frame.
    pub(super) fn read(&mut self, buffer: &mut [u8], held: &mut Held<'_>) -> io::Result<usize> {
        while !buffer.is_empty() {
            if !self.is_in_frame && !self.start_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.frame_bytes = self.frame_bytes.saturating_add(MAX_BLOCK_BYTES);
                held.grow_to(self.frame_bytes.min(self.window_bytes));
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.bridge, one).map_err(cause)?;
            }
            match self.decoder.read(buffer)? {
                0 => self.is_in_frame = false,
                count => return Ok(count),
            }
        }
        Ok(0)
    }

    /// Whether there is another frame.
    fn start_frame(&mut self) -> io::Result<bool> {
        loop {
            let input = self.bridge.input();
            // The bridge keeps the error of the input, if there is one.
            let start = match input.peek(8) {
                Ok(start) => start,
                Err(_) => return self.bridge.read(&mut [0]).map(|_| false),
            };
            match *start {
                [] => return Ok(false),
                [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] => {
                    let size = u32::from_le_bytes([a, b, c, d]);
                    let mut skipped = self.bridge.by_ref().take(u64::from(size).saturating_add(8));
                    io::copy(&mut skipped, &mut io::sink())?;
                }
                _ => {
                    self.window_bytes = window_bytes(start).min(self.max_window_bytes);
                    self.frame_bytes = 0;
                    self.decoder.init(&mut self.bridge).map_err(cause)?;
                    self.is_in_frame = true;
                    return Ok(true);
                }
            }
        }
    }
}

/// The window that the header of a frame asks for (RFC 8878, 3.1.1.1.2). A frame without one is its own window.
fn window_bytes(start: &[u8]) -> u64 {
    match *start {
        [_, _, _, _, flags, window, ..] if flags & SINGLE_SEGMENT == 0 => {
            let base = 1_u64.checked_shl(u32::from(window >> 3).saturating_add(10)).unwrap_or(u64::MAX);
            base.saturating_add((base >> 3).saturating_mul(u64::from(window & 7)))
        }
        _ => u64::MAX,
    }
}

const SINGLE_SEGMENT: u8 = 1 << 5;

/// RFC 8878, 3.1.1.2.4.
const MAX_BLOCK_BYTES: u64 = 128 << 10;

/// The error of the library as one that says what kind it is of.
fn cause(error: FrameDecoderError) -> io::Error {
    let kind = match error {
        FrameDecoderError::WindowSizeTooBig { .. } => io::ErrorKind::OutOfMemory,
        FrameDecoderError::DictNotProvided { .. } => io::ErrorKind::Unsupported,
        _ => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
