//! `.crate` files: gzip around tar, with all files of a package in the folder `NAME-VERSION`.
//!
//! A registry's index and lock files have the SHA-256 of the file, so what is read out of it is the same on every
//! machine. The folder that cargo has unpacked beside it can have been changed.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};
use sha2::{Digest as _, Sha256, Sha512};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _};
use std::path::Path;

/// What a `.crate` file tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CrateFile {
    /// The text of its manifest; `None` if it has none that can be read.
    pub(super) manifest: Option<String>,
    pub(super) sha512: [u8; 64],
}

impl CrateFile {
    /// Reads a `.crate` file; `None` if it is not the one of this digest. `folder` is `NAME-VERSION`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub(super) fn read(path: &Path, folder: &str, sha256: &[u8; 32]) -> io::Result<Option<Self>> {
        let mut file = File::open(path)?;
        let (mut digest, mut sha512) = (Sha256::new(), Sha512::new());
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer)?;
            let piece = buffer.get(..count).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            digest.update(piece);
            sha512.update(piece);
        }
        if digest.finalize().as_slice() != sha256 {
            return Ok(None);
        }
        file.rewind()?;
        // It is what its author published, be it well-formed or not.
        let manifest = member(file, &format!("{folder}/Cargo.toml")).ok().flatten();
        Ok(Some(Self { manifest, sha512: sha512.finalize().into() }))
    }
}

/// A text file in a compressed archive.
fn member(compressed: impl Read, wanted: &str) -> io::Result<Option<String>> {
    let mut archive = Gunzip::new(compressed)?;
    let mut long_name = None;
    let mut header = [0; BLOCK_BYTES];
    loop {
        archive.read_exact(&mut header)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let header = Header(&header);
        let size = header.size()?;
        let mut content = archive.by_ref().take(size);
        match header.kind() {
            // The name of the file that follows, where it is too long for a header.
            b'L' => {
                let mut name = String::new();
                content.by_ref().take(MAX_NAME_BYTES).read_to_string(&mut name)?;
                long_name = Some(name.trim_end_matches('\0').to_owned());
            }
            b'0' | 0 if long_name.take().unwrap_or_else(|| header.name()) == wanted => {
                let mut text = String::new();
                content.by_ref().take(MAX_MANIFEST_BYTES).read_to_string(&mut text)?;
                // A larger one is not read in part.
                return Ok((text.len() as u64 == size).then_some(text));
            }
            _ => {}
        }
        io::copy(&mut content, &mut io::sink())?;
        let padding = size.next_multiple_of(BLOCK_BYTES as u64) - size;
        io::copy(&mut archive.by_ref().take(padding), &mut io::sink())?;
    }
}

/// A header of ustar:
///
/// ```text
///   0  name (100)    124  size in octal digits (12)    156  kind of entry
/// 345  prefix of the name (155), if there is `ustar` and a zero at 257
/// ```
struct Header<'a>(&'a [u8; BLOCK_BYTES]);

impl Header<'_> {
    fn kind(&self) -> u8 {
        self.0[156]
    }

    fn name(&self) -> String {
        let name = text(&self.0[..100]);
        match text(&self.0[345..500]) {
            prefix if self.0[257..263] == *b"ustar\0" && !prefix.is_empty() => format!("{prefix}/{name}"),
            _ => name,
        }
    }

    fn size(&self) -> io::Result<u64> {
        let digits = text(&self.0[124..136]);
        u64::from_str_radix(digits.trim(), 8)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

/// The bytes before the first zero.
fn text(field: &[u8]) -> String {
    let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

/// Decompresses one member of gzip (RFC 1952), as it comes. Its checksum is not looked at: the whole file has one.
struct Gunzip<R> {
    compressed: BufReader<R>,
    state: Box<InflateState>,
}

impl<R: Read> Gunzip<R> {
    fn new(compressed: R) -> io::Result<Self> {
        let mut compressed = BufReader::new(compressed);
        let mut header = [0; 10];
        compressed.read_exact(&mut header)?;
        let [0x1f, 0x8b, 8, flags, ..] = header else { return Err(io::ErrorKind::InvalidData.into()) };
        if flags & EXTRA != 0 {
            let mut size = [0; 2];
            compressed.read_exact(&mut size)?;
            io::copy(&mut compressed.by_ref().take(u16::from_le_bytes(size).into()), &mut io::sink())?;
        }
        for flag in [NAME, COMMENT] {
            if flags & flag != 0 {
                compressed.skip_until(0)?;
            }
        }
        if flags & HEADER_CHECKSUM != 0 {
            compressed.read_exact(&mut [0; 2])?;
        }
        Ok(Self { compressed, state: InflateState::new_boxed(DataFormat::Raw) })
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let input = self.compressed.fill_buf()?;
            let is_at_end = input.is_empty();
            let progress = inflate(&mut self.state, input, buffer, MZFlush::None);
            self.compressed.consume(progress.bytes_consumed);
            match progress.status {
                _ if progress.bytes_written > 0 => return Ok(progress.bytes_written),
                Ok(MZStatus::StreamEnd) => return Ok(0),
                Ok(_) if !is_at_end => {}
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const HEADER_CHECKSUM: u8 = 2;

const BLOCK_BYTES: usize = 512;

/// Most bytes of a file's name: crates.io allows for less than a tenth.
const MAX_NAME_BYTES: u64 = 4_096;

/// Most bytes of a manifest: 4 MiB. The largest on crates.io, with thousands of features, have some 100 kB.
pub(super) const MAX_MANIFEST_BYTES: u64 = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK_BYTES];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        block[156] = kind;
        block[257..262].copy_from_slice(b"ustar");
        block.extend(content);
        block.resize(block.len().next_multiple_of(BLOCK_BYTES), 0);
        block
    }

    fn gzip(flags: u8, optional: &[u8], content: &[u8]) -> Vec<u8> {
        let mut file = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
        file.extend(optional);
        file.extend(miniz_oxide::deflate::compress_to_vec(content, 6));
        file.extend([0; 8]);
        file
    }

    fn archive(entries: &[Vec<u8>]) -> Vec<u8> {
        let mut archive = entries.concat();
        archive.resize(archive.len() + 2 * BLOCK_BYTES, 0);
        archive
    }

    fn read(compressed: &[u8], wanted: &str) -> Option<String> {
        member(compressed, wanted).ok().flatten()
    }

    #[test]
    fn the_manifest_is_found_behind_other_files() {
        let archive = archive(&[
            entry("a-1.0.0/big", b'0', &[7; 200_000]),
            entry("a-1.0.0/x/Cargo.toml", b'0', b"no"),
            entry("a-1.0.0/Cargo.toml", b'5', b""),
            entry("a-1.0.0/Cargo.toml", b'0', b"yes"),
        ]);
        for (flags, optional) in
            [(0, &b""[..]), (8, b"a.crate\0"), (4 | 8 | 16 | 2, b"\x02\0xxname\0comment\0cc")]
        {
            assert_eq!(read(&gzip(flags, optional, &archive), "a-1.0.0/Cargo.toml").as_deref(), Some("yes"));
        }
        assert_eq!(read(&gzip(0, b"", &archive), "b-1.0.0/Cargo.toml"), None);
    }

    #[test]
    fn long_names_stand_before_the_file_or_in_two_fields() {
        let long = format!("{}/Cargo.toml", "x".repeat(120));
        let gnu = archive(&[
            entry("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            entry(&long[..100], b'0', b"gnu"),
        ]);
        assert_eq!(read(&gzip(0, b"", &gnu), &long).as_deref(), Some("gnu"));
        let mut ustar = entry("Cargo.toml", b'0', b"ustar");
        ustar[345..465].copy_from_slice(&long.as_bytes()[..120]);
        assert_eq!(read(&gzip(0, b"", &archive(&[ustar])), &long).as_deref(), Some("ustar"));
    }

    #[test]
    fn damage_is_no_manifest() {
        let whole = gzip(0, b"", &archive(&[entry("a/Cargo.toml", b'0', &[b'x'; 5_000])]));
        for length in 0..whole.len() - 8 {
            // What is cut off behind the file does not matter.
            let cut = read(&whole[..length], "a/Cargo.toml");
            assert!(cut.is_none() || cut.is_some_and(|text| text.len() == 5_000));
        }
        let mut size = entry("a/Cargo.toml", b'0', b"");
        size[124..135].copy_from_slice(b"77777777777");
        assert_eq!(read(&gzip(0, b"", &archive(&[size])), "a/Cargo.toml"), None);
        assert_eq!(read(b"", "a"), None);
    }

    #[test]
    fn a_file_with_another_digest_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-1.0.0.crate");
        let content = gzip(0, b"", &archive(&[entry("a-1.0.0/Cargo.toml", b'0', b"yes")]));
        std::fs::write(&path, &content).unwrap();
        let sha256 = Sha256::digest(&content).into();
        let read = |folder, sha256| CrateFile::read(&path, folder, sha256).unwrap();
        assert_eq!(read("a-1.0.0", &sha256).unwrap().manifest.as_deref(), Some("yes"));
        assert_eq!(read("a-1.0.0", &sha256).unwrap().sha512[..], Sha512::digest(&content)[..]);
        assert_eq!(read("b-1.0.0", &sha256).unwrap().manifest, None);
        assert_eq!(read("a-1.0.0", &[0; 32]), None);
    }
}
