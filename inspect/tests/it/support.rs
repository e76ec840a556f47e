//! Small binaries, put together byte by byte.

use miniz_oxide::deflate::compress_to_vec_zlib;

/// A list of two crates.
pub(crate) const JSON: &str = r#"{"packages":[{"name":"libc","version":"0.2.170","source":"crates.io"},{"name":"hello","version":"1.0.0","source":"local","dependencies":[0],"root":true}],"format":1}"#;

/// Another list.
pub(crate) const OTHER_JSON: &str =
    r#"{"packages":[{"name":"hello","version":"1.0.0","source":"local","root":true}],"format":1}"#;

pub(crate) const NAME: &str = ".dep-v0";

/// The content of the section for some JSON.
pub(crate) fn zlib(json: &str) -> Vec<u8> {
    compress_to_vec_zlib(json.as_bytes(), 6)
}

/// A section of a binary: its name, its content.
pub(crate) type Section<'a> = (&'a str, &'a [u8]);

/// Numbers in one byte order.
struct Writer {
    bytes: Vec<u8>,
    is_big: bool,
}

impl Writer {
    fn new(is_big: bool) -> Self {
        Self { bytes: Vec::new(), is_big }
    }

    fn number(&mut self, value: u64, size: usize) -> &mut Self {
        let little = value.to_le_bytes();
        let big = value.to_be_bytes();
        self.bytes.extend_from_slice(if self.is_big { &big[8 - size..] } else { &little[..size] });
        self
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.number(value.into(), 2)
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.number(value.into(), 4)
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// A name in a field of fixed size.
    fn name(&mut self, name: &str, size: usize) -> &mut Self {
        self.bytes(name.as_bytes()).bytes(&vec![0; size - name.len()])
    }

    fn zeros_to(&mut self, size: usize) -> &mut Self {
        assert!(self.bytes.len() <= size);
        self.bytes.resize(size, 0);
        self
    }
}

/// An ELF executable: header, contents, section names, section table.
pub(crate) struct Elf {
    pub(crate) is_64: bool,
    pub(crate) is_big: bool,
    pub(crate) machine: u16,
}

impl Elf {
    pub(crate) const X86_64: Self = Self { is_64: true, is_big: false, machine: 62 };
    pub(crate) const I686: Self = Self { is_64: false, is_big: false, machine: 3 };
    pub(crate) const S390X: Self = Self { is_64: true, is_big: true, machine: 22 };
    pub(crate) const POWERPC: Self = Self { is_64: false, is_big: true, machine: 20 };

    pub(crate) fn header_bytes(&self) -> usize {
        if self.is_64 { 64 } else { 52 }
    }

    fn word_bytes(&self) -> usize {
        if self.is_64 { 8 } else { 4 }
    }

    pub(crate) fn build(&self, sections: &[Section<'_>]) -> Vec<u8> {
        let mut names = vec![0];
        let mut contents = Vec::new();
        let mut headers = vec![(0, 0, 0, 0)];
        for (name, content) in sections {
            headers.push((names.len(), 1, self.header_bytes() + contents.len(), content.len()));
            names.extend_from_slice(name.as_bytes());
            names.push(0);
            contents.extend_from_slice(content);
        }
        let name_of_names = names.len();
        names.extend_from_slice(b".shstrtab\0");
        let names_offset = self.header_bytes() + contents.len();
        headers.push((name_of_names, 3, names_offset, names.len()));
        let table_offset = names_offset + names.len();

        let mut file = self.header(table_offset as u64, headers.len());
        file.bytes(&contents).bytes(&names);
        let names_index = headers.len() - 1;
        let is_extended = headers.len() >= 0xff00;
        for (index, (name, kind, offset, size)) in headers.into_iter().enumerate() {
            let (size, link) = match (index, is_extended) {
                (0, true) => (names_index + 1, names_index),
                _ => (size, 0),
            };
            file.bytes(&self.section_header(name as u32, kind, offset as u64, size as u64, link as u32));
        }
        file.bytes
    }

    /// The file header, for a table with the section names last.
    fn header(&self, table_offset: u64, section_count: usize) -> Writer {
        let word = self.word_bytes();
        let mut file = Writer::new(self.is_big);
        file.bytes(&[0x7f, b'E', b'L', b'F', 1 + u8::from(self.is_64), 1 + u8::from(self.is_big), 1]);
        file.zeros_to(16).u16(2).u16(self.machine).u32(1);
        file.number(0, word).number(0, word).number(table_offset, word).u32(0);
        file.u16(self.header_bytes() as u16).u16(0).u16(0).u16(if self.is_64 { 64 } else { 40 });
        if section_count < 0xff00 {
            file.u16(section_count as u16).u16(section_count as u16 - 1);
        } else {
            file.u16(0).u16(0xffff);
        }
        assert_eq!(file.bytes.len(), self.header_bytes());
        file
    }

    pub(crate) fn section_header(&self, name: u32, kind: u32, offset: u64, size: u64, link: u32) -> Vec<u8> {
        let word = self.word_bytes();
        let mut header = Writer::new(self.is_big);
        header.u32(name).u32(kind).number(0, word).number(0, word).number(offset, word).number(size, word);
        header.u32(link).u32(0).number(1, word).number(0, word);
        header.bytes
    }

    /// The three parts of a file that is too large for memory, each with its offset: the header, the content
    /// of the section, and names and table at the end.
    pub(crate) fn sparse(&self, content: &[u8], content_offset: u64, file_size: u64) -> Vec<(u64, Vec<u8>)> {
        let names = b"\0.dep-v0\0.shstrtab\0";
        let table_bytes = 3 * 64;
        let table_offset = file_size - table_bytes;
        let names_offset = table_offset - 100_000;
        let mut table = self.section_header(0, 0, 0, 0, 0);
        table.extend(self.section_header(1, 1, content_offset, content.len() as u64, 0));
        table.extend(self.section_header(9, 3, names_offset, names.len() as u64, 0));
        vec![
            (0, self.header(table_offset, 3).bytes),
            (content_offset, content.to_vec()),
            (names_offset, names.to_vec()),
            (table_offset, table),
        ]
    }
}

/// A PE image: DOS header, PE header, section table, then the contents, padded to 512 bytes.
pub(crate) fn pe(is_64: bool, sections: &[Section<'_>]) -> Vec<u8> {
    let table_end = pe_header_bytes(is_64, sections.len());
    let contents_offset = table_end.next_multiple_of(512);
    let mut offset = contents_offset;
    let mut table = Vec::new();
    for (name, content) in sections {
        let raw_size = content.len().next_multiple_of(512);
        table.push((*name, content.len(), offset, raw_size));
        offset += raw_size;
    }
    let mut file = pe_headers(is_64, &table);
    file.resize(contents_offset, 0);
    for (_, content) in sections {
        file.extend_from_slice(content);
        file.resize(file.len().next_multiple_of(512), 0);
    }
    file
}

/// An object file of COFF: header, section table, contents, and a symbol table of one entry without a name.
pub(crate) fn coff(machine: u16, sections: &[Section<'_>]) -> Vec<u8> {
    let contents_offset = 20 + 40 * sections.len();
    let size: usize = sections.iter().map(|(_, content)| content.len()).sum();
    let mut file = Writer::new(false);
    file.u16(machine).u16(sections.len() as u16).u32(0).u32((contents_offset + size) as u32).u32(1);
    file.u16(0).u16(0);
    let mut offset = contents_offset;
    for (name, content) in sections {
        file.name(name, 8).u32(0).u32(0).u32(content.len() as u32).u32(offset as u32);
        file.bytes(&[0; 12]).u32(0x4010_0040);
        offset += content.len();
    }
    for (_, content) in sections {
        file.bytes(content);
    }
    // An absolute symbol; then the names that are too long for their places: none.
    file.bytes(b".file\0\0\0").u32(0).u16(0xffff).u16(0).bytes(&[3, 0]);
    file.u32(4);
    assert_eq!(file.bytes.len(), contents_offset + size + 18 + 4);
    file.bytes
}

/// The headers of a PE image for sections given by name, virtual size, offset and raw size.
pub(crate) fn pe_headers(is_64: bool, sections: &[(&str, usize, usize, usize)]) -> Vec<u8> {
    let mut file = Writer::new(false);
    file.bytes(b"MZ").zeros_to(0x3c).u32(0x80).zeros_to(0x80).bytes(b"PE\0\0");
    file.u16(if is_64 { 0x8664 } else { 0x14c }).u16(sections.len() as u16);
    file.u32(0).u32(0).u32(0).u16(if is_64 { 240 } else { 224 }).u16(0x2022);
    let optional = file.bytes.len();
    let word = if is_64 { 8 } else { 4 };
    file.u16(if is_64 { 0x20b } else { 0x10b }).u16(0).u32(0).u32(0).u32(0).u32(0x1000).u32(0x1000);
    if !is_64 {
        file.u32(0x1000);
    }
    file.number(0x40_0000, word).u32(0x1000).u32(0x200);
    file.bytes(&[0; 16]).u32(0x10_0000).u32(0x200).u32(0).u16(3).u16(0);
    file.bytes(&vec![0; 4 * word]).u32(0).u32(16);
    file.zeros_to(optional + if is_64 { 240 } else { 224 });
    for (index, (name, virtual_size, offset, raw_size)) in sections.iter().enumerate() {
        file.name(name, 8).u32(*virtual_size as u32).u32(0x1000 * (index as u32 + 1));
        file.u32(*raw_size as u32).u32(*offset as u32).bytes(&[0; 12]).u32(0x4000_0040);
    }
    assert_eq!(file.bytes.len(), pe_header_bytes(is_64, sections.len()));
    file.bytes
}

fn pe_header_bytes(is_64: bool, section_count: usize) -> usize {
    0x80 + 4 + 20 + if is_64 { 240 } else { 224 } + 40 * section_count
}

/// A Mach-O file: header, one segment command with the sections, contents.
pub(crate) struct MachO {
    pub(crate) is_64: bool,
    pub(crate) is_big: bool,
    pub(crate) cpu: u32,
    pub(crate) file_type: u32,
    pub(crate) segment: &'static str,
}

impl MachO {
    pub(crate) const AARCH64: Self =
        Self { is_64: true, is_big: false, cpu: 0x0100_000c, file_type: 2, segment: "__DATA" };
    pub(crate) const X86_64: Self = Self { cpu: 0x0100_0007, ..Self::AARCH64 };
    pub(crate) const I686: Self = Self { is_64: false, cpu: 7, ..Self::AARCH64 };
    pub(crate) const POWERPC: Self = Self { is_64: false, is_big: true, cpu: 18, ..Self::AARCH64 };
    pub(crate) const POWERPC64: Self = Self { is_big: true, cpu: 0x0100_0012, ..Self::AARCH64 };
    pub(crate) const OBJECT: Self = Self { file_type: 1, segment: "", ..Self::AARCH64 };

    pub(crate) fn build(&self, sections: &[Section<'_>]) -> Vec<u8> {
        let mut offset = self.headers_bytes(sections.len());
        let mut table = Vec::new();
        for (name, content) in sections {
            table.push((*name, offset as u32, content.len() as u64));
            offset += content.len();
        }
        let mut file = self.headers(&table);
        for (_, content) in sections {
            file.extend_from_slice(content);
        }
        file
    }

    /// The headers for sections given by name, offset and size.
    pub(crate) fn headers(&self, sections: &[(&str, u32, u64)]) -> Vec<u8> {
        let word = if self.is_64 { 8 } else { 4 };
        let end = sections.iter().map(|(_, offset, size)| u64::from(*offset) + size).max().unwrap_or(0);
        let mut file = Writer::new(self.is_big);
        file.u32(if self.is_64 { 0xfeed_facf } else { 0xfeed_face }).u32(self.cpu).u32(0).u32(self.file_type);
        let command_bytes = self.headers_bytes(sections.len()) - self.header_bytes();
        // A command that has nothing to do with sections comes first: LC_UUID.
        file.u32(2).u32(command_bytes as u32).u32(0);
        if self.is_64 {
            file.u32(0);
        }
        file.u32(0x1b).u32(24).bytes(&[7; 16]);
        file.u32(if self.is_64 { 0x19 } else { 1 }).u32(command_bytes as u32 - 24).name(self.segment, 16);
        file.number(0, word).number(end, word).number(0, word).number(end, word);
        file.u32(7).u32(3).u32(sections.len() as u32).u32(0);
        for (name, offset, size) in sections {
            file.name(name, 16).name("__DATA", 16).number((*offset).into(), word).number(*size, word);
            file.u32(*offset).u32(0).u32(0).u32(0).u32(0).u32(0).u32(0);
            if self.is_64 {
                file.u32(0);
            }
        }
        assert_eq!(file.bytes.len(), self.headers_bytes(sections.len()));
        file.bytes
    }

    fn header_bytes(&self) -> usize {
        if self.is_64 { 32 } else { 28 }
    }

    fn headers_bytes(&self, section_count: usize) -> usize {
        let (segment, section) = if self.is_64 { (72, 80) } else { (56, 68) };
        self.header_bytes() + 24 + segment + section * section_count
    }
}

/// A universal file of slices with their cputype, aligned to 16 bytes.
pub(crate) fn universal(is_64: bool, slices: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut offset = 8 + slices.len() * if is_64 { 32 } else { 20 };
    let mut table = Vec::new();
    for (cpu, slice) in slices {
        offset = offset.next_multiple_of(16);
        table.push((*cpu, offset as u64, slice.len() as u64));
        offset += slice.len();
    }
    let mut file = universal_table(is_64, &table);
    for (_, slice) in slices {
        file.resize(file.len().next_multiple_of(16), 0);
        file.extend_from_slice(slice);
    }
    file
}

/// The table of a universal file: cputype, offset and size of each slice.
pub(crate) fn universal_table(is_64: bool, slices: &[(u32, u64, u64)]) -> Vec<u8> {
    let mut file = Writer::new(true);
    file.u32(if is_64 { 0xcafe_babf } else { 0xcafe_babe }).u32(slices.len() as u32);
    for (cpu, offset, size) in slices {
        let word = if is_64 { 8 } else { 4 };
        file.u32(*cpu).u32(0).number(*offset, word).number(*size, word).u32(4);
        if is_64 {
            file.u32(0);
        }
    }
    file.bytes
}

pub(crate) const MODULE: [u8; 8] = *b"\0asm\x01\0\0\0";
pub(crate) const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

/// A wasm module or component of sections given by id and content.
pub(crate) fn wasm(header: [u8; 8], sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut file = header.to_vec();
    for (id, content) in sections {
        file.push(*id);
        file.extend(leb128(content.len()));
        file.extend_from_slice(content);
    }
    file
}

/// A custom section of wasm.
pub(crate) fn custom(name: &str, data: &[u8]) -> (u8, Vec<u8>) {
    let mut content = leb128(name.len());
    content.extend_from_slice(name.as_bytes());
    content.extend_from_slice(data);
    (0, content)
}

pub(crate) fn leb128(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// One small file of each kind, all with [`JSON`] in them.
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let content = zlib(JSON);
    let sections: [Section<'_>; 2] = [(".text", &[0x90; 16]), (NAME, &content)];
    let module = || wasm(MODULE, &[(1, vec![0]), custom(NAME, &content), custom("name", b"x")]);
    let universal_of = |is_64| {
        let slices = [MachO::X86_64, MachO::AARCH64].map(|macho| (macho.cpu, macho.build(&sections)));
        universal(is_64, &slices)
    };
    vec![
        ("ELF x86_64", Elf::X86_64.build(&sections)),
        ("ELF i686", Elf::I686.build(&sections)),
        ("ELF s390x", Elf::S390X.build(&sections)),
        ("ELF powerpc", Elf::POWERPC.build(&sections)),
        ("PE x86_64", pe(true, &sections)),
        ("PE i686", pe(false, &sections)),
        ("COFF x86_64", coff(0x8664, &sections)),
        ("COFF aarch64", coff(0xaa64, &sections)),
        ("Mach-O aarch64", MachO::AARCH64.build(&sections)),
        ("Mach-O x86_64", MachO::X86_64.build(&sections)),
        ("Mach-O i686", MachO::I686.build(&sections)),
        ("Mach-O powerpc", MachO::POWERPC.build(&sections)),
        ("Mach-O powerpc64", MachO::POWERPC64.build(&sections)),
        ("Mach-O object", MachO::OBJECT.build(&sections)),
        ("universal", universal_of(false)),
        ("universal with 64-bit offsets", universal_of(true)),
        ("wasm module", module()),
        ("wasm component", wasm(COMPONENT, &[(1, module()), (4, wasm(COMPONENT, &[(1, module())]))])),
    ]
}
