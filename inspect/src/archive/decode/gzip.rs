//! gzip (RFC 1952).
//!
//! ```text
//! member: 1f 8b  method  flags  time (4)  xfl  os
//!         [extra size (2)  extra]  [name 00]  [comment 00]  [header checksum (2)]
//!         deflate stream  CRC-32 (4)  size modulo 2^32 (4)
//! ```

use crate::Error;
use crate::archive::Format;
use crate::archive::decode::{CUT_OFF, Inflate};
use crate::archive::input::Input;
use crc32fast::Hasher;

/// Members one after the other. A package of Alpine has three.
pub(super) struct Gzip<'i, 'a> {
    input: &'i mut Input<'a>,
    member: Option<Member>,
    is_at_end: bool,
    is_first: bool,
}

struct Member {
    inflate: Inflate,
    checksum: Hasher,
    size: u32,
}

impl<'i, 'a> Gzip<'i, 'a> {
    pub(super) fn new(input: &'i mut Input<'a>) -> Self {
        Self { input, member: None, is_at_end: false, is_first: true }
    }

    pub(super) fn offset(&self) -> u64 {
        self.input.position()
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        while !self.is_at_end && !buffer.is_empty() {
            let Some(member) = &mut self.member else {
                self.start_member()?;
                continue;
            };
            let count = member.inflate.read(self.input, buffer)?;
            if count > 0 {
                let bytes = buffer.get(..count).unwrap_or_default();
                member.checksum.update(bytes);
                member.size = member.size.wrapping_add(u32::try_from(count).unwrap_or_default());
                return Ok(count);
            }
            self.end_member()?;
        }
        Ok(0)
    }

    fn start_member(&mut self) -> Result<(), Error> {
        if !self.input.peek(MAGIC.len())?.starts_with(MAGIC) && !self.is_first {
            // As gzip itself does, what follows the last member is ignored: tapes padded it.
            self.is_at_end = true;
            return Ok(());
        }
        self.is_first = false;
        let header: [u8; HEADER_BYTES] = self.array()?;
        let [_, _, _, flags, ..] = header;
        if flags & EXTRA != 0 {
            let size = u16::from_le_bytes(self.array()?);
            if !self.input.skip(size.into())? {
                return Err(self.malformed(CUT_OFF));
            }
        }
        for flag in [NAME, COMMENT] {
            while flags & flag != 0 && self.array()? != [0] {}
        }
        if flags & HEADER_CHECKSUM != 0 {
            self.array::<2>()?;
        }
        self.member = Some(Member { inflate: Inflate::new(Format::Gzip), checksum: Hasher::new(), size: 0 });
        Ok(())
    }

    fn end_member(&mut self) -> Result<(), Error> {
        let checksum = u32::from_le_bytes(self.array()?);
        let size = u32::from_le_bytes(self.array()?);
        let Some(member) = self.member.take() else { return Ok(()) };
        if member.size != size || member.checksum.finalize() != checksum {
            return Err(self.malformed("the checksum of the gzip data does not match"));
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.input.array()?.ok_or_else(|| self.malformed(CUT_OFF))
    }

    fn malformed(&self, what: &'static str) -> Error {
        Error::MalformedArchive { format: Format::Gzip, what, offset: self.input.position() }
    }
}

const MAGIC: &[u8] = &[0x1f, 0x8b, 8];
const HEADER_BYTES: usize = 10;

const HEADER_CHECKSUM: u8 = 0x02;
const EXTRA: u8 = 0x04;
const NAME: u8 = 0x08;
const COMMENT: u8 = 0x10;
