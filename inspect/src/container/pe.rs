//! PE: Windows and UEFI images, 32 and 64 bits, which differ only in a header that is skipped here.
//!
//! Source: "PE Format" of Microsoft's Win32 documentation.

#[cfg(feature = "facts")]
use crate::container::section::{NAME_BYTES, Role, Section, Visitor, name as name_of};
use crate::container::{Headers, is_name};
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use auditable_graph::section::NAME;
use object::LittleEndian as LE;
use object::pe;
use std::ops::Range;

/// Reads the header of a PE file.
///
/// # Errors
///
/// [`Error::NotABinary`] if only the old DOS header is there; any other error if the header is unreadable.
pub(crate) fn headers(file: &Window<'_>) -> Result<Headers, Error> {
    let (header, offset) = file_header(file)?;
    Ok(headers_at(file, &header, offset))
}

/// As [`headers`], for a file header that is known; `offset` is the end of it. Objects of COFF have the same.
pub(super) fn headers_at(file: &Window<'_>, header: &pe::ImageFileHeader, offset: u64) -> Headers {
    Headers { architecture: architecture(header.machine.get(LE)), sections: sections(file, header, offset) }
}

/// Reads the file header, and the offset of what follows it.
///
/// # Errors
///
/// As [`headers`].
pub(crate) fn file_header(file: &Window<'_>) -> Result<(pe::ImageFileHeader, u64), Error> {
    let signature_offset = match file.structure::<pe::ImageDosHeader>(0, CUT_OFF) {
        Ok(dos) => u64::from(dos.e_lfanew.get(LE)),
        Err(Error::Malformed { .. }) => return Err(dos_program()),
        Err(error) => return Err(error),
    };
    match file.array(signature_offset, CUT_OFF) {
        Ok([b'P', b'E', 0, 0]) => {}
        Ok(_) | Err(Error::Malformed { .. }) => return Err(dos_program()),
        Err(error) => return Err(error),
    }
    let offset = signature_offset.saturating_add(SIGNATURE_BYTES);
    let header = file.structure(offset, CUT_OFF)?;
    Ok((header, offset.saturating_add(to_u64(size_of::<pe::ImageFileHeader>()))))
}

/// Shows all sections.
///
/// # Errors
///
/// Those of the visitor, or if the section table is unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_section(file: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    let (header, offset) = file_header(file)?;
    let base = image_base(file, offset)?;
    each_section_at(file, &header, offset, base, visit)
}

/// As [`each_section`], for a file header that is known; `offset` is the end of it, `base` where the file is loaded.
///
/// # Errors
///
/// As [`each_section`].
#[cfg(feature = "facts")]
pub(super) fn each_section_at(
    file: &Window<'_>,
    header: &pe::ImageFileHeader,
    offset: u64,
    base: u64,
    visit: &mut Visitor<'_>,
) -> Result<(), Error> {
    walk(file, header, offset, &mut |section| {
        let flags = section.characteristics.get(LE);
        let is_code = flags.contains(pe::IMAGE_SCN_CNT_CODE) || flags.contains(pe::IMAGE_SCN_MEM_EXECUTE);
        let address = base.saturating_add(section.virtual_address.get(LE).into());
        visit(Section {
            name: section_name(file, header, &section.name)?,
            role: if is_code {
                Role::Code
            } else if flags.contains(pe::IMAGE_SCN_CNT_INITIALIZED_DATA)
                && !flags.contains(pe::IMAGE_SCN_MEM_DISCARDABLE)
            {
                Role::Data
            } else {
                Role::Other
            },
            offset: section.pointer_to_raw_data.get(LE).into(),
            size: content_size(section).into(),
            addresses: address..address.saturating_add(section.virtual_size.get(LE).into()),
            is_compressed: false,
        })
    })
}

/// Where the image wants to be loaded; `offset` is that of the optional header.
#[cfg(feature = "facts")]
fn image_base(file: &Window<'_>, offset: u64) -> Result<u64, Error> {
    let at = |distance| offset.saturating_add(distance);
    match file.array(offset, CUT_OFF)? {
        [0x0b, 0x01] => Ok(u32::from_le_bytes(file.array(at(28), CUT_OFF)?).into()),
        [0x0b, 0x02] => Ok(u64::from_le_bytes(file.array(at(24), CUT_OFF)?)),
        _ => Ok(0),
    }
}

/// The name of a section. GNU linkers write one with more than 8 bytes as `/` and its offset in the table of
/// strings, which follows the symbols.
#[cfg(feature = "facts")]
fn section_name(file: &Window<'_>, header: &pe::ImageFileHeader, field: &[u8]) -> Result<String, Error> {
    let short = name_of(field);
    let Some(offset) = short.strip_prefix('/').and_then(|digits| digits.parse::<u64>().ok()) else {
        return Ok(short);
    };
    let symbols = u64::from(header.number_of_symbols.get(LE)).saturating_mul(SYMBOL_BYTES);
    let strings = u64::from(header.pointer_to_symbol_table.get(LE)).saturating_add(symbols);
    let (name, _) = file.prefix::<NAME_BYTES>(strings.saturating_add(offset))?;
    Ok(name_of(&name))
}

/// The sections with the list; `offset` is the end of the file header.
fn sections(file: &Window<'_>, header: &pe::ImageFileHeader, offset: u64) -> Result<Vec<Range<u64>>, Error> {
    let mut found = Vec::new();
    walk(file, header, offset, &mut |section| {
        if is_name(&section.name, NAME) {
            let offset = section.pointer_to_raw_data.get(LE);
            let size = content_size(section);
            found.push(file.part(offset.into(), size.into(), "section ends past the file")?.range());
        }
        Ok(())
    })?;
    Ok(found)
}

/// The raw data is padded up to the alignment of the file; a virtual size of 0 is one that is not known, as always in
/// objects of COFF.
fn content_size(section: &pe::ImageSectionHeader) -> u32 {
    match (section.virtual_size.get(LE), section.size_of_raw_data.get(LE)) {
        (0, raw_size) => raw_size,
        (virtual_size, raw_size) => virtual_size.min(raw_size),
    }
}

/// Shows all section headers; `offset` is the end of the file header.
fn walk(
    file: &Window<'_>,
    header: &pe::ImageFileHeader,
    offset: u64,
    visit: &mut dyn FnMut(&pe::ImageSectionHeader) -> Result<(), Error>,
) -> Result<(), Error> {
    let table_bytes = u64::from(header.number_of_sections.get(LE)).saturating_mul(SECTION_HEADER_BYTES);
    let table_offset = offset.saturating_add(u64::from(header.size_of_optional_header.get(LE)));
    let table = file.part(table_offset, table_bytes, TABLE_ENDS)?;
    for index in 0..u64::from(header.number_of_sections.get(LE)) {
        visit(&table.structure(index.saturating_mul(SECTION_HEADER_BYTES), TABLE_ENDS)?)?;
    }
    Ok(())
}

fn dos_program() -> Error {
    Error::NotABinary {
        start: b"MZ".to_vec(),
        known_as: Some("a DOS program, or the first bytes of a PE file that was cut off"),
    }
}

fn architecture(machine: pe::Machine) -> Architecture {
    match machine {
        pe::IMAGE_FILE_MACHINE_I386 => Architecture::I686,
        pe::IMAGE_FILE_MACHINE_AMD64 => Architecture::X86_64,
        pe::IMAGE_FILE_MACHINE_ARM64 => Architecture::Aarch64,
        pe::IMAGE_FILE_MACHINE_ARM64EC => Architecture::Arm64Ec,
        pe::IMAGE_FILE_MACHINE_ARM | pe::IMAGE_FILE_MACHINE_THUMB | pe::IMAGE_FILE_MACHINE_ARMNT => {
            Architecture::Arm
        }
        pe::IMAGE_FILE_MACHINE_RISCV32 => Architecture::RiscV32,
        pe::IMAGE_FILE_MACHINE_RISCV64 => Architecture::RiscV64,
        other => Architecture::Unknown(u32::from(other.0)),
    }
}

const CUT_OFF: &str = "file ends inside the header";
const TABLE_ENDS: &str = "section table ends past the file";

const SIGNATURE_BYTES: u64 = 4;

/// Of one entry of the table of sections.
pub(super) const SECTION_HEADER_BYTES: u64 = 40;

/// Of one entry of the table of symbols.
pub(super) const SYMBOL_BYTES: u64 = 18;
