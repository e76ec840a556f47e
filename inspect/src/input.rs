use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that can be read at any position: a file, a slice, or an object of your own such as a member of an
/// archive. A binary is read in a few small pieces, so it need not be in memory.
pub trait ReadAt {
    /// Number of bytes. It is asked once for each reading.
    ///
    /// # Errors
    ///
    /// If the size cannot be found out.
    fn size(&self) -> io::Result<u64>;

    /// Fills `buffer` with the bytes that begin at `offset`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::UnexpectedEof`] if there are not that many bytes; any other error of the source.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl ReadAt for [u8] {
    fn size(&self) -> io::Result<u64> {
        u64::try_from(self.len()).map_err(io::Error::other)
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let tail = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        match tail.and_then(|tail| tail.get(..buffer.len())) {
            Some(bytes) => {
                buffer.copy_from_slice(bytes);
                Ok(())
            }
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_exact_at(offset, buffer)
    }
}

/// By positional reads where the system has them. On Windows they move the position of the file; on systems
/// without them, such as WASI, they are a seek and a read, so the file must not be used by others meanwhile.
impl ReadAt for File {
    fn size(&self) -> io::Result<u64> {
        let metadata = self.metadata()?;
        if metadata.is_file() {
            return Ok(metadata.len());
        }
        // A block device has a size of 0 there.
        let mut file = self;
        file.seek(SeekFrom::End(0))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        file::read_exact_at(self, offset, buffer)
    }
}

#[cfg(unix)]
mod file {
    use std::fs::File;
    use std::io;
    use std::os::unix::fs::FileExt as _;

    pub(super) fn read_exact_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        file.read_exact_at(buffer, offset)
    }
}

#[cfg(windows)]
mod file {
    use crate::window::to_u64;
    use std::fs::File;
    use std::io;
    use std::os::windows::fs::FileExt as _;

    pub(super) fn read_exact_at(file: &File, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            let count = match file.seek_read(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            buffer = buffer.get_mut(count..).unwrap_or_default();
            offset = offset.saturating_add(to_u64(count));
        }
        Ok(())
    }
}

#[cfg(not(any(unix, windows)))]
mod file {
    use std::fs::File;
    use std::io::{self, Read as _, Seek as _, SeekFrom};

    pub(super) fn read_exact_at(mut file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(buffer)
    }
}

/// Any reader that can seek. Its position is moved.
#[derive(Debug)]
pub struct Seekable<R>(RefCell<R>);

impl<R: Read + Seek> Seekable<R> {
    /// Wraps a reader.
    pub fn new(reader: R) -> Self {
        Self(RefCell::new(reader))
    }
}

impl<R: Read + Seek> ReadAt for Seekable<R> {
    fn size(&self) -> io::Result<u64> {
        self.0.borrow_mut().seek(SeekFrom::End(0))
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut reader = self.0.borrow_mut();
        reader.seek(SeekFrom::Start(offset))?;
        reader.read_exact(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_read_inside_its_bounds_only() {
        let bytes: &[u8] = &[1, 2, 3, 4];
        let mut buffer = [0; 2];
        bytes.read_exact_at(2, &mut buffer).unwrap();
        assert_eq!(buffer, [3, 4]);
        for offset in [3, 4, 5, u64::MAX] {
            let error = bytes.read_exact_at(offset, &mut buffer).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
        bytes.read_exact_at(4, &mut []).unwrap();
    }

    #[test]
    fn a_seekable_reader_is_read_from_its_start() {
        let mut cursor = io::Cursor::new(vec![1, 2, 3, 4]);
        cursor.set_position(3);
        let source = Seekable::new(cursor);
        let mut buffer = [0; 2];
        source.read_exact_at(1, &mut buffer).unwrap();
        assert_eq!((source.size().unwrap(), buffer), (4, [2, 3]));
    }
}
