//! Bits as bytes.

/// Bits, the first of them the lowest of the first byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Those that do not fill a byte.
    rest: u64,
    rest_len: u32,
}

impl Bits {
    /// Appends the lowest `count` bits of `value`, which has no others. At most 16.
    pub(super) fn push(&mut self, value: u32, count: u32) {
        self.rest |= u64::from(value) << self.rest_len;
        self.rest_len += count;
        while self.rest_len >= 8 {
            self.bytes.push(self.rest as u8);
            self.rest >>= 8;
            self.rest_len -= 8;
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        for &byte in &other.bytes {
            self.push(byte.into(), 8);
        }
        self.push(other.rest as u32, other.rest_len);
    }

    pub(super) fn len(&self) -> u64 {
        8 * self.bytes.len() as u64 + u64::from(self.rest_len)
    }

    /// The bytes, the last one filled up with zeros.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        if self.rest_len > 0 {
            self.bytes.push(self.rest as u8);
        }
        self.bytes
    }
}
