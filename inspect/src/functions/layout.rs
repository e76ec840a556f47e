//! Where in a binary its code, its debug information and its symbols are.

use crate::container::section::{self, Role, Section};
use crate::container::{elf, macho};
use crate::window::Window;
use crate::{Architecture, Container, Error};
use gimli::RunTimeEndian;
use std::ops::Range;

pub(super) struct Layout {
    pub(super) endian: RunTimeEndian,
    /// Whether the file is one that is yet to be linked: what is in it may be dropped then, and addresses and references
    /// between its sections are still to be filled in.
    pub(super) is_relocatable: bool,
    /// What of an address is not where a function lies: the mark of Thumb code on 32-bit ARM.
    pub(super) address_marks: u64,
    /// Addresses, sorted, without overlap.
    code: Vec<Range<u64>>,
    debug: Vec<Section>,
    /// Where the sections of a PE file are loaded, in the order of the table.
    addresses: Vec<u64>,
    /// The symbol table and the names of an ELF file.
    pub(super) symbols: Option<Section>,
    pub(super) names: Option<Section>,
}

impl Layout {
    /// Reads the headers.
    ///
    /// # Errors
    ///
    /// If they are damaged.
    pub(super) fn read(file: &Window<'_>, architecture: Architecture) -> Result<Self, Error> {
        let is_big = match file.container() {
            Container::Elf => elf::shape(file)?.1,
            Container::MachO => macho::shape(file)?.1,
            Container::Pe | Container::Coff | Container::Wasm => false,
        };
        let endian = if is_big { RunTimeEndian::Big } else { RunTimeEndian::Little };
        let address_marks = u64::from(matches!(architecture, Architecture::Arm | Architecture::Armeb));
        let mut layout = Self {
            endian,
            is_relocatable: is_relocatable(file, is_big)?,
            address_marks,
            code: Vec::new(),
            debug: Vec::new(),
            addresses: Vec::new(),
            symbols: None,
            names: None,
        };
        section::each(file, &mut |section| {
            if file.container() == Container::Pe {
                layout.addresses.push(section.addresses.start);
            }
            if section.role == Role::Code && !section.addresses.is_empty() {
                layout.code.push(section.addresses);
            } else if section.debug_name().is_some()
                && layout.debug.len() < MAX_DEBUG_SECTIONS
                && section.size > 0
            {
                layout.debug.push(section);
            } else if section.name == ".symtab" {
                layout.symbols = Some(section);
            } else if section.name == ".strtab" {
                layout.names = Some(section);
            }
            Ok(())
        })?;
        layout.code.sort_unstable_by_key(|range| range.start);
        layout.code.dedup_by(|next, previous| {
            let is_joined = next.start <= previous.end;
            if is_joined {
                previous.end = previous.end.max(next.end);
            }
            is_joined
        });
        Ok(layout)
    }

    /// Whether code is at an address. Linkers write 0 for what they dropped.
    pub(super) fn is_code(&self, address: u64) -> bool {
        let index = self.code.partition_point(|range| range.start <= address);
        address != 0
            && index
                .checked_sub(1)
                .and_then(|index| self.code.get(index))
                .is_some_and(|range| range.contains(&address))
    }

    /// Where a section of a PE file is loaded, by its number, which counts from 1.
    pub(super) fn section_address(&self, number: u16) -> Option<u64> {
        self.addresses.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// A section by its name in ELF, such as `.debug_info`.
    pub(super) fn debug_section(&self, name: &str) -> Option<&Section> {
        let name = name.strip_prefix(".debug_")?;
        self.debug.iter().find(|section| {
            section.debug_name().is_some_and(|known| {
                // Mach-O cuts names after 16 characters.
                known == name || (section.name.len() == MACHO_NAME_BYTES && name.starts_with(known))
            })
        })
    }
}

/// Sources: the gABI, `e_type`; `mach-o/loader.h`, `filetype`.
fn is_relocatable(file: &Window<'_>, is_big: bool) -> Result<bool, Error> {
    let (offset, relocatable) = match file.container() {
        Container::Elf => (16, ET_REL),
        Container::MachO => (12, MH_OBJECT),
        Container::Coff => return Ok(true),
        Container::Pe | Container::Wasm => return Ok(false),
    };
    // The type of a Mach-O file has four bytes, of which the two with the value are looked at.
    let offset = if is_big && file.container() == Container::MachO { 14 } else { offset };
    let bytes: [u8; 2] = file.array(offset, "file ends before its header does")?;
    let kind = if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
    Ok(kind == relocatable)
}

const ET_REL: u16 = 1;

const MH_OBJECT: u16 = 1;

/// There are some twenty kinds.
const MAX_DEBUG_SECTIONS: usize = 256;

const MACHO_NAME_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_where_its_sections_are() {
        let layout = Layout {
            endian: RunTimeEndian::Little,
            is_relocatable: false,
            address_marks: 0,
            code: vec![0..0x10, 0x1000..0x1010],
            debug: Vec::new(),
            addresses: Vec::new(),
            symbols: None,
            names: None,
        };
        for (address, expected) in [
            (0, false),
            (1, true),
            (0xf, true),
            (0x10, false),
            (0x1000, true),
            (0x1010, false),
            (u64::MAX, false),
        ] {
            assert_eq!(layout.is_code(address), expected, "{address:#x}");
        }
    }
}
