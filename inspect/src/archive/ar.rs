//! ar: static libraries, `.rlib`, import libraries of Windows, and Debian packages.
//!
//! ```text
//! "!<arch>\n"  ( name (16)  time (12)  user (6)  group (6)  mode (8)  size (10)  "`\n"  content  [\n] )*
//! ```
//!
//! Numbers are decimal digits and spaces. What does not fit into 16 bytes of name: GNU and Windows write `/123`,
//! an offset into the member `//`; BSD and Apple write `#1/12`, and the name is the first bytes of the content.
//! Sources: ar(5) of FreeBSD, "PE Format" of Microsoft, deb(5).
//!
//! The `object` crate reads these at any position only, and here they also come out of a decompressor.

use crate::Error;
use crate::archive::Format;
use crate::archive::input::Input;
use crate::archive::kind::{Kind, START_BYTES};
use crate::archive::name::lossy;
use crate::archive::walker::{Halt, Walker};

/// Visits the members.
pub(super) fn visit(walker: &mut Walker<'_>, input: &mut Input<'_>) -> Result<(), Halt> {
    input.skip(MAGIC_BYTES)?;
    let mut long_names = Vec::new();
    let mut is_debian = false;
    let mut has_files = false;
    while !input.peek(1)?.is_empty() {
        let offset = input.position();
        let header: [u8; HEADER_BYTES] = input.array()?.ok_or_else(|| malformed(CUT_OFF, offset))?;
        let (field, size) =
            fields(&header).ok_or_else(|| malformed("header of a member is damaged", offset))?;
        let start = input.position();
        // The members of a package have an even size as others do, but some libraries end without the padding.
        let end = start.checked_add(size).ok_or_else(|| malformed("member is too large", offset))?;
        match member_name(field, size, input, &long_names)? {
            Name::LongNames if size > MAX_NAMES_BYTES => {
                let (what, limit) = ("bytes of names in an archive", MAX_NAMES_BYTES);
                return Err(Error::Limit { what, limit, actual: size, offset }.into());
            }
            Name::LongNames => {
                long_names = input.bytes(size)?.ok_or_else(|| malformed(ENDS_INSIDE, start))?;
            }
            Name::None => {}
            Name::Some(name) => {
                let size = end.saturating_sub(input.position());
                if name == "debian-binary" {
                    is_debian = true;
                } else if is_debian && name.starts_with("data.tar") {
                    // The files of the package are in it, and this says nothing to anyone.
                    has_files = true;
                    walker.meter.add_entry(offset)?;
                    if Kind::of(input.peek(START_BYTES)?) == Kind::Other {
                        let what = "the files of the package are in a format that is not read, such as lzma";
                        return Err(Error::UnsupportedArchive { format: Format::Ar, what, offset }.into());
                    }
                    walker.anonymous_member(input, size)?;
                } else if name != RLIB_METADATA {
                    walker.member(&name, input, size)?;
                }
            }
        }
        if !input.skip_to(end)? {
            return Err(malformed(ENDS_INSIDE, start).into());
        }
        if size % 2 == 1 {
            input.skip(1)?;
        }
    }
    if is_debian && !has_files {
        return Err(malformed("package ends before its files", input.position()).into());
    }
    Ok(())
}

enum Name {
    Some(String),
    /// The member has the names of others.
    LongNames,
    /// A table of symbols, or something else that is no file.
    None,
}

/// The name and the size of the content.
fn fields(header: &[u8; HEADER_BYTES]) -> Option<(&[u8], u64)> {
    let (name, rest) = header.split_at_checked(NAME_BYTES)?;
    let size = rest.get(32..42)?;
    let is_ended = rest.get(42..)? == b"`\n";
    let size = decimal(size.trim_ascii_end())?;
    is_ended.then_some((name.trim_ascii_end(), size))
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

fn member_name(field: &[u8], size: u64, input: &mut Input<'_>, long_names: &[u8]) -> Result<Name, Error> {
    let name = match field {
        b"//" => return Ok(Name::LongNames),
        b"/" | b"/SYM64/" => return Ok(Name::None),
        [b'#', b'1', b'/', digits @ ..] if decimal(digits).is_some() => {
            let name_bytes = decimal(digits).unwrap_or_default();
            let offset = input.position();
            if name_bytes > size.min(MAX_NAME_BYTES) {
                return Err(malformed("name of a member is too long", offset));
            }
            let name = input.bytes(name_bytes)?.ok_or_else(|| malformed(ENDS_INSIDE, offset))?;
            let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
            lossy(name.get(..end).unwrap_or_default())
        }
        [b'/', digits @ ..] => {
            // Others than numbers, such as `/<ECSYMBOLS>/`, are tables.
            let Some(offset) = decimal(digits) else { return Ok(Name::None) };
            let names = usize::try_from(offset).ok().and_then(|offset| long_names.get(offset..));
            let names = names.unwrap_or_default();
            // GNU ends a name with `/` and a line feed, Windows with a zero.
            let end = names.iter().position(|&byte| byte == b'\n' || byte == 0).unwrap_or(names.len());
            let name = names.get(..end.min(MAX_LONG_NAME_BYTES)).unwrap_or_default();
            lossy(name.strip_suffix(b"/").unwrap_or(name))
        }
        field => lossy(field.strip_suffix(b"/").unwrap_or(field)),
    };
    Ok(if name.starts_with("__.SYMDEF") { Name::None } else { Name::Some(name) })
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Ar, what, offset }
}

const CUT_OFF: &str = "archive ends inside the header of a member";
const ENDS_INSIDE: &str = "archive ends inside a member";

/// What rustc tells rustc about a crate, in an object file of its own.
const RLIB_METADATA: &str = "lib.rmeta";

const MAGIC_BYTES: u64 = 8;
const HEADER_BYTES: usize = 60;
const NAME_BYTES: usize = 16;

/// As long as a path may be on most systems.
const MAX_NAME_BYTES: u64 = 4096;
const MAX_LONG_NAME_BYTES: usize = 4096;

/// A library of 10,000 members with names of 100 bytes has a quarter.
const MAX_NAMES_BYTES: u64 = 4 << 20;
