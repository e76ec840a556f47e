//! Archives in archives, and names for the way in.

use crate::support::{MODULE, ZipMember, ar, cpio, find, find_by, gzip, tar, zip, zstd};
use auditable_inspect::archive::{VisitLimits, visit, visit_all};
use std::ops::ControlFlow;

#[test]
fn archives_in_archives() {
    let wheel = zip(&[ZipMember::deflated(("pkg/_native.so", MODULE))]);
    let package =
        ar(&[("debian-binary", b"2.0\n"), ("data.tar.gz", &gzip(&tar(&[("./opt/pkg.whl", &wheel)])))]);
    for wheel_in_zip in [ZipMember::deflated(("a.deb", &package)), ZipMember::stored(("a.deb", &package))] {
        let outer = tar(&[("outer.zip", &zip(&[wheel_in_zip]))]);
        for outer in [outer.clone(), gzip(&outer), zstd(&outer), gzip(&zstd(&outer))] {
            assert_eq!(find(&outer).modules(), ["outer.zip!a.deb!opt/pkg.whl!pkg/_native.so"]);
        }
    }
}

#[test]
fn one_bad_member_does_not_stop_the_rest() {
    let mut broken = zip(&[ZipMember::deflated(("x", MODULE))]);
    broken.truncate(60);
    let archive =
        tar(&[("a", MODULE), ("broken.zip", &broken), ("broken.gz", &gzip(MODULE)[..30]), ("b", MODULE)]);
    for archive in [archive.clone(), gzip(&archive)] {
        let found = find(&archive);
        assert_eq!(found.paths(), ["a", "b"]);
        let messages = found.messages();
        assert!(messages[0].starts_with("broken.zip: there is no central directory"), "{messages:?}");
        assert!(messages[1].starts_with("broken.gz: the compressed data are cut off (gzip"), "{messages:?}");
        assert_eq!(messages.len(), 2);
    }
}

#[test]
fn names_are_those_of_the_archive_without_control_characters() {
    let archive = cpio(&[("../../etc/pass\x1b[31mwd", MODULE), ("a!b", MODULE)]);
    assert_eq!(find(&archive).modules(), [r"../../etc/pass\u{1b}[31mwd", "a!b"]);
}

#[test]
fn the_visitor_can_end_the_visit() {
    let archive = tar(&[("a", MODULE), ("b", MODULE), ("c", MODULE)]);
    for archive in [archive.clone(), gzip(&archive), zip(&[ZipMember::stored(("x.tar", &archive))])] {
        let found = find_by(|visitor| {
            let mut count = 0;
            visit(&archive.as_slice(), &VisitLimits::default(), &mut |visited| {
                count += 1;
                let _ = visitor(visited);
                if count == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap()
        });
        assert_eq!(found.artifacts.len(), 2);
        assert!(found.problems.is_empty());
    }
}

#[test]
fn all_members_are_shown_if_that_is_asked_for() {
    let archive =
        tar(&[("a", MODULE), ("b.md", b"text"), ("c.zip", &zip(&[ZipMember::deflated(("d", b"more"))]))]);
    for archive in [archive.clone(), gzip(&archive)] {
        let found =
            find_by(|visitor| visit_all(&archive.as_slice(), &VisitLimits::default(), visitor).unwrap());
        assert_eq!(found.paths(), ["a", "b.md", "c.zip!d"]);
        assert_eq!(
            (found.artifacts[1].1.as_slice(), found.artifacts[2].1.as_slice()),
            (&b"text"[..], &b"more"[..])
        );
    }
}
