//! A file to read at any place, whatever it was given as.

use crate::scan::walk::is_standard_input;
use auditable_inspect::ReadAt;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// An open file whose size is asked for once, and whose headers are read once: the readers of archives, lists, facts and
/// paths look at the same few pages, one after the other.
pub(crate) struct OpenFile {
    file: File,
    size: u64,
    pages: RefCell<VecDeque<Page>>,
}

/// A part of the file, [`PAGE_BYTES`] of it or the rest.
struct Page {
    number: u64,
    bytes: Vec<u8>,
}

impl OpenFile {
    /// Opens a file, or standard input for `-`. What comes through a pipe is put into a temporary file that no one
    /// else sees, up to so many bytes.
    ///
    /// # Errors
    ///
    /// If it cannot be opened or read, or is a folder or a device.
    pub(crate) fn open(path: &Path, max_pipe_bytes: u64) -> io::Result<Self> {
        let file = if is_standard_input(path) { standard_input()? } else { File::open(path)? };
        let metadata = file.metadata()?;
        if metadata.is_file() {
            return Ok(Self::new(file, metadata.len()));
        }
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !is_stream(&metadata) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a device, which has no end"));
        }
        let mut spooled = tempfile::tempfile()?;
        let size = io::copy(&mut file.take(max_pipe_bytes.saturating_add(1)), &mut spooled)?;
        if size > max_pipe_bytes {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!(
                    "more than {max_pipe_bytes} bytes come through the pipe: name a file, or allow more with --max-spooled"
                ),
            ));
        }
        Ok(Self::new(spooled, size))
    }

    fn new(file: File, size: u64) -> Self {
        Self { file, size, pages: RefCell::default() }
    }

    /// Copies a few bytes out of a page that was read; `None` if there is none with all of them.
    fn copy(&self, offset: u64, buffer: &mut [u8]) -> Option<()> {
        let (number, skipped) = (offset / PAGE_BYTES, (offset % PAGE_BYTES) as usize);
        let pages = self.pages.borrow();
        let page = pages.iter().find(|page| page.number == number)?;
        buffer.copy_from_slice(page.bytes.get(skipped..)?.get(..buffer.len())?);
        Some(())
    }

    /// Keeps what was read if it is a page.
    fn keep(&self, offset: u64, bytes: &[u8]) {
        let size = PAGE_BYTES.min(self.size.saturating_sub(offset));
        if offset.is_multiple_of(PAGE_BYTES) && bytes.len() as u64 == size {
            let mut pages = self.pages.borrow_mut();
            pages.truncate(KEPT_PAGES - 1);
            pages.push_front(Page { number: offset / PAGE_BYTES, bytes: bytes.to_vec() });
        }
    }

    fn read_past_pages(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(offset, buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is shorter than the system says: it is being changed, or is no ordinary file",
            ),
            _ => error,
        })
    }
}

impl ReadAt for OpenFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.size)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.copy(offset, buffer).is_none() {
            self.read_past_pages(offset, buffer)?;
            self.keep(offset, buffer);
        }
        Ok(())
    }
}

#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

#[cfg(unix)]
fn is_stream(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_fifo() || metadata.file_type().is_socket()
}

/// Of a pipe it cannot be told here what it is.
#[cfg(not(unix))]
fn is_stream(_: &Metadata) -> bool {
    true
}

/// A page of most systems, and of the readers of headers.
const PAGE_BYTES: u64 = 4096;

/// The headers at the start of a file and the tables at its end, with some to spare.
const KEPT_PAGES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_becomes_shorter_is_said_to() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, b"something").unwrap();
        let open = OpenFile::open(file.path(), 0).unwrap();
        file.as_file().set_len(4).unwrap();
        let error = open.read_exact_at(0, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(error.to_string().contains("shorter than the system says"), "{error}");
    }
}
