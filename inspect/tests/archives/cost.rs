//! What a visit reads: of a file that is no archive its first bytes, of a binary in an archive nothing but those
//! either until somebody asks.

use crate::support::{MODULE, ZipMember, gzip, tar, tar_header, zip};
use auditable_inspect::ReadAt;
use auditable_inspect::archive::{Summary, VisitLimits, Visited, visit};
use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;

/// A file that is larger than what is in memory, and counts what is read of it.
struct Counting<'a> {
    start: &'a [u8],
    size: u64,
    reads: Cell<u64>,
    bytes: Cell<u64>,
}

impl<'a> Counting<'a> {
    fn new(start: &'a [u8], size: u64) -> Self {
        Self { start, size, reads: Cell::new(0), bytes: Cell::new(0) }
    }

    fn visit(&self) -> Summary {
        let summary = visit(self, &VisitLimits::default(), &mut |visited| {
            if let Visited::Problem { error, .. } = visited {
                panic!("{error}");
            }
            ControlFlow::Continue(())
        });
        summary.unwrap()
    }
}

impl ReadAt for Counting<'_> {
    fn size(&self) -> io::Result<u64> {
        Ok(self.size)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        assert!(offset + buffer.len() as u64 <= self.size);
        self.reads.set(self.reads.get() + 1);
        self.bytes.set(self.bytes.get() + buffer.len() as u64);
        for (byte, offset) in buffer.iter_mut().zip(offset..) {
            *byte = *self.start.get(offset as usize).unwrap_or(&0);
        }
        Ok(())
    }
}

#[test]
fn a_file_that_is_no_archive_costs_one_small_read() {
    for start in [b"some text".as_slice(), MODULE, b"\x7fELF\x02\x01\x01", &[]] {
        let file = Counting::new(start, 1 << 40);
        file.visit();
        assert_eq!((file.reads.get(), file.bytes.get()), (1, 512));
    }
    let empty = Counting::new(&[], 0);
    empty.visit();
    assert_eq!(empty.bytes.get(), 0);
}

#[test]
fn the_content_of_large_members_is_not_read() {
    // 100 GiB in one member.
    let header = tar_header("large", b'0', "", 100 << 30);
    let archive = [header.as_slice(), MODULE].concat();
    let file = Counting::new(&archive, (100 << 30) + 2048);
    assert_eq!(file.visit().artifacts, 1);
    assert!(file.bytes.get() < 100_000, "{} bytes in {} reads", file.bytes.get(), file.reads.get());

    let mut content = MODULE.to_vec();
    content.resize(50 << 20, 7);
    let archive = zip(&[ZipMember::stored(("large", &content)), ZipMember::stored(("a", MODULE))]);
    let file = Counting::new(&archive, archive.len() as u64);
    assert_eq!(file.visit().artifacts, 2);
    assert!(file.bytes.get() < 20_000, "{} bytes in {} reads", file.bytes.get(), file.reads.get());
}

#[test]
fn of_compressed_members_only_the_first_bytes_are_expanded() {
    let content = vec![b' '; 10 << 20];
    let members: Vec<ZipMember<'_>> = (0..10).map(|_| ZipMember::deflated(("text", &content))).collect();
    let archive = zip(&members);
    let file = Counting::new(&archive, archive.len() as u64);
    assert!(file.visit().expanded_bytes < 50_000);
    let compressed = gzip(&content);
    let file = Counting::new(&compressed, compressed.len() as u64);
    assert!(file.visit().expanded_bytes < 50_000);
}

#[test]
fn small_members_are_read_in_large_pieces() {
    let members = vec![("some text", b"text".as_slice()); 10_000];
    let archive = tar(&members);
    let file = Counting::new(&archive, archive.len() as u64);
    assert_eq!(file.visit().entries, 10_000);
    assert!(file.reads.get() < 10_000 / 20, "{} reads", file.reads.get());
}
