//! Each limit stops what exceeds it, and its error says which it was.

use crate::support::{
    MODULE, Member, XZ, ZipMember, find, find_by, find_within, gzip, tar, tar_header, zip, zstd, zstd_bomb,
};
use auditable_inspect::Error;
use auditable_inspect::archive::{VisitLimits, WindowMemory, visit_sharing};
use std::cell::Cell;
use std::time::Duration;

/// Some limits; the others are the usual ones.
fn limits(set: impl FnOnce(&mut VisitLimits)) -> VisitLimits {
    let mut limits = VisitLimits::default();
    set(&mut limits);
    limits
}

/// The only problem is that this limit was exceeded.
#[track_caller]
fn assert_limit(bytes: &[u8], limits: &VisitLimits, expected: &str) {
    let found = find_within(bytes, limits);
    let [(_, Error::VisitLimit { what, .. })] = found.problems.as_slice() else {
        panic!("{:?}", found.problems)
    };
    assert_eq!(what.to_string(), expected);
}

#[test]
fn depth() {
    let nested = |levels: usize| (0..levels).fold(MODULE.to_vec(), |content, _| tar(&[("x", &content)]));
    assert_eq!(find(&nested(16)).modules(), [["x"; 16].join("!")]);
    assert_limit(&nested(17), &VisitLimits::default(), "levels of archives");
    // What cannot be read does not stop the rest.
    let beside = tar(&[("deep", &nested(16)), ("a", MODULE)]);
    let found = find(&beside);
    assert_eq!((found.paths(), found.problems.len()), (vec!["a"], 1));
    // Compression counts too: some data unpack to themselves.
    let compressed = (0..17).fold(MODULE.to_vec(), |content, _| gzip(&content));
    assert_limit(&compressed, &VisitLimits::default(), "levels of archives");
}

#[test]
fn entries() {
    let members: Vec<Member<'_>> = vec![("a", MODULE); 10];
    let stored: Vec<ZipMember<'_>> = members.iter().map(|member| ZipMember::stored(*member)).collect();
    for archive in [tar(&members), gzip(&tar(&members)), zip(&stored)] {
        assert!(find_within(&archive, &limits(|limits| limits.entries = 10)).problems.is_empty());
        let few = limits(|limits| limits.entries = 9);
        assert_limit(&archive, &few, "entries in archives");
        assert_eq!(find_within(&archive, &few).artifacts.len(), 9);
    }
    // All archives in the file count together, and nothing is read after that.
    let inner = tar(&members);
    let outer = tar(&[("a.tar", &inner), ("b.tar", &inner), ("c.tar", &inner)]);
    assert_limit(&outer, &limits(|limits| limits.entries = 15), "entries in archives");
}

#[test]
fn expanded_bytes_and_ratio() {
    let bomb = tar_then_zeros(64);
    let found = find(&bomb);
    assert!(found.problems.is_empty(), "64 MiB are free");
    let few = limits(|limits| limits.expanded_bytes = 8 << 20);
    assert_limit(&bomb, &few, "expanded bytes");
    let low = limits(|limits| limits.ratio_free_bytes = 8 << 20);
    assert_limit(&bomb, &low, "expanded bytes for each byte of the file");
    // The members of a zip archive share what there is.
    let bomb = zstd_bomb(8);
    let members: Vec<ZipMember<'_>> = (0..100)
        .map(|_| ZipMember {
            method: 93,
            stored: bomb.clone(),
            size: 1 << 20,
            ..ZipMember::stored(("a", b"x"))
        })
        .collect();
    let archive = zip(&members);
    assert!(find(&archive).problems.is_empty(), "only their first bytes are expanded");
    assert!(find(&archive).summary.expanded_bytes < 1 << 20);
}

/// A tar archive in zstd with a member of so many MiB of zeros before a module.
fn tar_then_zeros(mib: usize) -> Vec<u8> {
    let header = tar_header("zeros", b'0', "", (mib as u64) << 20).to_vec();
    [zstd(&header), zstd_bomb(mib * 8), zstd(&tar(&[("a", MODULE)]))].concat()
}

#[test]
fn members_in_the_same_place() {
    let mut content = MODULE.to_vec();
    content.resize(1 << 16, 0);
    let archive = zip(&[ZipMember::stored(("a", &content))]);
    let directory = archive.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let (members, entry, end) =
        (&archive[..directory], &archive[directory..archive.len() - 22], archive.len() - 22);
    let mut end = archive[end..].to_vec();
    end[12..16].copy_from_slice(&(entry.len() as u32 * 1000).to_le_bytes());
    let archive = [members, &entry.repeat(1000), &end].concat();
    assert_eq!(find(&archive).artifacts.len(), 1000);
    let low = limits(|limits| (limits.ratio_free_bytes, limits.ratio) = (1 << 20, 10));
    assert_limit(&archive, &low, "bytes of binaries for each byte of the file");
    assert!(find_within(&archive, &low).artifacts.len() < 100);
}

#[test]
fn what_exceeds_a_limit_is_not_read_on() {
    let found = find_within(&tar_then_zeros(64), &limits(|limits| limits.expanded_bytes = 1 << 20));
    assert!(found.summary.expanded_bytes < 2 << 20);
    assert!(found.artifacts.is_empty());
}

#[test]
fn temporary_files() {
    let mut large = MODULE.to_vec();
    large.resize(3 << 20, 0);
    let archive = zstd(&tar(&[("large", &large), ("a", MODULE)]));
    let found = find(&archive);
    assert_eq!(found.paths(), ["large", "a"]);
    assert!(found.artifacts[0].1 == large);
    assert_limit(&archive, &limits(|limits| limits.spooled_bytes = 2 << 20), "bytes in temporary files");
    // One after the other, each is within the limit.
    let two = zstd(&tar(&[("a", &large), ("b", &large)]));
    assert_eq!(find_within(&two, &limits(|limits| limits.spooled_bytes = 3 << 20)).artifacts.len(), 2);
}

#[test]
fn windows() {
    // A window of 1 GiB is claimed and nothing is in it.
    let mut large = zstd(MODULE);
    large[5] = 0xa0;
    assert_limit(&large, &VisitLimits::default(), "bytes of a window to decompress with");
    let small = limits(|limits| limits.window_bytes = 1 << 20);
    assert_limit(&zstd(MODULE), &small, "bytes of a window to decompress with");
    let none = limits(|limits| limits.window_bytes = 0);
    assert!(find_within(XZ, &none).problems.is_empty(), "256 kB are what any needs");
}

/// What decompressors hold now, and held at most.
#[derive(Default)]
struct Count {
    now: Cell<u64>,
    most: Cell<u64>,
}

impl WindowMemory for Count {
    fn take(&self, bytes: u64) {
        self.now.set(self.now.get() + bytes);
        self.most.set(self.most.get().max(self.now.get()));
    }

    fn release(&self, bytes: u64) {
        self.now.set(self.now.get() - bytes);
    }
}

#[test]
fn windows_of_all_decompressors_are_counted() {
    let most = |bytes: &[u8]| {
        let count = Count::default();
        find_by(|visitor| visit_sharing(&bytes, &VisitLimits::default(), &count, visitor).unwrap());
        assert_eq!(count.now.get(), 0, "all of it is released");
        count.most.get()
    };
    assert_eq!(most(&gzip(&tar(&[("zeros", &vec![0; 8 << 20])]))), 0, "32 KiB is the most that gzip needs");
    assert_eq!(most(&tar_then_zeros(64)), 2 << 20, "as large as the window of the frames");
    assert_eq!(most(&zstd(MODULE)), 0, "a window that is larger than the data");
    assert_eq!(most(&zstd(&tar_then_zeros(64))), 2 << 20, "the outer one is small");
    let cut = zstd(&vec![0; 3 << 19]);
    assert_eq!(most(&cut[..cut.len() - 1]), 2 << 20, "also of what never comes out");
    let bomb = [tar_header("a.zst", b'0', "", 1 << 40).as_slice(), &[0; 512]].concat();
    assert_eq!(most(&[zstd(&bomb), zstd_bomb(1 << 8)].concat()), 2 << 20, "also of what is damaged");
}

#[test]
fn time() {
    assert_limit(
        &tar(&[("a", MODULE)]),
        &limits(|limits| limits.time = Some(Duration::ZERO)),
        "milliseconds for one file",
    );
    assert!(find_within(MODULE, &limits(|limits| limits.time = Some(Duration::ZERO))).problems.is_empty());
}

#[test]
fn names_and_tables() {
    let claims = |header: [u8; 512]| find(&[header.as_slice(), &[0; 1024]].concat()).messages();
    let size = 1 << 40;
    assert!(claims(tar_header("a", b'x', "", size))[0].contains("bytes of attributes, over the limit of"));
    assert!(claims(tar_header("a", b'L', "", size))[0].contains("name of a member is too long"));
    assert!(claims(tar_header("a", b'0', "", size))[0].contains("archive ends inside a member"));
    assert!(claims(tar_header("a", b'0', "", u64::MAX))[0].contains("member is too large"));
}
