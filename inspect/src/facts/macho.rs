//! Mach-O: the load commands for UUID, tools and symbols.
//!
//! Source: `mach-o/loader.h` and `mach-o/stab.h` of Apple's cctools.

use super::debug::DebugSections;
use super::{DebugInfo, Facts, hex};
use crate::Error;
use crate::container::{macho, section};
use crate::window::{Window, to_u64};
use object::Endianness;
use object::macho::{
    BuildToolVersion, BuildVersionCommand, DysymtabCommand, LC_BUILD_VERSION, LC_DYSYMTAB, LC_SYMTAB,
    LC_UUID, SymtabCommand, UuidCommand,
};

/// # Errors
///
/// If the load commands are damaged; [`Error::Io`].
pub(super) fn facts(file: &Window<'_>) -> Result<Facts, Error> {
    let mut facts = Facts { is_stripped: true, ..Facts::default() };
    let mut symbols = None;
    macho::each_command(file, &mut |endian, command, window| {
        match command {
            LC_UUID => {
                let command: UuidCommand<Endianness> = window.structure(0, COMMAND_ENDS)?;
                facts.build_id = Some(uuid(&command.uuid));
            }
            LC_BUILD_VERSION => tools(endian, window, &mut facts)?,
            LC_SYMTAB => {
                let command: SymtabCommand<Endianness> = window.structure(0, COMMAND_ENDS)?;
                symbols = Some((command.symoff.get(endian), command.nsyms.get(endian)));
            }
            LC_DYSYMTAB => {
                let command: DysymtabCommand<Endianness> = window.structure(0, COMMAND_ENDS)?;
                // Functions of Rust are local or private symbols. Apple's `strip` leaves one of its own.
                facts.is_stripped = command.nlocalsym.get(endian) <= 1;
            }
            _ => {}
        }
        Ok(())
    })?;
    let mut debug = DebugSections::default();
    section::each(file, &mut |section| {
        debug.add(&section);
        Ok(())
    })?;
    facts.debug_info = debug.level(file)?;
    if let Some((offset, count)) = symbols
        && facts.debug_info == DebugInfo::None
        && names_objects(file, offset.into(), count.into())?
    {
        facts.debug_info = DebugInfo::Separate;
    }
    Ok(facts)
}

/// The tools that made the file, of which one is the linker.
fn tools(endian: Endianness, window: &Window<'_>, facts: &mut Facts) -> Result<(), Error> {
    let command: BuildVersionCommand<Endianness> = window.structure(0, COMMAND_ENDS)?;
    let tool_bytes = to_u64(size_of::<BuildToolVersion<Endianness>>());
    let table = to_u64(size_of::<BuildVersionCommand<Endianness>>());
    for index in 0..u64::from(command.ntools.get(endian)) {
        let offset = table.saturating_add(index.saturating_mul(tool_bytes));
        let tool: BuildToolVersion<Endianness> = window.structure(offset, COMMAND_ENDS)?;
        let [major_high, major_low, minor, patch] = tool.version.get(endian).0.to_be_bytes();
        let version = format!("{}.{minor}.{patch}", u16::from_be_bytes([major_high, major_low]));
        let name = match tool.tool.get(endian).0 {
            1 => "clang",
            2 => "swift",
            3 => "Apple ld",
            4 => "LLD",
            _ => continue,
        };
        let text = format!("{name} {version}");
        if matches!(name, "Apple ld" | "LLD") {
            facts.linker = Some(text);
        } else {
            facts.add_producer(text.as_bytes());
        }
    }
    Ok(())
}

/// Whether the symbol table names object files, where debuggers then look.
fn names_objects(file: &Window<'_>, offset: u64, count: u64) -> Result<bool, Error> {
    // The fourth byte of an entry is its type; entries of 32 bits have 12 bytes.
    let entry_bytes =
        if matches!(file.array::<4>(0, COMMAND_ENDS)?, [0xce, ..] | [_, _, _, 0xce]) { 12 } else { 16 };
    let size = count.saturating_mul(entry_bytes).min(MAX_SYMBOL_BYTES);
    let Ok(table) = file.part(offset, size, COMMAND_ENDS) else { return Ok(false) };
    let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
    table.fill(0, &mut bytes, COMMAND_ENDS)?;
    let entry_bytes = usize::try_from(entry_bytes).unwrap_or(usize::MAX);
    Ok(bytes.chunks_exact(entry_bytes).any(|entry| entry.get(4) == Some(&N_OSO)))
}

/// As `otool` shows it: `1B4E28BA-2FA1-11D2-883F-0016D3CCA427`.
fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = hex(bytes).to_ascii_uppercase();
    for place in [20, 16, 12, 8] {
        text.insert(place, '-');
    }
    text
}

const COMMAND_ENDS: &str = "load command ends before its fields";

/// The type of a symbol that names an object file.
const N_OSO: u8 = 0x66;

/// As much of the symbol table is looked at: 65,536 entries. The names of object files are all over it.
const MAX_SYMBOL_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_five_parts() {
        let bytes =
            [0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2, 0x88, 0x3f, 0, 0x16, 0xd3, 0xcc, 0xa4, 0x27];
        assert_eq!(uuid(&bytes), "1B4E28BA-2FA1-11D2-883F-0016D3CCA427");
    }
}
