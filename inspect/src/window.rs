//! The one way in which the readers of containers see bytes: checked, bounded and cached.

#[cfg(feature = "facts")]
use crate::Binary;
use crate::limits::MAX_HEADER_BYTES;
use crate::{Container, Error, ReadAt};
use object::pod::{self, Pod};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;

/// A part of the file, in which one binary or a table of it lies. Offsets count from the start of the part,
/// those of errors from the start of the file.
#[derive(Clone)]
pub(crate) struct Window<'a> {
    source: &'a dyn ReadAt,
    /// Shared by all windows of one binary.
    pages: &'a RefCell<Pages>,
    container: Container,
    range: Range<u64>,
}

impl<'a> Window<'a> {
    /// `range` must be inside of the source.
    pub(crate) fn new(
        source: &'a dyn ReadAt,
        pages: &'a RefCell<Pages>,
        container: Container,
        range: Range<u64>,
    ) -> Self {
        Self { source, pages, container, range }
    }

    /// The part that a binary is.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it lies outside of the file, as a damaged slice may.
    #[cfg(feature = "facts")]
    pub(crate) fn of(
        binary: &Binary,
        source: &'a dyn ReadAt,
        pages: &'a RefCell<Pages>,
    ) -> Result<Self, Error> {
        let whole = 0..pages.borrow().file_size;
        let size = binary.range.end.saturating_sub(binary.range.start);
        Self::new(source, pages, binary.container, whole).part(
            binary.range.start,
            size,
            "binary ends past the file",
        )
    }

    /// The part of the file.
    pub(crate) fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// The format of the binary.
    #[cfg(feature = "facts")]
    pub(crate) fn container(&self) -> Container {
        self.container
    }

    /// Number of bytes.
    pub(crate) fn len(&self) -> u64 {
        self.range.end.saturating_sub(self.range.start)
    }

    /// The offset in the file of an offset in this window.
    pub(crate) fn file_offset(&self, offset: u64) -> u64 {
        self.range.start.saturating_add(offset)
    }

    /// The error that this container is damaged at an offset.
    pub(crate) fn malformed(&self, what: &'static str, offset: u64) -> Error {
        Error::Malformed { container: self.container, what, offset: self.file_offset(offset) }
    }

    /// A part of this part.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] with `what` if it is not inside.
    pub(crate) fn part(&self, offset: u64, size: u64, what: &'static str) -> Result<Self, Error> {
        let end = offset.checked_add(size).filter(|&end| end <= self.len());
        match end {
            Some(end) => {
                let range = self.file_offset(offset)..self.file_offset(end);
                Ok(Self { range, ..self.clone() })
            }
            None => Err(self.malformed(what, offset)),
        }
    }

    /// Reads a structure.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] with `what` if it is not inside, [`Error::Limit`], [`Error::Io`].
    pub(crate) fn structure<T: Pod>(&self, offset: u64, what: &'static str) -> Result<T, Error> {
        let mut buffer = [0; MAX_STRUCTURE_BYTES];
        let bytes = buffer.get_mut(..size_of::<T>()).ok_or_else(|| self.malformed(what, offset))?;
        self.read(offset, bytes, what)?;
        let (structure, _) = pod::from_bytes(bytes).map_err(|()| self.malformed(what, offset))?;
        Ok(*structure)
    }

    /// Reads a few bytes.
    ///
    /// # Errors
    ///
    /// As [`structure`](Self::structure).
    pub(crate) fn array<const N: usize>(&self, offset: u64, what: &'static str) -> Result<[u8; N], Error> {
        let mut buffer = [0; N];
        self.read(offset, &mut buffer, what)?;
        Ok(buffer)
    }

    /// Reads as much as the buffer holds, past the pages: for content, which is not read twice.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] with `what` if it is not inside, [`Error::Io`].
    #[cfg(feature = "facts")]
    pub(crate) fn fill(&self, offset: u64, buffer: &mut [u8], what: &'static str) -> Result<(), Error> {
        let offset = self.part(offset, to_u64(buffer.len()), what)?.range.start;
        self.source.read_exact_at(offset, buffer).map_err(|error| Error::Io { error, offset })
    }

    /// Reads the bytes at an offset up to the end of this part, but at most a number of them.
    ///
    /// # Errors
    ///
    /// As [`structure`](Self::structure).
    #[cfg(feature = "facts")]
    pub(crate) fn prefix<const N: usize>(&self, offset: u64) -> Result<([u8; N], usize), Error> {
        let left = usize::try_from(self.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut buffer = [0; N];
        let bytes = buffer.get_mut(..left.min(N)).unwrap_or_default();
        let count = bytes.len();
        self.read(offset, bytes, "section ends past the file")?;
        Ok((buffer, count))
    }

    fn read(&self, offset: u64, buffer: &mut [u8], what: &'static str) -> Result<(), Error> {
        let part = self.part(offset, to_u64(buffer.len()), what)?;
        self.pages.borrow_mut().read(self.source, part.range.start, buffer)
    }
}

/// The pages of the file that were read last, and how much may still be read. A table is walked in small
/// steps, and each step may look into another table: without these pages each would be a call of the system.
pub(crate) struct Pages {
    file_size: u64,
    bytes_left: u64,
    /// The page used last is the first.
    recent: VecDeque<Page>,
}

struct Page {
    offset: u64,
    bytes: Vec<u8>,
}

impl Pages {
    pub(crate) fn new(file_size: u64) -> RefCell<Self> {
        RefCell::new(Self { file_size, bytes_left: MAX_HEADER_BYTES, recent: VecDeque::new() })
    }

    /// Of a whole source.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if its size cannot be found out.
    #[cfg(feature = "facts")]
    pub(crate) fn of(source: &dyn ReadAt) -> Result<RefCell<Self>, Error> {
        source.size().map(Self::new).map_err(|error| Error::Io { error, offset: 0 })
    }

    fn read(&mut self, source: &dyn ReadAt, mut offset: u64, mut buffer: &mut [u8]) -> Result<(), Error> {
        while !buffer.is_empty() {
            let page = self.page(source, offset)?;
            let skipped = usize::try_from(offset.saturating_sub(page.offset)).unwrap_or(usize::MAX);
            let bytes = page.bytes.get(skipped..).unwrap_or_default();
            let count = bytes.len().min(buffer.len());
            let (Some(to), Some(from)) = (buffer.get_mut(..count), bytes.get(..count)) else { break };
            if count == 0 {
                return Err(Error::Io { error: io::ErrorKind::UnexpectedEof.into(), offset });
            }
            to.copy_from_slice(from);
            offset = offset.saturating_add(to_u64(count));
            buffer = buffer.get_mut(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// The page that an offset is in.
    fn page(&mut self, source: &dyn ReadAt, offset: u64) -> Result<&Page, Error> {
        let start = offset & !(PAGE_BYTES.saturating_sub(1));
        let page = match self.recent.iter().position(|page| page.offset == start) {
            Some(position) => self.recent.remove(position),
            None => None,
        };
        let page = match page {
            Some(page) => page,
            None => self.load(source, start)?,
        };
        self.recent.push_front(page);
        self.recent.front().ok_or(Error::Io { error: io::ErrorKind::UnexpectedEof.into(), offset })
    }

    fn load(&mut self, source: &dyn ReadAt, offset: u64) -> Result<Page, Error> {
        let size = PAGE_BYTES.min(self.file_size.saturating_sub(offset));
        self.bytes_left = self.bytes_left.checked_sub(size).ok_or(Error::Limit {
            what: "bytes of headers and tables",
            limit: MAX_HEADER_BYTES,
            actual: MAX_HEADER_BYTES.saturating_sub(self.bytes_left).saturating_add(size),
            offset,
        })?;
        let oldest = if self.recent.len() < KEPT_PAGES { None } else { self.recent.pop_back() };
        let mut bytes = oldest.map(|page| page.bytes).unwrap_or_default();
        bytes.resize(usize::try_from(size).unwrap_or_default(), 0);
        source.read_exact_at(offset, &mut bytes).map_err(|error| Error::Io { error, offset })?;
        Ok(Page { offset, bytes })
    }
}

/// No system that this crate runs on has pointers of more than 64 bits.
pub(crate) fn to_u64(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// A page of most systems. Headers and section tables of an executable fit into one or two.
const PAGE_BYTES: u64 = 4096;

/// The header, the section table and the section names of ELF, and one to spare.
const KEPT_PAGES: usize = 4;

/// The largest structure is the segment of a 64-bit Mach-O or one of its sections, 80 bytes.
const MAX_STRUCTURE_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_checked_and_offsets_of_errors_are_those_of_the_file() {
        let bytes: &[u8] = &[7; 100];
        let pages = Pages::new(100);
        let window = Window::new(&bytes, &pages, Container::Elf, 0..100);
        let part = window.part(10, 20, "").unwrap();
        assert_eq!((part.len(), part.range()), (20, 10..30));
        assert!(part.part(20, 0, "").is_ok());
        for (offset, size) in [(0, 21), (20, 1), (21, 0), (1, u64::MAX), (u64::MAX, 1)] {
            let error = part.part(offset, size, "table ends past the file").err().unwrap();
            let file_offset = 10u64.saturating_add(offset);
            assert_eq!(
                error.to_string(),
                format!("table ends past the file (ELF, at offset {file_offset:#x})")
            );
        }
    }

    #[test]
    fn reads_may_span_pages() {
        let bytes: Vec<u8> = (0..3 * 4096).map(|index| (index / 64) as u8).collect();
        let (bytes, size) = (bytes.as_slice(), to_u64(bytes.len()));
        let pages = Pages::new(size);
        let window = Window::new(&bytes, &pages, Container::Elf, 0..size);
        for offset in [0, 4000, 4096, 8100, size - 200] {
            let read: [u8; 200] = window.array(offset, "").unwrap();
            let start = usize::try_from(offset).unwrap();
            assert_eq!(read[..], bytes[start..start + 200]);
        }
        assert!(window.array::<200>(size - 199, "").is_err());
    }
}
