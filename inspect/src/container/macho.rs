//! Mach-O of one architecture: 32 and 64 bits, either byte order.
//!
//! Source: `mach-o/loader.h` of Apple's cctools.

#[cfg(feature = "facts")]
use crate::container::section::{Role, Section, Visitor, name as name_of};
use crate::container::{Headers, is_name};
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use auditable_graph::section::{MACHO_SEGMENT, NAME};
use object::Endianness;
use object::macho;
use object::read::macho::{MachHeader, Section as _, Segment as _};
use std::ops::Range;

/// Reads the header of a Mach-O file.
///
/// # Errors
///
/// If the header itself is unreadable.
pub(crate) fn headers(file: &Window<'_>) -> Result<Headers, Error> {
    match class_and_order(file)? {
        (Class::Bits32, endian) => headers_of_class::<Header32>(file, endian),
        (Class::Bits64, endian) => headers_of_class::<Header64>(file, endian),
    }
}

/// Shows all sections.
///
/// # Errors
///
/// Those of the visitor, or if the load commands are unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_section(file: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    match class_and_order(file)? {
        (Class::Bits32, endian) => each_section_of_class::<Header32>(file, endian, visit),
        (Class::Bits64, endian) => each_section_of_class::<Header64>(file, endian, visit),
    }
}

/// Shows all load commands: their numbers, and their content with the header of the command.
///
/// # Errors
///
/// Those of the visitor, or if the load commands are unreadable.
#[cfg(feature = "facts")]
pub(crate) fn each_command(
    file: &Window<'_>,
    visit: &mut dyn FnMut(Endianness, macho::LoadCommandType, &Window<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    match class_and_order(file)? {
        (Class::Bits32, endian) => {
            walk(file, &file.structure::<Header32>(0, HEADER_ENDS)?, endian, &mut |cmd, window| {
                visit(endian, cmd, window)
            })
        }
        (Class::Bits64, endian) => {
            walk(file, &file.structure::<Header64>(0, HEADER_ENDS)?, endian, &mut |cmd, window| {
                visit(endian, cmd, window)
            })
        }
    }
}

/// Whether a file has 64 bits, and whether its numbers are big-endian.
///
/// # Errors
///
/// If the header itself is unreadable.
#[cfg(feature = "functions")]
pub(crate) fn shape(file: &Window<'_>) -> Result<(bool, bool), Error> {
    let (class, endian) = class_and_order(file)?;
    Ok((matches!(class, Class::Bits64), matches!(endian, Endianness::Big)))
}

enum Class {
    Bits32,
    Bits64,
}

fn class_and_order(file: &Window<'_>) -> Result<(Class, Endianness), Error> {
    match file.array(0, HEADER_ENDS)? {
        [0xfe, 0xed, 0xfa, 0xce] => Ok((Class::Bits32, Endianness::Big)),
        [0xce, 0xfa, 0xed, 0xfe] => Ok((Class::Bits32, Endianness::Little)),
        [0xfe, 0xed, 0xfa, 0xcf] => Ok((Class::Bits64, Endianness::Big)),
        [0xcf, 0xfa, 0xed, 0xfe] => Ok((Class::Bits64, Endianness::Little)),
        _ => Err(file.malformed("no Mach-O header", 0)),
    }
}

/// The architecture of a type of processor.
pub(crate) fn architecture(cpu: macho::CpuType) -> Architecture {
    match cpu {
        macho::CPU_TYPE_X86 => Architecture::I686,
        macho::CPU_TYPE_X86_64 => Architecture::X86_64,
        macho::CPU_TYPE_ARM => Architecture::Arm,
        macho::CPU_TYPE_ARM64 => Architecture::Aarch64,
        macho::CPU_TYPE_ARM64_32 => Architecture::Arm6432,
        macho::CPU_TYPE_POWERPC => Architecture::PowerPc,
        macho::CPU_TYPE_POWERPC64 => Architecture::PowerPc64,
        other => Architecture::Unknown(other.0),
    }
}

type Header32 = macho::MachHeader32<Endianness>;
type Header64 = macho::MachHeader64<Endianness>;

fn headers_of_class<Mach>(file: &Window<'_>, endian: Endianness) -> Result<Headers, Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let header: Mach = file.structure(0, HEADER_ENDS)?;
    Ok(Headers {
        architecture: architecture(header.cputype(endian)),
        sections: sections(file, &header, endian),
    })
}

/// The sections with the list.
fn sections<Mach>(file: &Window<'_>, header: &Mach, endian: Endianness) -> Result<Vec<Range<u64>>, Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let mut found = Vec::new();
    if header.filetype(endian) == macho::MH_DSYM {
        // A file of debug information copies the section headers of its executable without the contents.
        return Ok(found);
    }
    // The one segment of a relocatable object has no name and holds the sections of all segments.
    let is_relocatable = header.filetype(endian) == macho::MH_OBJECT;
    walk_sections(file, header, endian, &mut |section| {
        if is_name(section.sectname(), NAME)
            && (is_relocatable || is_name(section.segname(), MACHO_SEGMENT))
            && section.flags(endian).typ() != macho::S_ZEROFILL
        {
            let (offset, size) = (section.offset(endian).into(), section.size(endian).into());
            found.push(file.part(offset, size, "section ends past the file")?.range());
        }
        Ok(())
    })?;
    Ok(found)
}

#[cfg(feature = "facts")]
fn each_section_of_class<Mach>(
    file: &Window<'_>,
    endian: Endianness,
    visit: &mut Visitor<'_>,
) -> Result<(), Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let header: Mach = file.structure(0, HEADER_ENDS)?;
    let is_dsym = header.filetype(endian) == macho::MH_DSYM;
    walk_sections(file, &header, endian, &mut |section| {
        let flags = section.flags(endian);
        let is_debug = is_name(section.segname(), "__DWARF");
        let is_zeros =
            matches!(flags.typ(), macho::S_ZEROFILL | macho::S_GB_ZEROFILL | macho::S_THREAD_LOCAL_ZEROFILL);
        // A file of debug information copies the headers of all other sections without the contents.
        let has_content = !is_zeros && (is_debug || !is_dsym);
        let is_code = flags.contains(macho::S_ATTR_PURE_INSTRUCTIONS)
            || flags.contains(macho::S_ATTR_SOME_INSTRUCTIONS);
        let (address, size): (u64, u64) = (section.addr(endian).into(), section.size(endian).into());
        visit(Section {
            name: name_of(section.sectname()),
            role: match (is_debug || is_zeros, is_code) {
                (true, _) => Role::Other,
                (false, true) => Role::Code,
                (false, false) => Role::Data,
            },
            offset: if has_content { section.offset(endian).into() } else { 0 },
            size: if has_content { size } else { 0 },
            addresses: if is_debug { 0..0 } else { address..address.saturating_add(size) },
            is_compressed: false,
        })
    })
}

/// Shows the section headers of all segments.
fn walk_sections<Mach>(
    file: &Window<'_>,
    header: &Mach,
    endian: Endianness,
    visit: &mut dyn FnMut(&Mach::Section) -> Result<(), Error>,
) -> Result<(), Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let segment_command = if header.is_type_64() { macho::LC_SEGMENT_64 } else { macho::LC_SEGMENT };
    walk(file, header, endian, &mut |command, window| {
        if command != segment_command {
            return Ok(());
        }
        let segment: Mach::Segment = window.structure(0, "load command ends inside a segment")?;
        let section_bytes = to_u64(size_of::<Mach::Section>());
        let table = window.part(
            to_u64(size_of::<Mach::Segment>()),
            u64::from(segment.nsects(endian)).saturating_mul(section_bytes),
            SECTIONS_END,
        )?;
        for index in 0..u64::from(segment.nsects(endian)) {
            visit(&table.structure(index.saturating_mul(section_bytes), SECTIONS_END)?)?;
        }
        Ok(())
    })
}

/// Shows all load commands.
fn walk<Mach>(
    file: &Window<'_>,
    header: &Mach,
    endian: Endianness,
    visit: &mut dyn FnMut(macho::LoadCommandType, &Window<'_>) -> Result<(), Error>,
) -> Result<(), Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let commands = file.part(
        to_u64(size_of::<Mach>()),
        u64::from(header.sizeofcmds(endian)),
        "load commands end past the file",
    )?;
    let mut offset = 0u64;
    for _ in 0..header.ncmds(endian) {
        let command: macho::LoadCommand<Endianness> = commands.structure(offset, COMMAND_ENDS)?;
        let size = u64::from(command.cmdsize.get(endian));
        if size < to_u64(size_of::<macho::LoadCommand<Endianness>>()) {
            return Err(commands.malformed("load command is smaller than its own header", offset));
        }
        visit(command.cmd.get(endian), &commands.part(offset, size, COMMAND_ENDS)?)?;
        offset = offset.saturating_add(size);
    }
    Ok(())
}

const HEADER_ENDS: &str = "file ends inside the header";
const SECTIONS_END: &str = "sections end past their load command";
const COMMAND_ENDS: &str = "load command ends past the load commands";
