//! A list of paths, as `find -print0` writes it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// Paths, one after the other.
pub(crate) struct List {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    separator: u8,
}

impl List {
    pub(crate) fn new(path: PathBuf, reader: impl BufRead + Send + 'static, separator: u8) -> Self {
        Self { path, reader: Box::new(reader), separator }
    }

    /// Opens a file with a list, or standard input for `-`. Paths end with a zero byte, or else with their line.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened.
    pub(crate) fn open(path: &Path, is_zero_terminated: bool) -> io::Result<Self> {
        let separator = if is_zero_terminated { 0 } else { b'\n' };
        if path.as_os_str() == "-" {
            return Ok(Self::new("standard input".into(), BufReader::new(io::stdin()), separator));
        }
        Ok(Self::new(path.to_owned(), BufReader::new(File::open(path)?), separator))
    }

    /// Where the list comes from, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The next path; empty ones are skipped.
    ///
    /// # Errors
    ///
    /// If the list cannot be read or is none.
    pub(crate) fn next(&mut self) -> io::Result<Option<PathBuf>> {
        loop {
            let mut bytes = Vec::new();
            self.reader.by_ref().take(MAX_PATH_BYTES).read_until(self.separator, &mut bytes)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            if bytes.last() == Some(&self.separator) {
                bytes.pop();
            } else if bytes.len() as u64 == MAX_PATH_BYTES {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!(
                        "a path of more than {MAX_PATH_BYTES} bytes is in the list; paths that end with a zero \
                         byte need --null"
                    ),
                ));
            }
            if cfg!(windows) && self.separator == b'\n' && bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
            if !bytes.is_empty() {
                return path(bytes).map(Some);
            }
        }
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have byte sequences that are no path")]
fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    let text = String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a path in the list is not UTF-8"))?;
    Ok(text.into())
}

/// No system has longer paths: Windows ends at 32,767 UTF-16 units, Linux at 4096 bytes.
const MAX_PATH_BYTES: u64 = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], separator: u8) -> Vec<String> {
        let mut list = List::new(PathBuf::new(), io::Cursor::new(bytes.to_vec()), separator);
        std::iter::from_fn(|| list.next().unwrap()).map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn the_last_path_needs_no_end_and_names_with_newlines_need_zeros() {
        assert_eq!(read(b"a\n\n b \nc", b'\n'), ["a", " b ", "c"]);
        assert_eq!(read(b"a\nb\0c\0", 0), ["a\nb", "c"]);
        assert!(read(b"", 0).is_empty());
    }

    #[test]
    fn something_else_than_a_list_does_not_fill_memory() {
        let mut list = List::new(PathBuf::new(), BufReader::new(io::repeat(b'x')), b'\n');
        assert!(list.next().unwrap_err().to_string().contains("--null"));
    }
}
