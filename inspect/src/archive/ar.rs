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

use crate::archive::input::Input;
use crate::archive::kind::{self, Kind, START_BYTES};
use crate::archive::name::lossy;
use crate::archive::walker::{Halt, Walker};
use crate::archive::{Format, Library};
use crate::read::has_section;
use crate::{Error, ReadAt};

/// Visits a library that can be read twice: first it is seen whether an object has the list of all, and if so, those
/// without are passed over. Or else a library with a list would have hundreds of binaries without one.
pub(super) fn visit_library(walker: &mut Walker<'_>, source: &dyn ReadAt, size: u64) -> Result<(), Halt> {
    let input = || Input::of_source(source, 0..size);
    let library = survey(&mut input(), walker.meter.limits.entries);
    members(walker, &mut input(), &library)
}

/// Visits the members of a package, or of a library that can be read only once.
pub(super) fn visit(walker: &mut Walker<'_>, input: &mut Input<'_>) -> Result<(), Halt> {
    members(walker, input, &Survey { kind: Library::Static, has_list: false })
}

/// Whether what begins here is a Debian package.
pub(super) fn is_package(input: &mut Input<'_>) -> Result<bool, Error> {
    Ok(input.peek(PACKAGE_MAGIC.len())? == PACKAGE_MAGIC)
}

/// What is to be known of a library before its members are visited.
struct Survey {
    kind: Library,
    has_list: bool,
}

/// Reads the headers of all members. Where the archive is damaged, the survey ends: visiting it tells why.
fn survey(input: &mut Input<'_>, max_members: u64) -> Survey {
    let mut survey = Survey { kind: Library::Static, has_list: false };
    let mut reader = MemberReader::default();
    for _ in 0..max_members {
        let Ok(Some(member)) = reader.next(input) else { break };
        if member.name.as_deref() == Some(RLIB_METADATA) {
            survey.kind = Library::Rust;
        } else if member.name.is_some() && !survey.has_list {
            survey.has_list = is_object(input, member.size).unwrap_or(false)
                && input.part(member.size).is_some_and(|part| has_section(&part).unwrap_or(false));
        }
        if member.skip(input).is_err() {
            break;
        }
    }
    survey
}

/// Whether the next bytes are an object file of this size.
fn is_object(input: &mut Input<'_>, size: u64) -> Result<bool, Error> {
    let start_bytes = usize::try_from(size).unwrap_or(usize::MAX).min(START_BYTES);
    let start = input.peek(start_bytes)?;
    Ok(Kind::of_member(start, size) == Kind::Binary && kind::is_object(start, size))
}

fn members(walker: &mut Walker<'_>, input: &mut Input<'_>, library: &Survey) -> Result<(), Halt> {
    let mut reader = MemberReader::default();
    let mut is_debian = false;
    let mut has_files = false;
    while let Some(member) = reader.next(input)? {
        let (size, offset) = (member.size, member.offset);
        match member.name.as_deref() {
            None | Some(RLIB_METADATA) => {}
            Some("debian-binary") => is_debian = true,
            Some(name) if is_debian && name.starts_with("data.tar") => {
                // The files of the package are in it, and this says nothing to anyone.
                has_files = true;
                walker.meter.add_entry(offset)?;
                if Kind::of(input.peek(START_BYTES)?) == Kind::Other {
                    let what = "the files of the package are in a format that is not read, such as lzma";
                    return Err(Error::UnsupportedArchive { format: Format::Ar, what, offset }.into());
                }
                walker.anonymous_member(input, size)?;
            }
            Some(name) if is_object(input, size)? => {
                let part = input.part(size).filter(|_| library.has_list);
                // One that is damaged is shown.
                if part.is_some_and(|part| matches!(has_section(&part), Ok(false))) {
                    walker.meter.add_entry(offset)?;
                } else {
                    walker.object((name, library.kind), input, size)?;
                }
            }
            Some(name) => walker.member(name, input, size)?,
        }
        member.skip(input)?;
    }
    if is_debian && !has_files {
        return Err(malformed("package ends before its files", input.position()).into());
    }
    Ok(())
}

/// Goes from header to header.
#[derive(Default)]
struct MemberReader {
    is_begun: bool,
    long_names: Vec<u8>,
}

struct Member {
    /// None of a table of symbols or names, or something else that is no file.
    name: Option<String>,
    /// Of its header.
    offset: u64,
    /// Of the content, which is next in the input.
    size: u64,
    start: u64,
    end: u64,
    is_padded: bool,
}

impl MemberReader {
    /// The next member; nothing at the end.
    fn next(&mut self, input: &mut Input<'_>) -> Result<Option<Member>, Error> {
        if !self.is_begun {
            self.is_begun = true;
            input.skip(MAGIC_BYTES)?;
        }
        if input.peek(1)?.is_empty() {
            return Ok(None);
        }
        let offset = input.position();
        let header: [u8; HEADER_BYTES] = input.array()?.ok_or_else(|| malformed(CUT_OFF, offset))?;
        let (field, size) =
            fields(&header).ok_or_else(|| malformed("header of a member is damaged", offset))?;
        let start = input.position();
        let end = start.checked_add(size).ok_or_else(|| malformed("member is too large", offset))?;
        let name = match member_name(field, size, input, &self.long_names)? {
            Name::LongNames if size > MAX_NAMES_BYTES => {
                let (what, limit) = ("bytes of names in an archive", MAX_NAMES_BYTES);
                return Err(Error::Limit { what, limit, actual: size, offset });
            }
            Name::LongNames => {
                self.long_names = input.bytes(size)?.ok_or_else(|| malformed(ENDS_INSIDE, start))?;
                None
            }
            Name::None => None,
            Name::Some(name) => Some(name),
        };
        let size_left = end.saturating_sub(input.position());
        Ok(Some(Member { name, offset, size: size_left, start, end, is_padded: size % 2 == 1 }))
    }
}

impl Member {
    /// Goes to the next member, from wherever in this one the input is.
    fn skip(&self, input: &mut Input<'_>) -> Result<(), Error> {
        if !input.skip_to(self.end)? {
            return Err(malformed(ENDS_INSIDE, self.start));
        }
        // The members of a package have an even size as others do, but some libraries end without the padding.
        if self.is_padded {
            input.skip(1)?;
        }
        Ok(())
    }
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

/// With the name of the first member of a package.
const PACKAGE_MAGIC: &[u8] = b"!<arch>\ndebian-binary";

const MAGIC_BYTES: u64 = 8;
const HEADER_BYTES: usize = 60;
const NAME_BYTES: usize = 16;

/// As long as a path may be on most systems.
const MAX_NAME_BYTES: u64 = 4096;
const MAX_LONG_NAME_BYTES: usize = 4096;

/// A library of 10,000 members with names of 100 bytes has a quarter.
const MAX_NAMES_BYTES: u64 = 4 << 20;
