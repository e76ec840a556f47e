//! Static libraries: the object file with the list as one more member of the archive that rustc has made.
//!
//! ```text
//! "!<arch>\n"  ( name (16)  time (12)  user (6)  group (6)  mode (8)  size (10)  "`\n"  content  [\n] )*
//! ```
//!
//! The member comes last, so every offset in the archive's table of symbols stays right. It has no symbol, so no
//! linker takes it out of the archive, unless it is told to take all (`--whole-archive`, `-force_load`): a program
//! that links the library is what it was, and so is a Rust program with a list of its own. The list is there for
//! those who look into the archive.
//!
//! Sources: ar(5) of FreeBSD, "PE Format" of Microsoft, and what LLVM's `ArchiveWriter.cpp`, by which rustc makes
//! archives, does about alignment.

use crate::report::Problem;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Adds the object file to each of the archives that is there, which rustc has just written. Costs the writing of a few
/// kB.
///
/// # Errors
///
/// If none is there, or one is no archive or cannot be written; then it is as it was.
pub(crate) fn add(files: &[PathBuf], object: &[u8]) -> Result<(), Problem> {
    let mut is_any_there = false;
    for path in files.iter().filter(|path| path.exists()) {
        is_any_there = true;
        add_to(path, object).map_err(|error| {
            Problem::new(format!("the list cannot be added to {}", path.display())).cause(error)
        })?;
    }
    if is_any_there {
        return Ok(());
    }
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    Err(Problem::new(format!(
        "which file rustc wrote the static library to is not known: none of {}",
        names.join(", ")
    )))
}

/// A file that has other names as well, such as one in a cache that made rustc's work its own, is not changed: this
/// name gets a copy.
fn add_to(path: &Path, object: &[u8]) -> io::Result<()> {
    if !has_other_names(path)? {
        return append(path, object);
    }
    let copy = path.with_extension("dep-v0.tmp");
    let done =
        fs::copy(path, &copy).and_then(|_| append(&copy, object)).and_then(|()| fs::rename(&copy, path));
    if done.is_err() {
        let _ = fs::remove_file(&copy);
    }
    done
}

#[cfg(unix)]
fn has_other_names(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::metadata(path)?.nlink() > 1)
}

/// Other systems do not say it.
#[cfg(not(unix))]
fn has_other_names(_: &Path) -> io::Result<bool> {
    Ok(false)
}

fn append(path: &Path, object: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let kind = Kind::of(&mut file)?;
    let end = file.seek(SeekFrom::End(0))?;
    let written = file.write_all(&kind.member(end, object)).and_then(|()| file.flush());
    if written.is_err() {
        // Half a member would make the archive useless.
        file.set_len(end)?;
    }
    written
}

/// Who writes names how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// GNU and Windows: a slash ends the name.
    Gnu,
    /// BSD and Apple: the name stands before the content where it is long. Apple's linkers want objects at multiples of
    /// 8, which LLVM brings about by the length of the name.
    Bsd,
}

impl Kind {
    /// Tells by the first member.
    fn of(file: &mut File) -> io::Result<Self> {
        let mut start = Vec::new();
        file.take(START_BYTES).read_to_end(&mut start)?;
        let Some(name) = start.strip_prefix(MAGIC) else {
            let what = if start.starts_with(THIN_MAGIC) {
                "it is a thin archive, which only names its members"
            } else {
                "it is no archive"
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        };
        let is_bsd = name.starts_with(b"#1/") || name.starts_with(b"__.SYMDEF");
        Ok(if is_bsd { Self::Bsd } else { Self::Gnu })
    }

    /// The member with the object file, and what must stand before and after it, in an archive of `end` bytes.
    fn member(self, end: u64, object: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !end.is_multiple_of(2) {
            bytes.push(b'\n');
        }
        let content_at = end.next_multiple_of(2).saturating_add(HEADER_BYTES);
        let (name, content) = match self {
            Self::Gnu => (format!("{NAME}/"), object.to_vec()),
            Self::Bsd => {
                let mut content = NAME.as_bytes().to_vec();
                while !content_at.saturating_add(size(&content)).is_multiple_of(BSD_ALIGNMENT) {
                    content.push(0);
                }
                let name = format!("#1/{}", content.len());
                content.extend_from_slice(object);
                while !content_at.saturating_add(size(&content)).is_multiple_of(BSD_ALIGNMENT) {
                    content.push(b'\n');
                }
                (name, content)
            }
        };
        // No time and nobody's file, as rustc writes them, so that the archive is always the same.
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, "644", content.len());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&content);
        if !content.len().is_multiple_of(2) {
            bytes.push(b'\n');
        }
        bytes
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Short enough to stand in a header of every kind.
const NAME: &str = "dep-v0.o";

const MAGIC: &[u8] = b"!<arch>\n";
const THIN_MAGIC: &[u8] = b"!<thin>\n";

/// The magic number and the name of the first member.
const START_BYTES: u64 = 8 + 16;

const HEADER_BYTES: u64 = 60;

const BSD_ALIGNMENT: u64 = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use object::read::archive::ArchiveFile;

    /// An archive with one member, by the rules of each kind.
    fn archive(name: &str, content: &[u8]) -> Vec<u8> {
        let size = content.len();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, "644").into_bytes());
        bytes.extend_from_slice(content);
        bytes
    }

    fn appended(before: &[u8], object: &[u8]) -> io::Result<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.a");
        fs::write(&path, before).unwrap();
        let result = append(&path, object);
        let after = fs::read(&path).unwrap();
        if result.is_err() {
            assert_eq!(after, before);
        }
        result.map(|()| after)
    }

    #[test]
    fn another_reader_finds_both_members() {
        for first in ["a.o/", "/", "a.o", "#1/4", "__.SYMDEF"] {
            for content in ["a.o\0", "a.o\0x"] {
                for object in [&b"odd"[..], b"even"] {
                    let before = archive(first, content.as_bytes());
                    let after = appended(&before, object).unwrap();
                    assert!(after.starts_with(&before) && after.len().is_multiple_of(2));
                    let read = ArchiveFile::parse(after.as_slice()).unwrap();
                    let members: Vec<_> = read.members().map(Result::unwrap).collect();
                    let last = members.last().unwrap();
                    assert_eq!(last.name(), NAME.as_bytes(), "{first}");
                    let data = last.data(after.as_slice()).unwrap();
                    assert_eq!(&data[..object.len()], object);
                    assert!(data[object.len()..].iter().all(|byte| *byte == b'\n'));
                    assert_eq!((last.date(), last.uid(), last.gid()), (Some(0), Some(0), Some(0)));
                    if first.starts_with(['#', '_']) {
                        assert!(last.file_range().0.is_multiple_of(BSD_ALIGNMENT));
                    }
                }
            }
        }
    }

    #[test]
    fn an_archive_without_members() {
        let after = appended(MAGIC, b"object").unwrap();
        let read = ArchiveFile::parse(after.as_slice()).unwrap();
        assert_eq!(read.members().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_another_name_stays_as_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (cached, library) = (folder.path().join("cached"), folder.path().join("lib.a"));
        fs::write(&cached, MAGIC).unwrap();
        fs::hard_link(&cached, &library).unwrap();
        add(std::slice::from_ref(&library), b"object").unwrap();
        assert_eq!(fs::read(&cached).unwrap(), MAGIC);
        assert!(fs::read(&library).unwrap().ends_with(b"object"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_archive_stays_as_it_is() {
        for (before, why) in
            [(&b"!<thin>\nmore"[..], "thin archive"), (b"\x7fELF", "no archive"), (b"", "no archive")]
        {
            assert!(appended(before, b"object").unwrap_err().to_string().contains(why));
        }
        assert!(add(&["nowhere/lib.a".into()], b"object").unwrap_err().to_string().contains("nowhere"));
    }
}
