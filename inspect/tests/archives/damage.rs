//! Damage of any kind is a problem or goes unnoticed where nothing checks it, but nothing panics, and nothing that is
//! checked is shown as if it were sound.

use crate::images;
use crate::support::{
    BZIP2, MODULE, Member, XZ, ZSTD, ZipMember, ar, cpio, find, gzip, odc, pax, rpm, stripped_cpio, tar, zip,
    zstd,
};
use auditable_inspect::archive::Content;

#[test]
fn samples_are_sound() {
    for (name, sample) in samples() {
        let found = find(&sample);
        assert!(!found.modules().is_empty(), "{name}");
        assert!(matches!(found.summary.content, Content::Archive(_)), "{name}");
    }
}

#[test]
fn flipped_bits() {
    for (_, sample) in samples() {
        let mut damaged = sample;
        for index in 0..damaged.len() {
            // Most of the bytes are padding, and one of them is like another.
            let is_padding = damaged[index.saturating_sub(8)..=index].iter().all(|&byte| byte == 0);
            if is_padding && !index.is_multiple_of(64) {
                continue;
            }
            let flip = if index.is_multiple_of(3) { 0xff } else { 1 << (index % 8) };
            damaged[index] ^= flip;
            find(&damaged);
            damaged[index] ^= flip;
        }
    }
}

#[test]
fn archives_that_were_cut_off() {
    for (name, sample) in samples() {
        let all = find(&sample).artifacts.len();
        for size in (0..sample.len()).step_by(if sample.len() > 4096 { 7 } else { 1 }) {
            let found = find(&sample[..size]);
            // What is shown is whole.
            found.modules_beside_problems(name, size);
            if found.artifacts.len() < all && found.problems.is_empty() {
                // It is not told from other data yet, or cut between members where the format has no end.
                let is_start = found.summary.content == Content::Other;
                let is_empty_ar = size == 8;
                let has_no_end = name == "ar"
                    || is_empty_ar
                    || ["tar", "pax", "docker", "oci"].contains(&name) && size % 512 == 0;
                assert!(is_start || has_no_end, "{name} cut to {size}: {:?}", found.summary);
            }
        }
    }
}

impl crate::support::Found {
    #[track_caller]
    fn modules_beside_problems(&self, name: &str, size: usize) {
        assert!(self.artifacts.iter().all(|(_, content)| content == MODULE), "{name} cut to {size}");
    }
}

#[test]
fn checksums_are_checked() {
    let mut compressed = gzip(MODULE);
    let size = compressed.len();
    compressed[size - 5] ^= 1;
    let found = find(&compressed);
    assert!(found.artifacts.is_empty());
    assert!(found.messages()[0].contains("the checksum of the gzip data does not match"));
    let wrong = ZipMember { checksum: 1, ..ZipMember::deflated(("a", MODULE)) };
    let found = find(&zip(&[wrong, ZipMember::deflated(("b", MODULE))]));
    assert_eq!(found.paths(), ["b"]);
    assert!(found.messages()[0].starts_with("a: the checksum of the member does not match"));
    let longer = ZipMember { size: 43, ..ZipMember::deflated(("a", MODULE)) };
    let shorter = ZipMember { size: 45, ..ZipMember::deflated(("a", MODULE)) };
    for wrong in [longer, shorter] {
        let found = find(&zip(&[wrong]));
        assert!(found.messages()[0].starts_with("a: member is not as large as the directory says"));
    }
    let mut archive = tar(&[("a", MODULE), ("b", MODULE)]);
    archive[1024] ^= 1;
    let found = find(&archive);
    assert_eq!(found.paths(), ["a"]);
    assert_eq!(found.messages(), [": checksum of a header does not match (tar, at offset 0x400)"]);
}

#[test]
fn what_zip_claims_is_checked() {
    let sound = zip(&[ZipMember::stored(("a", MODULE))]);
    let directory = sound.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let end = sound.len() - 22;
    let set = |offset: usize, value: u32| {
        let mut archive = sound.clone();
        archive[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
        find(&archive).messages().join("\n")
    };
    assert!(set(directory + 20, 0x7fff_ffff).contains("a: member ends past the file"));
    assert!(
        set(directory + 42, 0x7fff_ffff)
            .contains("a: offset in the central directory is outside of the file")
    );
    assert!(set(directory + 42, 1).contains("a: header of a member is damaged"));
    assert!(set(directory, 0).contains("entry of the central directory is damaged"));
    assert!(set(directory + 28, 0xffff).contains("central directory ends inside an entry"));
    assert!(set(end + 12, 0x7fff_ffff).contains("offset in the central directory is outside"));
    assert!(set(end + 16, 0x7fff_ffff).contains("offset in the central directory is outside"));
    // The counts of entries are not used.
    assert_eq!(set(end + 8, u32::MAX), "");
}

/// One archive of each kind, each with two modules in it: `bin/a` and `bin/b`, or one without a name.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let members: &[Member<'_>] = &[("bin/a", MODULE), ("text", b"no binary"), ("bin/b", MODULE)];
    let archive = tar(members);
    let files = [("/bin/a", 0o100_755, 44, 1), ("/text", 0o100_644, 9, 2), ("/usr/bin/b", 0o100_755, 44, 3)];
    let deflated: Vec<ZipMember<'_>> = members.iter().map(|member| ZipMember::deflated(*member)).collect();
    let stored: Vec<ZipMember<'_>> = members.iter().map(|member| ZipMember::stored(*member)).collect();
    vec![
        ("tar", archive.clone()),
        ("pax", [pax(&[("path", "bin/long"), ("size", "44")]), tar(members)].concat()),
        ("tar.gz", gzip(&archive)),
        ("tar.zst", zstd(&archive)),
        ("bz2", BZIP2.to_vec()),
        ("xz", XZ.to_vec()),
        ("zst", ZSTD.to_vec()),
        ("ar", ar(&[("a.o", MODULE), ("a member with a long name.o", MODULE)])),
        (
            "deb",
            ar(&[("debian-binary", b"2.0\n"), ("control.tar", &tar(&[])), ("data.tar.gz", &gzip(&archive))]),
        ),
        ("cpio", cpio(members)),
        ("odc", odc(members)),
        ("rpm", rpm(&[], &gzip(&cpio(members)))),
        ("rpm 6", rpm(&files, &zstd(&stripped_cpio(&[MODULE, b"no binary", MODULE])))),
        ("zip", zip(&deflated)),
        ("stored zip", zip(&stored)),
        ("docker", images::docker(&[&tar(members), &gzip(&tar(&[("bin/.wh.b", b"")]))])),
        ("oci", images::oci(&[&tar(members)])),
    ]
}
