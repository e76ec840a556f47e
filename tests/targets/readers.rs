//! Who finds the list in a linked file.

use auditable_graph::{Graph, section};
use auditable_inspect::Container;
use goblin::mach::Mach;
use std::fmt;
use std::path::Path;

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) container: Container,
    pub(crate) names: Vec<String>,
    pub(crate) by: Readers,
}

/// The independent readers that found the same list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Readers {
    pub(crate) is_goblin: bool,
    pub(crate) is_auditable_info: bool,
}

impl fmt::Display for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("auditable")?;
        if self.is_goblin {
            f.write_str(", goblin")?;
        }
        if self.is_auditable_info {
            f.write_str(", auditable-info")?;
        }
        Ok(())
    }
}

/// The list in a file.
///
/// # Errors
///
/// If it is not there exactly once, or another reader, of those that know the format, finds another one.
pub(crate) fn read(path: &Path) -> Result<Found, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let binaries = auditable_inspect::binaries(&bytes.as_slice()).map_err(|error| error.to_string())?;
    let is_component = binaries.len() > 1;
    let mut lists = Vec::new();
    for binary in binaries {
        let container = binary.container;
        lists.extend(
            binary.lists.map_err(|error| error.to_string())?.into_iter().map(|list| (container, list)),
        );
    }
    let [(container, list)] = lists.as_slice() else { return Err(format!("{} lists", lists.len())) };
    let graph = list.graph().map_err(|error| error.to_string())?;
    let range =
        usize::try_from(list.section.start).unwrap_or(0)..usize::try_from(list.section.end).unwrap_or(0);
    let section = bytes.get(range).ok_or("the section lies outside of the file")?;

    let is_goblin = *container != Container::Wasm;
    if is_goblin && by_goblin(&bytes)? != [section] {
        return Err("goblin finds another section".to_owned());
    }
    let theirs = auditable_info::audit_info_from_slice(&bytes, MAX_JSON_BYTES);
    // It reads no components, and of Mach-O only 64 bits.
    let is_32_bit_macho = *container == Container::MachO && bytes.first() == Some(&0xce);
    let is_auditable_info = match theirs {
        Ok(theirs) => {
            let json = serde_json::to_vec(&theirs).map_err(|error| error.to_string())?;
            let theirs = Graph::from_json(&json).map_err(|error| error.to_string())?;
            if theirs != graph {
                return Err("auditable-info reads another list".to_owned());
            }
            true
        }
        Err(_) if is_component || is_32_bit_macho => false,
        Err(error) => return Err(format!("auditable-info: {error}")),
    };
    let names = graph.packages().iter().map(|package| package.name.clone()).collect();
    Ok(Found { container: *container, names, by: Readers { is_goblin, is_auditable_info } })
}

fn by_goblin(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    let object = goblin::Object::parse(bytes).map_err(|error| format!("goblin: {error}"))?;
    let part = |start: u64, size: u64| {
        let start = usize::try_from(start).ok()?;
        bytes.get(start..start.checked_add(usize::try_from(size).ok()?)?)
    };
    Ok(match object {
        goblin::Object::Elf(elf) => elf
            .section_headers
            .iter()
            .filter(|header| elf.shdr_strtab.get_at(header.sh_name) == Some(section::NAME))
            .filter_map(|header| part(header.sh_offset, header.sh_size))
            .collect(),
        goblin::Object::PE(pe) => pe
            .sections
            .iter()
            .filter(|section| section.name().is_ok_and(|name| name == section::NAME))
            .filter_map(|section| {
                let size = section.size_of_raw_data.min(section.virtual_size);
                part(section.pointer_to_raw_data.into(), size.into())
            })
            .collect(),
        goblin::Object::Mach(Mach::Binary(macho)) => {
            let sections = macho.segments.sections().flatten().filter_map(Result::ok);
            sections
                .filter(|(own, _)| own.name().is_ok_and(|name| name == section::NAME))
                .map(|(_, data)| data)
                .collect()
        }
        _ => Vec::new(),
    })
}

const MAX_JSON_BYTES: usize = 1 << 20; // 1 MiB
