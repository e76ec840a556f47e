//! tar: ustar, what came before it, and the extensions of GNU and pax.
//!
//! ```text
//! ( header (512)  content  padding to 512 )*  zeros (1024)
//!
//! header: name (100)  mode (8)  user (8)  group (8)  size (12)  time (12)  checksum (8)  type (1)  target (100)
//!         magic (8)  user (32)  group (32)  device (16)  prefix (155)  padding (12)
//! ```
//!
//! Numbers are octal digits, or big-endian with the highest bit set. Members of type `x` have the attributes of
//! the next one (pax), those of type `L` and `K` its name and its target (GNU). Sources: pax(1) of POSIX, and
//! "Basic Tar Format" in the manual of GNU tar.
//!
//! The `tar` crate reads forwards only, so it would read all of a large image, and it keeps names and attributes
//! of any size.

use crate::Error;
use crate::archive::Format;
use crate::archive::input::Input;
use crate::archive::kind::{Kind, START_BYTES};
use crate::archive::name::{lossy, relative};
use crate::archive::pax::{self, Attributes};
use crate::archive::walker::{Halt, Walker};

/// Visits the members.
pub(super) fn visit(walker: &mut Walker<'_>, input: &mut Input<'_>) -> Result<(), Halt> {
    let mut members = Members::default();
    while let Some(member) = members.next(input)? {
        visit_member(walker, input, &member, &member.path)?;
    }
    Ok(())
}

/// Visits one member under a name.
pub(super) fn visit_member(
    walker: &mut Walker<'_>,
    input: &mut Input<'_>,
    member: &Member,
    name: &str,
) -> Result<(), Halt> {
    if member.kind != MemberKind::File || member.size == 0 {
        return Ok(walker.meter.add_entry(member.offset)?);
    }
    if !member.is_sparse {
        return walker.member(name, input, member.size);
    }
    walker.meter.add_entry(member.offset)?;
    // Only the parts with data are stored, and before them there may be a block that says where they belong.
    let start_bytes =
        usize::try_from(member.size).unwrap_or(usize::MAX).min(BLOCK_BYTES.saturating_add(START_BYTES));
    let start = input.peek(start_bytes)?;
    let data = start.get(BLOCK_BYTES..).unwrap_or_default();
    if Kind::of(start) == Kind::Other && Kind::of(data) == Kind::Other {
        return Ok(());
    }
    let what = "the member is stored with holes: repack it without `--sparse`";
    let error = Error::UnsupportedArchive { format: Format::Tar, what, offset: member.offset };
    walker.at(name, |walker| walker.problem(error))
}

/// Whether these bytes are the header of a member.
pub(super) fn is_header(start: &[u8]) -> bool {
    // Most files are told from it by the first comparison. Headers from before ustar have no magic.
    matches!(start.get(148), Some(b'0'..=b'7' | b' '))
        && start
            .first_chunk()
            .is_some_and(|header: &[u8; BLOCK_BYTES]| has_checksum(header) && header[0] != 0)
}

/// Goes from member to member.
#[derive(Default)]
pub(super) struct Members {
    next_header: u64,
}

pub(super) struct Member {
    /// From the root of the archive.
    pub(super) path: String,
    pub(super) kind: MemberKind,
    /// Bytes of the content, which the input stands at.
    pub(super) size: u64,
    /// Of the header.
    pub(super) offset: u64,
    is_sparse: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    File,
    Folder,
    /// Another name for a member that came before.
    HardLink(String),
    /// With what it says, as it says it.
    SymbolicLink(String),
    /// A device and so on.
    Other,
}

impl Members {
    /// The next member; the input stands at its content then. What was not read of the one before is skipped.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> Result<Option<Member>, Error> {
        let mut long_name = None;
        let mut long_target = None;
        let mut attributes = Attributes::default();
        loop {
            if !input.skip_to(self.next_header)? {
                return Err(malformed("archive ends inside a member", self.next_header));
            }
            let offset = input.position();
            let Some(header) = input.array::<BLOCK_BYTES>()? else {
                // Some writers leave out the zeros at the end, or some of them.
                if input.peek(BLOCK_BYTES)?.iter().any(|&byte| byte != 0) {
                    return Err(malformed("archive ends inside the header of a member", offset));
                }
                return Ok(None);
            };
            if header.iter().all(|&byte| byte == 0) {
                return Ok(None);
            }
            if !has_checksum(&header) {
                return Err(malformed("checksum of a header does not match", offset));
            }
            let header = Header(&header);
            let type_flag = header.type_flag();
            let claimed = header.size().ok_or_else(|| malformed("size of a member is no number", offset))?;
            let is_extension = matches!(type_flag, b'x' | b'g' | b'X' | b'L' | b'K');
            let size = attributes.size.filter(|_| !is_extension).unwrap_or(claimed);
            if type_flag == b'S' {
                skip_sparse_map(header.0, input)?;
            }
            // Links may have the size of what they are linked to, and no content.
            let has_content = !matches!(type_flag, b'1'..=b'6');
            let content_bytes = if has_content { size } else { 0 };
            let padded = content_bytes.checked_next_multiple_of(BLOCK);
            self.next_header = padded
                .and_then(|size| input.position().checked_add(size))
                .ok_or_else(|| malformed("member is too large", offset))?;
            match type_flag {
                b'L' => long_name = Some(long_text(input, size, offset)?),
                b'K' => long_target = Some(long_text(input, size, offset)?),
                b'x' | b'X' => attributes = pax::read(input, size, offset)?,
                b'g' => {}
                _ => {
                    let path = attributes.path.as_deref().or(long_name.as_deref());
                    let path = path.map_or_else(|| header.path(), relative);
                    let target = attributes.target.as_deref().or(long_target.as_deref());
                    let target = || target.unwrap_or_else(|| header.target());
                    let kind = match type_flag {
                        // Before ustar, a folder was a file with a slash at the end.
                        b'0' | 0 | b'7' | b'S' if !header.is_old_folder() => MemberKind::File,
                        b'5' | b'0' | 0 => MemberKind::Folder,
                        b'1' => MemberKind::HardLink(relative(target())),
                        b'2' => MemberKind::SymbolicLink(lossy(target())),
                        _ => MemberKind::Other,
                    };
                    let is_sparse = type_flag == b'S' || attributes.is_sparse;
                    return Ok(Some(Member { path, kind, size: content_bytes, offset, is_sparse }));
                }
            }
        }
    }
}

struct Header<'h>(&'h [u8; BLOCK_BYTES]);

impl<'h> Header<'h> {
    fn type_flag(&self) -> u8 {
        *self.0.get(156).unwrap_or(&0)
    }

    fn size(&self) -> Option<u64> {
        number(self.0.get(124..136)?)
    }

    fn name(&self) -> &'h [u8] {
        text(self.0.get(..100).unwrap_or_default())
    }

    fn target(&self) -> &'h [u8] {
        text(self.0.get(157..257).unwrap_or_default())
    }

    fn path(&self) -> String {
        // GNU has times where others have the rest of the name.
        let is_ustar = self.0.get(257..263) == Some(b"ustar\0");
        let prefix = if is_ustar { text(self.0.get(345..500).unwrap_or_default()) } else { &[] };
        if prefix.is_empty() {
            relative(self.name())
        } else {
            relative(&[prefix, b"/", self.name()].concat())
        }
    }

    fn is_old_folder(&self) -> bool {
        self.type_flag() != b'S' && self.name().ends_with(b"/")
    }
}

/// The sum of all bytes, with those of the sum itself taken as spaces. Some old writers took bytes as signed.
fn has_checksum(header: &[u8; BLOCK_BYTES]) -> bool {
    let Some(claimed) = header.get(148..156).and_then(number) else { return false };
    let bytes = || {
        header.iter().enumerate().map(|(index, &byte)| if (148..156).contains(&index) { b' ' } else { byte })
    };
    let unsigned: u64 = bytes().map(u64::from).sum();
    if claimed == unsigned {
        return true;
    }
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    i64::try_from(claimed) == Ok(signed)
}

fn number(field: &[u8]) -> Option<u64> {
    match field {
        // The rest of the first byte is a part of the number, and that of a negative one is not zero.
        [0x80, rest @ ..] => rest
            .iter()
            .try_fold(0u64, |value, &byte| value.checked_mul(256).map(|value| value | u64::from(byte))),
        _ => {
            let digits = text(field).trim_ascii();
            digits.iter().try_fold(0u64, |value, &digit| {
                let digit = u64::from(digit).checked_sub(u64::from(b'0')).filter(|&digit| digit < 8)?;
                value.checked_mul(8)?.checked_add(digit)
            })
        }
    }
}

/// Up to the first zero.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

fn long_text(input: &mut Input<'_>, size: u64, offset: u64) -> Result<Vec<u8>, Error> {
    if size > MAX_NAME_BYTES {
        return Err(malformed("name of a member is too long", offset));
    }
    let bytes = input.bytes(size)?.ok_or_else(|| malformed("archive ends inside a name", offset))?;
    Ok(text(&bytes).to_vec())
}

/// GNU puts what of the map of a sparse member does not fit into its header before the content.
fn skip_sparse_map(header: &[u8; BLOCK_BYTES], input: &mut Input<'_>) -> Result<(), Error> {
    let mut has_more = header.get(482) == Some(&1);
    while has_more {
        let offset = input.position();
        let Some(map) = input.array::<BLOCK_BYTES>()? else {
            return Err(malformed("archive ends inside a member", offset));
        };
        has_more = map.get(504) == Some(&1);
    }
    Ok(())
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Tar, what, offset }
}

const BLOCK_BYTES: usize = 512;
const BLOCK: u64 = 512;

/// Longer than a path may be on any system.
const MAX_NAME_BYTES: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"00000000017\0"), Some(15));
        assert_eq!(number(b"     17 \0   "), Some(15));
        assert_eq!(number(b"77777777777 "), Some((1 << 33) - 1));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\x01"), Some((2 << 32) | 1));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0\0\0\0\0"), Some(0));
        for wrong in [b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".as_slice(), b"-1", b"8", b"0x10"] {
            assert_eq!(number(wrong), None);
        }
        assert_eq!(number(&[[0x80].as_slice(), &[0xff; 11]].concat()), None);
    }
}
