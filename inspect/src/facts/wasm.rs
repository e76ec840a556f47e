//! wasm: the custom sections `producers`, `name`, `build_id` and `external_debug_info`.
//!
//! ```text
//! producers:  number of fields  ( field name  number of values  ( value name  version )* )*
//! build_id:   size  bytes
//! ```
//!
//! Numbers and sizes are LEB128; a name or version is its size and UTF-8. Source: `ProducersSection.md` and
//! `BuildId.md` of WebAssembly's tool conventions.

use super::debug::DebugSections;
use super::{DebugInfo, Facts, hex};
use crate::Error;
use crate::container::section::{self, Section};
use crate::limits::MAX_NOTE_BYTES;
use crate::window::Window;

/// # Errors
///
/// If a section is unreadable; [`Error::Io`]. What is damaged inside of one of these ends it.
pub(super) fn facts(file: &Window<'_>) -> Result<Facts, Error> {
    let mut facts = Facts { is_stripped: true, ..Facts::default() };
    let mut debug = DebugSections::default();
    section::each(file, &mut |section| {
        debug.add(&section);
        match section.name.as_str() {
            "name" => facts.is_stripped = false,
            "producers" => {
                let _ = producers(&bytes(file, &section)?, &mut facts);
            }
            "build_id" => {
                let bytes = bytes(file, &section)?;
                facts.build_id = Reader(&bytes).text().filter(|id| !id.is_empty()).map(hex);
            }
            "external_debug_info" => {
                let bytes = bytes(file, &section)?;
                let name = Reader(&bytes).text().map(|name| String::from_utf8_lossy(name).into_owned());
                facts.debug_file = name.filter(|name| !name.is_empty());
            }
            _ => {}
        }
        Ok(())
    })?;
    facts.debug_info = debug.level(file)?;
    if facts.debug_info == DebugInfo::None && facts.debug_file.is_some() {
        facts.debug_info = DebugInfo::Separate;
    }
    Ok(facts)
}

fn bytes(file: &Window<'_>, section: &Section) -> Result<Vec<u8>, Error> {
    let content = section.content(file)?;
    let mut bytes = vec![0; usize::try_from(content.len().min(MAX_NOTE_BYTES)).unwrap_or_default()];
    content.fill(0, &mut bytes, "section ends past the module")?;
    Ok(bytes)
}

/// Takes over the names of tools with their versions.
fn producers(bytes: &[u8], facts: &mut Facts) -> Option<()> {
    let mut reader = Reader(bytes);
    for _ in 0..reader.number()? {
        let field = reader.text()?;
        for _ in 0..reader.number()? {
            let (name, version) = (reader.text()?, reader.text()?);
            // Languages are named as well; that of interest is known by its compiler.
            if field == b"processed-by" || field == b"sdk" {
                let separator: &[u8] = if version.is_empty() { b"" } else { b" " };
                facts.add_producer(&[name, separator, version].concat());
            }
        }
    }
    Some(())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in [0u32, 7, 14, 21, 28] {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let size = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_named_with_their_versions() {
        let section = b"\x02\
            \x08language\x01\x04Rust\x00\
            \x0cprocessed-by\x02\x05rustc\x1d1.95.0 (59807616e 2026-04-14)\x06walrus\x00";
        let mut facts = Facts::default();
        assert!(producers(section, &mut facts).is_some());
        assert_eq!(facts.producers, ["rustc 1.95.0 (59807616e 2026-04-14)", "walrus"]);
        for end in 0..section.len() {
            assert!(producers(&section[..end], &mut Facts::default()).is_none());
        }
        assert!(producers(&[0xff; 40], &mut Facts::default()).is_none());
    }
}
