//! PE: Windows and UEFI images, 32 and 64 bits, which differ only in a header that is skipped here.
//!
//! Source: "PE Format" of Microsoft's Win32 documentation.

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
    let header: pe::ImageFileHeader = file.structure(offset, CUT_OFF)?;
    Ok(Headers {
        architecture: architecture(header.machine.get(LE)),
        sections: sections(file, &header, offset.saturating_add(to_u64(size_of::<pe::ImageFileHeader>()))),
    })
}

/// `offset` is the end of the file header.
fn sections(file: &Window<'_>, header: &pe::ImageFileHeader, offset: u64) -> Result<Vec<Range<u64>>, Error> {
    let header_bytes = to_u64(size_of::<pe::ImageSectionHeader>());
    let table_bytes = u64::from(header.number_of_sections.get(LE)).saturating_mul(header_bytes);
    let table_offset = offset.saturating_add(u64::from(header.size_of_optional_header.get(LE)));
    let table = file.part(table_offset, table_bytes, TABLE_ENDS)?;
    let mut found = Vec::new();
    for index in 0..u64::from(header.number_of_sections.get(LE)) {
        let section: pe::ImageSectionHeader =
            table.structure(index.saturating_mul(header_bytes), TABLE_ENDS)?;
        if !is_name(&section.name, NAME) {
            continue;
        }
        // The raw data is padded up to the alignment of the file; a virtual size of 0 is one that is not
        // known.
        let size = match (section.virtual_size.get(LE), section.size_of_raw_data.get(LE)) {
            (0, raw_size) => raw_size,
            (virtual_size, raw_size) => virtual_size.min(raw_size),
        };
        let offset = section.pointer_to_raw_data.get(LE);
        found.push(file.part(offset.into(), size.into(), "section ends past the file")?.range());
    }
    Ok(found)
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
