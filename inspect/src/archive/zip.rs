//! zip: wheels, jars, packages of Android and NuGet.
//!
//! ```text
//! ( local header  name  extra  content  [data descriptor] )*
//! ( central header  name  extra  comment )*
//! [zip64 end of central directory  its locator]
//! end of central directory  comment
//! ```
//!
//! Numbers are little-endian. Source: APPNOTE.TXT of PKWARE, version 6.3.
//!
//! Only the central directory says what is in the archive, so it is read first, and then the first bytes of each
//! member. Stored members are read in place. The `zip` crate keeps all of the directory, and reads members
//! forwards only.

mod directory;
mod member;

use crate::archive::Format;
use crate::archive::input::Input;
use crate::archive::walker::{Halt, Walker};
use crate::{Error, ReadAt};
use directory::{Directory, Entry};
use member::Member;

/// Visits the members.
pub(super) fn visit(walker: &mut Walker<'_>, source: &dyn ReadAt, size: u64) -> Result<(), Halt> {
    let mut directory = Directory::open(source, size)?;
    while let Some(entry) = directory.next()? {
        walker.meter.add_entry(entry.offset)?;
        if entry.compressed_bytes == 0 || entry.name.ends_with('/') {
            continue;
        }
        walker.at(&entry.name, |walker| {
            let result = visit_member(walker, source, size, &entry);
            walker.reported(result)
        })?;
    }
    Ok(())
}

fn visit_member(walker: &mut Walker<'_>, source: &dyn ReadAt, size: u64, entry: &Entry) -> Result<(), Halt> {
    let content = entry.content(source, size)?;
    let mut input = Input::of_source(source, content);
    if entry.method == member::STORED && !entry.is_encrypted {
        let part = input.rest();
        return part.map_or(Ok(()), |part| walker.source(&part));
    }
    let mut member = Member::open(entry, &mut input, walker.meter)?;
    walker.input(&mut Input::of_stream(&mut member))
}

fn malformed(what: &'static str, offset: u64) -> Error {
    Error::MalformedArchive { format: Format::Zip, what, offset }
}
