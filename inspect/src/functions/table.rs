//! Functions in symbol tables of ELF, Mach-O and, as GNU linkers leave them, PE.
//!
//! ```text
//! ELF, 32 bits  name (4 bytes)  value (4)  size (4)  info (1)  other (1)  section (2)
//! ELF, 64 bits  name (4 bytes)  info (1)  other (1)  section (2)  value (8)  size (8)
//! Mach-O        name (4 bytes)  type (1)  section (1)  description (2)  value (4 or 8)
//! COFF          0 (4 bytes)  name (4)  value (4)  section (2)  type (2)  class (1)  number of extra entries (1)
//! ```
//!
//! A name is an offset in the table of names; COFF has one of up to 8 bytes in its place, which no function of Rust
//! has. Sources: the gABI, "Symbol Table"; `mach-o/nlist.h` of Apple's cctools; "PE Format" of Microsoft's Win32
//! documentation.

use super::Evidence;
use super::layout::Layout;
use super::matcher::{Matcher, is_in_std, is_of_rust, is_std};
use super::origin::Origin;
use super::reader::{Reader, Source};
use super::symbol::Symbol;
use super::told::{Told, name_key};
use crate::container::section::{Role, Section};
use crate::container::{elf, macho, pe};
use crate::window::Window;
use crate::{Container, Error};
use gimli::Reader as _;
use object::macho::{LC_SYMTAB, SymtabCommand};
use object::{Endianness, LittleEndian as LE};

/// What a symbol table shows besides the functions that are asked for.
#[derive(Default)]
pub(super) struct Outcome {
    /// Whether it names functions of Rust.
    pub(super) has_functions: bool,
    /// Whether it names a function of a crate that was compiled without debug information.
    pub(super) has_untold: bool,
    /// Whether functions of crates are in a shared library: of crates that it was made from, and of any that these use.
    pub(super) has_shared: bool,
}

/// Reads the symbols of functions. `told` is what debug information tells of.
///
/// # Errors
///
/// [`Error::Malformed`] if the table lies outside of the file, [`Error::Io`].
pub(super) fn read(
    file: &Window<'_>,
    layout: &Layout,
    told: &Told,
    matcher: &mut Matcher<'_>,
) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    let Some((table, names, shape)) = tables(file, layout)? else { return Ok(outcome) };
    let (Some(table), Some(names)) = (Source::open(file, &table, 0)?, Source::open(file, &names, 0)?) else {
        return Ok(outcome);
    };
    let mut entries = Reader::new(&table, layout.endian);
    let strings = Reader::new(&names, layout.endian);
    let mut buffer = Vec::new();
    while let Some(entry) = entry(&mut entries, shape, layout) {
        let address = entry.address & !layout.address_marks;
        let is_asked = match entry.role {
            EntryRole::Undefined => !outcome.has_shared,
            EntryRole::Function => layout.is_code(address),
            EntryRole::Other => false,
        };
        if !is_asked {
            continue;
        }
        let mut string = strings.clone();
        let Some(name) = string
            .skip(entry.name.into())
            .and_then(|()| string.read_null_terminated_slice())
            .ok()
            .and_then(|name| name.text_in(MAX_NAME_BYTES, &mut buffer))
        else {
            continue;
        };
        let is_of_crate = || {
            // Windows has pointers to what is in other files.
            let name = name.strip_prefix("__imp_").unwrap_or(name);
            Symbol::parse(name).is_some_and(|symbol| {
                symbol.libraries().any(|library| !is_std(library) && !is_in_std(library))
            })
        };
        if entry.role == EntryRole::Undefined {
            outcome.has_shared = is_of_rust(name.strip_prefix("__imp_").unwrap_or(name)) && is_of_crate();
            continue;
        }
        let is_of_rust = is_of_rust(name);
        if !is_of_rust && told.has_code(address) {
            continue;
        }
        outcome.has_functions |= is_of_rust;
        let matched = matcher.function(name, None, &Origin::Unknown);
        // What debug information tells of was counted from it, and with its source file.
        if is_of_rust && !told.is_empty() && told.has_function(address, name_key(name)) {
            continue;
        }
        matcher.count(&matched, Evidence::Symbols, false);
        if is_of_rust && !outcome.has_untold && !told.is_empty() && !told.has_code(address) {
            outcome.has_untold = is_of_crate();
        }
    }
    match table.failure().or(names.failure()) {
        Some(error) => Err(error),
        None => Ok(outcome),
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Elf { is_64: bool },
    MachO { is_64: bool },
    Coff,
}

/// The table of symbols and that of their names.
fn tables(file: &Window<'_>, layout: &Layout) -> Result<Option<(Section, Section, Shape)>, Error> {
    match file.container() {
        Container::Elf => {
            let shape = Shape::Elf { is_64: elf::shape(file)?.0 };
            Ok(layout.symbols.clone().zip(layout.names.clone()).map(|(table, names)| (table, names, shape)))
        }
        Container::MachO => {
            let mut found = None;
            macho::each_command(file, &mut |endian: Endianness, command, window| {
                if command == LC_SYMTAB {
                    let command: SymtabCommand<Endianness> =
                        window.structure(0, "load command ends before its fields")?;
                    let is_64 = macho::shape(file)?.0;
                    let entry_bytes = if is_64 { 16 } else { 12 };
                    let size = u64::from(command.nsyms.get(endian)).saturating_mul(entry_bytes);
                    let names = part(command.stroff.get(endian).into(), command.strsize.get(endian).into());
                    found =
                        Some((part(command.symoff.get(endian).into(), size), names, Shape::MachO { is_64 }));
                }
                Ok(())
            })?;
            Ok(found)
        }
        Container::Pe => {
            let (header, _) = pe::file_header(file)?;
            let (offset, count) = (header.pointer_to_symbol_table.get(LE), header.number_of_symbols.get(LE));
            let size = u64::from(count).saturating_mul(COFF_ENTRY_BYTES);
            let names = u64::from(offset).saturating_add(size);
            let names = part(names, file.len().saturating_sub(names));
            Ok((count > 0).then(|| (part(offset.into(), size), names, Shape::Coff)))
        }
        // The names of functions are there, and not where they lie.
        Container::Coff | Container::Wasm => Ok(None),
    }
}

fn part(offset: u64, size: u64) -> Section {
    Section { name: String::new(), role: Role::Other, offset, size, addresses: 0..0, is_compressed: false }
}

/// A symbol.
struct Entry {
    /// Where its name is in the table of names.
    name: u32,
    address: u64,
    role: EntryRole,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryRole {
    Function,
    /// It is in another file.
    Undefined,
    Other,
}

/// The next entry; `None` at the end.
fn entry(entries: &mut Reader<'_, '_>, shape: Shape, layout: &Layout) -> Option<Entry> {
    let name = entries.read_u32().ok()?;
    match shape {
        Shape::Coff => {
            let has_long_name = name == 0;
            let name = entries.read_u32().ok()?;
            let value = entries.read_u32().ok()?;
            let section = entries.read_u16().ok()?;
            let kind = entries.read_u16().ok()?;
            let _class = entries.read_u8().ok()?;
            let extra = entries.read_u8().ok()?;
            entries.skip(u64::from(extra).saturating_mul(COFF_ENTRY_BYTES)).ok()?;
            let address = layout.section_address(section).map(|start| start.saturating_add(value.into()));
            let role = match (has_long_name, section) {
                (true, 0) => EntryRole::Undefined,
                (true, _) if kind == COFF_FUNCTION => EntryRole::Function,
                _ => EntryRole::Other,
            };
            Some(Entry { name, address: address.unwrap_or_default(), role })
        }
        Shape::Elf { is_64: true } => {
            let info = entries.read_u8().ok()?;
            let _other = entries.read_u8().ok()?;
            let section = entries.read_u16().ok()?;
            let address = entries.read_u64().ok()?;
            let _size = entries.read_u64().ok()?;
            Some(Entry { name, address, role: elf_role(section, info) })
        }
        Shape::Elf { is_64: false } => {
            let address = entries.read_u32().ok()?.into();
            let _size = entries.read_u32().ok()?;
            let info = entries.read_u8().ok()?;
            let _other = entries.read_u8().ok()?;
            let section = entries.read_u16().ok()?;
            Some(Entry { name, address, role: elf_role(section, info) })
        }
        Shape::MachO { is_64 } => {
            let kind = entries.read_u8().ok()?;
            let _section = entries.read_u8().ok()?;
            let _description = entries.read_u16().ok()?;
            let address = if is_64 { entries.read_u64().ok()? } else { entries.read_u32().ok()?.into() };
            let role = match kind & N_TYPE {
                _ if kind & N_STAB != 0 => EntryRole::Other,
                N_SECT => EntryRole::Function,
                N_UNDF => EntryRole::Undefined,
                _ => EntryRole::Other,
            };
            Some(Entry { name, address, role })
        }
    }
}

fn elf_role(section: u16, info: u8) -> EntryRole {
    match (section, info & 0x0f) {
        (0, _) => EntryRole::Undefined,
        (_, STT_FUNC) => EntryRole::Function,
        _ => EntryRole::Other,
    }
}

const STT_FUNC: u8 = 2;

const COFF_FUNCTION: u16 = 0x20;

const COFF_ENTRY_BYTES: u64 = 18;

const N_STAB: u8 = 0xe0;

const N_TYPE: u8 = 0x0e;

const N_SECT: u8 = 0x0e;

const N_UNDF: u8 = 0;

const MAX_NAME_BYTES: u64 = 64 << 10;
