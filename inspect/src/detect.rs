use crate::container::coff;
use crate::{Error, ReadAt};
use std::ops::Range;

/// How a part of a file is to be read.
pub(crate) enum Detected {
    Elf,
    /// Or a DOS program, which only a look past the first bytes tells.
    Pe,
    Coff,
    MachO,
    Universal {
        is_64: bool,
    },
    Wasm,
}

/// Tells by its first bytes what a part of a file is, and by all of its header whether it is an object of COFF.
///
/// # Errors
///
/// [`Error::NotABinary`], [`Error::Io`].
pub(crate) fn detect(source: &dyn ReadAt, range: &Range<u64>) -> Result<Detected, Error> {
    let mut buffer = [0; START_BYTES];
    let size = range.end.saturating_sub(range.start);
    let count = usize::try_from(size).unwrap_or(usize::MAX).min(START_BYTES);
    let start = buffer.get_mut(..count).unwrap_or_default();
    source.read_exact_at(range.start, start).map_err(|error| Error::Io { error, offset: range.start })?;
    match detect_start(start) {
        Ok(detected) => Ok(detected),
        Err(None) if coff::is_object(start, size) => Ok(Detected::Coff),
        Err(known_as) => {
            Err(Error::NotABinary { start: start.get(..SHOWN_BYTES).unwrap_or(start).to_vec(), known_as })
        }
    }
}

/// As [`detect`], of the first 16 bytes or more. The error is what it is instead, if that is known.
pub(crate) fn detect_start(start: &[u8]) -> Result<Detected, Option<&'static str>> {
    Err(match start {
        [0x7f, b'E', b'L', b'F', ..] => return Ok(Detected::Elf),
        [b'M', b'Z', ..] => return Ok(Detected::Pe),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => {
            return Ok(Detected::MachO);
        }
        // The number of slices, or else the version of the class file: 45 was that of Java 1.0.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0..=44, ..] => return Ok(Detected::Universal { is_64: false }),
        [0xca, 0xfe, 0xba, 0xbe, _, _, _, _, ..] => Some("a Java class file"),
        [0xca, 0xfe, 0xba, 0xbf, ..] => return Ok(Detected::Universal { is_64: true }),
        [0x00, b'a', b's', b'm', ..] => return Ok(Detected::Wasm),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', b'd', b'e', b'b', ..] => Some("a Debian package"),
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Some("an archive of object files"),
        [b'#', b'!', ..] => Some("a script"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [0x1f, 0x8b, ..] => Some("gzip data"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd data"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("xz data"),
        _ => None,
    })
}

/// The longest magic number has 8.
const START_BYTES: usize = coff::HEADER_BYTES;

/// As many bytes as an error shows.
const SHOWN_BYTES: usize = 16;
