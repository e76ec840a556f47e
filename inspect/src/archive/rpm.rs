//! RPM packages.
//!
//! ```text
//! lead (96)  signature  padding to 8  header  payload: cpio, compressed mostly
//!
//! signature, header: 8e ad e8 01  zeros (4)  number of entries (4)  bytes of data (4)  entries (16 each)  data
//! ```
//!
//! Numbers are big-endian. Packages with files of 4 GiB, and all since version 6, have the names and sizes of the
//! files in the header only. Sources: "RPM V4 Package format" and "RPM V6 Package format" in the manual of RPM.

mod header;

pub(super) use header::Files;

use crate::Error;
use crate::archive::decode::Decoder;
use crate::archive::input::{Input, Limited};
use crate::archive::kind::{Kind, START_BYTES};
use crate::archive::walker::{Halt, Walker};
use crate::archive::{Format, cpio};

/// Visits the files of the package.
pub(super) fn visit(walker: &mut Walker<'_>, input: &mut Input<'_>) -> Result<(), Halt> {
    if !input.skip(LEAD_BYTES)? {
        return Err(malformed("package ends inside the lead", 0).into());
    }
    header::skip(input)?;
    let padded = input.position().checked_next_multiple_of(8).unwrap_or(u64::MAX);
    if !input.skip_to(padded)? {
        return Err(malformed("package ends inside its headers", padded).into());
    }
    let files = header::files(input)?;
    let offset = input.position();
    let kind = Kind::of(input.peek(START_BYTES)?);
    match kind {
        Kind::Archive(format @ (Format::Bzip2 | Format::Gzip | Format::Xz | Format::Zstd)) => {
            let mut decoder = Decoder::new(format, input, walker.meter)?;
            cpio::visit(walker, &mut Input::of_stream(&mut decoder), files.as_ref())
        }
        _ if input.peek(CPIO.len())?.starts_with(CPIO) => {
            // What is padded in it counts from its own start.
            match input.rest() {
                Some(payload) => cpio::visit(walker, &mut payload.input(), files.as_ref()),
                None => {
                    let mut payload = Limited::new(input, u64::MAX);
                    cpio::visit(walker, &mut Input::of_stream(&mut payload), files.as_ref())
                }
            }
        }
        _ if input.peek(1)?.is_empty() => Err(malformed("package ends before its files", offset).into()),
        _ => {
            let what = "the payload is in a format that is not read, such as lzma";
            Err(Error::UnsupportedArchive { format: Format::Rpm, what, offset }.into())
        }
    }
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Rpm, what, offset }
}

const LEAD_BYTES: u64 = 96;

/// What all kinds of cpio begin with that are written as text.
const CPIO: &[u8] = b"0707";
