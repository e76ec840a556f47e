//! The content of a section, inflated if the linker compressed it.
//!
//! ```text
//! SHF_COMPRESSED, 32 bits  type (4 bytes)  size (4)  alignment (4)              stream
//! SHF_COMPRESSED, 64 bits  type (4 bytes)  reserved (4)  size (8)  alignment (8)  stream
//! .zdebug_*                "ZLIB"  size (8, big-endian)                           stream
//! ```
//!
//! Type 1 is zlib, type 2 is zstd. The size is that of the content. Source: the gABI, "Compressed Sections".

use crate::container::elf;
use crate::container::section::Section;
use crate::window::{Window, to_u64};
use crate::{Container, Error};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

/// What could be read of a section.
pub(crate) enum Content {
    /// Its first bytes, as many as asked for, or all.
    Bytes(Vec<u8>),
    /// It is compressed in a way that is not read: by zstd without the feature `functions`, or any other.
    Unsupported,
}

/// Reads the content of a section, at most its first `limit_bytes`.
///
/// # Errors
///
/// [`Error::Malformed`] if it lies outside of the file, [`Error::Inflate`], [`Error::Io`].
pub(crate) fn content(file: &Window<'_>, section: &Section, limit_bytes: u64) -> Result<Content, Error> {
    let stored = section.content(file)?;
    let (kind, header_bytes) = if section.is_compressed && file.container() == Container::Elf {
        let (is_64, is_big) = elf::shape(file)?;
        let kind = stored.array(0, TOO_SMALL)?;
        let kind = if is_big { u32::from_be_bytes(kind) } else { u32::from_le_bytes(kind) };
        (kind, if is_64 { 24 } else { 12 })
    } else if section.name.starts_with(".zdebug_") && stored.array(0, TOO_SMALL)? == *b"ZLIB" {
        (ELFCOMPRESS_ZLIB, 12)
    } else {
        let size = stored.len().min(limit_bytes);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        stored.fill(0, &mut bytes, TOO_SMALL)?;
        return Ok(Content::Bytes(bytes));
    };
    let stream = stored.part(header_bytes, stored.len().saturating_sub(header_bytes), TOO_SMALL)?;
    match kind {
        ELFCOMPRESS_ZLIB => inflated(&stream, limit_bytes).map(Content::Bytes),
        #[cfg(feature = "functions")]
        ELFCOMPRESS_ZSTD => zstd::decompressed(&stream, limit_bytes).map(Content::Bytes),
        _ => Ok(Content::Unsupported),
    }
}

fn inflated(stream: &Window<'_>, limit_bytes: u64) -> Result<Vec<u8>, Error> {
    let damaged = |offset| Error::Inflate { what: DAMAGED, offset: stream.file_offset(offset) };
    let mut state = InflateState::new_boxed(DataFormat::Zlib);
    let mut bytes = Vec::new();
    let mut input = vec![0; CHUNK_BYTES];
    let mut output = vec![0; CHUNK_BYTES];
    let mut offset = 0;
    while to_u64(bytes.len()) < limit_bytes {
        let size =
            usize::try_from(stream.len().saturating_sub(offset)).unwrap_or(usize::MAX).min(CHUNK_BYTES);
        let mut left = input.get_mut(..size).unwrap_or_default();
        stream.fill(offset, left, TOO_SMALL)?;
        offset = offset.saturating_add(to_u64(size));
        loop {
            let progress = inflate(&mut state, left, &mut output, MZFlush::None);
            bytes.extend_from_slice(output.get(..progress.bytes_written).unwrap_or_default());
            left = left.get_mut(progress.bytes_consumed..).unwrap_or_default();
            match progress.status {
                Ok(MZStatus::StreamEnd) => {
                    truncate(&mut bytes, limit_bytes);
                    return Ok(bytes);
                }
                Ok(_) if to_u64(bytes.len()) >= limit_bytes => break,
                Ok(_) if progress.bytes_consumed > 0 || progress.bytes_written > 0 => {}
                // All of the input is consumed: there must be more.
                _ if left.is_empty() && size > 0 => break,
                _ => return Err(damaged(offset)),
            }
        }
    }
    truncate(&mut bytes, limit_bytes);
    Ok(bytes)
}

fn truncate(bytes: &mut Vec<u8>, limit_bytes: u64) {
    bytes.truncate(usize::try_from(limit_bytes).unwrap_or(usize::MAX));
}

const TOO_SMALL: &str = "compressed section is too small for its header";

#[cfg(feature = "functions")]
mod zstd {
    use super::{DAMAGED, TOO_SMALL};
    use crate::Error;
    use crate::window::{Window, to_u64};
    use ruzstd::decoding::StreamingDecoder;
    use std::io::{self, Read};

    /// Frames of Zstandard, one after the other.
    pub(super) fn decompressed(stream: &Window<'_>, limit_bytes: u64) -> Result<Vec<u8>, Error> {
        let mut input = Input { stream, offset: 0 };
        let mut bytes = Vec::new();
        while input.offset < stream.len() && to_u64(bytes.len()) < limit_bytes {
            let left = limit_bytes.saturating_sub(to_u64(bytes.len()));
            let damaged = |offset| Error::Inflate { what: DAMAGED, offset: stream.file_offset(offset) };
            // Linkers compress a section as a whole, so the window is as large as the section.
            match StreamingDecoder::new_with_max_window_size(&mut input, limit_bytes) {
                Ok(decoder) => {
                    let result = decoder.take(left).read_to_end(&mut bytes);
                    result.map_err(|_| damaged(input.offset))?;
                }
                Err(_) => return Err(damaged(input.offset)),
            }
        }
        Ok(bytes)
    }

    struct Input<'w, 'a> {
        stream: &'w Window<'a>,
        offset: u64,
    }

    impl Read for Input<'_, '_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let left = usize::try_from(self.stream.len().saturating_sub(self.offset)).unwrap_or(usize::MAX);
            let count = left.min(buffer.len());
            let buffer = buffer.get_mut(..count).unwrap_or_default();
            self.stream.fill(self.offset, buffer, TOO_SMALL).map_err(io::Error::other)?;
            self.offset = self.offset.saturating_add(to_u64(count));
            Ok(count)
        }
    }
}

const DAMAGED: &str = "a compressed section is damaged or cut short";

const ELFCOMPRESS_ZLIB: u32 = 1;

#[cfg(feature = "functions")]
const ELFCOMPRESS_ZSTD: u32 = 2;

const CHUNK_BYTES: usize = 64 << 10;
