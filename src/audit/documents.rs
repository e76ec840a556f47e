//! SBOMs, and what `inspect` wrote, that are named in the place of binaries.

use crate::scan::Inputs;
use crate::words::{Failure, printable};
use auditable_audit::limits::MAX_SBOM_BYTES;
use auditable_audit::records::{self, Records};
use auditable_audit::{ReadError, sbom};
use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Takes the named files that begin like JSON out of what is to be read otherwise.
pub(crate) fn take(inputs: &mut Inputs) -> Vec<PathBuf> {
    let (documents, others) =
        std::mem::take(&mut inputs.paths).into_iter().partition(|path| begins_like_json(path));
    inputs.paths = others;
    documents
}

/// Reads an SBOM, which is a single one, or records of many files. An SBOM that does not name what it describes is named
/// as its file.
///
/// # Errors
///
/// If it cannot be read, or is other JSON.
pub(crate) fn read(path: &Path) -> Result<Records, Failure> {
    let name = path.display().to_string();
    let failed = |error: Box<dyn Error + Send + Sync>| Failure::new(printable(&name)).cause(error);
    let bytes = bytes(path).map_err(|error| failed(error.into()))?;
    // Whatever has several documents one after the other is no SBOM.
    let sbom = match sbom::parse(&bytes) {
        Ok(sbom) => sbom,
        Err(error) => {
            let is_syntax = matches!(error, ReadError::Json(_));
            return match records::parse(&bytes) {
                Err(_) if is_syntax => Err(failed(error.into())),
                read => read.map_err(|error| failed(error.into())),
            };
        }
    };
    let mut subject = sbom.subject;
    if subject.name.is_empty() {
        subject.name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    subject.path = name;
    let mut records = Records::default();
    records.described.push((subject, sbom.inventory));
    records.files = 1;
    Ok(records)
}

/// At most a byte more than what the parser takes, which then says so.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_SBOM_BYTES.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What cannot be opened is left to whoever tells so.
fn begins_like_json(path: &Path) -> bool {
    let mut start = [0; START_BYTES];
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    let mut read = || -> io::Result<usize> { File::open(path)?.read(&mut start) };
    let count = if is_file { read().unwrap_or(0) } else { 0 };
    let start = start.get(..count).unwrap_or_default();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    start.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|first| b"{[".contains(first))
}

/// Enough to get past a mark and some white space.
const START_BYTES: usize = 64;
