//! Archives cost little memory, hostile ones too. A test program of its own with one test, because what it measures is
//! the whole process.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use auditable_inspect::archive::{VisitLimits, Visited, visit};
use auditable_inspect::binaries;
use peak_alloc::PeakAlloc;
use std::ops::ControlFlow;
use support::{
    MODULE, Member, ZipMember, ar_member, gzip, pax, tar, tar_header, tar_member, zip, zstd, zstd_bomb,
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Above what is in memory before, which is the archive.
const CEILING: usize = 8 << 20;

/// Visits all of it, and says how many artifacts and problems there were.
#[track_caller]
fn visited(name: &str, bytes: &[u8]) -> (u64, u64) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let summary = visit(&bytes, &VisitLimits::default(), &mut |visited| {
        if let Visited::Artifact(artifact) = visited {
            let _ = binaries(artifact.source);
        }
        ControlFlow::Continue(())
    });
    let summary = summary.unwrap();
    let cost = ALLOCATOR.peak_usage().saturating_sub(before);
    assert!(cost < CEILING, "{name}: {cost} bytes");
    (summary.artifacts, summary.problems)
}

#[test]
fn archives_cost_little_memory() {
    let mut large = MODULE.to_vec();
    large.resize(12 << 20, 0);
    let archive = tar(&[("large", &large)]);
    assert_eq!(visited("large file in tar", &archive), (1, 0));
    assert_eq!(visited("large file in gzip", &gzip(&archive)), (1, 0));
    assert_eq!(visited("large file in zip", &zip(&[ZipMember::deflated(("large", &large))])), (1, 0));
    let nested =
        gzip(&tar(&[("a.tar.gz", &gzip(&tar(&[("a.zip", &zip(&[ZipMember::stored(("a", &large))]))])))]));
    assert_eq!(visited("large file in all of them", &nested), (1, 0));

    let many = vec![("some/path/to/a/file", MODULE); 5_000];
    assert_eq!(visited("many files", &tar(&many)), (5_000, 0));

    // As many bytes as a limit of 64 GiB would let pass: the ratio stops it.
    let mut bomb = zstd(&tar_header("zeros", b'0', "", 1 << 40));
    bomb.extend(zstd_bomb(1 << 13));
    assert_eq!(visited("bomb", &bomb), (0, 1));
    let member = ZipMember { method: 93, stored: bomb, size: 1 << 30, ..ZipMember::stored(("bomb", b"")) };
    assert_eq!(visited("bomb in zip", &zip(&[member])), (0, 1));

    // What is claimed is not there.
    let claims: [(&str, Vec<u8>); 4] = [
        ("attributes of 2^40 bytes", tar_header("a", b'x', "", 1 << 40).to_vec()),
        ("name of 2^40 bytes", tar_header("a", b'L', "", 1 << 40).to_vec()),
        ("names of 4 GB", [b"!<arch>\n".as_slice(), &ar_member("//", b"")[..48], b"4000000000`\n"].concat()),
        ("window of 1 GiB", b"\x28\xb5\x2f\xfd\x00\xa0\x01\0\0".to_vec()),
    ];
    for (name, bytes) in claims {
        assert_eq!(visited(name, &bytes), (0, 1), "{name}");
    }

    // A million files that hide what is below them are known by their hashes.
    let whiteouts: Vec<Vec<u8>> =
        (0..20_000).map(|index| tar_member(&format!("{}/{index}", "d/".repeat(40)), b'0', "", b"")).collect();
    let upper = whiteouts.concat();
    drop(whiteouts);
    let lower = tar(&[("a", MODULE)]);
    let manifest = br#"[{"Layers":["a/layer.tar","b/layer.tar"]}]"#;
    let members: [Member<'_>; 3] =
        [("a/layer.tar", &lower), ("b/layer.tar", &upper), ("manifest.json", manifest)];
    assert_eq!(visited("many whiteouts", &tar(&members)), (1, 0));

    // Links have long names, and no end.
    for type_flag in [b'1', b'2'] {
        let links: Vec<Vec<u8>> = (0..150)
            .map(|index| {
                let (path, target) = (format!("{index}/{}", "p".repeat(60_000)), "t/".repeat(30_000));
                let names = pax(&[("path", &path), ("linkpath", &format!("{target}{index}"))]);
                [names, tar_member("x", type_flag, "x", b"")].concat()
            })
            .collect();
        let links = links.concat();
        let members: [Member<'_>; 3] =
            [("a/layer.tar", &lower), ("b/layer.tar", &links), ("manifest.json", manifest)];
        assert_eq!(visited("many links", &tar(&members)), (1, 0));
    }
}
