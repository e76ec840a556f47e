//! RPM packages.
//!
//! ```text
//! lead (96)  signature  padding to 8  header  payload: cpio, compressed mostly
//!
//! signature, header: 8e ad e8 01  zeros (4)  number of entries (4)  bytes of data (4)  entries (16 each)  data
//! ```
//!
//! Numbers are big-endian. Source: "RPM V4 Package format" in the manual of RPM.

use crate::Error;
use crate::archive::Format;
use crate::archive::input::{Input, Limited};
use crate::archive::kind::{Kind, START_BYTES};
use crate::archive::walker::{Halt, Walker};

/// Visits the files of the package.
pub(super) fn visit(walker: &mut Walker<'_>, input: &mut Input<'_>) -> Result<(), Halt> {
    if !input.skip(LEAD_BYTES)? {
        return Err(malformed("package ends inside the lead", 0).into());
    }
    skip_header(input)?;
    let padded = input.position().checked_next_multiple_of(8).unwrap_or(u64::MAX);
    if !input.skip_to(padded)? {
        return Err(malformed(CUT_OFF, padded).into());
    }
    skip_header(input)?;
    let offset = input.position();
    match Kind::of(input.peek(START_BYTES)?) {
        Kind::Archive(_) => match input.rest() {
            Some(payload) => walker.input(&mut payload.input()),
            None => {
                let mut payload = Limited::new(input, u64::MAX);
                walker.input(&mut Input::of_stream(&mut payload))
            }
        },
        // Packages of packages have none.
        Kind::Other if input.peek(1)?.is_empty() => Ok(()),
        _ => {
            let what = "the payload is in a format that is not read, such as lzma";
            Err(Error::UnsupportedArchive { format: Format::Rpm, what, offset }.into())
        }
    }
}

fn skip_header(input: &mut Input<'_>) -> Result<(), Error> {
    let offset = input.position();
    let header: Option<[u8; 16]> = input.array()?;
    let Some([0x8e, 0xad, 0xe8, 0x01, _, _, _, _, a, b, c, d, e, f, g, h]) = header else {
        return Err(malformed("header is damaged", offset));
    };
    let entries = u64::from(u32::from_be_bytes([a, b, c, d]));
    let data = u64::from(u32::from_be_bytes([e, f, g, h]));
    if !input.skip(entries.saturating_mul(ENTRY_BYTES).saturating_add(data))? {
        return Err(malformed(CUT_OFF, offset));
    }
    Ok(())
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Rpm, what, offset }
}

const CUT_OFF: &str = "package ends inside its headers";

const LEAD_BYTES: u64 = 96;
const ENTRY_BYTES: u64 = 16;
