//! The object file that carries the list into the link or a static library: one section, no code.

mod coff;
mod elf;
mod macho;
mod wasm;

use crate::report::Problem;
use crate::target::{Container, Target};
use auditable_graph::section;
use object::write::{Object, Symbol, SymbolSection};
use object::{Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope};

/// Where the object file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Into a link, where its symbol has the linker keep the section.
    Link,
    /// Into a static library, without a symbol: with one, a link with a list of its own would take this one too.
    StaticLibrary,
}

/// Makes the object file for a target.
///
/// # Errors
///
/// For a target whose linker has no way to take the section, which is said.
pub(crate) fn object_file(target: &Target, payload: &[u8], place: Place) -> Result<Vec<u8>, Problem> {
    match target.container {
        Container::Elf => elf::object_file(target, payload, place),
        Container::Coff => coff::object_file(target, payload, place),
        Container::MachO => macho::object_file(target, payload, place),
        Container::Wasm => Ok(wasm::object_file(target, payload)),
        Container::Xcoff => Err(unsupported(target)),
    }
}

fn unsupported(target: &Target) -> Problem {
    let why = match target.arch.as_str() {
        "bpf" | "nvptx64" => "its linker takes LLVM bitcode",
        "amdgpu" => "its objects are for one model of a processor",
        _ if target.container == Container::Xcoff => "XCOFF has no place for it that readers know",
        _ => "its object files are of a kind that is not known here",
    };
    Problem::new(format!("no list of crates can be embedded for {}: {why}", target.llvm_target))
        .hint("set CARGO_AUDITABLE=off for this target")
}

fn endianness(target: &Target) -> Endianness {
    if target.is_big_endian { Endianness::Big } else { Endianness::Little }
}

/// Puts the payload into a section, in a link under the symbol by which linkers are told to keep it.
fn add_section(
    object: &mut Object<'_>,
    segment: &[u8],
    kind: SectionKind,
    payload: &[u8],
    place: Place,
) -> object::write::SectionId {
    let section = object.add_section(segment.to_vec(), section::NAME.as_bytes().to_vec(), kind);
    let value = object.append_section_data(section, payload, 1);
    if place == Place::StaticLibrary {
        return section;
    }
    object.add_symbol(Symbol {
        name: section::SYMBOL.as_bytes().to_vec(),
        value,
        size: u64::try_from(payload.len()).unwrap_or(u64::MAX),
        kind: SymbolKind::Data,
        // Seen by the linker, but not part of what the artifact exports.
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
    section
}

fn written(object: &Object<'_>, target: &Target) -> Result<Vec<u8>, Problem> {
    object.write().map_err(|error| unsupported(target).cause(error))
}
