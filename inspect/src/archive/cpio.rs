//! cpio: the payload of RPM packages, and initial file systems of Linux.
//!
//! ```text
//! newc: "070701" or "070702"  13 fields of 8 hexadecimal digits  name 00  padding to 4  content  padding to 4
//! odc:  "070707"  10 fields of 6 or 11 octal digits  name 00  content
//! RPM:  "07070X"  index of the file in the header of the package, 8 hexadecimal digits  padding to 4  content
//!       padding to 4
//! ```
//!
//! Sources: cpio(5) of FreeBSD, and "Payload" in the manual of RPM. The last member is `TRAILER!!!`.

use crate::Error;
use crate::archive::Format;
use crate::archive::input::Input;
use crate::archive::name::relative;
use crate::archive::rpm::Files;
use crate::archive::walker::{Halt, Walker};

/// Visits the members. The payload of a package may have its names and sizes elsewhere.
pub(super) fn visit(
    walker: &mut Walker<'_>,
    input: &mut Input<'_>,
    files: Option<&Files>,
) -> Result<(), Halt> {
    loop {
        let offset = input.position();
        let Some(header) = header(input, files)? else {
            return Err(malformed("header of a member is damaged", offset).into());
        };
        let start = input.position();
        let name = match header.name {
            Name::IsNext { bytes } if bytes > MAX_NAME_BYTES => {
                return Err(malformed("name of a member is too long", offset).into());
            }
            Name::IsNext { bytes } => {
                let name = input.bytes(bytes)?.ok_or_else(|| malformed(ENDS_INSIDE, start))?;
                let name = name.strip_suffix(b"\0").unwrap_or(&name);
                if name == b"TRAILER!!!" {
                    return Ok(());
                }
                relative(name)
            }
            Name::Known(ref name) => name.clone(),
        };
        if !input.skip_to(header.padded(input.position()))? {
            return Err(malformed(ENDS_INSIDE, start).into());
        }
        let end = input.position().checked_add(header.size);
        let end = end.ok_or_else(|| malformed("member is too large", offset))?;
        if header.is_file && header.size > 0 {
            walker.member(&name, input, header.size)?;
        } else {
            walker.meter.add_entry(offset)?;
        }
        if !input.skip_to(header.padded(end))? && input.position() < end {
            return Err(malformed(ENDS_INSIDE, offset).into());
        }
    }
}

struct Header {
    is_file: bool,
    size: u64,
    name: Name,
    is_padded: bool,
}

enum Name {
    IsNext { bytes: u64 },
    Known(String),
}

impl Header {
    /// Where the next part begins after one that ends there.
    fn padded(&self, end: u64) -> u64 {
        if self.is_padded { end.checked_next_multiple_of(4).unwrap_or(u64::MAX) } else { end }
    }
}

/// `None` if it is none.
fn header(input: &mut Input<'_>, files: Option<&Files>) -> Result<Option<Header>, Error> {
    let magic: Option<[u8; 6]> = input.array()?;
    let header = match magic.as_ref() {
        Some(b"070701" | b"070702") => input.array::<104>()?.and_then(|fields| newc(&fields)),
        Some(b"070707") => input.array::<70>()?.and_then(|fields| odc(&fields)),
        Some(b"07070X") => input.array::<8>()?.and_then(|index| of_package(&index, files?)),
        _ => None,
    };
    Ok(header)
}

/// Number, mode, user, group, links, time, size, device (2), device of the node (2), size of name, checksum.
fn newc(fields: &[u8]) -> Option<Header> {
    let (fields, _) = fields.as_chunks::<8>();
    let field = |index: usize| number(fields.get(index)?, 16);
    Some(Header {
        is_file: is_file(field(1)?),
        size: field(6)?,
        name: Name::IsNext { bytes: field(11)? },
        is_padded: true,
    })
}

/// Device, number, mode, user, group, links, device of the node, time (11), size of name, size of file (11).
fn odc(fields: &[u8]) -> Option<Header> {
    let field = |start: usize, end: usize| number(fields.get(start..end)?, 8);
    Some(Header {
        is_file: is_file(field(12, 18)?),
        size: field(59, 70)?,
        name: Name::IsNext { bytes: field(53, 59)? },
        is_padded: false,
    })
}

fn of_package(index: &[u8], files: &Files) -> Option<Header> {
    let file = files.file(usize::try_from(number(index, 16)?).ok()?)?;
    Some(Header { is_file: file.is_file, size: file.size, name: Name::Known(file.path), is_padded: true })
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    // `from_str_radix` takes a sign.
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u64::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

/// The type of a file in its mode, as in stat(2).
pub(super) fn is_file(mode: u64) -> bool {
    mode & 0o170_000 == 0o100_000
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Cpio, what, offset }
}

const ENDS_INSIDE: &str = "archive ends inside a member";

/// As long as a path may be on most systems.
const MAX_NAME_BYTES: u64 = 4096;
