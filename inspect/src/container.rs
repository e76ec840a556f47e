//! Finds the sections with the list in each container. Nothing is inflated here.

pub(crate) mod coff;
#[cfg(feature = "facts")]
pub(crate) mod content;
pub(crate) mod elf;
pub(crate) mod macho;
pub(crate) mod pe;
#[cfg(feature = "facts")]
pub(crate) mod section;
pub(crate) mod universal;
pub(crate) mod wasm;

use crate::{Architecture, Error};
use std::fmt;
use std::ops::Range;

/// The format of a binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Linux, the BSDs, Android, bare metal: executables, shared libraries and relocatable objects.
    Elf,
    /// Windows and UEFI images.
    Pe,
    /// Object files for Windows and UEFI.
    Coff,
    /// Apple systems; a universal file holds one for each architecture.
    MachO,
    /// WebAssembly modules and components.
    Wasm,
}

impl Container {
    /// `ELF`, `PE`, `COFF`, `Mach-O` or `wasm`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::Coff => "COFF",
            Self::MachO => "Mach-O",
            Self::Wasm => "wasm",
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the headers of one binary say.
pub(crate) struct Headers {
    pub(crate) architecture: Architecture,
    /// Where in the file the sections with the name of the list are.
    pub(crate) sections: Result<Vec<Range<u64>>, Error>,
}

/// Whether a name of fixed size, padded with zeros, is this one.
fn is_name(field: &[u8], name: &str) -> bool {
    match field.strip_prefix(name.as_bytes()) {
        Some(padding) => padding.iter().all(|&byte| byte == 0),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_padded_name_is_the_whole_name() {
        assert!(is_name(b".dep-v0\0", ".dep-v0"));
        assert!(is_name(b".dep-v0\0\0\0\0\0\0\0\0\0", ".dep-v0"));
        assert!(!is_name(b".dep-v01", ".dep-v0"));
        assert!(!is_name(b".dep-v0\0\0\0\0\0\0\0\0x", ".dep-v0"));
        assert!(!is_name(b".dep-v", ".dep-v0"));
    }
}
