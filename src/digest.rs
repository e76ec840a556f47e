//! Digests of what was read.

use auditable_inspect::ReadAt;
use sha2::{Digest as _, Sha256, Sha512};
use std::fmt::Write as _;
use std::io;

/// SHA-256 of all bytes, as lower-case hex. Reads everything once, in pieces.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn sha256(source: &dyn ReadAt) -> io::Result<String> {
    let mut hasher = Sha256::new();
    for_each_piece(source, |piece| hasher.update(piece))?;
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

/// Both digests of all bytes, as [`sha256`].
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn sha256_and_sha512(source: &dyn ReadAt) -> io::Result<([u8; 32], [u8; 64])> {
    let (mut sha256, mut sha512) = (Sha256::new(), Sha512::new());
    for_each_piece(source, |piece| {
        sha256.update(piece);
        sha512.update(piece);
    })?;
    Ok((sha256.finalize().into(), sha512.finalize().into()))
}

fn for_each_piece(source: &dyn ReadAt, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0u8; PIECE_BYTES];
    let mut offset = 0u64;
    let mut left = source.size()?;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let piece = buffer.get_mut(..count).unwrap_or_default();
        source.read_exact_at(offset, piece)?;
        each(piece);
        offset += piece.len() as u64;
        left -= piece.len() as u64;
    }
    Ok(())
}

const PIECE_BYTES: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together() {
        // FIPS 180-2, appendix B.1 and B.3.
        let abc: &[u8] = b"abc";
        assert_eq!(sha256(&abc).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let million = vec![b'a'; 1_000_000];
        assert_eq!(
            sha256(&million.as_slice()).unwrap(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
        let (sha256, sha512) = sha256_and_sha512(&million.as_slice()).unwrap();
        assert!(
            sha256.starts_with(&[0xcd, 0xc7, 0x6e, 0x5c]) && sha512.starts_with(&[0xe7, 0x18, 0x48, 0x3d])
        );
    }
}
