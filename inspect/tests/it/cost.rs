//! Reading costs in proportion to the headers, whatever the size of the file.

use crate::support::{Elf, JSON, MODULE, MachO, NAME, custom, leb128, pe_headers, wasm, zlib};
use auditable_inspect::{ReadAt, binaries};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

/// Counts what is read.
struct Counting<R> {
    source: R,
    bytes: Cell<u64>,
    calls: Cell<u64>,
}

impl<R: ReadAt> ReadAt for Counting<R> {
    fn size(&self) -> io::Result<u64> {
        self.source.size()
    }

    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.bytes.set(self.bytes.get() + buffer.len() as u64);
        self.calls.set(self.calls.get() + 1);
        self.source.read_exact_at(offset, buffer)
    }
}

/// Bytes and calls that it takes to find the one list in a source.
fn cost(source: impl ReadAt) -> (u64, u64) {
    let source = Counting { source, bytes: Cell::new(0), calls: Cell::new(0) };
    let mut lists = binaries(&source).unwrap().remove(0).lists.unwrap();
    assert_eq!(lists.remove(0).json, JSON.as_bytes());
    (source.bytes.get(), source.calls.get())
}

/// A file of 1 GiB that is empty but for these parts.
fn sparse(parts: Vec<(u64, Vec<u8>)>) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.set_len(SIZE).unwrap();
    for (offset, bytes) in parts {
        file.seek(SeekFrom::Start(offset)).unwrap();
        file.write_all(&bytes).unwrap();
    }
    assert_eq!(file.size().unwrap(), SIZE);
    file
}

const SIZE: u64 = 1 << 30;
const FAR: u64 = SIZE - (1 << 20);

#[test]
fn a_large_file_costs_as_little_as_a_small_one() {
    let content = zlib(JSON);
    let size = content.len();
    let mut module = wasm(MODULE, &[]);
    // A code section up to the section of the list, which is the last.
    let (id, custom) = custom(NAME, &content);
    let last = [vec![id], leb128(custom.len()), custom].concat();
    let code_size = SIZE as usize - module.len() - 6 - last.len();
    module.push(10);
    module.extend(leb128(code_size));
    let last_offset = SIZE - last.len() as u64;
    for (name, parts) in [
        ("ELF", Elf::X86_64.sparse(&content, FAR, SIZE)),
        ("PE", vec![(0, pe_headers(true, &[(NAME, size, FAR as usize, size)])), (FAR, content.clone())]),
        (
            "Mach-O",
            vec![(0, MachO::AARCH64.headers(&[(NAME, FAR as u32, size as u64)])), (FAR, content.clone())],
        ),
        ("wasm", vec![(0, module), (last_offset, last)]),
    ] {
        let (bytes, calls) = cost(sparse(parts));
        assert!(bytes < 20_000 && calls < 10, "{name}: {bytes} bytes in {calls} calls");
    }
}

#[test]
fn tables_are_read_once() {
    // Section headers and section names are far apart and read by turns.
    let content = zlib(JSON);
    let names: Vec<String> = (0..20_000).map(|number| format!(".text.function{number}")).collect();
    let mut sections: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    sections.push((NAME, &content));
    let elf = Elf::X86_64.build(&sections);
    let (bytes, calls) = cost(elf.as_slice());
    assert!(bytes < elf.len() as u64 + 4 * 4096, "{bytes} of {}", elf.len());
    assert!(calls < elf.len() as u64 / 4096 + 10, "{calls}");
}

#[test]
fn names_all_over_the_file_meet_the_limit() {
    // Each name is in another page, so that each look costs a page.
    let mut elf = Elf::X86_64.build(&vec![("x", &b""[..]); 65_000]);
    let table = elf.len() - 65_002 * 64;
    let names = table + 65_001 * 64;
    elf[names + 0x18..names + 0x20].copy_from_slice(&0u64.to_le_bytes());
    let file_size = elf.len() as u64;
    elf[names + 0x20..names + 0x28].copy_from_slice(&file_size.to_le_bytes());
    for index in 0..65_000usize {
        let name = (index * 7919 % 900 * 4096) as u32;
        elf[table + (index + 1) * 64..][..4].copy_from_slice(&name.to_le_bytes());
    }
    let error = binaries(&elf.as_slice()).unwrap().remove(0).lists.unwrap_err();
    assert!(error.to_string().contains("bytes of headers and tables, over the limit of 67108864"), "{error}");
}
