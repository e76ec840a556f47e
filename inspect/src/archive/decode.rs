//! Decompression, forwards only. bzip2, xz and zstd are libraries; gzip and the members of zip are a few lines
//! around the inflation that the list itself needs.

mod bridge;
mod deflate;
mod gzip;
mod zstd;

pub(super) use deflate::Inflate;

use crate::Error;
use crate::archive::input::{Input, Stream};
use crate::archive::memory::Held;
use crate::archive::meter::Meter;
use crate::archive::{Format, Quantity};
use crate::window::to_u64;
use bridge::{Bridge, Failure};
use bzip2::bufread::MultiBzDecoder;
use gzip::Gzip;
use lzma_rust2::XzReader;
use std::io::{self, Read as _};
use zstd::Zstd;

/// Decompresses an input to its end: also several streams, one after the other, as `cat a.gz b.gz` leaves them.
pub(super) struct Decoder<'i, 'a, 'm> {
    method: Method<'i, 'a>,
    format: Format,
    failure: Failure,
    has_failed: bool,
    meter: &'m Meter<'m>,
    expanded_bytes: u64,
    held: Held<'m>,
}

enum Method<'i, 'a> {
    Bzip2(MultiBzDecoder<Bridge<'i, 'a>>),
    Gzip(Gzip<'i, 'a>),
    Xz(Box<XzReader<Bridge<'i, 'a>>>),
    Zstd(Zstd<'i, 'a>),
}

impl<'i, 'a, 'm> Decoder<'i, 'a, 'm> {
    /// # Errors
    ///
    /// [`Error::UnsupportedArchive`] for a format that is no compression.
    pub(super) fn new(format: Format, input: &'i mut Input<'a>, meter: &'m Meter<'m>) -> Result<Self, Error> {
        let failure = Failure::default();
        let window_bytes = meter.enter_decoder();
        let method = match format {
            Format::Bzip2 => Method::Bzip2(MultiBzDecoder::new(Bridge::new(input, &failure))),
            Format::Gzip => Method::Gzip(Gzip::new(input)),
            Format::Xz => {
                let limit_kib = window_bytes.saturating_add(DECODER_BYTES).checked_div(1024).unwrap_or(0);
                let limit_kib = u32::try_from(limit_kib).unwrap_or(u32::MAX);
                let bridge = Bridge::new(input, &failure);
                Method::Xz(Box::new(XzReader::new_mem_limit(bridge, true, limit_kib)))
            }
            Format::Zstd => Method::Zstd(Zstd::new(Bridge::new(input, &failure), window_bytes)),
            _ => {
                meter.leave_decoder();
                return Err(Error::UnsupportedArchive { format, what: "no compression", offset: 0 });
            }
        };
        let held = Held::new(meter.memory);
        Ok(Self { method, format, failure, has_failed: false, meter, expanded_bytes: 0, held })
    }

    /// Offset in the compressed data.
    fn offset(&self) -> u64 {
        match &self.method {
            Method::Gzip(gzip) => gzip.offset(),
            _ => self.failure.offset(),
        }
    }

    /// How much it may have to look back at, at most, once so many more bytes came out.
    fn window_bytes_after(&self, count: usize) -> u64 {
        let after = self.expanded_bytes.saturating_add(to_u64(count));
        let used = match &self.method {
            // A zstd decompressor tells it by itself, before anything comes out.
            Method::Gzip(_) | Method::Zstd(_) => 0,
            // A block, with four bytes for each of its own.
            Method::Bzip2(_) => after.saturating_mul(4).min(BZIP2_BYTES),
            // The library does not tell the size of the dictionary, which grows with the output.
            Method::Xz(_) => after,
        };
        used.min(self.meter.window_bytes())
    }

    fn decode(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let result = match &mut self.method {
            Method::Gzip(gzip) => return gzip.read(buffer),
            Method::Zstd(zstd) => zstd.read(buffer, &mut self.held),
            Method::Bzip2(decoder) => decoder.read(buffer),
            Method::Xz(decoder) => decoder.read(buffer),
        };
        result.map_err(|error| self.failure.take().unwrap_or_else(|| self.damage(&error)))
    }

    /// What an error of a library means, other than that its input cannot be read.
    fn damage(&self, error: &io::Error) -> Error {
        let (format, offset) = (self.format, self.offset());
        match error.kind() {
            io::ErrorKind::OutOfMemory => {
                let limit = self.meter.window_bytes();
                let what = Quantity::WindowBytes;
                Error::VisitLimit { what, limit, actual: limit.saturating_add(1), offset }
            }
            io::ErrorKind::UnexpectedEof => Error::MalformedArchive { format, what: CUT_OFF, offset },
            io::ErrorKind::Unsupported => {
                let what = "the data are compressed in a way that is not read";
                Error::UnsupportedArchive { format, what, offset }
            }
            _ => Error::MalformedArchive { format, what: "the compressed data are damaged", offset },
        }
    }
}

impl Stream for Decoder<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        if self.has_failed {
            // What a library does after an error is its own affair.
            let what = "the compressed data go no further";
            return Err(Error::MalformedArchive { format: self.format, what, offset: self.offset() });
        }
        self.held.grow_to(self.window_bytes_after(buffer.len()));
        let result = self.decode(buffer).and_then(|count| {
            self.expanded_bytes = self.expanded_bytes.saturating_add(to_u64(count));
            self.meter.add_expanded(count, self.offset())?;
            Ok(count)
        });
        self.has_failed = result.is_err();
        result
    }
}

impl Drop for Decoder<'_, '_, '_> {
    fn drop(&mut self) {
        self.meter.leave_decoder();
    }
}

/// What an xz decompressor needs besides its window, generously.
const DECODER_BYTES: u64 = 1 << 20;

/// Blocks have at most 900,000 bytes.
const BZIP2_BYTES: u64 = 4 << 20;

const CUT_OFF: &str = "the compressed data are cut off";
