//! PE: the version of the linker, its Rich header, the debug directory, the table of COFF symbols.
//!
//! Sources: "PE Format" of Microsoft's Win32 documentation; the record of a PDB from LLVM's `CVDebugRecord.h`:
//! `RSDS`, GUID (16 bytes), age (4 bytes), path, 0.

use super::debug::DebugSections;
use super::{DebugInfo, Facts};
use crate::Error;
use crate::container::pe::file_header;
use crate::container::section::{self, Role, Section};
use crate::limits::MAX_NOTE_BYTES;
use crate::window::{Window, to_u64};
use object::LittleEndian as LE;
use object::pe;

/// # Errors
///
/// If the headers are damaged; [`Error::Io`]. Damage of the debug directory is no error: without it programs run.
pub(super) fn facts(file: &Window<'_>) -> Result<Facts, Error> {
    let (header, offset) = file_header(file)?;
    let mut facts = Facts { is_stripped: header.number_of_symbols.get(LE) == 0, ..Facts::default() };
    let mut debug = DebugSections::default();
    let mut loaded = Vec::new();
    section::each(file, &mut |section| {
        debug.add(&section);
        if section.role == Role::Data && loaded.len() < MAX_LOADED_SECTIONS {
            loaded.push(section);
        }
        Ok(())
    })?;
    let [magic_low, magic_high, major, minor] = file.array(offset, HEADER_ENDS)?;
    facts.linker = linker(major, minor, has_rich_header(file, offset)?);
    facts.debug_info = debug.level(file)?;
    let is_64 = [magic_low, magic_high] == [0x0b, 0x02];
    if let Some(pdb) = pdb(file, offset, is_64, &loaded)? {
        facts.build_id = Some(pdb.id);
        facts.debug_file = Some(pdb.path).filter(|path| !path.is_empty());
        if facts.debug_info == DebugInfo::None && facts.debug_file.is_some() {
            facts.debug_info = DebugInfo::Separate;
        }
    }
    Ok(facts)
}

/// The linker by its version. Microsoft's writes a Rich header too, LLD claims to be version 14.0 of it, and GNU ld
/// writes the version of the binutils.
fn linker(major: u8, minor: u8, has_rich_header: bool) -> Option<String> {
    match (has_rich_header, major, minor) {
        (_, 0, 0) => None,
        (true, ..) => Some(format!("Microsoft link {major}.{minor:02}")),
        (false, 14, 0) => Some("LLD".to_owned()),
        (false, 2, _) => Some(format!("GNU ld {major}.{minor}")),
        (false, ..) => Some(format!("version {major}.{minor}")),
    }
}

/// Whether there is a Rich header, which lies between the DOS program and the PE header; `offset` is the end of
/// the file header.
fn has_rich_header(file: &Window<'_>, offset: u64) -> Result<bool, Error> {
    let mut bytes = vec![0; usize::try_from(offset.min(MAX_STUB_BYTES)).unwrap_or_default()];
    file.fill(0, &mut bytes, HEADER_ENDS)?;
    Ok(memchr::memmem::find(&bytes, b"Rich").is_some())
}

struct Pdb {
    id: String,
    path: String,
}

/// The PDB that the debug directory names; `offset` is that of the optional header.
fn pdb(file: &Window<'_>, offset: u64, is_64: bool, sections: &[Section]) -> Result<Option<Pdb>, Error> {
    let base = base_and_directories(is_64);
    let count_offset = offset.saturating_add(base.directories).saturating_sub(4);
    let count = u32::from_le_bytes(file.array(count_offset, HEADER_ENDS)?);
    if count <= DEBUG_DIRECTORY {
        return Ok(None);
    }
    let entry = offset
        .saturating_add(base.directories)
        .saturating_add(u64::from(DEBUG_DIRECTORY).saturating_mul(DIRECTORY_BYTES));
    let directory: pe::ImageDataDirectory = file.structure(entry, HEADER_ENDS)?;
    let image_base = if is_64 {
        u64::from_le_bytes(file.array(offset.saturating_add(base.image_base), HEADER_ENDS)?)
    } else {
        u32::from_le_bytes(file.array(offset.saturating_add(base.image_base), HEADER_ENDS)?).into()
    };
    let address = image_base.saturating_add(directory.virtual_address.get(LE).into());
    let Some(section) = sections.iter().find(|section| section.addresses.contains(&address)) else {
        return Ok(None);
    };
    let table = section.offset.saturating_add(address.saturating_sub(section.addresses.start));
    let entry_bytes = to_u64(size_of::<pe::ImageDebugDirectory>());
    let entries = u64::from(directory.size.get(LE)).checked_div(entry_bytes).unwrap_or_default();
    for index in 0..entries.min(MAX_DEBUG_ENTRIES) {
        let at = table.saturating_add(index.saturating_mul(entry_bytes));
        let Ok(entry) = file.structure::<pe::ImageDebugDirectory>(at, HEADER_ENDS) else { break };
        if entry.typ.get(LE) != pe::IMAGE_DEBUG_TYPE_CODEVIEW {
            continue;
        }
        let size = u64::from(entry.size_of_data.get(LE)).min(MAX_NOTE_BYTES);
        let mut record = vec![0; usize::try_from(size).unwrap_or_default()];
        let place = entry.pointer_to_raw_data.get(LE).into();
        if file.part(place, size, HEADER_ENDS).is_ok() {
            file.fill(place, &mut record, HEADER_ENDS)?;
            return Ok(pdb_of_record(&record));
        }
    }
    Ok(None)
}

/// Where things lie in the optional header, from its start.
struct Offsets {
    image_base: u64,
    directories: u64,
}

fn base_and_directories(is_64: bool) -> Offsets {
    if is_64 {
        Offsets { image_base: 24, directories: 112 }
    } else {
        Offsets { image_base: 28, directories: 96 }
    }
}

fn pdb_of_record(record: &[u8]) -> Option<Pdb> {
    let (guid, rest) = record.strip_prefix(b"RSDS")?.split_first_chunk::<16>()?;
    let (age, path) = rest.split_first_chunk::<4>()?;
    // The first three parts of a GUID are numbers, stored little-endian.
    let &[a, b, c, d, e, f, g, h, tail @ ..] = guid;
    let first = u32::from_le_bytes([a, b, c, d]);
    let (second, third) = (u16::from_le_bytes([e, f]), u16::from_le_bytes([g, h]));
    let tail: String = tail.iter().map(|byte| format!("{byte:02X}")).collect();
    let age = u32::from_le_bytes(*age);
    Some(Pdb { id: format!("{first:08X}{second:04X}{third:04X}{tail}{age:X}"), path: section::name(path) })
}

const HEADER_ENDS: &str = "file ends inside the header";

/// The number of the debug directory among the data directories.
const DEBUG_DIRECTORY: u32 = 6;

const DIRECTORY_BYTES: u64 = 8;

/// Images have two to five.
const MAX_DEBUG_ENTRIES: u64 = 64;

/// The DOS program and the Rich header have some 250 bytes.
const MAX_STUB_BYTES: u64 = 4096;

/// Images have some ten sections.
const MAX_LOADED_SECTIONS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers_are_told_apart() {
        assert_eq!(linker(14, 44, true).as_deref(), Some("Microsoft link 14.44"));
        assert_eq!(linker(14, 0, false).as_deref(), Some("LLD"));
        assert_eq!(linker(2, 40, false).as_deref(), Some("GNU ld 2.40"));
        assert_eq!(linker(0, 0, false), None);
    }

    #[test]
    fn the_record_of_a_pdb_is_read() {
        let record =
            [&b"RSDS"[..], &(0u8..16).collect::<Vec<u8>>(), &[0x1a, 0, 0, 0], b"C:\\a\\app.pdb\0"].concat();
        let pdb = pdb_of_record(&record).unwrap();
        assert_eq!(pdb.id, "03020100050407060809 0A0B0C0D0E0F1A".replace(' ', ""));
        assert_eq!(pdb.path, "C:\\a\\app.pdb");
        for end in 0..24 {
            assert!(pdb_of_record(&record[..end]).is_none());
        }
    }
}
