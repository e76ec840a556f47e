//! From the content of a section to the JSON of the lists in it.
//!
//! ```text
//! section: ( zlib stream  zeros )+
//! ```
//!
//! Usually there is one stream. A linker that puts several object files with the section together leaves
//! several, which happens if a static library brings its own list.

use crate::limits::{MAX_COMPRESSED_BYTES, MAX_FILE_JSON_BYTES, MAX_LISTS};
use crate::window::to_u64;
use crate::{Error, List, ReadAt};
use auditable_graph::limits::MAX_JSON_BYTES;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::stream::{InflateState, ZeroReset, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};
use std::cell::Cell;
use std::ops::Range;

/// Inflates sections of one file. What is left of the limits is counted down also by what turns out to be
/// damaged, so that many damaged lists cost no more than the largest sound one.
pub(crate) struct Inflater<'a> {
    source: &'a dyn ReadAt,
    compressed_bytes_left: u64,
    json_bytes_left: u64,
    lists_left: u64,
    memory: Option<Memory>,
}

/// What inflating needs, more than most lists are large.
struct Memory {
    state: Box<InflateState>,
    output: Vec<u8>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Zlib), output: vec![0; CHUNK_BYTES] }
    }
}

thread_local! {
    /// That of the last file, since there may be many small ones.
    static MEMORY: Cell<Option<Memory>> = const { Cell::new(None) };
}

impl Drop for Inflater<'_> {
    fn drop(&mut self) {
        if self.memory.is_some() {
            MEMORY.set(self.memory.take());
        }
    }
}

impl<'a> Inflater<'a> {
    pub(crate) fn new(source: &'a dyn ReadAt) -> Self {
        Self {
            source,
            compressed_bytes_left: MAX_COMPRESSED_BYTES,
            json_bytes_left: MAX_FILE_JSON_BYTES,
            lists_left: MAX_LISTS,
            memory: None,
        }
    }

    /// Appends the lists in a section, which is a range of the file.
    ///
    /// # Errors
    ///
    /// [`Error::Inflate`] if there is none or anything but zeros besides; [`Error::Limit`], [`Error::Io`].
    pub(crate) fn lists(&mut self, section: &Range<u64>, lists: &mut Vec<List>) -> Result<(), Error> {
        let size = section.end.saturating_sub(section.start);
        take(&mut self.compressed_bytes_left, size, "compressed bytes", MAX_COMPRESSED_BYTES, section.start)?;
        let mut content = Content::new(self.source, section.clone());
        content.skip_zeros()?;
        if content.fill()?.is_empty() {
            return Err(Error::Inflate { what: "the section of the list is empty", offset: section.start });
        }
        let mut is_first = true;
        while let [first, ..] = content.fill()? {
            if first & 0x0f != ZLIB_DEFLATE {
                let what = if is_first {
                    "the section of the list does not begin with zlib data"
                } else {
                    "the list is followed by something that is neither zeros nor another list"
                };
                return Err(Error::Inflate { what, offset: content.offset() });
            }
            is_first = false;
            lists.push(self.list(section, &mut content)?);
            content.skip_zeros()?;
        }
        Ok(())
    }

    fn list(&mut self, section: &Range<u64>, content: &mut Content<'_>) -> Result<List, Error> {
        let start = content.offset();
        take(&mut self.lists_left, 1, "lists in the file", MAX_LISTS, start)?;
        let memory = self.memory.get_or_insert_with(|| MEMORY.take().unwrap_or_default());
        let Memory { state, output } = memory;
        // Zeroed, since a damaged stream may refer back to before its own start.
        state.reset_as(ZeroReset);
        let mut json = Vec::new();
        loop {
            let input = content.fill()?;
            let progress = inflate(state, input, output, MZFlush::None);
            content.consume(progress.bytes_consumed);
            let inflated = output.get(..progress.bytes_written).unwrap_or_default();
            let json_bytes = to_u64(json.len().saturating_add(inflated.len()));
            if json_bytes > to_u64(MAX_JSON_BYTES) {
                let limit = to_u64(MAX_JSON_BYTES);
                return Err(Error::Limit { what: "bytes of JSON", limit, actual: json_bytes, offset: start });
            }
            take(
                &mut self.json_bytes_left,
                to_u64(inflated.len()),
                "bytes of JSON in all lists of the file",
                MAX_FILE_JSON_BYTES,
                start,
            )?;
            json.extend_from_slice(inflated);
            match progress.status {
                Ok(MZStatus::StreamEnd) => break,
                Ok(_) if progress.bytes_consumed > 0 || progress.bytes_written > 0 => {}
                _ => {
                    let what = match state.last_status() {
                        TINFLStatus::Adler32Mismatch => "the checksum of the zlib stream does not match",
                        TINFLStatus::Failed => "the zlib stream is damaged",
                        _ => "the section ends inside the zlib stream",
                    };
                    return Err(Error::Inflate { what, offset: content.offset() });
                }
            }
        }
        json.shrink_to_fit();
        let compressed_bytes = content.offset().saturating_sub(start);
        Ok(List { json, section: section.clone(), compressed_bytes })
    }
}

/// Takes something from what is left of a limit.
fn take(left: &mut u64, count: u64, what: &'static str, limit: u64, offset: u64) -> Result<(), Error> {
    match left.checked_sub(count) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            let actual = limit.saturating_sub(*left).saturating_add(count);
            Err(Error::Limit { what, limit, actual, offset })
        }
    }
}

/// The bytes of a section, read in chunks.
struct Content<'a> {
    source: &'a dyn ReadAt,
    /// What is not yet in the buffer.
    rest: Range<u64>,
    buffer: Vec<u8>,
    consumed: usize,
}

impl<'a> Content<'a> {
    fn new(source: &'a dyn ReadAt, section: Range<u64>) -> Self {
        Self { source, rest: section, buffer: Vec::new(), consumed: 0 }
    }

    /// The next bytes; none at the end of the section.
    fn fill(&mut self) -> Result<&[u8], Error> {
        if self.consumed >= self.buffer.len() {
            let offset = self.rest.start;
            let size = self.rest.end.saturating_sub(offset).min(to_u64(CHUNK_BYTES));
            self.buffer.resize(usize::try_from(size).unwrap_or_default(), 0);
            self.consumed = 0;
            if size > 0 {
                self.source
                    .read_exact_at(offset, &mut self.buffer)
                    .map_err(|error| Error::Io { error, offset })?;
            }
            self.rest.start = offset.saturating_add(size);
        }
        Ok(self.buffer.get(self.consumed..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.consumed = self.consumed.saturating_add(count);
    }

    fn skip_zeros(&mut self) -> Result<(), Error> {
        loop {
            let bytes = self.fill()?;
            let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
            if zeros == 0 {
                return Ok(());
            }
            self.consume(zeros);
        }
    }

    /// Offset in the file of the next byte.
    fn offset(&self) -> u64 {
        self.rest.start.saturating_sub(to_u64(self.buffer.len().saturating_sub(self.consumed)))
    }
}

/// Both of the input and of the output. A real section fits into one chunk.
const CHUNK_BYTES: usize = 16 << 10;

/// The low bits of the first byte of a zlib stream (RFC 1950, CM): deflate, the only method there is.
const ZLIB_DEFLATE: u8 = 8;
