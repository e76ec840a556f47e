use crate::Error;
use crate::archive::cpio::is_file;
use crate::archive::input::Input;
use crate::archive::name::relative;
use crate::archive::rpm::malformed;
use std::collections::HashMap;

/// The files of a package whose payload does not name them.
pub(in crate::archive) struct Files {
    data: Vec<u8>,
    tags: HashMap<u32, Tag>,
    /// Where each of the strings begins.
    names: Vec<usize>,
    folders: Vec<usize>,
    /// The last of the files that are hard links to each other: it has the content.
    last_links: HashMap<(u64, u64), usize>,
}

/// A file, as the payload has it.
pub(in crate::archive) struct PackagedFile {
    pub(in crate::archive) path: String,
    pub(in crate::archive) is_file: bool,
    /// Of the content in the payload.
    pub(in crate::archive) size: u64,
}

#[derive(Clone, Copy)]
struct Tag {
    offset: usize,
    count: usize,
}

/// Goes over a header.
pub(super) fn skip(input: &mut Input<'_>) -> Result<(), Error> {
    let header = Head::read(input)?;
    if !input.skip(header.entries.saturating_mul(ENTRY_BYTES).saturating_add(header.data_bytes))? {
        return Err(malformed(CUT_OFF, header.offset));
    }
    Ok(())
}

/// Goes over a header, and keeps what it says of the files if the payload does not say it.
pub(super) fn files(input: &mut Input<'_>) -> Result<Option<Files>, Error> {
    let header = Head::read(input)?;
    let mut tags = HashMap::new();
    for _ in 0..header.entries {
        let entry = input.array::<16>()?.ok_or_else(|| malformed(CUT_OFF, header.offset))?;
        let [number, _, offset, count] = words(&entry);
        if WANTED.contains(&number) {
            let size = |value| usize::try_from(value).unwrap_or(usize::MAX);
            tags.insert(number, Tag { offset: size(offset), count: size(count) });
        }
    }
    if !tags.contains_key(&LONG_SIZES) {
        if !input.skip(header.data_bytes)? {
            return Err(malformed(CUT_OFF, header.offset));
        }
        return Ok(None);
    }
    if header.data_bytes > MAX_DATA_BYTES {
        let (limit, actual, offset) = (MAX_DATA_BYTES, header.data_bytes, header.offset);
        return Err(Error::Limit { what: "bytes in the header of a package", limit, actual, offset });
    }
    let data = input.bytes(header.data_bytes)?.ok_or_else(|| malformed(CUT_OFF, header.offset))?;
    Ok(Some(Files::new(data, tags)))
}

struct Head {
    offset: u64,
    entries: u64,
    data_bytes: u64,
}

impl Head {
    fn read(input: &mut Input<'_>) -> Result<Self, Error> {
        let offset = input.position();
        let head = input.array::<16>()?.ok_or_else(|| malformed(CUT_OFF, offset))?;
        let [magic, _, entries, data_bytes] = words(&head);
        if magic != MAGIC {
            return Err(malformed("header is damaged", offset));
        }
        Ok(Self { offset, entries: entries.into(), data_bytes: data_bytes.into() })
    }
}

impl Files {
    fn new(data: Vec<u8>, tags: HashMap<u32, Tag>) -> Self {
        let mut files =
            Self { data, tags, names: Vec::new(), folders: Vec::new(), last_links: HashMap::new() };
        files.names = files.strings(NAMES);
        files.folders = files.strings(FOLDERS);
        for index in 0..files.names.len() {
            if let Some(inode) = files.inode(index) {
                files.last_links.insert(inode, index);
            }
        }
        files
    }

    /// By its index in the header; `None` if there is none.
    pub(in crate::archive) fn file(&self, index: usize) -> Option<PackagedFile> {
        let folder = self.number(FOLDER_INDEXES, 4, index)?;
        let folder = self.text(*self.folders.get(usize::try_from(folder).ok()?)?);
        let path = relative(&[folder, self.text(*self.names.get(index)?)].concat());
        let mode = self.number(MODES, 2, index)?;
        let size = match mode & TYPE_MASK {
            REGULAR if self.inode(index).is_some_and(|inode| self.last_links.get(&inode) != Some(&index)) => {
                0
            }
            REGULAR | SYMBOLIC_LINK => self.number(LONG_SIZES, 8, index)?,
            _ => 0,
        };
        Some(PackagedFile { path, is_file: is_file(mode), size })
    }

    fn inode(&self, index: usize) -> Option<(u64, u64)> {
        is_file(self.number(MODES, 2, index)?).then_some(())?;
        Some((self.number(DEVICES, 4, index)?, self.number(INODES, 4, index)?))
    }

    /// An element of an array of big-endian numbers.
    fn number(&self, tag: u32, bytes: usize, index: usize) -> Option<u64> {
        let tag = self.tags.get(&tag).filter(|tag| index < tag.count)?;
        let start = tag.offset.checked_add(index.checked_mul(bytes)?)?;
        let bytes = self.data.get(start..start.checked_add(bytes)?)?;
        Some(bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    /// Where the strings of an array begin, which end with a zero each.
    fn strings(&self, tag: u32) -> Vec<usize> {
        let Some(tag) = self.tags.get(&tag) else { return Vec::new() };
        let mut starts = Vec::new();
        let mut start = tag.offset;
        while starts.len() < tag.count && start < self.data.len() {
            starts.push(start);
            start = start.saturating_add(self.text(start).len()).saturating_add(1);
        }
        starts
    }

    fn text(&self, start: usize) -> &[u8] {
        let rest = self.data.get(start..).unwrap_or_default();
        rest.split(|&byte| byte == 0).next().unwrap_or_default()
    }
}

fn words(bytes: &[u8; 16]) -> [u32; 4] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
    [[a, b, c, d], [e, f, g, h], [i, j, k, l], [m, n, o, p]].map(u32::from_be_bytes)
}

const CUT_OFF: &str = "package ends inside its headers";

const MAGIC: u32 = 0x8ead_e801;
const ENTRY_BYTES: u64 = 16;

/// What RPM itself accepts is 256 MiB; a package of 100,000 files has some 20.
const MAX_DATA_BYTES: u64 = 64 << 20;

const MODES: u32 = 1030;
const DEVICES: u32 = 1095;
const INODES: u32 = 1096;
const FOLDER_INDEXES: u32 = 1116;
const NAMES: u32 = 1117;
const FOLDERS: u32 = 1118;
const LONG_SIZES: u32 = 5008;
const WANTED: [u32; 7] = [MODES, DEVICES, INODES, FOLDER_INDEXES, NAMES, FOLDERS, LONG_SIZES];

/// Types of files in a mode, as in stat(2).
const TYPE_MASK: u64 = 0o170_000;
const REGULAR: u64 = 0o100_000;
const SYMBOLIC_LINK: u64 = 0o120_000;
