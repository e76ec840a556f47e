//! Universal ("fat") Mach-O: one file with a Mach-O for each architecture.
//!
//! ```text
//! magic, number of slices                                   big-endian, as everything here
//! for each slice: cputype, cpusubtype, offset, size, align  offset and size have 64 bits after the magic cafebabf
//! ```
//!
//! Source: `mach-o/fat.h` of Apple's cctools.

use crate::container::macho;
use crate::limits::MAX_SLICES;
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use object::BigEndian;
use object::macho::{FatArch32, FatArch64, FatHeader};
use object::read::macho::FatArch;
use std::ops::Range;

/// One entry of the table.
pub(crate) struct Slice {
    pub(crate) architecture: Architecture,
    /// Where in the file the slice says to be.
    pub(crate) claimed: Range<u64>,
    /// Why the slice cannot be there.
    pub(crate) error: Option<Error>,
}

/// Reads the table of slices.
///
/// # Errors
///
/// If the table itself is unreadable.
pub(crate) fn slices(file: &Window<'_>, is_64: bool) -> Result<Vec<Slice>, Error> {
    if is_64 { slices_of_class::<FatArch64>(file) } else { slices_of_class::<FatArch32>(file) }
}

fn slices_of_class<Arch: FatArch>(file: &Window<'_>) -> Result<Vec<Slice>, Error> {
    let header: FatHeader = file.structure(0, "file ends inside the header")?;
    let count = header.nfat_arch.get(BigEndian);
    if count > MAX_SLICES {
        return Err(Error::Limit {
            what: "slices",
            limit: MAX_SLICES.into(),
            actual: count.into(),
            offset: file.file_offset(0),
        });
    }
    if count == 0 {
        return Err(file.malformed("universal file without slices", 0));
    }
    let header_bytes = to_u64(size_of::<FatHeader>());
    let entry_bytes = to_u64(size_of::<Arch>());
    let table_bytes = u64::from(count).saturating_mul(entry_bytes);
    let table = file.part(header_bytes, table_bytes, TABLE_ENDS)?;
    // What is taken: the table first, then one slice after the other.
    let table_range = 0..header_bytes.saturating_add(table_bytes);
    let mut taken = vec![table_range];
    let mut slices = Vec::new();
    for index in 0..u64::from(count) {
        let entry_offset = index.saturating_mul(entry_bytes);
        let entry: Arch = table.structure(entry_offset, TABLE_ENDS)?;
        let (offset, size) = (entry.offset().into(), entry.size().into());
        let claimed = offset..offset.saturating_add(size);
        let error = if let Err(error) = file.part(offset, size, "slice ends past the file") {
            Some(error)
        } else if taken.iter().any(|taken| taken.start < claimed.end && claimed.start < taken.end) {
            Some(table.malformed("slice overlaps another one or the table of slices", entry_offset))
        } else {
            taken.push(claimed.clone());
            None
        };
        slices.push(Slice { architecture: macho::architecture(entry.cputype()), claimed, error });
    }
    Ok(slices)
}

const TABLE_ENDS: &str = "table of slices ends past the file";
