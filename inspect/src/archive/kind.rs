use crate::archive::{Format, tar};
use crate::container::coff;
use crate::detect::{Detected, detect_start};

/// What a file or member is, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Binary,
    /// Of Mach-O, for several architectures: a binary, or one library for each.
    Universal,
    Archive(Format),
    Other,
}

impl Kind {
    /// `start` is the first [`START_BYTES`] of it, or all if it is smaller.
    pub(super) fn of(start: &[u8]) -> Self {
        let format = match start {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Format::Zip,
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Format::Ar,
            [0x1f, 0x8b, DEFLATE, ..] => Format::Gzip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Format::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Format::Zstd,
            // A block, or the end of data without one.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Format::Bzip2,
            [0xed, 0xab, 0xee, 0xdb, ..] => Format::Rpm,
            [
                b'0',
                b'7',
                b'0',
                b'7',
                b'0',
                b'1' | b'2' | b'7',
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F',
                ..,
            ] => Format::Cpio,
            _ => return Self::of_another(start),
        };
        Self::Archive(format)
    }

    /// As [`of`](Self::of), of a member of a library. It may be an object of COFF too, which has no first bytes to be
    /// told by and which elsewhere nobody ships. `size` is that of the member.
    pub(super) fn of_member(start: &[u8], size: u64) -> Self {
        match Self::of(start) {
            Self::Other if coff::is_object(start, size) => Self::Binary,
            kind => kind,
        }
    }

    fn of_another(start: &[u8]) -> Self {
        match detect_start(start) {
            Ok(Detected::Pe) if is_dos_program(start) => Self::Other,
            Ok(Detected::Universal { .. }) => Self::Universal,
            Ok(_) => Self::Binary,
            Err(_) if tar::is_header(start) => Self::Archive(Format::Tar),
            Err(_) => Self::Other,
        }
    }
}

/// Whether a binary is an object file, which is not shipped alone but in a library. Of wasm, all may be.
pub(super) fn is_object(start: &[u8], size: u64) -> bool {
    match detect_start(start) {
        Ok(Detected::Elf) => matches!(start.get(16..18), Some([1, 0] | [0, 1])),
        Ok(Detected::MachO) => matches!(start.get(12..16), Some([1, 0, 0, 0] | [0, 0, 0, 1])),
        Ok(Detected::Wasm) => true,
        Ok(_) => false,
        Err(_) => coff::is_object(start, size),
    }
}

/// Whether a file that begins with `MZ` is not PE, as far as its first bytes tell. Two letters say little: a text
/// may begin with them.
fn is_dos_program(start: &[u8]) -> bool {
    let Some((_, [a, b, c, d, ..])) = start.split_at_checked(PE_OFFSET) else { return true };
    let offset = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
    match start.get(offset..) {
        Some(signature) if signature.len() >= PE_SIGNATURE.len() => !signature.starts_with(PE_SIGNATURE),
        // It lies beyond what is known, or there is nothing more.
        _ => start.len() < START_BYTES,
    }
}

/// As many as tell: the header of tar, with its magic at offset 257.
pub(super) const START_BYTES: usize = 512;

/// Where the header of a DOS program has the offset of that of PE.
const PE_OFFSET: usize = 0x3c;
const PE_SIGNATURE: &[u8] = b"PE\0\0";

/// The only method of gzip (RFC 1952, CM).
const DEFLATE: u8 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_is_told_apart() {
        assert_eq!(Kind::of(b"\xca\xfe\xba\xbe\0\0\0\x02more"), Kind::Universal);
        assert_eq!(Kind::of(b"\xca\xfe\xba\xbe\0\0\0\x41a class of Java 21"), Kind::Other);
        assert_eq!(Kind::of(b"MZ is how this text begins"), Kind::Other);
        let mut image = [b"MZ".as_slice(), &[0; 0x3a], &[0x80, 0, 0, 0], &[0; 0x40], b"PE\0\0"].concat();
        assert_eq!(Kind::of(&image), Kind::Binary);
        image[0x80] = b'N';
        assert_eq!(Kind::of(&image), Kind::Other);
        // The header of PE lies after what was read.
        image.resize(START_BYTES, 0);
        image[0x3d] = 0x10;
        assert_eq!(Kind::of(&image), Kind::Binary);
        assert_eq!(Kind::of(b"\x1f\x8b\x07"), Kind::Other);
        assert_eq!(Kind::of(b"BZh9 is no bzip2"), Kind::Other);
        assert_eq!(Kind::of(b"070701 is a number"), Kind::Other);
        assert_eq!(Kind::of(b""), Kind::Other);
        assert_eq!(Kind::of(&[0; 512]), Kind::Other);
    }
}
