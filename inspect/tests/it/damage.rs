//! Damaged files: an error, or no list, or the list. Never a panic, never another list.

use crate::support::{JSON, samples};
use auditable_inspect::{binaries, read_slice};

/// All that may come out of a damaged sample.
fn check(bytes: &[u8], what: std::fmt::Arguments<'_>) {
    for binary in binaries(&bytes).unwrap_or_default() {
        for list in binary.lists.unwrap_or_default() {
            assert!(list.json == JSON.as_bytes(), "{what}");
        }
    }
}

#[test]
fn every_byte_in_five_ways() {
    for (name, sample) in samples() {
        for offset in 0..sample.len() {
            let byte = sample[offset];
            for changed in [byte ^ 0xff, byte ^ 1, byte ^ 0x80, 0, 0xff] {
                let mut damaged = sample.clone();
                damaged[offset] = changed;
                check(&damaged, format_args!("{name}: byte {offset:#x} is {changed:#x}"));
            }
        }
    }
}

#[test]
fn every_length() {
    for (name, sample) in samples() {
        // All but wasm say how much there is to come.
        let is_wasm = name.starts_with("wasm");
        for size in 0..sample.len() {
            match read_slice(&sample[..size]) {
                Err(_) => {}
                Ok(None) => assert!(is_wasm, "{name}: {size:#x} bytes"),
                // Zeros that fill the last block may be missing, and what follows the section in wasm.
                Ok(Some(_)) => {
                    assert!(
                        is_wasm || (size > sample.len() - 512 && name.starts_with("PE")),
                        "{name}: {size:#x} bytes"
                    );
                }
            }
        }
    }
}

#[test]
fn random_damage() {
    let mut random = Random(0x5eed);
    for (name, sample) in samples() {
        for round in 0..2000 {
            let mut damaged = sample.clone();
            for _ in 0..1 + random.below(8) {
                let offset = random.below(damaged.len());
                match random.below(4) {
                    0 => damaged[offset] = random.below(256) as u8,
                    1 => damaged[offset] ^= 1 << random.below(8),
                    // A number somewhere becomes a large one.
                    2 => {
                        let end = damaged.len().min(offset + 1 + random.below(8));
                        damaged[offset..end].fill(0xff);
                    }
                    // A piece is copied over another one.
                    _ => {
                        let size = random.below(16).min(damaged.len() - offset);
                        let to = random.below(damaged.len() - size + 1);
                        damaged.copy_within(offset..offset + size, to);
                    }
                }
            }
            check(&damaged, format_args!("{name}, round {round}"));
        }
    }
}

/// The same numbers in each run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
