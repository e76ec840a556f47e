//! Sections of debug information as `gimli` reads them: in pages, so that memory does not grow with the file.

use crate::Error;
use crate::container::content::{Content, content};
use crate::container::section::Section;
use crate::window::{Window, to_u64};
use gimli::{ReaderOffsetId, RunTimeEndian};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// A section, and the pages of it that were read last.
pub(super) struct Source<'a> {
    /// `None` if all of it is in the one page.
    window: Option<Window<'a>>,
    size: u64,
    /// The page used last is the first.
    recent: RefCell<VecDeque<Rc<Page>>>,
    /// Bytes that may still be consumed, see [`Source::allow`], and those until more is allowed for.
    left: Cell<u64>,
    left_of_step: Cell<u64>,
    /// What went wrong below `gimli`, whose errors cannot say it.
    failure: RefCell<Option<Error>>,
}

struct Page {
    offset: u64,
    bytes: Vec<u8>,
}

impl<'a> Source<'a> {
    /// Opens a section. `Ok(None)` if it is compressed in a way that is not read, or decompressed larger than
    /// `limit_bytes`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it lies outside of the file, [`Error::Inflate`], [`Error::Io`].
    pub(super) fn open(
        file: &Window<'a>,
        section: &Section,
        limit_bytes: u64,
    ) -> Result<Option<Self>, Error> {
        if !section.is_packed() {
            let window = section.content(file)?;
            let size = window.len();
            return Ok(Some(Self::new(Some(window), size, VecDeque::new())));
        }
        match content(file, section, limit_bytes.saturating_add(1))? {
            Content::Bytes(bytes) if to_u64(bytes.len()) <= limit_bytes => {
                let size = to_u64(bytes.len());
                Ok(Some(Self::new(None, size, VecDeque::from([Rc::new(Page { offset: 0, bytes })]))))
            }
            _ => Ok(None),
        }
    }

    /// A section that is not there.
    pub(super) fn empty() -> Self {
        Self::new(None, 0, VecDeque::new())
    }

    fn new(window: Option<Window<'a>>, size: u64, recent: VecDeque<Rc<Page>>) -> Self {
        Self {
            window,
            size,
            recent: RefCell::new(recent),
            left: Cell::new(u64::MAX),
            left_of_step: Cell::new(u64::MAX),
            failure: RefCell::new(None),
        }
    }

    /// Its size, inflated.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that it holds in memory whatever is read.
    pub(super) fn held_bytes(&self) -> u64 {
        if self.window.is_none() { self.size } else { 0 }
    }

    /// Sets how many bytes may be consumed from now on: a hostile file lets the same bytes be read again and again.
    pub(super) fn allow(&self, bytes: u64) {
        self.left.set(bytes);
    }

    /// Sets how many of them may be consumed in the next step: `gimli` keeps what it reads of some sections.
    pub(super) fn allow_step(&self, bytes: u64) {
        self.left_of_step.set(bytes);
    }

    /// What went wrong in reading the file.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.borrow_mut().take()
    }

    /// The page that an offset is in.
    fn page(&self, offset: u64) -> Result<Rc<Page>, gimli::Error> {
        let mut recent = self.recent.borrow_mut();
        let holds = |page: &Rc<Page>| {
            offset.checked_sub(page.offset).is_some_and(|distance| distance < to_u64(page.bytes.len()))
        };
        if let Some(position) = recent.iter().position(holds)
            && let Some(page) = recent.remove(position)
        {
            recent.push_front(Rc::clone(&page));
            return Ok(page);
        }
        let eof = gimli::Error::UnexpectedEof(ReaderOffsetId(offset));
        let window = self.window.as_ref().ok_or(eof)?;
        let start = offset & !(PAGE_BYTES.saturating_sub(1));
        let size = self.size.checked_sub(start).filter(|&left| left > 0).ok_or(eof)?.min(PAGE_BYTES);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        if let Err(error) = window.fill(start, &mut bytes, "section ends past the file") {
            *self.failure.borrow_mut() = Some(error);
            return Err(gimli::Error::Io);
        }
        let page = Rc::new(Page { offset: start, bytes });
        recent.truncate(KEPT_PAGES.saturating_sub(1));
        recent.push_front(Rc::clone(&page));
        Ok(page)
    }
}

/// A position in a section.
#[derive(Clone)]
pub(super) struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    endian: RunTimeEndian,
    start: u64,
    end: u64,
    /// The page at `start`, if it was looked up.
    page: Option<Rc<Page>>,
}

impl<'s, 'a> Reader<'s, 'a> {
    /// At the start of a section.
    pub(super) fn new(source: &'s Source<'a>, endian: RunTimeEndian) -> Self {
        Self { source, endian, start: 0, end: source.size, page: None }
    }

    /// All that is left as text, if it is UTF-8 and has at most so many bytes.
    pub(super) fn text(self, limit_bytes: u64) -> Option<String> {
        self.text_in(limit_bytes, &mut Vec::new()).map(str::to_owned)
    }

    /// As [`Reader::text`], in a buffer that serves for many.
    pub(super) fn text_in(mut self, limit_bytes: u64, buffer: &mut Vec<u8>) -> Option<&str> {
        let size = self.end.saturating_sub(self.start);
        buffer.resize(usize::try_from(size).ok().filter(|_| size <= limit_bytes)?, 0);
        gimli::Reader::read_slice(&mut self, buffer).ok()?;
        str::from_utf8(buffer).ok()
    }

    /// Consumes bytes, all of which must be there.
    fn advance(&mut self, count: u64) -> Result<(), gimli::Error> {
        let left = self.end.saturating_sub(self.start);
        if count > left {
            return Err(gimli::Error::UnexpectedEof(ReaderOffsetId(self.start)));
        }
        self.start = self.start.saturating_add(count);
        Ok(())
    }

    /// The bytes from here to the end of the page.
    fn ahead(&mut self) -> Result<&[u8], gimli::Error> {
        let is_here = |page: &Rc<Page>, start: u64| {
            start.checked_sub(page.offset).is_some_and(|distance| distance < to_u64(page.bytes.len()))
        };
        if !self.page.as_ref().is_some_and(|page| is_here(page, self.start)) {
            self.page = Some(self.source.page(self.start)?);
        }
        let page = self.page.as_ref().ok_or(gimli::Error::Io)?;
        let distance = usize::try_from(self.start.saturating_sub(page.offset)).unwrap_or(usize::MAX);
        Ok(page.bytes.get(distance..).unwrap_or_default())
    }
}

impl std::fmt::Debug for Reader<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("start", &self.start).field("end", &self.end).finish_non_exhaustive()
    }
}

impl gimli::Reader for Reader<'_, '_> {
    type Endian = RunTimeEndian;
    type Offset = u64;

    fn endian(&self) -> RunTimeEndian {
        self.endian
    }

    fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    fn empty(&mut self) {
        self.end = self.start;
    }

    fn truncate(&mut self, len: u64) -> Result<(), gimli::Error> {
        let end = self.start.checked_add(len).filter(|&end| end <= self.end);
        self.end = end.ok_or(gimli::Error::UnexpectedEof(ReaderOffsetId(self.start)))?;
        Ok(())
    }

    fn offset_from(&self, base: &Self) -> u64 {
        self.start.saturating_sub(base.start)
    }

    fn offset_id(&self) -> ReaderOffsetId {
        ReaderOffsetId(self.start)
    }

    fn lookup_offset_id(&self, id: ReaderOffsetId) -> Option<u64> {
        id.0.checked_sub(self.start).filter(|&offset| offset <= self.end.saturating_sub(self.start))
    }

    fn find(&self, byte: u8) -> Result<u64, gimli::Error> {
        let mut place = self.clone();
        while place.start < place.end {
            let left = usize::try_from(place.end.saturating_sub(place.start)).unwrap_or(usize::MAX);
            let ahead = place.ahead()?;
            let ahead = ahead.get(..left).unwrap_or(ahead);
            let count = to_u64(ahead.len());
            if let Some(position) = memchr::memchr(byte, ahead) {
                return Ok(place.start.saturating_sub(self.start).saturating_add(to_u64(position)));
            }
            place.advance(count)?;
        }
        Err(gimli::Error::UnexpectedEof(ReaderOffsetId(self.start)))
    }

    fn skip(&mut self, len: u64) -> Result<(), gimli::Error> {
        self.advance(len)
    }

    fn split(&mut self, len: u64) -> Result<Self, gimli::Error> {
        let mut first = self.clone();
        first.truncate(len)?;
        self.advance(len)?;
        Ok(first)
    }

    fn to_slice(&self) -> Result<Cow<'_, [u8]>, gimli::Error> {
        // Only what is wanted as a whole is asked for so: names.
        let size = usize::try_from(self.len()).ok().filter(|&size| size <= MAX_SLICE_BYTES);
        let mut bytes = vec![0; size.ok_or(gimli::Error::Io)?];
        self.clone().read_slice(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }

    fn to_string(&self) -> Result<Cow<'_, str>, gimli::Error> {
        let bytes = self.to_slice()?.into_owned();
        String::from_utf8(bytes).map(Cow::Owned).map_err(|_| gimli::Error::BadUtf8)
    }

    fn to_string_lossy(&self) -> Result<Cow<'_, str>, gimli::Error> {
        Ok(Cow::Owned(String::from_utf8_lossy(&self.to_slice()?).into_owned()))
    }

    fn read_slice(&mut self, mut buffer: &mut [u8]) -> Result<(), gimli::Error> {
        let size = to_u64(buffer.len());
        if size > self.end.saturating_sub(self.start) {
            return Err(gimli::Error::UnexpectedEof(ReaderOffsetId(self.start)));
        }
        for left in [&self.source.left, &self.source.left_of_step] {
            left.set(left.get().checked_sub(size).ok_or(gimli::Error::Io)?);
        }
        while !buffer.is_empty() {
            let ahead = self.ahead()?;
            let count = ahead.len().min(buffer.len());
            let (Some(to), Some(from)) = (buffer.get_mut(..count), ahead.get(..count)) else { break };
            to.copy_from_slice(from);
            self.advance(to_u64(count))?;
            buffer = buffer.get_mut(count..).unwrap_or_default();
        }
        Ok(())
    }
}

const PAGE_BYTES: u64 = 64 << 10;

/// Names are referred to from all over: 4 MiB of each section.
const KEPT_PAGES: usize = 64;

/// Longer than any name or list of attributes.
const MAX_SLICE_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Container;
    use crate::window::Pages;
    use gimli::Reader as _;

    #[test]
    fn reads_span_pages() {
        let bytes: Vec<u8> = (0..200_000u32).flat_map(u32::to_le_bytes).collect();
        let pages = Pages::new(to_u64(bytes.len()));
        let slice = bytes.as_slice();
        let window = Window::new(&slice, &pages, Container::Elf, 0..to_u64(bytes.len()));
        let source = Source::new(Some(window), to_u64(bytes.len()), VecDeque::new());
        let mut reader = Reader::new(&source, RunTimeEndian::Little);
        reader.skip(1).unwrap();
        for number in 0..199_999u32 {
            let expected = u32::from_le_bytes(bytes[number as usize * 4 + 1..][..4].try_into().unwrap());
            assert_eq!(reader.read_u32().unwrap(), expected);
        }
        assert_eq!(reader.len(), 3);
        assert!(reader.read_u32().is_err());
        assert!(reader.skip(4).is_err());

        let mut reader = Reader::new(&source, RunTimeEndian::Little);
        let part = reader.split(70_000).unwrap();
        assert_eq!((part.len(), reader.len(), reader.offset_from(&part)), (70_000, 730_000, 70_000));
        // The first byte of this value is past the first page.
        assert_eq!(Reader::new(&source, RunTimeEndian::Little).find(0xff).unwrap(), 1020);
        let mut rest = reader.clone();
        rest.truncate(3).unwrap();
        assert!(rest.find(0xff).is_err());
    }

    #[test]
    fn no_more_is_consumed_than_allowed() {
        let source = Source::new(None, 8, VecDeque::from([Rc::new(Page { offset: 0, bytes: vec![1; 8] })]));
        source.allow(12);
        for _ in 0..3 {
            assert!(Reader::new(&source, RunTimeEndian::Big).read_u32().is_ok());
        }
        assert!(Reader::new(&source, RunTimeEndian::Big).read_u32().is_err());
    }
}
