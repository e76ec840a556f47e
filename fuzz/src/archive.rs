use auditable_inspect::archive::{Summary, VisitLimits, Visited, visit};
use auditable_inspect::binaries;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Any archive is read within its limits, and twice the same way.
pub fn archive(bytes: &[u8]) {
    let first = visited(bytes);
    assert_eq!(first, visited(bytes));
}

/// As [`archive`], with the checksums of a tar archive made right.
pub fn tar(bytes: &[u8]) {
    archive(&with_checksums(bytes));
}

/// Compressed data with bytes as its content, or as what follows its header.
pub fn gzip(bytes: &[u8]) {
    archive(&[b"\x1f\x8b\x08\0\0\0\0\0\0\xff", bytes].concat());
}

/// As [`gzip`].
pub fn bzip2(bytes: &[u8]) {
    archive(&[b"BZh9\x31\x41\x59\x26\x53\x59", bytes].concat());
}

/// As [`gzip`].
pub fn xz(bytes: &[u8]) {
    archive(&[b"\xfd7zXZ\0\0\0\xff\x12\xd9\x41", bytes].concat());
}

/// As [`gzip`].
pub fn zstd(bytes: &[u8]) {
    archive(&[b"\x28\xb5\x2f\xfd", bytes].concat());
}

/// What an image has in the end is what is there when its layers are unpacked one after the other.
pub fn image(bytes: &[u8]) {
    let mut layers = Vec::new();
    for operations in bytes.chunks(12).take(4) {
        layers.push(operations.iter().map(|&byte| Operation::of(byte)).collect::<Vec<_>>());
    }
    if layers.is_empty() {
        return;
    }
    let mut expected = BTreeSet::new();
    for layer in &layers {
        unpack(layer, &mut expected);
    }
    let mut members = Vec::new();
    let mut names = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let name = format!("{index:064x}/layer.tar");
        let content: Vec<u8> = layer.iter().flat_map(Operation::member).collect();
        members.extend(member(&name, b'0', &[content, vec![0; 1024]].concat()));
        names.push(format!("{name:?}"));
    }
    members.extend(member(
        "manifest.json",
        b'0',
        format!("[{{\"Layers\":[{}]}}]", names.join(",")).as_bytes(),
    ));
    let (found, _) = visited(&members);
    let found: BTreeSet<String> =
        found.into_iter().filter_map(|path| path.split_once('/').map(|(_, path)| path.to_owned())).collect();
    assert_eq!(found, expected, "{layers:?}");
}

/// What a layer does to a path.
#[derive(Debug)]
enum Operation {
    File(String),
    Folder(String),
    Link(String),
    Remove(String),
    Empty(String),
}

impl Operation {
    /// Paths of up to three names, each one of two.
    fn of(byte: u8) -> Self {
        let name = |bit: u8| if byte & bit == 0 { "a" } else { "b" };
        let path = match byte >> 6 {
            0 => name(1).to_owned(),
            1 => format!("{}/{}", name(1), name(2)),
            _ => format!("{}/{}/{}", name(1), name(2), name(4)),
        };
        match (byte >> 3) & 7 {
            0..=2 => Self::File(path),
            3 => Self::Folder(path),
            4 => Self::Link(path),
            5 => Self::Remove(path),
            _ => Self::Empty(path),
        }
    }

    fn member(&self) -> Vec<u8> {
        match self {
            Self::File(path) => member(path, b'0', b"\0asm\x01\0\0\0"),
            Self::Folder(path) => member(path, b'5', b""),
            Self::Link(path) => member(path, b'2', b""),
            Self::Remove(path) => {
                let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
                member(&format!("{folder}/.wh.{name}"), b'0', b"")
            }
            Self::Empty(path) => member(&format!("{path}/.wh..wh..opq"), b'0', b""),
        }
    }
}

/// Applies a layer to the files that are there, as the specification says it.
fn unpack(layer: &[Operation], files: &mut BTreeSet<String>) {
    let is_in =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    // Whiteouts are about the layers below, so they come first.
    for operation in layer {
        match operation {
            Operation::Remove(path) => files.retain(|file| file != path && !is_in(file, path)),
            Operation::Empty(path) => files.retain(|file| !is_in(file, path)),
            _ => {}
        }
    }
    for operation in layer {
        match operation {
            Operation::File(path) | Operation::Link(path) => {
                files.retain(|file| file != path && !is_in(file, path))
            }
            Operation::Folder(path) => files.retain(|file| file != path),
            _ => {}
        }
    }
    // What replaces what within one layer is not decided: no writer leaves such a layer.
    files.extend(layer.iter().filter_map(|operation| match operation {
        Operation::File(path) => Some(path.clone()),
        _ => None,
    }));
}

fn member(path: &str, type_flag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    bytes[..path.len()].copy_from_slice(path.as_bytes());
    bytes[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    bytes[156] = type_flag;
    bytes[257..262].copy_from_slice(b"ustar");
    set_checksum(&mut bytes);
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (index, block) in bytes.chunks_exact_mut(512).enumerate() {
        if index == 0 || block[257..].starts_with(b"ustar") {
            set_checksum(block);
        }
    }
    bytes
}

fn set_checksum(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Ways in, and what was read.
fn visited(bytes: &[u8]) -> (Vec<String>, Summary) {
    let mut limits = VisitLimits::default();
    limits.entries = 1000;
    limits.expanded_bytes = 4 << 20;
    limits.spooled_bytes = 4 << 20;
    limits.window_bytes = 8 << 20;
    let mut paths = Vec::new();
    let summary = visit(&bytes, &limits, &mut |visited| {
        match visited {
            Visited::Artifact(artifact) => {
                let size = artifact.source.size().expect("its size is known");
                assert!(size <= bytes.len() as u64 + limits.expanded_bytes);
                let mut content = vec![0; size as usize];
                artifact.source.read_exact_at(0, &mut content).expect("all of it is there");
                let _ = binaries(artifact.source);
                paths.push(artifact.path.to_string());
            }
            Visited::Problem { error, .. } => assert!(!error.to_string().is_empty()),
        }
        ControlFlow::Continue(())
    });
    let summary = summary.expect("the file itself can be read");
    // A decompressor is stopped after what it gave last.
    assert!(summary.expanded_bytes <= limits.expanded_bytes + (1 << 20));
    assert!(summary.entries <= limits.entries + 1);
    (paths, summary)
}
