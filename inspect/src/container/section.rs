//! The sections of a binary, alike for all containers: what the readers of facts, paths and functions look at.

use crate::container::{coff, elf, macho, pe, wasm};
use crate::window::Window;
use crate::{Container, Error};
use std::ops::Range;

/// A section as its header tells it. Nothing is checked before its content is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Its name, cut after [`NAME_BYTES`]; empty if it has none.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Where in the window of the binary it claims to be.
    pub(crate) offset: u64,
    /// Its size there; 0 if it has no content in the file.
    pub(crate) size: u64,
    /// Where it is loaded to; empty if it is not loaded. Of wasm: offsets in the code section, which is what
    /// debug information counts in.
    pub(crate) addresses: Range<u64>,
    /// Whether the content begins with an ELF compression header.
    pub(crate) is_compressed: bool,
}

impl Section {
    /// The content, as a part of the binary.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it ends past the binary.
    pub(crate) fn content<'a>(&self, file: &Window<'a>) -> Result<Window<'a>, Error> {
        file.part(self.offset, self.size, "section ends past the file")
    }

    /// Whether the content is compressed.
    #[cfg(feature = "functions")]
    pub(crate) fn is_packed(&self) -> bool {
        self.is_compressed || self.name.starts_with(".zdebug_")
    }

    /// What kind of debug information it holds, such as `info` or `line`: DWARF names its sections alike in all
    /// containers.
    pub(crate) fn debug_name(&self) -> Option<&str> {
        let prefixes = [".debug_", "__debug_", ".zdebug_"];
        prefixes.iter().find_map(|prefix| self.name.strip_prefix(prefix))
    }
}

/// What a section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Code,
    /// Loaded and initialised, and not code.
    Data,
    /// Not loaded, or without content.
    Other,
}

/// What is shown each section.
pub(crate) type Visitor<'v> = dyn FnMut(Section) -> Result<(), Error> + 'v;

/// Shows all sections of a binary, in the order of its table.
///
/// # Errors
///
/// Those of the visitor; [`Error::Malformed`], [`Error::Limit`], [`Error::Io`].
pub(crate) fn each(file: &Window<'_>, visit: &mut Visitor<'_>) -> Result<(), Error> {
    match file.container() {
        Container::Elf => elf::each_section(file, visit),
        Container::Pe => pe::each_section(file, visit),
        Container::Coff => coff::each_section(file, visit),
        Container::MachO => macho::each_section(file, visit),
        Container::Wasm => wasm::each_section(file, visit),
    }
}

/// The bytes of a name up to the zero that ends it.
pub(crate) fn name(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or_default()).into_owned()
}

/// As much of a name as is kept: the longest that anything is looked for by has 25 bytes.
pub(crate) const NAME_BYTES: usize = 32;
