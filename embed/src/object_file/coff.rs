//! COFF, for Windows and UEFI.

use super::{Place, add_section, endianness, unsupported, written};
use crate::report::Problem;
use crate::target::Target;
use object::write::{Mangling, Object, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, SectionFlags, SectionKind, SubArchitecture, SymbolFlags, SymbolKind,
    SymbolScope, pe,
};

pub(super) fn object_file(target: &Target, payload: &[u8], place: Place) -> Result<Vec<u8>, Problem> {
    let architecture = match target.arch.as_str() {
        "x86" => Architecture::I386,
        "x86_64" => Architecture::X86_64,
        "arm" => Architecture::Arm,
        "aarch64" | "arm64ec" => Architecture::Aarch64,
        _ => return Err(unsupported(target)),
    };
    let mut object = Object::new(BinaryFormat::Coff, architecture, endianness(target));
    if target.arch == "arm64ec" {
        object.set_sub_architecture(Some(SubArchitecture::Arm64EC));
    }
    let section = add_section(&mut object, b"", SectionKind::ReadOnlyData, payload, place);
    let mut characteristics =
        pe::IMAGE_SCN_CNT_INITIALIZED_DATA | pe::IMAGE_SCN_MEM_READ | pe::IMAGE_SCN_ALIGN_1BYTES;
    if place == Place::StaticLibrary {
        // Otherwise a program that takes in all members would have it before its own list.
        characteristics |= pe::IMAGE_SCN_LNK_REMOVE;
    }
    object.section_mut(section).flags = SectionFlags::Coff { characteristics };
    if architecture == Architecture::I386 {
        // The mark is not C's, so it gets no underscore; the other symbol is there already.
        object.set_mangling(Mangling::None);
        add_safe_handlers_mark(&mut object);
    }
    written(&object, target)
}

/// The absolute symbol `@feat.00` with bit 0 says that the object has no unregistered exception handlers, without
/// which `link.exe /SAFESEH` refuses it.
fn add_safe_handlers_mark(object: &mut Object<'_>) {
    object.add_symbol(Symbol {
        name: b"@feat.00".to_vec(),
        value: 1,
        size: 0,
        kind: SymbolKind::Data,
        scope: SymbolScope::Compilation,
        weak: false,
        section: SymbolSection::Absolute,
        flags: SymbolFlags::None,
    });
}
