//! COFF: the table of symbols, and how much debug information there is. Objects name no compiler by themselves, so that
//! is left to the paths in their data.

use super::debug::DebugSections;
use super::{DebugInfo, Facts};
use crate::Error;
use crate::container::section;
use crate::window::Window;
use object::LittleEndian as LE;
use object::pe;

/// # Errors
///
/// If the headers are damaged; [`Error::Io`].
pub(super) fn facts(file: &Window<'_>) -> Result<Facts, Error> {
    let header: pe::ImageFileHeader = file.structure(0, "file ends inside the header")?;
    let mut facts = Facts { is_stripped: header.number_of_symbols.get(LE) == 0, ..Facts::default() };
    let mut debug = DebugSections::default();
    let mut has_codeview = false;
    section::each(file, &mut |section| {
        debug.add(&section);
        has_codeview |= section.name == ".debug$S";
        Ok(())
    })?;
    facts.debug_info = match debug.level(file)? {
        DebugInfo::None if has_codeview => DebugInfo::Unknown,
        level => level,
    };
    Ok(facts)
}
