//! Small archives, put together byte by byte.

use auditable_inspect::archive::{Summary, VisitLimits, Visited, visit};
use auditable_inspect::{Error, ReadAt};
use miniz_oxide::deflate::compress_to_vec;
use std::ops::ControlFlow;

/// A wasm module with nothing but a list.
pub(crate) const MODULE: &[u8] = b"\0asm\x01\0\0\0\
    \x00\x22\x07.dep-v0\x78\x01\x01\x0f\x00\xf0\xff{\"packages\":[]}\x2b\xbb\x05\x6e";

/// [`MODULE`] as `bzip2`, `xz` and `zstd` compress it.
pub(crate) const BZIP2: &[u8] = b"\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x57\x1b\x4c\x5c\x00\x00\x02\xdb\x88\xe2\x80\x90\
    \x0b\x40\x10\x00\x0a\x2e\x8b\x49\x4a\x00\x08\x40\x00\xa0\x00\x31\x40\x00\x00\x00\x0a\x9e\xa3\x6a\x0c\x26\x83\xd4\
    \xd3\x36\xa0\x44\xc6\x21\xa5\x0c\x71\x9e\xd4\x50\xb1\x1b\xfa\x86\x1d\xff\xd5\x1a\x2c\xa6\x22\x47\x55\xbd\xad\xcd\
    \xf0\x2e\xe4\x8a\x70\xa1\x20\xae\x36\x98\xb8";
pub(crate) const XZ: &[u8] = b"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x0c\x00\x00\x00\x8f\x98\x41\
    \x9c\x01\x00\x2b\x00\x61\x73\x6d\x01\x00\x00\x00\x00\x22\x07\x2e\x64\x65\x70\x2d\x76\x30\x78\x01\x01\x0f\x00\xf0\
    \xff\x7b\x22\x70\x61\x63\x6b\x61\x67\x65\x73\x22\x3a\x5b\x5d\x7d\x2b\xbb\x05\x6e\x00\xea\x50\x22\x05\x9e\x26\x92\
    \xae\x00\x01\x44\x2c\xc9\x53\x4b\x86\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a";
pub(crate) const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x24\x2c\x61\x01\x00\x00\x61\x73\x6d\x01\x00\x00\x00\x00\x22\x07\x2e\x64\x65\
    \x70\x2d\x76\x30\x78\x01\x01\x0f\x00\xf0\xff\x7b\x22\x70\x61\x63\x6b\x61\x67\x65\x73\x22\x3a\x5b\x5d\x7d\x2b\xbb\
    \x05\x6e\xc0\xd8\xd9\x10";

/// What a visit found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Ways in, and contents.
    pub(crate) artifacts: Vec<(String, Vec<u8>)>,
    /// Ways in, and errors.
    pub(crate) problems: Vec<(String, Error)>,
    pub(crate) summary: Summary,
}

impl Found {
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.artifacts.iter().map(|(path, _)| path.as_str()).collect()
    }

    /// What was found, if there was no problem and everything found is [`MODULE`].
    #[track_caller]
    pub(crate) fn modules(&self) -> Vec<&str> {
        assert!(self.problems.is_empty(), "{:?}", self.problems);
        assert!(self.artifacts.iter().all(|(_, content)| content == MODULE), "{self:?}");
        self.paths()
    }

    /// The problems, with what they are about.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.problems.iter().map(|(path, error)| format!("{path}: {error}")).collect()
    }
}

pub(crate) fn find(bytes: &[u8]) -> Found {
    find_within(bytes, &VisitLimits::default())
}

pub(crate) fn find_within(bytes: &[u8], limits: &VisitLimits) -> Found {
    find_by(|visitor| visit(&bytes, limits, visitor).unwrap())
}

pub(crate) fn find_by(
    visit: impl FnOnce(&mut dyn FnMut(Visited<'_>) -> ControlFlow<()>) -> Summary,
) -> Found {
    let mut artifacts = Vec::new();
    let mut problems = Vec::new();
    let summary = visit(&mut |visited| {
        match visited {
            Visited::Artifact(artifact) => {
                artifacts.push((artifact.path.to_string(), bytes_of(artifact.source)))
            }
            Visited::Problem { path, error } => problems.push((path.to_string(), error)),
        }
        ControlFlow::Continue(())
    });
    assert_eq!(summary.artifacts, artifacts.len() as u64);
    assert_eq!(summary.problems, problems.len() as u64);
    Found { artifacts, problems, summary }
}

fn bytes_of(source: &dyn ReadAt) -> Vec<u8> {
    let mut bytes = vec![0; source.size().unwrap() as usize];
    source.read_exact_at(0, &mut bytes).unwrap();
    bytes
}

/// A member of an archive: its path, its content.
pub(crate) type Member<'a> = (&'a str, &'a [u8]);

/// Files, as `tar --format=ustar` writes them.
pub(crate) fn tar(members: &[Member<'_>]) -> Vec<u8> {
    let members: Vec<u8> =
        members.iter().flat_map(|(path, content)| tar_member(path, b'0', "", content)).collect();
    [members, vec![0; 1024]].concat()
}

/// A member of tar of some type; `target` is what a link leads to.
pub(crate) fn tar_member(path: &str, type_flag: u8, target: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar_header(path, type_flag, target, content.len() as u64).to_vec();
    header.extend_from_slice(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

pub(crate) fn tar_header(path: &str, type_flag: u8, target: &str, size: u64) -> [u8; 512] {
    let mut header = [0; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[100..108].copy_from_slice(b"0000755\0");
    if size >> 33 == 0 {
        header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    } else {
        header[124] = 0x80;
        header[128..136].copy_from_slice(&size.to_be_bytes());
    }
    header[156] = type_flag;
    header[157..157 + target.len()].copy_from_slice(target.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    sum(&mut header);
    header
}

/// Makes the checksum of a header right.
pub(crate) fn sum(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Attributes of the next member of tar.
pub(crate) fn pax(records: &[(&str, &str)]) -> Vec<u8> {
    let mut content = String::new();
    for (key, value) in records {
        let rest = format!(" {key}={value}\n");
        let mut size = rest.len() + 1;
        while size != rest.len() + size.to_string().len() {
            size = rest.len() + size.to_string().len();
        }
        content += &format!("{size}{rest}");
    }
    tar_member("PaxHeaders.0/x", b'x', "", content.as_bytes())
}

/// Files, as `ar` of GNU writes them, with long names in a table.
pub(crate) fn ar(members: &[Member<'_>]) -> Vec<u8> {
    let mut table = String::new();
    let mut body = Vec::new();
    for (name, content) in members {
        let field = if name.len() > 15 {
            let offset = table.len();
            table += &format!("{name}/\n");
            format!("/{offset}")
        } else {
            format!("{name}/")
        };
        body.extend(ar_member(&field, content));
    }
    let table = if table.is_empty() { Vec::new() } else { ar_member("//", table.as_bytes()) };
    [b"!<arch>\n".to_vec(), table, body].concat()
}

pub(crate) fn ar_member(field: &str, content: &[u8]) -> Vec<u8> {
    let mut member =
        format!("{field:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, content.len()).into_bytes();
    member.extend_from_slice(content);
    if content.len() % 2 == 1 {
        member.push(b'\n');
    }
    member
}

/// Files, as `cpio -H newc` writes them.
pub(crate) fn cpio(members: &[Member<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members.iter().chain(&[("TRAILER!!!", [].as_slice())]) {
        let (size, name_size) = (content.len(), name.len() + 1);
        let mode = 0o100_755;
        bytes.extend(format!("070701{:08x}{mode:08x}{:024x}{:08x}{size:08x}", 1, 1, 0).bytes());
        bytes.extend(format!("{:032x}{name_size:08x}{:08x}{name}\0", 0, 0).bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// Files, as `cpio -H odc` writes them.
pub(crate) fn odc(members: &[Member<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in members.iter().chain(&[("TRAILER!!!", [].as_slice())]) {
        let (size, name_size) = (content.len(), name.len() + 1);
        bytes.extend(format!("070707{:012o}{:06o}{:024o}{:011o}", 0, 0o100_755, 0, 0).bytes());
        bytes.extend(format!("{name_size:06o}{size:011o}{name}\0").bytes());
        bytes.extend_from_slice(content);
    }
    bytes
}

/// The payload of a package of RPM 6: the names are in the header.
pub(crate) fn stripped_cpio(contents: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, content) in contents.iter().enumerate() {
        bytes.extend(format!("07070X{index:08x}\0\0").bytes());
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    [bytes, cpio(&[])].concat()
}

/// A package of RPM 4, or of RPM 6 if there are files in the header: paths, modes, sizes and
/// inodes.
pub(crate) fn rpm(files: &[(&str, u16, u64, u64)], payload: &[u8]) -> Vec<u8> {
    let mut lead = vec![0; 96];
    lead[..4].copy_from_slice(b"\xed\xab\xee\xdb");
    let mut signature = rpm_header(&[(1000, 4, 1, vec![0, 0, 0, 1]), (1004, 7, 3, vec![1, 2, 3])]);
    signature.resize(signature.len().next_multiple_of(8), 0);
    let count = files.len() as u32;
    let header = if files.is_empty() {
        rpm_header(&[(1000, 6, 1, b"name\0".to_vec())])
    } else {
        let split = || files.iter().map(|(path, ..)| path.rsplit_once('/').unwrap());
        let numbers = |bytes: usize, number: &dyn Fn(usize) -> u64| -> Vec<u8> {
            (0..files.len()).flat_map(|index| number(index).to_be_bytes()[8 - bytes..].to_vec()).collect()
        };
        rpm_header(&[
            (1030, 3, count, numbers(2, &|index| files[index].1.into())),
            (1095, 4, count, numbers(4, &|_| 1)),
            (1096, 4, count, numbers(4, &|index| files[index].3)),
            (1116, 4, count, numbers(4, &|index| index as u64)),
            (1117, 8, count, split().flat_map(|(_, name)| format!("{name}\0").into_bytes()).collect()),
            (1118, 8, count, split().flat_map(|(folder, _)| format!("{folder}/\0").into_bytes()).collect()),
            (5008, 5, count, numbers(8, &|index| files[index].2)),
        ])
    };
    [lead, signature, header, payload.to_vec()].concat()
}

/// Tag, type, count and data of each entry.
fn rpm_header(entries: &[(u32, u32, u32, Vec<u8>)]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut table = Vec::new();
    for (tag, kind, count, bytes) in entries {
        data.resize(data.len().next_multiple_of(8), 0);
        table.extend([*tag, *kind, data.len() as u32, *count].map(u32::to_be_bytes).concat());
        data.extend_from_slice(bytes);
    }
    let sizes = [entries.len() as u32, data.len() as u32].map(u32::to_be_bytes).concat();
    [b"\x8e\xad\xe8\x01\0\0\0\0".to_vec(), sizes, table, data].concat()
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    let size = (content.len() as u32).to_le_bytes().to_vec();
    [header, compress_to_vec(content, 6), crc32(content).to_le_bytes().to_vec(), size].concat()
}

/// One frame of blocks that are not compressed.
pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x28\xb5\x2f\xfd\x00\x58".to_vec();
    let chunks: Vec<&[u8]> = content.chunks(100_000).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        let is_last = index + 1 == chunks.len();
        bytes.extend_from_slice(&(u32::from(is_last) | (chunk.len() as u32) << 3).to_le_bytes()[..3]);
        bytes.extend_from_slice(chunk);
    }
    bytes
}

/// Frames that repeat one byte: each block of 4 bytes is 128 KiB.
pub(crate) fn zstd_bomb(blocks: usize) -> Vec<u8> {
    let block = |is_last: bool| (u32::from(is_last) | 1 << 1 | (128 << 10) << 3).to_le_bytes()[..3].to_vec();
    let mut bytes = b"\x28\xb5\x2f\xfd\x00\x58".to_vec();
    for index in 0..blocks {
        bytes.extend(block(index + 1 == blocks));
        bytes.push(0);
    }
    bytes
}

/// A member of zip, as it is stored: content, method, size and checksum of the expanded content.
pub(crate) struct ZipMember<'a> {
    pub(crate) name: &'a str,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) stored: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) checksum: u32,
}

impl<'a> ZipMember<'a> {
    pub(crate) fn stored((name, content): Member<'a>) -> Self {
        let (size, checksum) = (content.len() as u64, crc32(content));
        Self { name, method: 0, flags: 0, stored: content.to_vec(), size, checksum }
    }

    pub(crate) fn deflated(member: Member<'a>) -> Self {
        Self { method: 8, stored: compress_to_vec(member.1, 6), ..Self::stored(member) }
    }
}

pub(crate) fn zip(members: &[ZipMember<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let (name, offset) = (member.name.as_bytes(), bytes.len() as u32);
        let sizes =
            [member.checksum, member.stored.len() as u32, member.size as u32].map(u32::to_le_bytes).concat();
        let lengths = [name.len() as u16, 0].map(u16::to_le_bytes).concat();
        let fields = [20, member.flags, member.method, 0, 0].map(u16::to_le_bytes).concat();
        bytes.extend([b"PK\x03\x04", fields.as_slice(), &sizes, &lengths, name, &member.stored].concat());
        let more = [b"PK\x01\x02\x14\0".as_slice(), &fields, &sizes, &lengths, &[0; 10]].concat();
        directory.extend([more.as_slice(), &offset.to_le_bytes(), name].concat());
    }
    let (offset, size) = (bytes.len() as u32, directory.len() as u32);
    let counts = [0, 0, members.len() as u16, members.len() as u16].map(u16::to_le_bytes).concat();
    let place = [size, offset].map(u32::to_le_bytes).concat();
    [bytes, directory, b"PK\x05\x06".to_vec(), counts, place, vec![0; 2]].concat()
}

/// By the definition, bit by bit.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}
