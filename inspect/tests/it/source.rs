//! An error of the source is passed on as what it is, wherever it strikes.

use crate::support::samples;
use auditable_inspect::{Error, ReadAt, binaries};
use std::cell::Cell;
use std::io;

/// Fails after some reads.
struct Failing<'a> {
    bytes: &'a [u8],
    reads_left: Cell<usize>,
}

impl ReadAt for Failing<'_> {
    fn size(&self) -> io::Result<u64> {
        self.bytes.size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let left = self.reads_left.get().checked_sub(1).ok_or(io::ErrorKind::TimedOut)?;
        self.reads_left.set(left);
        self.bytes.read_exact_at(offset, buffer)
    }
}

#[test]
fn a_failed_read_is_never_taken_for_damage() {
    for (name, bytes) in samples() {
        for read_count in 0..20 {
            let source = Failing { bytes: &bytes, reads_left: Cell::new(read_count) };
            let errors: Vec<Error> = match binaries(&source) {
                Ok(binaries) => binaries.into_iter().filter_map(|binary| binary.lists.err()).collect(),
                Err(error) => vec![error],
            };
            for error in &errors {
                let Error::Io { error, .. } = error else { panic!("{name}: {error}") };
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            }
            assert_eq!(
                errors.is_empty(),
                source.reads_left.get() > 0 || read_count == needed(&bytes),
                "{name}"
            );
        }
    }
}

/// How many reads it takes to read a file.
fn needed(bytes: &[u8]) -> usize {
    let source = Failing { bytes, reads_left: Cell::new(1000) };
    binaries(&source).unwrap();
    1000 - source.reads_left.get()
}
