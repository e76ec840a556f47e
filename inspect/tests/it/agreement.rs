//! Independent readers see the same: goblin the same sections, auditable-info the same list.

use crate::support::samples;
use auditable_graph::Graph;
use auditable_inspect::{Container, Error, binaries, read_slice};
use goblin::mach::{Mach, SingleArch};

/// The content of the section of the list, as goblin finds it in each binary of the file.
fn by_goblin(bytes: &[u8]) -> Vec<Vec<u8>> {
    match goblin::Object::parse(bytes).unwrap() {
        goblin::Object::Elf(elf) => elf
            .section_headers
            .iter()
            .filter(|section| elf.shdr_strtab.get_at(section.sh_name) == Some(".dep-v0"))
            .map(|section| bytes[section.file_range().unwrap()].to_vec())
            .collect(),
        goblin::Object::PE(pe) => pe
            .sections
            .iter()
            .filter(|section| section.name().unwrap() == ".dep-v0")
            .map(|section| {
                bytes[section.pointer_to_raw_data as usize..][..section.virtual_size as usize].to_vec()
            })
            .collect(),
        goblin::Object::COFF(coff) => coff
            .sections
            .iter()
            .filter(|section| section.name().unwrap() == ".dep-v0")
            .map(|section| {
                bytes[section.pointer_to_raw_data as usize..][..section.size_of_raw_data as usize].to_vec()
            })
            .collect(),
        goblin::Object::Mach(Mach::Binary(macho)) => in_macho(&macho),
        goblin::Object::Mach(Mach::Fat(fat)) => fat
            .into_iter()
            .flat_map(|slice| match slice.unwrap() {
                SingleArch::MachO(macho) => in_macho(&macho),
                SingleArch::Archive(_) => panic!("no archives here"),
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn in_macho(macho: &goblin::mach::MachO<'_>) -> Vec<Vec<u8>> {
    let sections = macho.segments.sections().flatten().map(Result::unwrap);
    sections
        .filter(|(section, _)| section.name().unwrap() == ".dep-v0")
        .map(|(_, content)| content.to_vec())
        .collect()
}

#[test]
fn goblin_finds_the_same_sections() {
    for (name, bytes) in samples() {
        // goblin reads neither wasm nor the universal header with 64-bit offsets.
        if name.starts_with("wasm") || name.contains("64-bit offsets") {
            continue;
        }
        let ours: Vec<Vec<u8>> = binaries(&bytes.as_slice())
            .unwrap()
            .into_iter()
            .flat_map(|binary| binary.lists.unwrap())
            .map(|list| bytes[list.section.start as usize..list.section.end as usize].to_vec())
            .collect();
        assert!(!ours.is_empty() && ours == by_goblin(&bytes), "{name}");
    }
}

#[test]
fn auditable_info_reads_the_same_list() {
    for (name, bytes) in samples() {
        let ours = read_slice(&bytes).unwrap().unwrap();
        // It reads no universal files, no components, and of Mach-O only 64 bits in little-endian order.
        let is_read_by_it = name.starts_with("ELF")
            || name.starts_with("PE")
            || matches!(name, "Mach-O aarch64" | "Mach-O x86_64" | "wasm module");
        if !is_read_by_it {
            continue;
        }
        let theirs = auditable_info::audit_info_from_slice(&bytes, 1 << 20).expect(name);
        let theirs = Graph::from_json(&serde_json::to_vec(&theirs).unwrap()).unwrap();
        assert_eq!(ours, theirs, "{name}");
    }
}

/// Real binaries: this test program, and all files of the folder that `AUDITABLE_TEST_BINARIES` names, if it does.
#[test]
fn goblin_finds_the_same_sections_in_real_binaries() {
    let mut files = vec![std::env::current_exe().unwrap()];
    if let Some(folder) = std::env::var_os("AUDITABLE_TEST_BINARIES") {
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    let mut count = 0;
    for file in files.into_iter().filter(|file| file.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = match binaries(&bytes.as_slice()) {
            // It knows no wasm.
            Ok(found) if found.iter().all(|binary| binary.container != Container::Wasm) => found,
            Ok(_) | Err(Error::NotABinary { .. }) => continue,
            Err(error) => panic!("{}: {error}", file.display()),
        };
        let ours: Vec<Vec<u8>> = found
            .into_iter()
            .flat_map(|binary| binary.lists.unwrap())
            .map(|list| bytes[list.section.start as usize..list.section.end as usize].to_vec())
            .collect();
        assert!(ours == by_goblin(&bytes), "{}", file.display());
        count += 1;
    }
    println!("goblin agrees on {count} binaries");
}
