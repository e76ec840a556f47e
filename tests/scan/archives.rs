//! Archives: the way in is part of the name, and nothing needs to be unpacked.

use crate::specimen::{Folder, LIST, module};

/// A tar archive (ustar) of files.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, bytes) in files {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend(header);
        archive.extend(*bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

#[test]
fn the_way_in_is_told() {
    let folder = Folder::new();
    let inner = tar(&[("usr/bin/app", &module(&[LIST])), ("readme", b"no binary")]);
    folder.put("dist/outer.tar", tar(&[("inner.tar", &inner), ("lib.wasm", &module(&[LIST]))]));
    let (code, stdout, stderr) = folder.run("inspect --format json dist");
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let files: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let names: Vec<(&str, &str)> = files
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap(), file["member"].as_str().unwrap()))
        .collect();
    let path = format!("dist{}outer.tar", std::path::MAIN_SEPARATOR);
    assert_eq!(names, [(path.as_str(), "inner.tar!usr/bin/app"), (&path, "lib.wasm")]);
    let (_, stdout, _) = folder.run("find libc dist/outer.tar");
    assert!(stdout.starts_with("dist/outer.tar!inner.tar!usr/bin/app: libc 0.2.1\n"), "{stdout}");
}

#[test]
fn an_archive_is_read_from_standard_input() {
    let folder = Folder::new();
    let archive = tar(&[("app", &module(&[LIST]))]);
    assert_eq!(folder.run_with("inspect --format raw -", &archive).1, LIST);
}

#[test]
fn an_archive_without_a_list_is_a_finding() {
    let folder = Folder::new();
    folder.put("none.tar", tar(&[("a", &module(&[])), ("b", &module(&[]))]));
    let (code, _, stderr) = folder.run("inspect none.tar");
    assert_eq!((code, stderr.as_str()), (1, "note: none.tar: no list of crates in 2 binaries\n"));
    folder.put("texts.tar", tar(&[("a", b"no binary")]));
    let (code, _, stderr) = folder.run("inspect texts.tar");
    assert_eq!((code, stderr.as_str()), (1, "note: texts.tar: no binaries\n"));
}

#[test]
fn a_limit_ends_one_archive_and_not_the_others() {
    let folder = Folder::new();
    let program = module(&[LIST]);
    folder.put("dist/many.tar", tar(&[("a", &program), ("b", &program), ("c", &program)]));
    folder.put("dist/one.tar", tar(&[("a", &program)]));
    let nested = tar(&[("1.tar", &tar(&[("2.tar", &tar(&[("app", &program)]))]))]);
    folder.put("dist/nested.tar", nested);
    let found = |arguments: &str| {
        let (code, stdout, stderr) = folder.run(&format!("inspect --format ndjson {arguments} dist"));
        let count = stdout.lines().filter(|line| line.contains("\"error\":null}")).count();
        (code, count, stderr)
    };
    assert_eq!((found("").0, found("").1), (0, 5));
    let (code, count, stderr) = found("--max-entries 2");
    assert_eq!(code, 2, "{stderr}");
    assert!(count >= 2 && stderr.contains("many.tar") && !stderr.contains("one.tar"), "{stderr}");
    assert!(stderr.contains("limit of 2") && stderr.contains("hint: "), "{stderr}");
    assert!(stderr.contains("--max-entries allows more"), "{stderr}");
    let (code, count, stderr) = found("--max-depth 2");
    assert_eq!((code, count), (2, 4), "{stderr}");
    assert!(stderr.contains("nested.tar") && stderr.contains("--max-depth allows more"), "{stderr}");
    let (code, _, stderr) = folder.run("inspect --max-expanded 1.5 dist");
    assert!(code == 2 && stderr.contains("a size is a number of bytes"), "{stderr}");
}

/// A static library of object files, as `ar` writes them.
pub(crate) fn ar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, bytes) in files {
        let name = format!("{name}/");
        archive
            .extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, bytes.len()).bytes());
        archive.extend(*bytes);
        archive.resize(archive.len().next_multiple_of(2), b'\n');
    }
    archive
}

#[test]
fn a_static_library_counts_as_one_binary() {
    let folder = Folder::new();
    // Modules of WebAssembly are also what its object files are.
    let (with, without) = (module(&[LIST]), of_rust());
    folder.put("with.a", ar(&[("a.o", &without), ("b.o", &without), ("dep-v0.o", &with)]));
    let (code, stdout, stderr) = folder.run("inspect with.a");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.starts_with("with.a!dep-v0.o: 2 crates"), "{stdout}");
    let (code, stdout, stderr) = folder.run("verify with.a");
    assert!(code == 0 && stderr.is_empty() && stdout.lines().count() == 1, "{stdout}{stderr}");

    folder.put("without.a", ar(&[("a.o", &without), ("b.o", &without)]));
    let (code, _, stderr) = folder.run("inspect without.a");
    assert_eq!((code, stderr.as_str()), (1, "note: without.a: no list of crates\n"));
    assert_eq!(folder.run("verify without.a").1, "without.a: no list of crates\n");
    let (_, stdout, stderr) = folder.run("verify .");
    assert!(stdout.ends_with("without.a: no list of crates\n") && stdout.lines().count() == 2, "{stdout}");
    assert_eq!(stderr, "note: .: no list of crates in 1 of 2 binaries\n");
}

#[test]
fn a_library_for_rustc_is_not_counted_as_a_binary_without_a_list() {
    let folder = Folder::new();
    folder.put("target/app", module(&[LIST]));
    folder.put("target/libx.rlib", ar(&[("lib.rmeta", b"metadata"), ("a.o", &of_rust())]));
    let (code, stdout, stderr) = folder.run("inspect --format ndjson target");
    assert_eq!((code, stdout.lines().count(), stderr.as_str()), (0, 2, ""));
    // Named itself, it is said why it has none.
    let (code, _, stderr) = folder.run("inspect target/libx.rlib");
    assert_eq!(code, 1);
    assert!(stderr.contains("no list of crates: a library for rustc (.rlib) has none"), "{stderr}");
}

#[test]
fn a_library_for_rustc_needs_no_list() {
    let folder = Folder::new();
    folder.put("dist/libx.rlib", ar(&[("lib.rmeta", b"metadata"), ("a.o", &of_rust())]));
    folder.put("dist/app", module(&[LIST]));
    let (code, stdout, _) = folder.run("verify dist");
    assert!(code == 0 && !stdout.contains("rlib"), "{stdout}");
}

/// A module that tells that rustc compiled it, in the section `producers`, and has no list.
fn of_rust() -> Vec<u8> {
    let mut content = b"\x09producers\x01\x0cprocessed-by\x01\x05rustc".to_vec();
    let version = "1.95.0 (59807616e 2026-04-14)";
    content.push(version.len() as u8);
    content.extend(version.bytes());
    let mut module = b"\0asm\x01\0\0\0\0".to_vec();
    module.push(content.len() as u8);
    module.extend(content);
    module
}

/// A file compressed by gzip (RFC 1952).
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    file.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
    let crc = bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1)))
    });
    file.extend((!crc).to_le_bytes());
    file.extend((bytes.len() as u32).to_le_bytes());
    file
}

#[test]
fn what_comes_out_of_compression_is_limited() {
    let folder = Folder::new();
    folder.put("big.tar.gz", gzip(&tar(&[("zeros", &[0; 1 << 20]), ("app", &module(&[LIST]))])));
    assert_eq!(folder.run("inspect --format raw big.tar.gz").1, LIST);
    let (code, _, stderr) = folder.run("inspect --max-expanded 100K big.tar.gz");
    assert!(code == 2 && stderr.contains("over the limit of 102400"), "{stderr}");
    assert!(stderr.contains("--max-expanded allows more"), "{stderr}");
    let (code, _, stderr) = folder.run("inspect --max-time 0 big.tar.gz");
    assert!(code == 2 && stderr.contains("--max-time allows more"), "{stderr}");
    // A frame of zstd (RFC 8878) with a window of 2 MiB and a stored block.
    folder.put("app.zst", [b"\x28\xb5\x2f\xfd\0\x58\x41\0\0".as_slice(), b"\0asm\x01\0\0\0"].concat());
    assert_eq!(folder.run("inspect --max-window 2M app.zst").0, 1);
    let (code, _, stderr) = folder.run("inspect --max-window 1M app.zst");
    assert!(code == 2 && stderr.contains("--max-window allows more"), "{stderr}");
}

#[test]
fn what_comes_through_a_pipe_is_limited() {
    let folder = Folder::new();
    let (code, _, stderr) = folder.run_with("inspect --max-spooled 1K -", &[0; 2000]);
    assert!(code == 2 && stderr.contains("more than 1024 bytes come through the pipe"), "{stderr}");
}
