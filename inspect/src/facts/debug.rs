//! How much debug information there is, told from the shapes of its entries.
//!
//! `.debug_abbrev` declares which kinds of entries there are and which attributes they have, so a few kB tell
//! what megabytes of entries hold.
//!
//! ```text
//! code  tag  has children (1 byte)  ( attribute  form )*  0  0     LEB128, but for the byte; code 0 ends a table
//! ```
//!
//! Source: DWARF 5, section 7.5.3.

use super::DebugInfo;
use crate::Error;
use crate::container::content::{Content, content};
use crate::container::section::Section;
use crate::window::Window;

/// The sections that tell how much there is.
#[derive(Default)]
pub(super) struct DebugSections {
    abbreviations: Option<Section>,
    has_lines: bool,
}

impl DebugSections {
    /// Notes a section if it holds debug information.
    pub(super) fn add(&mut self, section: &Section) {
        match section.debug_name() {
            Some("abbrev") if section.size > 0 => self.abbreviations = Some(section.clone()),
            Some("line") if section.size > 0 => self.has_lines = true,
            _ => {}
        }
    }

    /// How much there is.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]. What is damaged is unknown.
    pub(super) fn level(&self, file: &Window<'_>) -> Result<DebugInfo, Error> {
        let Some(section) = &self.abbreviations else {
            return Ok(if self.has_lines { DebugInfo::LineTables } else { DebugInfo::None });
        };
        match content(file, section, MAX_ABBREVIATION_BYTES) {
            Ok(Content::Bytes(bytes)) => Ok(level(&bytes)),
            // Debuggers cannot read it either, or perhaps others can.
            Ok(Content::Unsupported) | Err(Error::Inflate { .. } | Error::Malformed { .. }) => {
                Ok(DebugInfo::Unknown)
            }
            Err(error) => Err(error),
        }
    }
}

/// What the abbreviations allow for; what is damaged ends them.
fn level(bytes: &[u8]) -> DebugInfo {
    let mut level = DebugInfo::LineTables;
    let mut reader = Reader(bytes);
    while let Some(code) = reader.leb128() {
        if code == 0 {
            continue;
        }
        let (Some(tag), Some(_)) = (reader.leb128(), reader.byte()) else { break };
        match tag {
            // Parameters, variables, structures, base types.
            0x05 | 0x34 | 0x13 | 0x24 => level = DebugInfo::Full,
            // Functions, inlined functions.
            0x2e | 0x1d if level == DebugInfo::LineTables => level = DebugInfo::Functions,
            _ => {}
        }
        loop {
            let (Some(attribute), Some(form)) = (reader.leb128(), reader.leb128()) else { return level };
            match (attribute, form) {
                (0, 0) => break,
                // DW_AT_dwo_name, of DWARF 5 and of GNU before.
                (0x76 | 0x2130, _) => return DebugInfo::Split,
                // DW_FORM_implicit_const has its value here.
                (_, 0x21) if reader.leb128().is_none() => return level,
                _ => {}
            }
        }
    }
    level
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of which only small values matter here: the bits above 63 are dropped.
    fn leb128(&mut self) -> Option<u64> {
        let mut value = 0u64;
        let mut shift = 0u32;
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
            shift = shift.saturating_add(7);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    }
}

/// As much is looked at: the tables of some thousand compilation units, which are much alike.
const MAX_ABBREVIATION_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    /// An abbreviation with one attribute.
    fn abbreviation(code: u8, tag: u8, attribute: &[u8]) -> Vec<u8> {
        [&[code, tag, 0][..], attribute, &[0, 0]].concat()
    }

    #[test]
    fn the_kinds_of_entries_tell_how_much_there_is() {
        let unit = abbreviation(1, 0x11, &[0x25, 0x0e]);
        let function = abbreviation(2, 0x2e, &[0x3a, 0x21, 0x05]);
        let variable = abbreviation(3, 0x34, &[0x03, 0x0e]);
        let split = abbreviation(4, 0x11, &[0xb0, 0x42, 0x0e]);
        for (parts, expected) in [
            (vec![&unit], DebugInfo::LineTables),
            (vec![&unit, &function], DebugInfo::Functions),
            (vec![&unit, &variable, &function], DebugInfo::Full),
            (vec![&function, &variable, &split], DebugInfo::Split),
            (vec![], DebugInfo::LineTables),
        ] {
            let table: Vec<u8> = parts.into_iter().flatten().copied().chain([0]).collect();
            assert_eq!(level(&table), expected);
            // Cut off anywhere, it is read as far as it goes.
            for end in 0..table.len() {
                assert!(matches!(
                    level(&table[..end]).as_str(),
                    "line-tables" | "functions" | "full" | "split"
                ));
            }
        }
        assert_eq!(level(&[0xff; 64]), DebugInfo::LineTables);
    }
}
