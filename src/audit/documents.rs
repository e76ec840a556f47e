//! SBOMs that are named in the place of binaries.

use crate::scan::Inputs;
use crate::words::{Failure, printable};
use auditable_audit::limits::MAX_SBOM_BYTES;
use auditable_audit::sbom::{self, Sbom};
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

/// Reads an SBOM.
///
/// # Errors
///
/// If it cannot be read, or is other JSON.
pub(crate) fn read(path: &Path) -> Result<Sbom, Failure> {
    let failed = || Failure::new(printable(&path.display().to_string()));
    let bytes = bytes(path).map_err(|error| failed().cause(error))?;
    sbom::parse(&bytes).map_err(|error| failed().cause(error))
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
    start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Enough to get past a mark and some white space.
const START_BYTES: usize = 64;
