//! Digests of what was read.

use auditable_inspect::ReadAt;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io;

/// SHA-256 of all bytes, as lower-case hex. Reads everything once, in pieces.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn sha256(source: &dyn ReadAt) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; PIECE_BYTES];
    let mut offset = 0u64;
    let mut left = source.size()?;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let piece = buffer.get_mut(..count).unwrap_or_default();
        source.read_exact_at(offset, piece)?;
        hasher.update(&*piece);
        offset += piece.len() as u64;
        left -= piece.len() as u64;
    }
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
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
    }
}
