//! COFF: object files for Windows and UEFI, such as the members of their static libraries.
//!
//! ```text
//! machine (2 bytes)  sections (2)  time (4)  symbol table (4)  symbols (4)  0 (2)  flags (2)    section table ...
//! ```
//!
//! The header is that of a PE image, without the signature before it and the optional header after it. So there are no
//! first bytes to tell the format by, and a file is taken for one only if all of its header makes sense. What begins
//! with a machine of 0, such as the members of import libraries and the output of `/bigobj`, has other headers and never
//! holds a list.
//!
//! Source: "PE Format" of Microsoft's Win32 documentation.

use crate::Error;
#[cfg(feature = "facts")]
use crate::container::section::Visitor;
use crate::container::{Headers, pe};
use crate::window::{Window, to_u64};
use object::LittleEndian as LE;
use object::pod;

/// Whether a file of this size, of which these are the first [`HEADER_BYTES`] or more, is an object file.
pub(crate) fn is_object(start: &[u8], size: u64) -> bool {
    let Ok((header, _)) = pod::from_bytes::<object::pe::ImageFileHeader>(start) else { return false };
    let sections = u64::from(header.number_of_sections.get(LE));
    let sections_end = to_u64(HEADER_BYTES).saturating_add(sections.saturating_mul(pe::SECTION_HEADER_BYTES));
    let symbols_start = u64::from(header.pointer_to_symbol_table.get(LE));
    let symbols = u64::from(header.number_of_symbols.get(LE));
    let symbols_end = symbols_start.saturating_add(symbols.saturating_mul(pe::SYMBOL_BYTES));
    let names_end = symbols_end.saturating_add(LEAST_NAMES_BYTES);
    let flags = header.characteristics.get(LE);
    MACHINES.contains(&header.machine.get(LE))
        && header.size_of_optional_header.get(LE) == 0
        && !flags.contains(object::pe::IMAGE_FILE_EXECUTABLE_IMAGE)
        && !flags.contains(object::pe::IMAGE_FILE_DLL)
        && (1..=MAX_SECTIONS).contains(&sections)
        && sections_end <= size
        && ((symbols_start, symbols) == (0, 0) || (symbols_start >= sections_end && names_end <= size))
}

/// Reads the headers of what [`is_object`].
///
/// # Errors
///
/// If the header is unreadable.
pub(crate) fn headers(file: &Window<'_>) -> Result<Headers, Error> {
    Ok(pe::headers_at(file, &file.structure(0, CUT_OFF)?, to_u64(HEADER_BYTES)))
}

/// Shows all sections. They have no addresses before they are linked.
///
/// # Errors
///
/// Those of the visitor, or if the section table is unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_section(file: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    pe::each_section_at(file, &file.structure(0, CUT_OFF)?, to_u64(HEADER_BYTES), 0, visit)
}

const CUT_OFF: &str = "file ends inside the header";

/// Of the file header.
pub(crate) const HEADER_BYTES: usize = size_of::<object::pe::ImageFileHeader>();

/// Of the names behind the symbols, which begin with their size.
const LEAST_NAMES_BYTES: u64 = 4;

/// Symbols name sections by numbers up to 0xfeff.
const MAX_SECTIONS: u64 = 0xfeff;

/// Those that rustc compiles for.
const MACHINES: [object::pe::Machine; 7] = [
    object::pe::IMAGE_FILE_MACHINE_I386,
    object::pe::IMAGE_FILE_MACHINE_AMD64,
    object::pe::IMAGE_FILE_MACHINE_ARM64,
    object::pe::IMAGE_FILE_MACHINE_ARM64EC,
    object::pe::IMAGE_FILE_MACHINE_ARM,
    object::pe::IMAGE_FILE_MACHINE_THUMB,
    object::pe::IMAGE_FILE_MACHINE_ARMNT,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of an object with a section and two symbols.
    fn header() -> [u8; HEADER_BYTES] {
        let mut header = [0; HEADER_BYTES];
        header[..3].copy_from_slice(&[0x64, 0x86, 1]);
        header[8] = 100;
        header[12] = 2;
        header
    }

    #[test]
    fn all_of_the_header_must_make_sense() {
        assert!(is_object(&header(), 140));
        assert!(!is_object(&header(), 139), "the symbols or their names end past the file");
        assert!(!is_object(&header()[..19], 140), "a part of a header");
        for (offset, value, what) in [
            (0, 0x65, "another machine"),
            (2, 0, "no sections"),
            (2, 3, "the section table ends behind the symbols"),
            (3, 0xff, "more sections than symbols can name"),
            (8, 59, "symbols in the section table"),
            (16, 1, "an optional header"),
            (18, 0x02, "an image"),
            (19, 0x20, "a dynamic library"),
        ] {
            let mut header = header();
            header[offset] = value;
            assert!(!is_object(&header, 140), "{what}");
        }
        // Import libraries and `/bigobj`.
        assert!(!is_object(&[[0, 0, 0xff, 0xff].as_slice(), &[0; 60]].concat(), 140));
        assert!(!is_object(b"just a text, and a long one", 140));
    }
}
