//! The list is found in every container, and each binary is told apart.

use crate::support::{
    COMPONENT, Elf, JSON, MODULE, MachO, NAME, Section, coff, custom, pe, pe_headers, samples, wasm, zlib,
};
use auditable_graph::Graph;
use auditable_inspect::{Architecture, Container, binaries, read, read_file, read_slice};
use std::io::{Cursor, Write as _};

#[test]
fn every_way_to_read_finds_the_list() {
    let graph = Graph::from_json(JSON.as_bytes()).unwrap();
    for (name, bytes) in samples() {
        assert_eq!(read_slice(&bytes).unwrap().as_ref(), Some(&graph), "{name}");
        assert_eq!(read(Cursor::new(&bytes)).unwrap().as_ref(), Some(&graph), "{name}");
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        assert_eq!(read_file(file.path()).unwrap().as_ref(), Some(&graph), "{name}");
    }
}

#[test]
fn architectures_and_places_are_told() {
    let told: Vec<String> = samples()
        .iter()
        .flat_map(|(_, bytes)| binaries(&bytes.as_slice()).unwrap())
        .map(|binary| {
            let lists = binary.lists.unwrap().len();
            let place = binary.location.map_or(String::new(), |location| format!("{location}: "));
            format!("{place}{} {}, lists: {lists}", binary.container, binary.architecture)
        })
        .collect();
    assert_eq!(
        told,
        [
            "ELF x86_64, lists: 1",
            "ELF i686, lists: 1",
            "ELF s390x, lists: 1",
            "ELF powerpc, lists: 1",
            "PE x86_64, lists: 1",
            "PE i686, lists: 1",
            "COFF x86_64, lists: 1",
            "COFF aarch64, lists: 1",
            "Mach-O aarch64, lists: 1",
            "Mach-O x86_64, lists: 1",
            "Mach-O i686, lists: 1",
            "Mach-O powerpc, lists: 1",
            "Mach-O powerpc64, lists: 1",
            "Mach-O aarch64, lists: 1",
            "slice 0: Mach-O x86_64, lists: 1",
            "slice 1: Mach-O aarch64, lists: 1",
            "slice 0: Mach-O x86_64, lists: 1",
            "slice 1: Mach-O aarch64, lists: 1",
            "wasm wasm32, lists: 1",
            "wasm wasm32, lists: 0",
            "module 0: wasm wasm32, lists: 1",
            "module 1: wasm wasm32, lists: 0",
            "module 1.0: wasm wasm32, lists: 1",
        ]
    );
}

#[test]
fn the_list_says_where_it_is() {
    let content = zlib(JSON);
    for (name, bytes) in samples() {
        for binary in binaries(&bytes.as_slice()).unwrap() {
            for list in binary.lists.unwrap() {
                assert_eq!(list.json, JSON.as_bytes(), "{name}");
                let section = &bytes[list.section.start as usize..list.section.end as usize];
                assert_eq!(section, content, "{name}");
                assert_eq!(list.compressed_bytes, content.len() as u64, "{name}");
                assert!(binary.range.start <= list.section.start && list.section.end <= binary.range.end);
            }
        }
    }
}

#[test]
fn an_unknown_machine_shows_its_number() {
    let elf = Elf { machine: 0x1234, ..Elf::X86_64 }.build(&[]);
    let binary = &binaries(&elf.as_slice()).unwrap()[0];
    assert_eq!(binary.architecture, Architecture::Unknown(0x1234));
    assert_eq!(binary.architecture.to_string(), "unknown (0x1234)");
}

#[test]
fn elf_with_more_sections_than_16_bits_count() {
    let content = zlib(JSON);
    let mut sections: Vec<Section<'_>> = vec![(".text.f", b""); 70_000];
    sections.push((NAME, &content));
    let elf = Elf::X86_64.build(&sections);
    assert!(read_slice(&elf).unwrap().is_some());
}

#[test]
fn relocatable_objects_have_their_own_rules_in_macho() {
    let content = zlib(JSON);
    let sections: [Section<'_>; 1] = [(NAME, &content)];
    assert!(read_slice(&MachO::OBJECT.build(&sections)).unwrap().is_some());
    // A dSYM bundle has the section headers of the executable without what they describe.
    let debug_file = MachO { file_type: 0xa, ..MachO::AARCH64 }.headers(&[(NAME, 0, 4000)]);
    assert!(read_slice(&debug_file).unwrap().is_none());
}

#[test]
fn the_section_is_known_by_its_whole_name() {
    let content = zlib(JSON);
    for name in [".dep-v", ".dep-v1", "dep-v0", ".dep-v0x"] {
        let sections: [Section<'_>; 1] = [(name, &content)];
        assert!(read_slice(&Elf::X86_64.build(&sections)).unwrap().is_none(), "{name}");
        assert!(read_slice(&pe(true, &sections)).unwrap().is_none(), "{name}");
        assert!(read_slice(&coff(0x8664, &sections)).unwrap().is_none(), "{name}");
        assert!(read_slice(&MachO::X86_64.build(&sections)).unwrap().is_none(), "{name}");
        assert!(read_slice(&wasm(MODULE, &[custom(name, &content)])).unwrap().is_none(), "{name}");
    }
}

#[test]
fn wasm64_is_told_by_its_memory() {
    let architecture =
        |memory: &[u8]| binaries(&wasm(MODULE, &[(5, memory.to_vec())]).as_slice()).unwrap()[0].architecture;
    assert_eq!(architecture(&[1, 0x04, 1]), Architecture::Wasm64);
    assert_eq!(architecture(&[1, 0x01, 1, 2]), Architecture::Wasm32);
    assert_eq!(architecture(&[0]), Architecture::Wasm32);
}

#[test]
fn a_component_can_have_the_section_itself() {
    let component = wasm(COMPONENT, &[custom(NAME, &zlib(JSON)), (1, MODULE.to_vec())]);
    let binaries = binaries(&component.as_slice()).unwrap();
    assert_eq!((binaries.len(), binaries[0].container), (2, Container::Wasm));
    assert_eq!(binaries[0].lists.as_ref().unwrap().len(), 1);
}

#[test]
fn sizes_in_wasm_may_be_padded_but_have_32_bits() {
    let (_, content) = custom(NAME, &zlib(JSON));
    let size = content.len();
    let padded = [size as u8 | 0x80, (size >> 7) as u8 | 0x80, 0x80, 0x80, 0];
    let module = |size: &[u8]| [&MODULE[..], &[0], size, &content].concat();
    assert!(read_slice(&module(&padded)).unwrap().is_some());
    for size in [&[0x80, 0x80, 0x80, 0x80, 0x80, 0][..], &[0x80, 0x80, 0x80, 0x80, 0x10]] {
        assert_eq!(
            read_slice(&module(size)).unwrap_err().to_string(),
            "number has more than 32 bits (wasm, at offset 0x9)"
        );
    }
}

#[test]
fn pe_content_is_what_the_smaller_of_its_two_sizes_covers() {
    let content = zlib(JSON);
    let size = content.len();
    // No virtual size is one that is not known; a larger one is filled with zeros when the image is loaded.
    for virtual_size in [0, size, 0x10_0000] {
        let mut image = pe_headers(true, &[(NAME, virtual_size, 0x400, size)]);
        image.resize(0x400, 0);
        image.extend_from_slice(&content);
        assert!(read_slice(&image).unwrap().is_some(), "{virtual_size}");
    }
}

#[test]
fn uefi_images_are_pe() {
    let content = zlib(JSON);
    let mut image = pe(true, &[(NAME, &content)]);
    // Subsystem: EFI application.
    let subsystem = 0x80 + 24 + 68;
    assert_eq!(image[subsystem], 3);
    image[subsystem] = 10;
    assert!(read_slice(&image).unwrap().is_some());
}
