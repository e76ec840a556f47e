//! ELF: 32 and 64 bits, either byte order, executables as well as relocatable objects.
//!
//! Source: the System V gABI, chapters "ELF Header" and "Sections", with extended section numbering.

use crate::container::Headers;
#[cfg(feature = "facts")]
use crate::container::section::{NAME_BYTES, Role, Section, Visitor, name as name_of};
use crate::limits::MAX_SECTIONS;
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use auditable_graph::section::NAME;
use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, SectionHeader};
use std::ops::Range;

/// Reads the header of an ELF file.
///
/// # Errors
///
/// If the header itself is unreadable.
pub(crate) fn headers(file: &Window<'_>) -> Result<Headers, Error> {
    match class_and_order(file)? {
        (Class::Bits32, endian) => headers_of_class::<elf::FileHeader32<Endianness>>(file, endian),
        (Class::Bits64, endian) => headers_of_class::<elf::FileHeader64<Endianness>>(file, endian),
    }
}

/// Shows all sections.
///
/// # Errors
///
/// Those of the visitor, or if the section table is unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_section(file: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    match class_and_order(file)? {
        (Class::Bits32, endian) => {
            each_section_of_class::<elf::FileHeader32<Endianness>>(file, endian, visit)
        }
        (Class::Bits64, endian) => {
            each_section_of_class::<elf::FileHeader64<Endianness>>(file, endian, visit)
        }
    }
}

/// Whether a file has 64 bits, and whether its numbers are big-endian.
///
/// # Errors
///
/// If the header itself is unreadable.
#[cfg(feature = "facts")]
pub(crate) fn shape(file: &Window<'_>) -> Result<(bool, bool), Error> {
    let (class, endian) = class_and_order(file)?;
    Ok((matches!(class, Class::Bits64), matches!(endian, Endianness::Big)))
}

enum Class {
    Bits32,
    Bits64,
}

fn class_and_order(file: &Window<'_>) -> Result<(Class, Endianness), Error> {
    let ident: [u8; 6] = file.array(0, HEADER_ENDS)?;
    let [_, _, _, _, class, order] = ident;
    let endian = match order {
        1 => Endianness::Little,
        2 => Endianness::Big,
        _ => return Err(file.malformed("unknown byte order", 5)),
    };
    match class {
        1 => Ok((Class::Bits32, endian)),
        2 => Ok((Class::Bits64, endian)),
        _ => Err(file.malformed("neither of 32 nor of 64 bits", 4)),
    }
}

fn headers_of_class<Elf>(file: &Window<'_>, endian: Endianness) -> Result<Headers, Error>
where
    Elf: FileHeader<Endian = Endianness>,
{
    let header: Elf = file.structure(0, HEADER_ENDS)?;
    let architecture = architecture(header.e_machine(endian), endian, header.is_type_64());
    Ok(Headers { architecture, sections: sections(file, &header, endian) })
}

/// The sections with the list.
fn sections<Elf>(file: &Window<'_>, header: &Elf, endian: Endianness) -> Result<Vec<Range<u64>>, Error>
where
    Elf: FileHeader<Endian = Endianness>,
{
    let mut found = Vec::new();
    walk(file, header, endian, |names, section| {
        // A section without bits is one of a debug file: its content stayed in the file that it was taken
        // from.
        if matches!(section.sh_type(endian), elf::SHT_NULL | elf::SHT_NOBITS)
            || !is_named(names, section.sh_name(endian))?
        {
            return Ok(());
        }
        let (offset, size) = (section.sh_offset(endian).into(), section.sh_size(endian).into());
        if section.sh_flags(endian).contains(elf::SHF_COMPRESSED) {
            return Err(file.malformed("the linker compressed the section of the list once more", offset));
        }
        found.push(file.part(offset, size, "section ends past the file")?.range());
        Ok(())
    })?;
    Ok(found)
}

#[cfg(feature = "facts")]
fn each_section_of_class<Elf>(
    file: &Window<'_>,
    endian: Endianness,
    visit: &mut Visitor<'_>,
) -> Result<(), Error>
where
    Elf: FileHeader<Endian = Endianness>,
{
    let header: Elf = file.structure(0, HEADER_ENDS)?;
    walk(file, &header, endian, |names, section| {
        let flags = section.sh_flags(endian);
        let (name, _) = names.prefix::<NAME_BYTES>(section.sh_name(endian).into())?;
        let has_content = !matches!(section.sh_type(endian), elf::SHT_NULL | elf::SHT_NOBITS);
        let is_loaded = flags.contains(elf::SHF_ALLOC);
        let (address, size): (u64, u64) = (section.sh_addr(endian).into(), section.sh_size(endian).into());
        visit(Section {
            name: name_of(&name),
            // A file of debug information has the code's section headers without the code.
            role: match (is_loaded, flags.contains(elf::SHF_EXECINSTR)) {
                (true, true) => Role::Code,
                (true, false) if has_content => Role::Data,
                _ => Role::Other,
            },
            offset: section.sh_offset(endian).into(),
            size: if has_content { size } else { 0 },
            addresses: if is_loaded { address..address.saturating_add(size) } else { 0..0 },
            is_compressed: flags.contains(elf::SHF_COMPRESSED),
        })
    })
}

/// Shows each section header, with the table of names.
fn walk<Elf>(
    file: &Window<'_>,
    header: &Elf,
    endian: Endianness,
    mut visit: impl FnMut(&Window<'_>, &Elf::SectionHeader) -> Result<(), Error>,
) -> Result<(), Error>
where
    Elf: FileHeader<Endian = Endianness>,
{
    let table_offset: u64 = header.e_shoff(endian).into();
    if table_offset == 0 {
        // The section table may be stripped: it is not needed to run.
        return Ok(());
    }
    let header_bytes = to_u64(size_of::<Elf::SectionHeader>());
    if u64::from(header.e_shentsize(endian)) != header_bytes {
        return Err(file.malformed("section headers of an unknown size", 0));
    }
    // Numbers that do not fit into 16 bits are in section 0.
    let first = || file.structure::<Elf::SectionHeader>(table_offset, TABLE_ENDS);
    let section_count = match header.e_shnum(endian) {
        0 => first()?.sh_size(endian).into(),
        count => u64::from(count),
    };
    let names_index = match header.e_shstrndx(endian) {
        elf::SHN_XINDEX => u64::from(first()?.sh_link(endian)),
        index => u64::from(index.0),
    };
    if section_count > MAX_SECTIONS {
        return Err(Error::Limit {
            what: "sections",
            limit: MAX_SECTIONS,
            actual: section_count,
            offset: file.file_offset(table_offset),
        });
    }
    let table = file.part(table_offset, section_count.saturating_mul(header_bytes), TABLE_ENDS)?;
    let section = |index: u64| {
        table.structure::<Elf::SectionHeader>(
            index.saturating_mul(header_bytes),
            "section number is out of range",
        )
    };
    if names_index == 0 {
        // No section has a name.
        return Ok(());
    }
    let names = section(names_index)?;
    if names.sh_type(endian) == elf::SHT_NOBITS {
        return Err(file.malformed("section names have no content", table_offset));
    }
    let names = file.part(
        names.sh_offset(endian).into(),
        names.sh_size(endian).into(),
        "section names end past the file",
    )?;
    for index in 0..section_count {
        visit(&names, &section(index)?)?;
    }
    Ok(())
}

fn is_named(names: &Window<'_>, offset: u32) -> Result<bool, Error> {
    let offset = u64::from(offset);
    // The name and the zero that ends it.
    let size = to_u64(NAME.len()).saturating_add(1);
    let left = names.len().checked_sub(offset);
    match left {
        None => Err(names.malformed(NAME_LIES_OUTSIDE, 0)),
        Some(left) if left < size => Ok(false),
        Some(_) => {
            Ok(names.array::<{ NAME.len().saturating_add(1) }>(offset, NAME_LIES_OUTSIDE)?.strip_suffix(&[0])
                == Some(NAME.as_bytes()))
        }
    }
}

fn architecture(machine: elf::Machine, endian: Endianness, is_64: bool) -> Architecture {
    let is_big = matches!(endian, Endianness::Big);
    match (machine, is_big) {
        (elf::EM_386, _) => Architecture::I686,
        (elf::EM_X86_64, _) => Architecture::X86_64,
        (elf::EM_ARM, false) => Architecture::Arm,
        (elf::EM_ARM, true) => Architecture::Armeb,
        (elf::EM_AARCH64, false) => Architecture::Aarch64,
        (elf::EM_AARCH64, true) => Architecture::Aarch64Be,
        (elf::EM_RISCV, _) if is_64 => Architecture::RiscV64,
        (elf::EM_RISCV, _) => Architecture::RiscV32,
        (elf::EM_LOONGARCH, _) if is_64 => Architecture::LoongArch64,
        (elf::EM_LOONGARCH, _) => Architecture::LoongArch32,
        (elf::EM_S390, _) => Architecture::S390x,
        (elf::EM_PPC, _) => Architecture::PowerPc,
        (elf::EM_PPC64, true) => Architecture::PowerPc64,
        (elf::EM_PPC64, false) => Architecture::PowerPc64Le,
        (elf::EM_MIPS, true) if is_64 => Architecture::Mips64,
        (elf::EM_MIPS, false) if is_64 => Architecture::Mips64el,
        (elf::EM_MIPS, true) => Architecture::Mips,
        (elf::EM_MIPS, false) => Architecture::Mipsel,
        (elf::EM_SPARC | elf::EM_SPARC32PLUS, _) => Architecture::Sparc,
        (elf::EM_SPARCV9, _) => Architecture::Sparc64,
        (elf::EM_AVR, _) => Architecture::Avr,
        (elf::EM_BPF, _) => Architecture::Bpf,
        (elf::EM_CSKY, _) => Architecture::Csky,
        (elf::EM_HEXAGON, _) => Architecture::Hexagon,
        (elf::EM_68K, _) => Architecture::M68k,
        (elf::EM_MSP430, _) => Architecture::Msp430,
        (elf::EM_XTENSA, _) => Architecture::Xtensa,
        (other, _) => Architecture::Unknown(u32::from(other.0)),
    }
}

const HEADER_ENDS: &str = "file ends inside the header";
const TABLE_ENDS: &str = "section table ends past the file";
const NAME_LIES_OUTSIDE: &str = "section name lies past the section names";
