use crate::archive::input::{CHUNK_BYTES, Input};
use crate::archive::name::{lossy, relative};
use crate::archive::zip::malformed;
use crate::window::to_u64;
use crate::{Error, ReadAt};
use std::ops::Range;

/// The central directory of an archive, entry by entry.
pub(super) struct Directory<'a> {
    input: Input<'a>,
    /// Where it begins in the file.
    start: u64,
    /// What stands before the archive in the file, as in an installer: offsets do not count it.
    prefix_bytes: u64,
}

/// A member, as the directory describes it.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) method: u16,
    pub(super) is_encrypted: bool,
    pub(super) checksum: u32,
    pub(super) compressed_bytes: u64,
    pub(super) expanded_bytes: u64,
    /// Of its entry in the directory.
    pub(super) offset: u64,
    local_header: u64,
}

impl<'a> Directory<'a> {
    /// Finds it from the end of the file. The counts of entries in it are not used.
    pub(super) fn open(source: &'a dyn ReadAt, size: u64) -> Result<Self, Error> {
        let (end, record) = find_end(source, size)?;
        let mut bytes = u64::from(u32_at(&record, 12));
        let mut claimed_start = u64::from(u32_at(&record, 16));
        let mut directory_end = end;
        if let Some(end64) = zip64_end(source, end)? {
            (bytes, claimed_start, directory_end) =
                (u64_at(&end64.record, 40), u64_at(&end64.record, 48), end64.offset);
        }
        // It ends where the record about it begins, whatever stands before the archive.
        let start = directory_end.checked_sub(bytes).ok_or_else(|| malformed(OUTSIDE, end))?;
        let prefix_bytes = start.checked_sub(claimed_start).ok_or_else(|| malformed(OUTSIDE, end))?;
        Ok(Self { input: Input::of_source(source, start..directory_end), start, prefix_bytes })
    }

    pub(super) fn next(&mut self) -> Result<Option<Entry>, Error> {
        let offset = self.start.saturating_add(self.input.position());
        if self.input.peek(1)?.is_empty() {
            return Ok(None);
        }
        let header: [u8; CENTRAL_BYTES] = self.input.array()?.ok_or_else(|| malformed(CUT_OFF, offset))?;
        if !header.starts_with(b"PK\x01\x02") {
            return if header.starts_with(b"PK\x05\x05") {
                Ok(None)
            } else {
                Err(malformed("entry of the central directory is damaged", offset))
            };
        }
        let name = self.bytes(u16_at(&header, 28), offset)?;
        let extra = self.bytes(u16_at(&header, 30), offset)?;
        if !self.input.skip(u16_at(&header, 32).into())? {
            return Err(malformed(CUT_OFF, offset));
        }
        let mut entry = Entry {
            name: if name.ends_with(b"/") { lossy(&name) } else { relative(&name) },
            method: u16_at(&header, 10),
            is_encrypted: u16_at(&header, 8) & ENCRYPTED != 0,
            checksum: u32_at(&header, 16),
            compressed_bytes: u32_at(&header, 20).into(),
            expanded_bytes: u32_at(&header, 24).into(),
            offset,
            local_header: u32_at(&header, 42).into(),
        };
        entry.widen(&extra);
        entry.local_header = entry.local_header.saturating_add(self.prefix_bytes);
        Ok(Some(entry))
    }

    fn bytes(&mut self, count: u16, offset: u64) -> Result<Vec<u8>, Error> {
        self.input.bytes(count.into())?.ok_or_else(|| malformed(CUT_OFF, offset))
    }
}

impl Entry {
    /// Where its content is.
    pub(super) fn content(&self, source: &dyn ReadAt, size: u64) -> Result<Range<u64>, Error> {
        let mut header = [0; LOCAL_BYTES];
        let end = self.local_header.checked_add(to_u64(LOCAL_BYTES)).filter(|&end| end <= size);
        let end = end.ok_or_else(|| malformed(OUTSIDE, self.offset))?;
        source
            .read_exact_at(self.local_header, &mut header)
            .map_err(|error| Error::Io { error, offset: self.local_header })?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(malformed("header of a member is damaged", self.local_header));
        }
        // The name is there again, and the extra fields may be others.
        let start = end.saturating_add(u16_at(&header, 26).into()).saturating_add(u16_at(&header, 28).into());
        match start.checked_add(self.compressed_bytes).filter(|&end| end <= size) {
            Some(end) => Ok(start..end),
            None => Err(malformed("member ends past the file", self.local_header)),
        }
    }

    /// Takes the numbers that do not fit into 32 bits from the extra fields, in this order.
    fn widen(&mut self, mut extra: &[u8]) {
        while let Some((&[a, b, c, d], rest)) = extra.split_first_chunk() {
            let Some((mut field, rest)) = rest.split_at_checked(u16::from_le_bytes([c, d]).into()) else {
                return;
            };
            if [a, b] == ZIP64_EXTRA {
                for number in [&mut self.expanded_bytes, &mut self.compressed_bytes, &mut self.local_header] {
                    if *number != u64::from(u32::MAX) {
                        continue;
                    }
                    let Some((wide, rest)) = field.split_first_chunk() else { return };
                    *number = u64::from_le_bytes(*wide);
                    field = rest;
                }
            }
            extra = rest;
        }
    }
}

/// The last record that has room for its comment in the file: the comment may look like a record.
fn find_end(source: &dyn ReadAt, size: u64) -> Result<(u64, [u8; END_BYTES]), Error> {
    let searched = size.min(to_u64(END_BYTES).saturating_add(u16::MAX.into()));
    // Most archives have no comment.
    for bytes in [searched.min(to_u64(CHUNK_BYTES) / 16), searched] {
        let start = size.saturating_sub(bytes);
        let mut tail = vec![0; usize::try_from(bytes).unwrap_or_default()];
        source.read_exact_at(start, &mut tail).map_err(|error| Error::Io { error, offset: start })?;
        for position in (0..tail.len()).rev() {
            let Some(record) = tail.get(position..).and_then(<[u8]>::first_chunk) else { continue };
            let comment = usize::from(u16_at(record, 20));
            let end = position.saturating_add(END_BYTES).saturating_add(comment);
            if record.starts_with(b"PK\x05\x06") && end <= tail.len() {
                return Ok((start.saturating_add(to_u64(position)), *record));
            }
        }
    }
    Err(malformed("there is no central directory: the file is cut off, or only begins like an archive", size))
}

struct Zip64End {
    offset: u64,
    record: [u8; ZIP64_END_BYTES],
}

/// The record for what does not fit into the usual one, if the locator before that says that there is one.
fn zip64_end(source: &dyn ReadAt, end: u64) -> Result<Option<Zip64End>, Error> {
    let Some(locator_offset) = end.checked_sub(to_u64(ZIP64_LOCATOR_BYTES)) else { return Ok(None) };
    let mut locator = [0; ZIP64_LOCATOR_BYTES];
    read(source, locator_offset, &mut locator)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    // With something before the archive, the locator is wrong by its size, and the record stands right before.
    let adjacent = locator_offset.checked_sub(to_u64(ZIP64_END_BYTES));
    for offset in [Some(u64_at(&locator, 8)), adjacent].into_iter().flatten() {
        let is_inside = offset.checked_add(to_u64(ZIP64_END_BYTES)).is_some_and(|end| end <= locator_offset);
        let mut record = [0; ZIP64_END_BYTES];
        if is_inside {
            read(source, offset, &mut record)?;
        }
        if record.starts_with(b"PK\x06\x06") {
            return Ok(Some(Zip64End { offset, record }));
        }
    }
    Err(malformed("zip64 record is not where its locator says", locator_offset))
}

fn read(source: &dyn ReadAt, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
    source.read_exact_at(offset, buffer).map_err(|error| Error::Io { error, offset })
}

/// Callers ask for what the record has.
fn bytes_at<const N: usize>(record: &[u8], offset: usize) -> [u8; N] {
    record.get(offset..).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or([0; N])
}

fn u16_at(record: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(bytes_at(record, offset))
}

fn u32_at(record: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes_at(record, offset))
}

fn u64_at(record: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes_at(record, offset))
}

const CUT_OFF: &str = "central directory ends inside an entry";
const OUTSIDE: &str = "offset in the central directory is outside of the file";

const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: usize = 22;
const ZIP64_END_BYTES: usize = 56;
const ZIP64_LOCATOR_BYTES: usize = 20;
const ZIP64_EXTRA: [u8; 2] = [1, 0];

/// In the flags of a member.
const ENCRYPTED: u16 = 1;
