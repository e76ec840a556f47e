//! Universal files of Apple whose slices are static libraries, as `lipo` puts them together.

use crate::archive::input::{Input, Part};
use crate::archive::walker::{Halt, Walker};
use crate::container::universal::Slice;
use crate::read::slices;
use crate::{Error, ReadAt};
use std::ops::Range;

/// Visits the libraries in the slices, or shows the file as the binary that it is if there are none.
pub(super) fn visit(walker: &mut Walker<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    // What is damaged is told by whoever reads the binary.
    let slices = slices(source).unwrap_or_default();
    let is_library =
        |slice: &Slice| slice.error.is_none() && starts_like_library(source, slice).unwrap_or(false);
    if !slices.iter().any(is_library) {
        return walker.artifact(source);
    }
    walker.nested(|walker| {
        walker.is_universal();
        slices.into_iter().try_for_each(|slice| {
            walker.meter.add_entry(slice.claimed.start)?;
            let architecture = slice.architecture.to_string();
            walker.at(&architecture, |walker| match (slice.error, part(source, slice.claimed)) {
                (None, Some(part)) => {
                    let result = walker.source(&part);
                    walker.reported(result)
                }
                (Some(error), _) => walker.problem(error),
                (None, None) => Ok(()),
            })
        })
    })
}

fn part(source: &dyn ReadAt, range: Range<u64>) -> Option<Part<'_>> {
    Input::of_source(source, range).rest()
}

fn starts_like_library(source: &dyn ReadAt, slice: &Slice) -> Result<bool, Error> {
    let mut input = Input::of_source(source, slice.claimed.clone());
    Ok(input.peek(MAGIC.len())? == MAGIC)
}

const MAGIC: &[u8] = b"!<arch>\n";
