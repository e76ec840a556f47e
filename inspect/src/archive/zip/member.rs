use crate::Error;
use crate::archive::Format;
use crate::archive::decode::{Decoder, Inflate};
use crate::archive::input::{Input, Stream};
use crate::archive::meter::Meter;
use crate::archive::zip::directory::Entry;
use crate::archive::zip::malformed;
use crate::window::to_u64;
use crc32fast::Hasher;

/// The content of a compressed member, which is checked at its end.
pub(super) struct Member<'i, 'a, 'm> {
    method: Method<'i, 'a, 'm>,
    checksum: Hasher,
    entry: &'i Entry,
    left: u64,
}

enum Method<'i, 'a, 'm> {
    Deflate { inflate: Inflate, input: &'i mut Input<'a>, meter: &'m Meter<'m> },
    Other(Decoder<'i, 'a, 'm>),
}

impl<'i, 'a, 'm> Member<'i, 'a, 'm> {
    /// # Errors
    ///
    /// [`Error::UnsupportedArchive`] if it is encrypted, or compressed in a way that is not read.
    pub(super) fn open(
        entry: &'i Entry,
        input: &'i mut Input<'a>,
        meter: &'m Meter<'m>,
    ) -> Result<Self, Error> {
        let unsupported =
            |what| Err(Error::UnsupportedArchive { format: Format::Zip, what, offset: entry.offset });
        let method = match entry.method {
            _ if entry.is_encrypted => return unsupported("the member is encrypted"),
            DEFLATE => Method::Deflate { inflate: Inflate::new(Format::Zip), input, meter },
            BZIP2 => Method::Other(Decoder::new(Format::Bzip2, input, meter)?),
            ZSTD => Method::Other(Decoder::new(Format::Zstd, input, meter)?),
            XZ => Method::Other(Decoder::new(Format::Xz, input, meter)?),
            _ => return unsupported("the member is compressed in a way that is not read"),
        };
        Ok(Self { method, checksum: Hasher::new(), entry, left: entry.expanded_bytes })
    }
}

impl Stream for Member<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let count = match &mut self.method {
            Method::Deflate { inflate, input, meter } => {
                let count = inflate.read(input, buffer)?;
                meter.add_expanded(count, input.position())?;
                count
            }
            Method::Other(decoder) => decoder.read(buffer)?,
        };
        let sizes_differ = || malformed("member is not as large as the directory says", self.entry.offset);
        self.left = self.left.checked_sub(to_u64(count)).ok_or_else(sizes_differ)?;
        self.checksum.update(buffer.get(..count).unwrap_or_default());
        if count == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return Err(sizes_differ());
            }
            if self.checksum.clone().finalize() != self.entry.checksum {
                return Err(malformed("the checksum of the member does not match", self.entry.offset));
            }
        }
        Ok(count)
    }
}

/// Methods, by their number.
pub(super) const STORED: u16 = 0;
const DEFLATE: u16 = 8;
const BZIP2: u16 = 12;
const ZSTD: u16 = 93;
const XZ: u16 = 95;
