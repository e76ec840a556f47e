//! The loaded data of a binary, in pieces that overlap.

use crate::container::elf;
use crate::container::section::{self, Role};
use crate::window::{Window, to_u64};
use crate::{Container, Error};
use std::cell::Cell;
use std::ops::{ControlFlow, Range};

/// A part of the data. What begins in `fresh` is to be found in this piece, and may be looked at up to
/// [`CONTEXT_BYTES`] before and after.
pub(crate) struct Piece<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) fresh: Range<usize>,
    /// Offset in the binary of the first byte.
    pub(crate) offset: u64,
}

/// Shows all data of a binary that is loaded and is not code, until the visitor has enough. If there is none, as
/// without a section table, it is the whole binary. The sections that have nothing but texts come first, and the others
/// in the order of the file.
///
/// # Errors
///
/// If the sections are unreadable; [`Error::Io`].
pub(crate) fn each_piece(
    file: &Window<'_>,
    visit: &mut dyn FnMut(&Piece<'_>) -> ControlFlow<()>,
) -> Result<(), Error> {
    let mut buffer = BUFFER.take();
    buffer.reserve_exact(BUFFER_BYTES.saturating_sub(buffer.len()));
    let mut pieces = Pieces { file, size: FIRST_PIECE_BYTES, buffer };
    let shown = data(file)?.iter().try_for_each(|range| match pieces.each(range, visit) {
        Ok(ControlFlow::Continue(())) => ControlFlow::Continue(()),
        Ok(ControlFlow::Break(())) => ControlFlow::Break(Ok(())),
        Err(error) => ControlFlow::Break(Err(error)),
    });
    BUFFER.set(pieces.buffer);
    shown.break_value().unwrap_or(Ok(()))
}

thread_local! {
    /// The memory of [`Pieces`]: to have new one for each of many small files would cost more than to read them.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The data; what several sections share is there once.
fn data(file: &Window<'_>) -> Result<Vec<Range<u64>>, Error> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    let mut texts = None;
    let has_texts_in_relro = file.container() != Container::Elf || is_powerpc_64(file)?;
    section::each(file, &mut |section| {
        // A section that ends past the file has no strings; others may.
        let end = section.offset.saturating_add(section.size).min(file.len());
        let is_text =
            !WITHOUT_TEXT.contains(&section.name.as_str()) && (has_texts_in_relro || section.name != RELRO);
        if section.role == Role::Data && is_text && section.offset < end {
            ranges.push(section.offset..end);
            if section.name == TEXTS {
                texts = Some(section.offset);
            }
        }
        Ok(())
    })?;
    if ranges.is_empty() {
        ranges.push(0..file.len());
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut end = 0;
    for range in &mut ranges {
        range.start = range.start.max(end);
        end = end.max(range.end);
    }
    ranges.retain(|range| range.start < range.end);
    if let Some(texts) = texts {
        ranges.sort_by_key(|range| range.start != texts);
    }
    Ok(ranges)
}

/// Reads one piece after the other into the same memory.
struct Pieces<'a> {
    file: &'a Window<'a>,
    /// Of the next piece.
    size: usize,
    /// Grows only, since what is read need not be zeroed before.
    buffer: Vec<u8>,
}

impl Pieces<'_> {
    /// Shows the pieces of one range.
    fn each(
        &mut self,
        range: &Range<u64>,
        visit: &mut dyn FnMut(&Piece<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        // What is kept at the start of the buffer is the end of what was read so far.
        let mut kept = 0_usize;
        let mut read_end = range.start;
        let mut fresh_start = range.start;
        while fresh_start < range.end {
            let size = to_u64(self.size).min(range.end.saturating_sub(read_end));
            self.size = self.size.saturating_mul(2).min(MAX_PIECE_BYTES);
            let filled = kept.saturating_add(usize::try_from(size).unwrap_or_default());
            if self.buffer.len() < filled {
                self.buffer.resize(filled, 0);
            }
            let unread = self.buffer.get_mut(kept..filled).unwrap_or_default();
            self.file.fill(read_end, unread, "section ends past the file")?;
            read_end = read_end.saturating_add(size);
            let offset = read_end.saturating_sub(to_u64(filled));
            // What begins close to the end is found with the next piece.
            let fresh_end = if read_end == range.end {
                range.end
            } else {
                read_end.saturating_sub(to_u64(CONTEXT_BYTES)).max(fresh_start)
            };
            let index =
                |position: u64| usize::try_from(position.saturating_sub(offset)).unwrap_or(usize::MAX);
            let bytes = self.buffer.get(..filled).unwrap_or_default();
            let piece = Piece { bytes, fresh: index(fresh_start)..index(fresh_end), offset };
            if visit(&piece).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            fresh_start = fresh_end;
            let start = index(fresh_start.saturating_sub(to_u64(CONTEXT_BYTES)).max(offset)).min(filled);
            self.buffer.copy_within(start..filled, 0);
            kept = filled.saturating_sub(start);
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Whether an ELF file is for PowerPC with 64 bits.
fn is_powerpc_64(file: &Window<'_>) -> Result<bool, Error> {
    let (is_64, is_big) = elf::shape(file)?;
    let machine = file.array(E_MACHINE, "file ends inside the header")?;
    let machine = if is_big { u16::from_be_bytes(machine) } else { u16::from_le_bytes(machine) };
    Ok(is_64 && machine == object::elf::EM_PPC64.0)
}

/// Constants with addresses in them. LLVM puts all texts of a module together there on 64-bit PowerPC
/// (`PPCMergeStringPool`), and nowhere else.
const RELRO: &str = ".data.rel.ro";

/// Where the header of ELF has the machine.
const E_MACHINE: u64 = 18;

/// Sections of relocations and of tables for unwinding and for linkers, in which no text begins: nearly half of the
/// loaded data of a program in Rust.
const WITHOUT_TEXT: [&str; 16] = [
    ".ARM.exidx",
    ".ARM.extab",
    ".dynsym",
    ".eh_frame",
    ".eh_frame_hdr",
    ".gcc_except_table",
    ".gnu.hash",
    ".pdata",
    ".rel.dyn",
    ".rela.dyn",
    ".rela.plt",
    ".reloc",
    ".rsrc",
    "__eh_frame",
    "__gcc_except_tab",
    "__unwind_info",
];

/// The section for texts of Mach-O. What the linker puts before it may be many megabytes of other constants.
const TEXTS: &str = "__cstring";

/// The first piece is small, since a compiler is found in it as a rule; each further one is twice as large.
const FIRST_PIECE_BYTES: usize = 16 << 10;

/// Much more would leave the processor's cache between reading and searching.
const MAX_PIECE_BYTES: usize = 128 << 10;

/// Most that [`Pieces`] hold: a piece, and what is kept of the one before, which may have ended with context.
const BUFFER_BYTES: usize = MAX_PIECE_BYTES + 2 * CONTEXT_BYTES;

/// How far before and after its beginning a string may be looked at: paths are shorter.
pub(crate) const CONTEXT_BYTES: usize = 1 << 10;
