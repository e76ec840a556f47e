use auditable_inspect::{Binary, Container, binaries, facts, read_slice, recover};
use goblin::mach::{Mach, SingleArch};
use goblin::pe::section_table::SectionTable;
use object::{Object as _, ObjectSection as _};

/// ELF files are read as goblin and `object` read them.
pub fn elf(bytes: &[u8]) {
    check(&with_start(bytes, b"\x7fELF"), Container::Elf);
}

/// PE files are read as goblin and `object` read them.
pub fn pe(bytes: &[u8]) {
    check(&with_start(bytes, b"MZ"), Container::Pe);
}

/// Object files of COFF are read as goblin and `object` read them.
pub fn coff(bytes: &[u8]) {
    // The machine, and no optional header.
    let mut bytes = with_start(bytes, &[0x64, 0x86]);
    bytes.iter_mut().skip(16).take(2).for_each(|byte| *byte = 0);
    check(&bytes, Container::Coff);
}

/// Mach-O files are read as goblin and `object` read them.
pub fn macho(bytes: &[u8]) {
    check(bytes, Container::MachO);
}

/// wasm files are read within bounds.
pub fn wasm(bytes: &[u8]) {
    check(&with_start(bytes, b"\0asm"), Container::Wasm);
}

/// Whatever the content of the section, reading it is bounded and a list that is found is in it.
pub fn inflate(content: &[u8]) {
    let mut size = Vec::new();
    let mut rest = content.len() + 8;
    loop {
        let byte = (rest & 0x7f) as u8;
        rest >>= 7;
        size.push(if rest > 0 { byte | 0x80 } else { byte });
        if rest == 0 {
            break;
        }
    }
    check(&[b"\0asm\x01\0\0\0\0", size.as_slice(), b"\x07.dep-v0", content].concat(), Container::Wasm);
}

fn with_start(bytes: &[u8], start: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (byte, value) in bytes.iter_mut().zip(start) {
        *byte = *value;
    }
    bytes
}

fn check(bytes: &[u8], container: Container) {
    let _ = read_slice(bytes);
    let Ok(found) = binaries(&bytes) else { return };
    assert!(!found.is_empty());
    for binary in &found {
        let _ = facts(&bytes, binary);
        let _ = recover(&bytes, binary);
        let Ok(lists) = &binary.lists else { continue };
        for list in lists {
            assert!(list.section.start <= list.section.end && list.section.end <= bytes.len() as u64);
            assert!(list.compressed_bytes <= list.section.end - list.section.start);
            let _ = list.graph();
        }
    }
    if container != Container::Wasm {
        agrees(bytes, &found);
    }
}

/// The others find each section with a list that was read. They may find more: what is damaged is an error here.
fn agrees(bytes: &[u8], found: &[Binary]) {
    let [binary] = found else { return in_slices(bytes, found) };
    if binary.location.is_some() {
        return in_slices(bytes, found);
    }
    let Ok(lists) = &binary.lists else { return };
    if let Ok(theirs) = by_goblin(bytes) {
        for list in lists {
            let range = (list.section.start, list.section.end);
            assert!(theirs.contains(&range), "goblin finds {theirs:x?}, not {range:x?}");
        }
        assert!(!lists.is_empty() || theirs.is_empty(), "goblin finds {theirs:x?}");
    }
    if let Some(theirs) = by_object(bytes) {
        for list in lists {
            let (start, end) = (list.section.start, list.section.end);
            // In Mach-O it takes the upper half of an offset from the segment, which no linker needs.
            let is_same = |found: &(u64, u64)| {
                found.0 as u32 == start as u32 && found.1.wrapping_sub(found.0) == end - start
            };
            assert!(theirs.iter().any(is_same), "object finds {theirs:x?}, not {start:x}..{end:x}");
        }
    }
}

/// Each slice of a universal file is a file of its own.
fn in_slices(bytes: &[u8], found: &[Binary]) {
    for binary in found {
        let (Ok(start), Ok(end)) = (usize::try_from(binary.range.start), usize::try_from(binary.range.end))
        else {
            continue;
        };
        let Some(slice) = bytes.get(start..end) else { continue };
        let Ok(lists) = &binary.lists else { continue };
        let alone = binaries(&slice).expect("the slice was read as a part of the file");
        let [alone] = alone.as_slice() else { panic!("a slice is one binary") };
        let alone = alone.lists.as_ref().expect("the slice was read as a part of the file");
        assert!(lists.iter().map(|list| &list.json).eq(alone.iter().map(|list| &list.json)));
    }
}

/// Where goblin finds sections with the name of the list and with content.
fn by_goblin(bytes: &[u8]) -> goblin::error::Result<Vec<(u64, u64)>> {
    let found = match goblin::Object::parse(bytes)? {
        goblin::Object::Elf(elf) => elf
            .section_headers
            .iter()
            .filter(|section| elf.shdr_strtab.get_at(section.sh_name) == Some(".dep-v0"))
            .filter(|section| section.sh_type != 0)
            .filter_map(|section| section.file_range())
            .map(|range| (range.start as u64, range.end as u64))
            .collect(),
        goblin::Object::PE(pe) => {
            pe.sections.iter().filter(|section| section.name == *b".dep-v0\0").map(range_of).collect()
        }
        goblin::Object::COFF(coff) => {
            coff.sections.iter().filter(|section| section.name == *b".dep-v0\0").map(range_of).collect()
        }
        // A file of debug information has the headers of the sections without their content.
        goblin::Object::Mach(Mach::Binary(macho)) if macho.header.filetype == MH_DSYM => Vec::new(),
        goblin::Object::Mach(Mach::Binary(macho)) => {
            let sections = macho.segments.sections().flatten().filter_map(Result::ok);
            sections
                // It takes a name up to the first zero; here all that follows must be zeros.
                .filter(|(section, _)| {
                    is_padded(&section.sectname, ".dep-v0")
                        && is_padded(&section.segname, "__DATA")
                        && section.flags & 0xff != ZERO_FILL
                })
                .map(|(section, _)| {
                    (u64::from(section.offset), u64::from(section.offset).saturating_add(section.size))
                })
                .collect()
        }
        goblin::Object::Mach(Mach::Fat(fat)) => {
            for slice in &fat {
                if let Ok(SingleArch::MachO(macho)) = slice {
                    let _ = macho.segments.sections().flatten().count();
                }
            }
            Vec::new()
        }
        _ => Vec::new(),
    };
    Ok(found)
}

fn range_of(section: &SectionTable) -> (u64, u64) {
    let (start, raw_size) = (u64::from(section.pointer_to_raw_data), section.size_of_raw_data);
    let size = if section.virtual_size == 0 { raw_size } else { section.virtual_size.min(raw_size) };
    (start, start + u64::from(size))
}

fn is_padded(field: &[u8; 16], name: &str) -> bool {
    field.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.iter().all(|&byte| byte == 0))
}

/// The same of the unified interface of `object`; `None` if it cannot read the file.
fn by_object(bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
    let file = object::File::parse(bytes).ok()?;
    let named = file.sections().filter(|section| section.name_bytes().ok() == Some(b".dep-v0"));
    Some(
        named
            .filter_map(|section| section.file_range())
            .map(|(start, size)| (start, start.saturating_add(size)))
            .collect(),
    )
}

/// The type of a Mach-O file of debug information.
const MH_DSYM: u32 = 0x0a;

/// The type of sections of Mach-O that have no content in the file.
const ZERO_FILL: u32 = 0x01;
