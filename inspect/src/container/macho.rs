//! Mach-O of one architecture: 32 and 64 bits, either byte order.
//!
//! Source: `mach-o/loader.h` of Apple's cctools.

use crate::container::{Headers, is_name};
use crate::window::{Window, to_u64};
use crate::{Architecture, Error};
use auditable_graph::section::{MACHO_SEGMENT, NAME};
use object::Endianness;
use object::macho;
use object::read::macho::{MachHeader, Section, Segment};
use std::ops::Range;

/// Reads the header of a Mach-O file.
///
/// # Errors
///
/// If the header itself is unreadable.
pub(crate) fn headers(file: &Window<'_>) -> Result<Headers, Error> {
    match file.array(0, HEADER_ENDS)? {
        [0xfe, 0xed, 0xfa, 0xce] => headers_of_class::<Header32>(file, Endianness::Big),
        [0xce, 0xfa, 0xed, 0xfe] => headers_of_class::<Header32>(file, Endianness::Little),
        [0xfe, 0xed, 0xfa, 0xcf] => headers_of_class::<Header64>(file, Endianness::Big),
        [0xcf, 0xfa, 0xed, 0xfe] => headers_of_class::<Header64>(file, Endianness::Little),
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

fn sections<Mach>(file: &Window<'_>, header: &Mach, endian: Endianness) -> Result<Vec<Range<u64>>, Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let mut found = Vec::new();
    if header.filetype(endian) == macho::MH_DSYM {
        // A file of debug information copies the section headers of its executable without the contents.
        return Ok(found);
    }
    let segment_command = if header.is_type_64() { macho::LC_SEGMENT_64 } else { macho::LC_SEGMENT };
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
        let window = commands.part(offset, size, COMMAND_ENDS)?;
        if command.cmd.get(endian) == segment_command {
            segment::<Mach>(file, &window, header, endian, &mut found)?;
        }
        offset = offset.saturating_add(size);
    }
    Ok(found)
}

fn segment<Mach>(
    file: &Window<'_>,
    command: &Window<'_>,
    header: &Mach,
    endian: Endianness,
    found: &mut Vec<Range<u64>>,
) -> Result<(), Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    // The one segment of a relocatable object has no name and holds the sections of all segments.
    let is_relocatable = header.filetype(endian) == macho::MH_OBJECT;
    let segment: Mach::Segment = command.structure(0, "load command ends inside a segment")?;
    let section_bytes = to_u64(size_of::<Mach::Section>());
    let table = command.part(
        to_u64(size_of::<Mach::Segment>()),
        u64::from(segment.nsects(endian)).saturating_mul(section_bytes),
        SECTIONS_END,
    )?;
    for index in 0..u64::from(segment.nsects(endian)) {
        let section: Mach::Section = table.structure(index.saturating_mul(section_bytes), SECTIONS_END)?;
        if is_name(section.sectname(), NAME)
            && (is_relocatable || is_name(section.segname(), MACHO_SEGMENT))
            && section.flags(endian).typ() != macho::S_ZEROFILL
        {
            let (offset, size) = (section.offset(endian).into(), section.size(endian).into());
            found.push(file.part(offset, size, "section ends past the file")?.range());
        }
    }
    Ok(())
}

const HEADER_ENDS: &str = "file ends inside the header";
const SECTIONS_END: &str = "sections end past their load command";
const COMMAND_ENDS: &str = "load command ends past the load commands";
