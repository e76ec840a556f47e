//! Each format of archive: what is in it is found, under its name, byte for byte.

use crate::support::{
    BZIP2, MODULE, Member, XZ, ZSTD, ZipMember, ar, ar_member, cpio, find, gzip, odc, pax, rpm,
    stripped_cpio, sum, tar, tar_header, tar_member, zip, zstd,
};
use auditable_inspect::archive::{Content, Format};

const MEMBERS: &[Member<'_>] =
    &[("./bin/app", MODULE), ("README", b"text"), ("lib/b.wasm", MODULE), ("empty", b"")];

#[test]
fn a_file_on_its_own() {
    let found = find(MODULE);
    assert_eq!((found.modules(), found.summary.content), (vec![""], Content::Binary));
    for other in [b"text".as_slice(), b"", b"\xca\xfe\xba\xbe\0\0\0\x41 a class of Java", &[0; 2000]] {
        let found = find(other);
        assert!(found.modules().is_empty());
        assert_eq!((found.summary.content, found.summary.entries), (Content::Other, 0));
    }
}

#[test]
fn tar_of_any_kind() {
    let found = find(&tar(MEMBERS));
    assert_eq!(found.modules(), ["bin/app", "lib/b.wasm"]);
    assert_eq!((found.summary.content, found.summary.entries), (Content::Archive(Format::Tar), 4));

    // From before ustar: no magic.
    let mut old = tar(MEMBERS);
    old[257..265].fill(0);
    sum(&mut old[..512]);
    assert_eq!(find(&old).modules(), ["bin/app", "lib/b.wasm"]);

    let mut prefixed = tar_header("app", b'0', "", 44);
    prefixed[345..352].copy_from_slice(b"usr/bin");
    sum(&mut prefixed);
    let prefixed = [prefixed.as_slice(), MODULE, &[0; 468]].concat();
    assert_eq!(find(&prefixed).modules(), ["usr/bin/app"]);
    // GNU has something else in that place.
    let mut gnu = tar_header("app", b'0', "", 44);
    gnu[257..265].copy_from_slice(b"ustar  \0");
    gnu[345..352].copy_from_slice(b"1234567");
    sum(&mut gnu);
    assert_eq!(find(&[gnu.as_slice(), MODULE, &[0; 468]].concat()).modules(), ["app"]);
}

#[test]
fn tar_with_long_names() {
    let long = format!("{}/app", "long/".repeat(50));
    let cleaned = format!("{}app", "long/".repeat(50));
    let gnu =
        [tar_member("././@LongLink", b'L', "", format!("{long}\0").as_bytes()), tar(&[("long", MODULE)])];
    assert_eq!(find(&gnu.concat()).modules(), [cleaned.as_str()]);
    let attributes = pax(&[("mtime", "1.5"), ("path", &long), ("comment", "ä=\nb")]);
    assert_eq!(find(&[attributes, tar(&[("long", MODULE)])].concat()).modules(), [cleaned.as_str()]);
    // The attributes are those of one member only.
    let two = [pax(&[("path", "first")]), tar(&[("a", MODULE), ("second", MODULE)])].concat();
    assert_eq!(find(&two).modules(), ["first", "second"]);
    // The size in the attributes counts.
    let sized =
        [pax(&[("size", "44")]), tar_header("app", b'0', "", 0).to_vec(), MODULE.to_vec(), vec![0; 468]];
    assert_eq!(find(&sized.concat()).modules(), ["app"]);
    let global =
        [tar_member("pax_global_header", b'g', "", b"52 comment=0123456789012345678901234567890123456789\n")];
    assert_eq!(find(&[global.concat(), tar(MEMBERS)].concat()).modules(), ["bin/app", "lib/b.wasm"]);
}

#[test]
fn tar_members_that_are_no_files() {
    let archive = [
        tar_member("folder/", b'5', "", b""),
        tar_member("old folder/", b'0', "", b""),
        tar_member("link", b'2', "app", b""),
        // A hard link may have the size of its target, without the content.
        tar_header("hard", b'1', "app", 44).to_vec(),
        tar_member("device", b'3', "", b""),
        tar_member("unknown", b'Z', "", MODULE),
        tar(&[("app", MODULE)]),
    ];
    assert_eq!(find(&archive.concat()).modules(), ["app"]);
}

#[test]
fn sparse_members_are_a_problem_if_they_are_binaries() {
    let mut header = tar_header("holes", b'S', "", 44);
    header[482] = 1;
    sum(&mut header);
    let archive = [header.as_slice(), &[0; 512], MODULE, &[0; 468], &tar(&[("app", MODULE)])].concat();
    let found = find(&archive);
    assert_eq!(found.paths(), ["app"]);
    let what = "holes: the member is stored with holes: repack it without `--sparse` (tar, at offset 0x0)";
    assert_eq!(found.messages(), [what]);
    let text = [tar_member("holes", b'S', "", b"text"), tar(&[("app", MODULE)])].concat();
    assert_eq!(find(&text).modules(), ["app"]);
    let map = [pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.name", "name")])];
    let mut content = vec![0; 512];
    content[..7].copy_from_slice(b"1\n0\n44\n");
    content.extend_from_slice(MODULE);
    let found = find(&[map.concat(), tar(&[("GNUSparseFile.0/x", &content)])].concat());
    assert!(found.messages()[0].starts_with("name: the member is stored with holes"));
}

#[test]
fn compressed_archives_and_files() {
    let archive = tar(MEMBERS);
    for compressed in [gzip(&archive), zstd(&archive)] {
        assert_eq!(find(&compressed).modules(), ["bin/app", "lib/b.wasm"]);
    }
    for compressed in [gzip(MODULE), zstd(MODULE), BZIP2.to_vec(), XZ.to_vec(), ZSTD.to_vec()] {
        let found = find(&compressed);
        assert_eq!(found.modules(), [""]);
        assert_eq!(found.summary.expanded_bytes, 44);
    }
    for compressed in [gzip(b"text"), zstd(b"text"), gzip(b"")] {
        assert!(find(&compressed).modules().is_empty());
    }
}

#[test]
fn several_streams_are_one() {
    let (first, second) = MODULE.split_at(20);
    assert_eq!(find(&[gzip(first), gzip(second)].concat()).modules(), [""]);
    // What follows gzip data is ignored, as gzip ignores it.
    assert_eq!(find(&[gzip(MODULE), vec![0; 100]].concat()).modules(), [""]);
    let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec();
    assert_eq!(
        find(&[skipped.clone(), zstd(first), skipped.clone(), zstd(second), skipped].concat()).modules(),
        [""]
    );
    // A package of Alpine: each stream is a part of a tar archive.
    let control = tar_member(".PKGINFO", b'0', "", b"pkgname = app\n");
    let package = [gzip(&control), gzip(&tar(MEMBERS))].concat();
    assert_eq!(find(&package).modules(), ["bin/app", "lib/b.wasm"]);
}

#[test]
fn gzip_with_all_that_its_header_may_have() {
    let plain = gzip(MODULE);
    let header = b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff\x03\0abcname\0comment\0\x12\x34".to_vec();
    assert_eq!(find(&[header, plain[10..].to_vec()].concat()).modules(), [""]);
}

#[test]
fn ar_of_all_kinds() {
    let long = "a member with a long name.o";
    let gnu = ar(&[("a.o", MODULE), (long, MODULE), ("odd", b"123"), ("b.o", MODULE)]);
    assert_eq!(find(&gnu).modules(), ["a.o", long, "b.o"]);
    let bsd = [
        b"!<arch>\n".to_vec(),
        ar_member("__.SYMDEF SORTED", b"\0\0\0\0"),
        ar_member("#1/20", &[b"__.SYMDEF_64\0\0\0\0\0\0\0\0".as_slice(), &[0; 8]].concat()),
        ar_member("#1/12", &[b"long name.o\0".as_slice(), MODULE].concat()),
        ar_member("short.o", MODULE),
    ];
    assert_eq!(find(&bsd.concat()).modules(), ["long name.o", "short.o"]);
    let windows = [
        b"!<arch>\n".to_vec(),
        ar_member("/", b"\0\0\0\0"),
        ar_member("/", b"\0\0\0\0"),
        ar_member("//", b"a long name.dll\0b.dll\0"),
        ar_member("/<ECSYMBOLS>/", b"\0\0\0\0"),
        ar_member("/16", MODULE),
        // An import: no object file.
        ar_member("/0", b"\0\0\xff\xff\0\0\x64\x86"),
    ];
    assert_eq!(find(&windows.concat()).modules(), ["b.dll"]);
    // What rustc tells rustc looks like an object file too.
    assert_eq!(find(&ar(&[("lib.rmeta", MODULE), ("a.o", MODULE)])).modules(), ["a.o"]);
}

/// An object file of ELF that ends with its header: it has no sections.
fn object() -> Vec<u8> {
    let mut object = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x01\0\x3e\0\x01\0\0\0".to_vec();
    object.resize(52, 0);
    object.extend(64u16.to_le_bytes());
    object.resize(64, 0);
    object
}

/// An object file of COFF with one empty section of this name.
fn coff_object(name: [u8; 8]) -> Vec<u8> {
    let header = [b"\x64\x86\x01\0".as_slice(), &[0; 16]].concat();
    [header.as_slice(), &name, &[0; 32]].concat()
}

#[test]
fn a_library_is_what_the_list_in_it_says() {
    let object = object();
    let without = [("a.o", object.as_slice()), ("b.o", &object)];
    let found = find(&ar(&without));
    assert_eq!((found.paths(), found.problems.len()), (vec!["a.o", "b.o"], 0));
    let with = [without.as_slice(), &[("dep-v0.o", MODULE)]].concat();
    let found = find(&ar(&with));
    assert_eq!((found.modules(), found.summary.entries), (vec!["dep-v0.o"], 3));
    // Also out of a decompressor, and wherever the list is.
    assert_eq!(find(&gzip(&tar(&[("lib/libx.a", &ar(&with))]))).modules(), ["lib/libx.a!dep-v0.o"]);
    let first = [[("dep-v0.o", MODULE)].as_slice(), &without].concat();
    assert_eq!(find(&ar(&first)).modules(), ["dep-v0.o"]);
    // What is no object file is not a part of the library, and what is damaged is not hidden.
    let mut program = object.clone();
    program[16] = 2;
    let mut damaged = object.clone();
    damaged[0x28] = 0xff;
    damaged[0x3c] = 9;
    let more = [("program", program.as_slice()), ("damaged.o", &damaged)];
    let found = find(&ar(&[with.as_slice(), &more].concat()));
    assert_eq!(found.paths(), ["dep-v0.o", "program", "damaged.o"]);
}

#[test]
fn objects_of_coff_are_found_in_libraries_only() {
    let object = coff_object(*b".text\0\0\0");
    let library = ar(&[("a.o", &object), ("text", b"d\x86 is how this begins, and it is no object")]);
    assert_eq!(find(&library).paths(), ["a.o"]);
    let list = coff_object(*b".dep-v0\0");
    assert_eq!(find(&ar(&[("a.o", &object), ("dep-v0.o", &list)])).paths(), ["dep-v0.o"]);
    assert!(find(&object).paths().is_empty());
    assert!(find(&tar(&[("a.o", &object)])).paths().is_empty());
}

/// A universal file with these slices, for x86_64, arm64 and whatever else.
fn universal(slices: &[&[u8]]) -> Vec<u8> {
    let mut file = [0xcafe_babe_u32, slices.len() as u32].map(u32::to_be_bytes).concat();
    let mut offset = 8 + 20 * slices.len();
    for (slice, cpu) in slices.iter().zip([0x0100_0007, 0x0100_000c, 7]) {
        let entry = [cpu, 0, offset as u32, slice.len() as u32, 0];
        file.extend(entry.map(u32::to_be_bytes).concat());
        offset += slice.len();
    }
    file.extend(slices.concat());
    file
}

#[test]
fn libraries_in_universal_files() {
    let object = coff_object(*b".text\0\0\0");
    let (with, without) = (ar(&[("a.o", MODULE), ("b.o", &object)]), ar(&[("b.o", &object)]));
    let file = universal(&[&with, &without]);
    let found = find(&file);
    assert_eq!(found.paths(), ["x86_64!a.o", "aarch64!b.o"]);
    assert_eq!(found.summary.content, Content::Archive(Format::Universal));
    assert_eq!(find(&gzip(&file)).paths(), ["x86_64!a.o", "aarch64!b.o"]);
    assert_eq!(find(&gzip(&tar(&[("liba.a", &file)]))).paths(), ["liba.a!x86_64!a.o", "liba.a!aarch64!b.o"]);
    // A slice of another kind is found, and one that is damaged is told.
    let mixed = universal(&[&with, &file]);
    assert_eq!(find(&mixed).paths(), ["x86_64!a.o", "aarch64!x86_64!a.o", "aarch64!aarch64!b.o"]);
    let cut = find(&file[..file.len() - 1]);
    assert_eq!((cut.paths(), cut.problems.len()), (vec!["x86_64!a.o"], 1));
    // Without a library it is a binary, whatever is in it.
    assert_eq!(find(&universal(&[MODULE])).paths(), [""]);
    // In itself, as deep as it likes.
    let deep = (0..300).fold(with.clone(), |inner, _| universal(&[&inner, &with]));
    assert!(find(&deep).messages().iter().any(|message| message.contains("levels of archives")));
}

#[test]
fn packages_of_debian() {
    let data = tar(&[("./usr/bin/app", MODULE)]);
    let control = tar(&[("./postinst", MODULE)]);
    for (name, data) in
        [("data.tar", data.clone()), ("data.tar.gz", gzip(&data)), ("data.tar.zst", zstd(&data))]
    {
        let package = ar(&[("debian-binary", b"2.0\n"), ("control.tar.gz", &gzip(&control)), (name, &data)]);
        assert_eq!(find(&package).modules(), ["control.tar.gz!postinst", "usr/bin/app"]);
    }
    let found = find(&ar(&[("debian-binary", b"2.0\n"), ("data.tar.lzma", b"\x5d\0\0\x80\0")]));
    assert!(found.messages()[0].contains("the files of the package are in a format that is not read"));
}

#[test]
fn cpio_of_all_kinds() {
    assert_eq!(find(&cpio(MEMBERS)).modules(), ["bin/app", "lib/b.wasm"]);
    assert_eq!(find(&odc(MEMBERS)).modules(), ["bin/app", "lib/b.wasm"]);
    assert_eq!(find(&gzip(&odc(MEMBERS))).modules(), ["bin/app", "lib/b.wasm"]);
}

#[test]
fn packages_of_rpm() {
    for payload in [cpio(MEMBERS), gzip(&cpio(MEMBERS)), zstd(&cpio(MEMBERS))] {
        assert_eq!(find(&rpm(&[], &payload)).modules(), ["bin/app", "lib/b.wasm"]);
    }
    assert!(find(&rpm(&[], &cpio(&[]))).modules().is_empty());
    let found = find(&rpm(&[], b"\x5d\0\0\x80\0"));
    assert!(found.messages()[0].contains("the payload is in a format that is not read"));
}

#[test]
fn packages_of_rpm_6() {
    let files = [
        ("/usr/bin/app", 0o100_755, 44, 1),
        ("/usr", 0o040_755, 4096, 2),
        ("/usr/link", 0o120_777, 3, 3),
        // Hard links: the last one has the content.
        ("/usr/hard", 0o100_755, 44, 1),
        ("/usr/text", 0o100_755, 4, 5),
    ];
    let payload = stripped_cpio(&[b"", b"", b"app", MODULE, b"text"]);
    for payload in [payload.clone(), gzip(&payload), zstd(&payload)] {
        assert_eq!(find(&rpm(&files, &payload)).modules(), ["usr/hard"]);
    }
    // Without the names there is no telling where a file ends.
    let found = find(&rpm(&[], &payload));
    assert_eq!(found.messages(), [": header of a member is damaged (cpio, at offset 0x0)"]);
}

#[test]
fn zip_of_all_methods() {
    let member = |method, stored: &[u8]| ZipMember {
        method,
        stored: stored.to_vec(),
        ..ZipMember::stored(("app", MODULE))
    };
    for member in [
        ZipMember::stored(("app", MODULE)),
        ZipMember::deflated(("app", MODULE)),
        member(12, BZIP2),
        member(93, ZSTD),
        member(95, XZ),
    ] {
        let found = find(&zip(&[
            ZipMember::deflated(("folder/", b"")),
            member,
            ZipMember::stored(("text", b"text")),
        ]));
        assert_eq!(found.modules(), ["app"]);
        assert_eq!((found.summary.content, found.summary.entries), (Content::Archive(Format::Zip), 3));
    }
    let encrypted = ZipMember { flags: 1, ..ZipMember::stored(("a", MODULE)) };
    let unknown = ZipMember { method: 14, ..ZipMember::stored(("b", MODULE)) };
    let found = find(&zip(&[encrypted, unknown, ZipMember::stored(("app", MODULE))]));
    assert_eq!(found.paths(), ["app"]);
    let messages = found.messages();
    assert!(messages[0].starts_with("a: the member is encrypted"));
    assert!(messages[1].starts_with("b: the member is compressed in a way that is not read"));
}

#[test]
fn zip_with_something_around_it() {
    let archive = zip(&[ZipMember::deflated(("app", MODULE))]);
    // The comment has what looks like another end.
    let mut commented = archive.clone();
    let comment = [b"PK\x05\x06".as_slice(), &[0; 16], &[0xff; 80]].concat();
    let size = commented.len();
    commented[size - 2..].copy_from_slice(&(comment.len() as u16).to_le_bytes());
    commented.extend_from_slice(&comment);
    assert_eq!(find(&commented).modules(), ["app"]);
    // Offsets do not count what stands before, here the start of another archive.
    assert_eq!(find(&[b"PK\x03\x04 and so on".as_slice(), &archive].concat()).modules(), ["app"]);
    assert!(find(&zip(&[])).modules().is_empty());
}
