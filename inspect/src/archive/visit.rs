use crate::archive::image::Folder;
use crate::archive::kind::Kind;
use crate::archive::meter::Meter;
use crate::archive::walker::{Walker, start};
use crate::archive::{Format, Unshared, WayIn, WindowMemory};
use crate::limits::archive::{
    FREE_EXPANDED_BYTES, MAX_DEPTH, MAX_ENTRIES, MAX_EXPANDED_BYTES, MAX_RATIO, MAX_SPOOLED_BYTES,
    MAX_WINDOW_BYTES,
};
use crate::{Error, ReadAt};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// How much is read of one outer file and all that is in it. [`Default`] is the constants of
/// [`limits::archive`](crate::limits::archive), which have the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VisitLimits {
    /// Archives in archives, and compression.
    pub depth: usize,
    /// Members of all archives together.
    pub entries: u64,
    /// Bytes that come out of decompression.
    pub expanded_bytes: u64,
    /// Expanded bytes for each byte of the outer file.
    pub ratio: u64,
    /// Expanded bytes that are free whatever the ratio.
    pub ratio_free_bytes: u64,
    /// Bytes in temporary files at the same time.
    pub spooled_bytes: u64,
    /// Bytes that a decompressor looks back; half as many for each that runs in another.
    pub window_bytes: u64,
    /// Time for the outer file. `None` by default, so that results do not depend on the machine.
    pub time: Option<Duration>,
}

impl Default for VisitLimits {
    fn default() -> Self {
        Self {
            depth: MAX_DEPTH,
            entries: MAX_ENTRIES,
            expanded_bytes: MAX_EXPANDED_BYTES,
            ratio: MAX_RATIO,
            ratio_free_bytes: FREE_EXPANDED_BYTES,
            spooled_bytes: MAX_SPOOLED_BYTES,
            window_bytes: MAX_WINDOW_BYTES,
            time: None,
        }
    }
}

/// A file, or a member of an archive, that begins like a binary: ELF, PE, Mach-O or wasm.
/// [`binaries`](crate::binaries) reads it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Artifact<'a> {
    /// Where it is.
    pub path: &'a WayIn,
    /// Its bytes. Offsets count from its own start.
    pub source: &'a dyn ReadAt,
    /// The library that it is an object of.
    pub library: Option<Library>,
}

/// An archive of object files, which are one thing to those who link it. If one of them has the list, it is that of the
/// library, and those without are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Library {
    /// A static library, for any language (`.a`, `.lib`).
    Static,
    /// What rustc makes of a crate for rustc (`.rlib`), which by design has no list: that is a matter of whatever it is
    /// linked into.
    Rust,
}

/// What a visitor is shown. Exhaustive, so that no visitor overlooks a kind of it.
pub enum Visited<'a> {
    /// Something that begins like a binary.
    Artifact(Artifact<'a>),
    /// Something that could not be read, or not to its end. What else there is, is visited all the same, unless
    /// a limit for all together is used up.
    Problem {
        /// Where it is.
        path: &'a WayIn,
        /// What is wrong. Offsets count from the start of what `path` names.
        error: Error,
    },
}

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// It begins like a binary.
    Binary,
    /// It holds other files.
    Archive(Format),
    /// Neither: nothing was shown to the visitor.
    Other,
}

/// What was visited.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// What the outer file is.
    pub content: Content,
    /// Artifacts that were shown.
    pub artifacts: u64,
    /// Problems that were shown.
    pub problems: u64,
    /// Members of archives that were met.
    pub entries: u64,
    /// Bytes that were decompressed.
    pub expanded_bytes: u64,
}

/// Shows the binaries in a file to a visitor: the file itself if it is one, or else those in it if it is an
/// archive, a package or an image, and in archives in it. They come in the order of the archive.
///
/// A file that is neither costs one read of its first bytes. The visitor ends the visit by breaking off.
///
/// # Errors
///
/// [`Error::Io`] if the first bytes of the file cannot be read. Whatever else is wrong is a
/// [`Visited::Problem`].
pub fn visit(
    source: &dyn ReadAt,
    limits: &VisitLimits,
    visitor: &mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    visit_outer(source, limits, &Unshared, visitor, false)
}

/// As [`visit`], with memory that other visits share.
///
/// # Errors
///
/// As [`visit`].
pub fn visit_sharing(
    source: &dyn ReadAt,
    limits: &VisitLimits,
    memory: &dyn WindowMemory,
    visitor: &mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    visit_outer(source, limits, memory, visitor, false)
}

/// As [`visit`], and shows all other members of archives as artifacts too: for archives of documents.
///
/// # Errors
///
/// As [`visit`].
pub fn visit_all(
    source: &dyn ReadAt,
    limits: &VisitLimits,
    visitor: &mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    visit_outer(source, limits, &Unshared, visitor, true)
}

/// Whether a folder is an image in the layout of OCI: there is a file `oci-layout` in it.
pub fn is_image_folder(folder: &Path) -> bool {
    folder.join("oci-layout").is_file()
}

/// As [`visit_sharing`], of an image that is a folder in the layout of OCI.
///
/// # Errors
///
/// [`Error::Open`] if there is no `index.json`.
pub fn visit_folder_image(
    folder: &Path,
    limits: &VisitLimits,
    memory: &dyn WindowMemory,
    visitor: &mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    std::fs::metadata(folder.join("index.json")).map_err(Error::Open)?;
    let meter = Meter::new(limits, memory, 0);
    let mut walker = Walker::new(&meter, visitor);
    walker.outer_image(&Folder::new(folder, &meter));
    Ok(walker.summary())
}

fn visit_outer(
    source: &dyn ReadAt,
    limits: &VisitLimits,
    memory: &dyn WindowMemory,
    visitor: &mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
    shows_all: bool,
) -> Result<Summary, Error> {
    let start = start(source)?;
    let meter = Meter::new(limits, memory, start.source_bytes);
    let mut walker = Walker::new(&meter, visitor);
    walker.shows_all(shows_all);
    walker.outer(Kind::of(start.as_slice()), source);
    Ok(walker.summary())
}
