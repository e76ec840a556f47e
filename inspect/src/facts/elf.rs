//! ELF: `.comment`, the notes of linkers, `.gnu_debuglink`, `.symtab`.

use super::debug::DebugSections;
use super::{DebugInfo, Facts, hex};
use crate::Error;
use crate::container::elf;
use crate::container::section::{self, Section};
use crate::limits::MAX_NOTE_BYTES;
use crate::window::Window;

/// # Errors
///
/// If the section table or one of these sections is damaged; [`Error::Io`].
pub(super) fn facts(file: &Window<'_>) -> Result<Facts, Error> {
    let mut facts = Facts { is_stripped: true, ..Facts::default() };
    let mut debug = DebugSections::default();
    let (_, is_big) = elf::shape(file)?;
    section::each(file, &mut |section| {
        debug.add(&section);
        match section.name.as_str() {
            ".symtab" if section.size > 0 => facts.is_stripped = false,
            ".comment" => {
                for text in bytes(file, &section)?.split(|&byte| byte == 0) {
                    facts.add_producer(text);
                }
            }
            ".note.gnu.build-id" => {
                let id = note(&bytes(file, &section)?, is_big, NT_GNU_BUILD_ID).map(hex);
                facts.build_id = facts.build_id.take().or(id);
            }
            ".note.gnu.gold-version" => {
                let bytes = bytes(file, &section)?;
                let version = note(&bytes, is_big, NT_GNU_GOLD_VERSION);
                let version = version.map(section::name).filter(|text| !text.is_empty());
                facts.linker = facts.linker.take().or(version);
            }
            ".gnu_debuglink" => {
                facts.debug_file =
                    Some(section::name(&bytes(file, &section)?)).filter(|name| !name.is_empty());
            }
            _ => {}
        }
        Ok(())
    })?;
    if let Some(linker) = facts.producers.iter().find_map(|text| linker(text)) {
        facts.linker = Some(linker.to_owned());
    }
    facts.debug_info = debug.level(file)?;
    if facts.debug_info == DebugInfo::None && facts.debug_file.is_some() {
        facts.debug_info = DebugInfo::Separate;
    }
    Ok(facts)
}

/// The linker that a text of `.comment` names. GNU ld leaves none.
fn linker(text: &str) -> Option<&str> {
    let name = match text.strip_prefix("Linker: ") {
        Some(name) => name,
        None if text.starts_with("mold ") || text.starts_with("Wild ") => text,
        None => return None,
    };
    // The rest is where its source came from.
    Some(name.split_once(" (").map_or(name, |(name, _)| name).trim())
}

fn bytes(file: &Window<'_>, section: &Section) -> Result<Vec<u8>, Error> {
    let content = section.content(file)?;
    let mut bytes = vec![0; usize::try_from(content.len().min(MAX_NOTE_BYTES)).unwrap_or_default()];
    content.fill(0, &mut bytes, "section ends past the file")?;
    Ok(bytes)
}

/// The content of the first note of a type. Sizes of the name, of the content and the type (4 bytes each), the
/// name, the content; both padded to 4 bytes.
fn note(mut bytes: &[u8], is_big: bool, wanted: u32) -> Option<&[u8]> {
    let number = |bytes: &[u8]| {
        let bytes = bytes.try_into().ok()?;
        Some(if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    loop {
        let size = |range| usize::try_from(number(bytes.get(range)?)?).ok();
        let (name_bytes, content_bytes) = (size(0..4)?, size(4..8)?);
        let kind = number(bytes.get(8..12)?)?;
        let (name, rest) = bytes.get(12..)?.split_at_checked(name_bytes.checked_next_multiple_of(4)?)?;
        if kind == wanted && name.starts_with(b"GNU\0") {
            return rest.get(..content_bytes);
        }
        bytes = rest.get(content_bytes.checked_next_multiple_of(4)?..)?;
    }
}

const NT_GNU_BUILD_ID: u32 = 3;

const NT_GNU_GOLD_VERSION: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linkers_name_themselves() {
        for (text, expected) in [
            ("Linker: LLD 22.1.2 (/checkout/src/llvm-project/llvm 1cb4e3833c19)", Some("LLD 22.1.2")),
            ("Linker: Debian LLD 19.1.7", Some("Debian LLD 19.1.7")),
            ("mold 2.37.1 (compatible with GNU ld)", Some("mold 2.37.1")),
            ("Linker: Wild version 0.6.0 (compatible with GNU linkers)", Some("Wild version 0.6.0")),
            ("GCC: (Debian 12.2.0-14) 12.2.0", None),
            ("rustc version 1.95.0 (59807616e 2026-04-14)", None),
        ] {
            assert_eq!(linker(text), expected);
        }
    }

    #[test]
    fn notes_are_read_up_to_the_one_that_is_wanted() {
        let other = b"\x04\0\0\0\x05\0\0\0\x05\0\0\0GNU\0abcde\0\0\0";
        let id = b"\x04\0\0\0\x02\0\0\0\x03\0\0\0GNU\0\xab\xcd\0\0";
        let notes = [&other[..], &id[..]].concat();
        assert_eq!(note(&notes, false, NT_GNU_BUILD_ID), Some(&[0xab, 0xcd][..]));
        assert_eq!(note(&notes, false, NT_GNU_GOLD_VERSION), None);
        assert_eq!(
            note(b"\0\0\0\x04\0\0\0\x01\0\0\0\x03GNU\0\xab", true, NT_GNU_BUILD_ID),
            Some(&[0xab][..])
        );
        for end in 0..notes.len().saturating_sub(2) {
            assert_eq!(note(&notes[..end], false, NT_GNU_BUILD_ID), None);
        }
        assert_eq!(note(&[0xff; 40], false, NT_GNU_BUILD_ID), None);
    }
}
