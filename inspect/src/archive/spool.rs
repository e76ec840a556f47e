use crate::archive::input::{CHUNK_BYTES, Input};
use crate::archive::meter::Meter;
use crate::window::to_u64;
use crate::{Error, ReadAt};
use std::fs::File;
use std::io::{self, Write as _};

/// What came out of a decompressor and must be read at any position: small in memory, otherwise in a file without
/// a name.
///
/// Decompressing twice instead, once for the headers and again for what they point to, takes longer: the section
/// table of ELF is at the end, and what it points to is before it.
pub(super) struct Spool<'m> {
    memory: Vec<u8>,
    file: Option<File>,
    file_bytes: u64,
    meter: &'m Meter<'m>,
}

impl<'m> Spool<'m> {
    /// Reads an input to its end.
    pub(super) fn fill(input: &mut Input<'_>, meter: &'m Meter<'m>) -> Result<Self, Error> {
        let mut spool = Self { memory: Vec::new(), file: None, file_bytes: 0, meter };
        loop {
            let bytes = input.fill()?;
            if bytes.is_empty() {
                break;
            }
            let count = bytes.len();
            spool.memory.extend_from_slice(bytes);
            input.consume(count);
            // Before it would grow beyond that.
            if spool.memory.len().saturating_add(CHUNK_BYTES) > MEMORY_BYTES {
                spool.write(input.position())?;
            }
        }
        if spool.file.is_some() {
            spool.write(input.position())?;
            spool.memory = Vec::new();
        }
        Ok(spool)
    }

    fn write(&mut self, offset: u64) -> Result<(), Error> {
        self.meter.add_spooled(self.memory.len(), offset)?;
        self.file_bytes = self.file_bytes.saturating_add(to_u64(self.memory.len()));
        let file = match &mut self.file {
            Some(file) => file,
            file @ None => file.insert(tempfile::tempfile().map_err(Error::TemporaryFile)?),
        };
        file.write_all(&self.memory).map_err(Error::TemporaryFile)?;
        self.memory.clear();
        Ok(())
    }
}

impl ReadAt for Spool<'_> {
    fn size(&self) -> io::Result<u64> {
        match self.file {
            Some(_) => Ok(self.file_bytes),
            None => self.memory.as_slice().size(),
        }
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.file {
            Some(file) => file.read_exact_at(offset, buffer),
            None => self.memory.as_slice().read_exact_at(offset, buffer),
        }
    }
}

impl Drop for Spool<'_> {
    fn drop(&mut self) {
        self.meter.release_spooled(self.file_bytes);
    }
}

/// What is kept in memory, and written at once otherwise: 256 KiB. With 1 MiB each thread needs 2 MB more, since the
/// buffer grows, and packages are not read faster.
const MEMORY_BYTES: usize = 256 << 10;
