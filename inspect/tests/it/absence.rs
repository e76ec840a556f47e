//! Absence is a value, and what is no binary says so.

use crate::support::{COMPONENT, Elf, MODULE, MachO, NAME, Section, pe, universal, wasm};
use auditable_inspect::{Error, read_file, read_slice};

#[test]
fn a_binary_without_the_list_is_no_error() {
    let sections: [Section<'_>; 1] = [(".text", &[0x90; 16])];
    for bytes in [
        Elf::X86_64.build(&sections),
        Elf::S390X.build(&[]),
        pe(true, &sections),
        pe(false, &[]),
        MachO::AARCH64.build(&sections),
        MachO::AARCH64.build(&[]),
        universal(false, &[(7, MachO::I686.build(&sections))]),
        MODULE.to_vec(),
        COMPONENT.to_vec(),
        wasm(COMPONENT, &[(1, MODULE.to_vec())]),
    ] {
        assert!(read_slice(&bytes).unwrap().is_none());
    }
}

#[test]
fn elf_without_a_section_table_is_no_error() {
    let mut elf = Elf::X86_64.build(&[]);
    // e_shoff, e_shnum, e_shstrndx.
    elf[0x28..0x30].fill(0);
    elf[0x3c..0x40].fill(0);
    assert!(read_slice(&elf).unwrap().is_none());
}

#[test]
fn elf_section_without_bits_is_that_of_a_debug_file() {
    let mut elf = Elf::X86_64.build(&[(NAME, b"")]);
    let table = elf.len() - 3 * 64;
    elf[table + 64..table + 128].copy_from_slice(&Elf::X86_64.section_header(1, 8, 0x40, 1 << 60, 0));
    assert!(read_slice(&elf).unwrap().is_none());
}

#[test]
fn elf_section_that_the_linker_compressed_is_an_error() {
    let mut elf = Elf::X86_64.build(&[(NAME, b"x")]);
    let flags = elf.len() - 2 * 64 + 8;
    elf[flags..flags + 2].copy_from_slice(&0x800u16.to_le_bytes());
    assert_eq!(
        read_slice(&elf).unwrap_err().to_string(),
        "the linker compressed the section of the list once more (ELF, at offset 0x40)"
    );
}

#[test]
fn what_is_no_binary_says_what_it_is() {
    let mut java = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65];
    java.extend([0; 64]);
    let mut dos = b"MZ".to_vec();
    dos.resize(256, 0);
    for (bytes, says) in [
        (&b""[..], "not a binary: it is empty"),
        (b"\x7f", "not an ELF, PE, COFF, Mach-O or wasm binary: it begins with 7f"),
        (
            b"plain text",
            "not an ELF, PE, COFF, Mach-O or wasm binary: it begins with 70 6c 61 69 6e 20 74 65",
        ),
        (&java, "not a binary but a Java class file"),
        (&[0xca, 0xfe, 0xba, 0xbe, 0, 3, 0, 45], "not a binary but a Java class file"),
        (b"MZ", "not a binary but a DOS program, or the first bytes of a PE file that was cut off"),
        (&dos, "not a binary but a DOS program, or the first bytes of a PE file that was cut off"),
        (b"!<arch>\ndebian-binary", "not a binary but a Debian package"),
        (b"!<arch>\nx", "not a binary but an archive of object files"),
        (b"#!/bin/sh\n", "not a binary but a script"),
    ] {
        let error = read_slice(bytes).unwrap_err();
        assert!(matches!(error, Error::NotABinary { .. }));
        assert_eq!(error.to_string(), says);
    }
}

#[test]
fn what_cannot_be_opened_has_a_cause() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().to_owned(), directory.path().join("missing")] {
        let error = read_file(path).unwrap_err();
        assert_eq!(error.to_string(), "cannot open the file");
        assert!(std::error::Error::source(&error).is_some());
    }
}
