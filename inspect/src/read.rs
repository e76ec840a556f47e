use crate::container::{Headers, coff, elf, macho, pe, universal, wasm};
use crate::detect::{Detected, detect};
use crate::inflate::Inflater;
use crate::window::{Pages, Window};
use crate::{Architecture, Container, Error, ReadAt, Seekable};
use auditable_graph::Graph;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::ops::Range;
use std::path::Path;

/// One binary in a file. Most files are one binary; a universal Mach-O file and a wasm component hold
/// several.
#[derive(Debug)]
#[non_exhaustive]
pub struct Binary {
    /// Which one of the file it is; `None` if it is the whole file.
    pub location: Option<Location>,
    /// Its format.
    pub container: Container,
    /// What it runs on.
    pub architecture: Architecture,
    /// The bytes of the file that it consists of. Those of a damaged slice may lie outside of the file.
    pub range: Range<u64>,
    /// The lists in it: none, or one, or several if a linker put several together.
    pub lists: Result<Vec<List>, Error>,
}

/// Which binary of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// A slice of a universal file, counted from 0.
    Slice(u32),
    /// A module or component in a wasm component: its number among the nested ones of each enclosing
    /// component, from the outermost inwards, counted from 0.
    Module(Vec<u32>),
}

/// As `slice 1` or `module 0.2`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slice(index) => write!(f, "slice {index}"),
            Self::Module(path) => {
                f.write_str("module ")?;
                for (index, number) in path.iter().enumerate() {
                    let dot = if index == 0 { "" } else { "." };
                    write!(f, "{dot}{number}")?;
                }
                Ok(())
            }
        }
    }
}

/// An embedded list, as it is in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct List {
    /// The embedded JSON, byte for byte; not checked.
    pub json: Vec<u8>,
    /// The content of the section in the file, padding and other lists included.
    pub section: Range<u64>,
    /// Size of the zlib stream of this list.
    pub compressed_bytes: u64,
}

impl List {
    /// Reads the JSON.
    ///
    /// # Errors
    ///
    /// [`Error::List`] if it is not a sound list.
    pub fn graph(&self) -> Result<Graph, Error> {
        Graph::from_json(&self.json).map_err(|error| Error::List { error, offset: self.section.start })
    }
}

/// Reads the list of the binary at a path. `Ok(None)` is a sound binary without one.
///
/// Reads a few kB, whatever the size of the file. The error does not name the path.
///
/// # Errors
///
/// Any [`Error`]; in a file with several binaries also if only one of them is damaged, and
/// [`Error::SeveralLists`] if they have different lists.
pub fn read_file(path: impl AsRef<Path>) -> Result<Option<Graph>, Error> {
    let file = File::open(path).map_err(Error::Open)?;
    // Unix opens a directory like a file, and its size may be 0.
    if file.metadata().map_err(Error::Open)?.is_dir() {
        return Err(Error::Open(io::ErrorKind::IsADirectory.into()));
    }
    the_list(&file)
}

/// As [`read_file`], of any reader that can seek.
///
/// # Errors
///
/// As [`read_file`].
pub fn read(reader: impl Read + Seek) -> Result<Option<Graph>, Error> {
    the_list(&Seekable::new(reader))
}

/// As [`read_file`], of a file that is in memory.
///
/// # Errors
///
/// As [`read_file`].
pub fn read_slice(bytes: &[u8]) -> Result<Option<Graph>, Error> {
    the_list(&bytes)
}

/// Finds all binaries in a file, each with the lists in it, in the order of the file's own table.
///
/// # Errors
///
/// If the file is not a binary, or cannot be read, or its own header is damaged. Any other damage is the
/// error of one binary, so that nothing of the others is lost.
pub fn binaries(source: &dyn ReadAt) -> Result<Vec<Binary>, Error> {
    let size = source.size().map_err(|error| Error::Io { error, offset: 0 })?;
    let mut inflater = Inflater::new(source);
    let mut binaries = Vec::new();
    for found in find(source, size)? {
        let lists = found.headers.sections.and_then(|sections| {
            let mut lists = Vec::new();
            sections.iter().try_for_each(|section| inflater.lists(section, &mut lists))?;
            Ok(lists)
        });
        binaries.push(Binary {
            location: found.location,
            container: found.container,
            architecture: found.headers.architecture,
            range: found.range,
            lists,
        });
    }
    Ok(binaries)
}

/// Whether a file has a section with the name of the list, whatever is in it. Only headers are read.
///
/// # Errors
///
/// As [`binaries`], and if the headers of one binary are damaged.
#[cfg(feature = "archives")]
pub(crate) fn has_section(source: &dyn ReadAt) -> Result<bool, Error> {
    let size = source.size().map_err(|error| Error::Io { error, offset: 0 })?;
    let mut has_section = false;
    for found in find(source, size)? {
        has_section |= !found.headers.sections?.is_empty();
    }
    Ok(has_section)
}

/// The slices of a universal file; none of any other file.
///
/// # Errors
///
/// As [`binaries`].
#[cfg(feature = "archives")]
pub(crate) fn slices(source: &dyn ReadAt) -> Result<Vec<universal::Slice>, Error> {
    let size = source.size().map_err(|error| Error::Io { error, offset: 0 })?;
    let pages = Pages::new(size);
    match detect(source, &(0..size))? {
        Detected::Universal { is_64 } => {
            universal::slices(&Window::new(source, &pages, Container::MachO, 0..size), is_64)
        }
        _ => Ok(Vec::new()),
    }
}

/// The one list of a file.
fn the_list(source: &dyn ReadAt) -> Result<Option<Graph>, Error> {
    let mut first: Option<(Vec<u8>, Graph)> = None;
    for binary in binaries(source)? {
        for list in binary.lists? {
            match &first {
                None => {
                    let graph = list.graph()?;
                    first = Some((list.json, graph));
                }
                // Other bytes can still be the same list, in another order.
                Some((json, graph)) if *json != list.json && *graph != list.graph()? => {
                    return Err(Error::SeveralLists);
                }
                Some(_) => {}
            }
        }
    }
    Ok(first.map(|(_, graph)| graph))
}

struct Found {
    location: Option<Location>,
    container: Container,
    range: Range<u64>,
    headers: Headers,
}

fn find(source: &dyn ReadAt, size: u64) -> Result<Vec<Found>, Error> {
    let whole = 0..size;
    let pages = Pages::new(size);
    let window = |container| Window::new(source, &pages, container, whole.clone());
    let single =
        |container, headers| vec![Found { location: None, container, range: whole.clone(), headers }];
    match detect(source, &whole)? {
        Detected::Elf => Ok(single(Container::Elf, elf::headers(&window(Container::Elf))?)),
        Detected::Pe => Ok(single(Container::Pe, pe::headers(&window(Container::Pe))?)),
        Detected::Coff => Ok(single(Container::Coff, coff::headers(&window(Container::Coff))?)),
        Detected::MachO => Ok(single(Container::MachO, macho::headers(&window(Container::MachO))?)),
        Detected::Universal { is_64 } => {
            let slices = universal::slices(&window(Container::MachO), is_64)?;
            Ok((0..).zip(slices).map(|(index, slice)| find_in_slice(source, size, index, slice)).collect())
        }
        Detected::Wasm => {
            let modules = wasm::modules(&window(Container::Wasm))?;
            Ok(modules.into_iter().map(Found::from).collect())
        }
    }
}

fn find_in_slice(source: &dyn ReadAt, file_size: u64, index: u32, slice: universal::Slice) -> Found {
    let range = slice.claimed;
    // Pages of its own: a slice that uses up what may be read leaves the others theirs.
    let pages = Pages::new(file_size);
    let headers = match slice.error {
        Some(error) => Err(error),
        None => detect(source, &range).and_then(|detected| {
            let window = Window::new(source, &pages, Container::MachO, range.clone());
            match detected {
                Detected::MachO => macho::headers(&window),
                _ => Err(window.malformed("slice is not a Mach-O binary", 0)),
            }
        }),
    };
    let headers =
        headers.unwrap_or_else(|error| Headers { architecture: slice.architecture, sections: Err(error) });
    Found { location: Some(Location::Slice(index)), container: Container::MachO, range, headers }
}

impl From<wasm::Module> for Found {
    fn from(module: wasm::Module) -> Self {
        Self {
            location: (!module.path.is_empty()).then_some(Location::Module(module.path)),
            container: Container::Wasm,
            range: module.range,
            headers: module.headers,
        }
    }
}
