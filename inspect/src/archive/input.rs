//! Bytes from the start to the end: those of a part of a file, or those that come out of a decompressor.

use crate::window::to_u64;
use crate::{Error, ReadAt};
use std::io;
use std::ops::Range;

/// Bytes that can only be read forwards.
pub(super) trait Stream {
    /// Reads some bytes; none only at the end, or if the buffer is empty.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error>;
}

/// A buffered reader that skips without reading where it can, and that can say where in a file its bytes are if
/// they are in one.
pub(super) struct Input<'a> {
    origin: Origin<'a>,
    /// What was read and not yet consumed begins at `consumed`.
    buffer: Vec<u8>,
    consumed: usize,
    /// Offset of the byte after the buffer.
    filled_to: u64,
    /// As much is read at once.
    chunk_bytes: usize,
}

enum Origin<'a> {
    Source { source: &'a dyn ReadAt, range: Range<u64> },
    Stream(&'a mut dyn Stream),
}

impl<'a> Input<'a> {
    pub(super) fn of_source(source: &'a dyn ReadAt, range: Range<u64>) -> Self {
        Self::new(Origin::Source { source, range })
    }

    pub(super) fn of_stream(stream: &'a mut dyn Stream) -> Self {
        Self::new(Origin::Stream(stream))
    }

    fn new(origin: Origin<'a>) -> Self {
        Self { origin, buffer: Vec::new(), consumed: 0, filled_to: 0, chunk_bytes: FIRST_BYTES }
    }

    /// Number of bytes that were consumed so far.
    pub(super) fn position(&self) -> u64 {
        self.filled_to.saturating_sub(to_u64(self.buffered().len()))
    }

    /// The next bytes: as many as are asked for, at most a chunk, or fewer if the end comes before.
    pub(super) fn peek(&mut self, count: usize) -> Result<&[u8], Error> {
        while self.buffered().len() < count.min(CHUNK_BYTES) && self.fill_more()? {}
        let bytes = self.buffered();
        Ok(bytes.get(..count).unwrap_or(bytes))
    }

    /// Some bytes, none at the end.
    pub(super) fn fill(&mut self) -> Result<&[u8], Error> {
        if self.buffered().is_empty() {
            self.fill_more()?;
        }
        Ok(self.buffered())
    }

    /// Goes over bytes that were seen.
    pub(super) fn consume(&mut self, count: usize) {
        self.consumed = self.consumed.saturating_add(count).min(self.buffer.len());
    }

    /// The next bytes, if there are as many.
    pub(super) fn array<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Error> {
        let array = self.peek(N)?.first_chunk().copied();
        if array.is_some() {
            self.consume(N);
        }
        Ok(array)
    }

    /// The next bytes, if there are as many. The caller has checked their number against a limit; what is
    /// allocated is only as much as is there.
    pub(super) fn bytes(&mut self, count: u64) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = Vec::new();
        loop {
            let missing = count.saturating_sub(to_u64(bytes.len()));
            if missing == 0 {
                return Ok(Some(bytes));
            }
            let found = self.fill()?;
            let found = found.get(..usize::try_from(missing).unwrap_or(usize::MAX)).unwrap_or(found);
            if found.is_empty() {
                return Ok(None);
            }
            bytes.extend_from_slice(found);
            let count = found.len();
            self.consume(count);
        }
    }

    /// Goes over bytes, if there are as many, or else to the end.
    pub(super) fn skip(&mut self, count: u64) -> Result<bool, Error> {
        let buffered = self.buffered().len();
        let Some(beyond) = count.checked_sub(to_u64(buffered)) else {
            self.consume(usize::try_from(count).unwrap_or(usize::MAX));
            return Ok(true);
        };
        self.consume(buffered);
        if let Origin::Source { range, .. } = &self.origin {
            let size = range.end.saturating_sub(range.start);
            let left = size.saturating_sub(self.filled_to);
            self.filled_to = self.filled_to.saturating_add(beyond.min(left));
            return Ok(beyond <= left);
        }
        let mut beyond = beyond;
        while beyond > 0 {
            let found = to_u64(self.fill()?.len()).min(beyond);
            if found == 0 {
                return Ok(false);
            }
            self.consume(usize::try_from(found).unwrap_or(usize::MAX));
            beyond = beyond.saturating_sub(found);
        }
        Ok(true)
    }

    /// Goes to a position that is not before the current one.
    pub(super) fn skip_to(&mut self, position: u64) -> Result<bool, Error> {
        self.skip(position.saturating_sub(self.position()))
    }

    /// The next bytes as a source of their own, if they are a part of a file and all there.
    pub(super) fn part(&self, size: u64) -> Option<Part<'a>> {
        let Origin::Source { source, range } = &self.origin else { return None };
        let start = range.start.checked_add(self.position())?;
        let end = start.checked_add(size).filter(|&end| end <= range.end)?;
        Some(Part { source: *source, range: start..end })
    }

    /// All that is left as a source of its own, if it is a part of a file.
    pub(super) fn rest(&self) -> Option<Part<'a>> {
        let Origin::Source { source, range } = &self.origin else { return None };
        let start = range.start.saturating_add(self.position()).min(range.end);
        Some(Part { source: *source, range: start..range.end })
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.consumed..).unwrap_or_default()
    }

    /// Reads up to the size of the buffer. Whether there was anything.
    fn fill_more(&mut self) -> Result<bool, Error> {
        self.buffer.drain(..self.consumed.min(self.buffer.len()));
        self.consumed = 0;
        let kept = self.buffer.len();
        let chunk_bytes = self.chunk_bytes.max(kept.saturating_add(FIRST_BYTES)).min(CHUNK_BYTES);
        self.chunk_bytes = CHUNK_BYTES;
        let room = match &self.origin {
            Origin::Source { range, .. } => {
                let left = range.end.saturating_sub(range.start).saturating_sub(self.filled_to);
                usize::try_from(left).unwrap_or(usize::MAX).min(chunk_bytes.saturating_sub(kept))
            }
            Origin::Stream(_) => chunk_bytes.saturating_sub(kept),
        };
        self.buffer.resize(kept.saturating_add(room), 0);
        let target = self.buffer.get_mut(kept..).unwrap_or_default();
        let result = match &mut self.origin {
            Origin::Source { source, range } => {
                let offset = range.start.saturating_add(self.filled_to);
                source
                    .read_exact_at(offset, target)
                    .map(|()| room)
                    .map_err(|error| Error::Io { error, offset: self.filled_to })
            }
            Origin::Stream(stream) => stream.read(target),
        };
        let count = *result.as_ref().unwrap_or(&0);
        self.buffer.truncate(kept.saturating_add(count));
        self.filled_to = self.filled_to.saturating_add(to_u64(count));
        result.map(|count| count > 0)
    }
}

/// The next bytes of an input, up to a number of them.
pub(super) struct Limited<'i, 'a> {
    input: &'i mut Input<'a>,
    left: u64,
    has_failed: bool,
}

impl<'i, 'a> Limited<'i, 'a> {
    pub(super) fn new(input: &'i mut Input<'a>, size: u64) -> Self {
        Self { input, left: size, has_failed: false }
    }

    /// Whether all bytes were there and were read.
    pub(super) fn is_at_end(&self) -> bool {
        self.left == 0
    }

    /// Whether the input could not be read.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }
}

impl Stream for Limited<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if room == 0 {
            return Ok(0);
        }
        let found = match self.input.fill() {
            Ok(found) => found,
            Err(error) => {
                self.has_failed = true;
                return Err(error);
            }
        };
        let count = found.len().min(room);
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), found.get(..count)) {
            to.copy_from_slice(from);
        }
        self.input.consume(count);
        self.left = self.left.saturating_sub(to_u64(count));
        Ok(count)
    }
}

/// A part of a file, as a file of its own.
pub(super) struct Part<'a> {
    source: &'a dyn ReadAt,
    range: Range<u64>,
}

impl<'a> Part<'a> {
    /// `range` must be inside of the source, or reads fail.
    pub(super) fn new(source: &'a dyn ReadAt, range: Range<u64>) -> Self {
        Self { source, range }
    }

    /// As an input from its start.
    pub(super) fn input(&self) -> Input<'a> {
        Input::of_source(self.source, self.range.clone())
    }
}

impl ReadAt for Part<'_> {
    fn size(&self) -> io::Result<u64> {
        Ok(self.range.end.saturating_sub(self.range.start))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = self.range.start.checked_add(offset);
        let end = start.and_then(|start| start.checked_add(to_u64(buffer.len())));
        match (start, end) {
            (Some(start), Some(end)) if end <= self.range.end => self.source.read_exact_at(start, buffer),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Of an input: large enough that a call of the system is cheap beside what is done with the bytes.
pub(super) const CHUNK_BYTES: usize = 32 << 10;

/// What is read first: enough to tell what most members are that are of no interest.
const FIRST_BYTES: usize = 1 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Trickle<'a>(&'a [u8]);

    impl Stream for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
            let count = buffer.len().min(7).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn a_source_and_a_stream_read_alike() {
        let bytes: Vec<u8> = (0..200_000u32).map(|index| (index / 3) as u8).collect();
        let source = bytes.as_slice();
        let mut trickle = Trickle(&bytes);
        for mut input in [Input::of_source(&source, 0..200_000), Input::of_stream(&mut trickle)] {
            assert_eq!(input.peek(5).unwrap(), &bytes[..5]);
            assert!(input.skip(3).unwrap());
            assert_eq!(input.position(), 3);
            assert_eq!(input.array::<4>().unwrap().unwrap(), bytes[3..7]);
            assert!(input.skip_to(100_000).unwrap());
            assert_eq!(input.peek(CHUNK_BYTES).unwrap(), &bytes[100_000..100_000 + CHUNK_BYTES]);
            assert_eq!(input.bytes(50_000).unwrap().unwrap(), &bytes[100_000..150_000]);
            let mut limited = Limited::new(&mut input, 10);
            let mut inner = Input::of_stream(&mut limited);
            assert_eq!(inner.peek(20).unwrap(), &bytes[150_000..150_010]);
            drop(inner);
            assert_eq!(input.position(), 150_010);
            assert!(input.bytes(50_000).unwrap().is_none());
            assert!(input.skip(0).unwrap());
            assert!(!input.skip(1).unwrap());
            assert_eq!(input.position(), 200_000);
            assert!(input.peek(1).unwrap().is_empty());
            assert!(input.array::<1>().unwrap().is_none());
        }
    }

    #[test]
    fn a_part_ends_where_it_ends() {
        let bytes: &[u8] = &[1, 2, 3, 4, 5];
        let mut input = Input::of_source(&bytes, 1..5);
        assert!(input.skip(1).unwrap());
        assert!(input.part(4).is_none());
        assert!(input.part(u64::MAX).is_none());
        let part = input.part(2).unwrap();
        let mut buffer = [0; 2];
        part.read_exact_at(0, &mut buffer).unwrap();
        assert_eq!((part.size().unwrap(), buffer), (2, [3, 4]));
        for offset in [1, 2, u64::MAX] {
            let error = part.read_exact_at(offset, &mut buffer).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
