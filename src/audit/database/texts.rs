//! The documents in a folder, an archive or a file.

use crate::words::{Failure, printable};
use auditable_audit::limits::{MAX_ADVISORIES, MAX_DATABASE_BYTES};
use auditable_inspect::ReadAt;
use auditable_inspect::archive::{Content, VisitLimits, Visited, visit_all};
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// A document.
pub(super) struct Text {
    /// Where it is: `advisories.zip!RUSTSEC-2021-0003.json`.
    pub(super) place: String,
    pub(super) bytes: Vec<u8>,
}

impl Text {
    pub(super) fn is_markdown(&self) -> bool {
        self.place.ends_with(".md")
            && (self.place.contains("/crates/")
                || self.place.contains("/rust/")
                || self.bytes.starts_with(b"```toml"))
    }

    pub(super) fn failure(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
        Failure::new(printable(&self.place)).cause(cause)
    }
}

/// The JSON files in a folder and in the folders in it.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<Text>, Failure> {
    let mut texts = Vec::new();
    let mut left = MAX_DATABASE_BYTES;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: io::Error| Failure::new(printable(&folder.display().to_string())).cause(error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
            // Links to files are followed, those to folders may lead in circles.
            let is_file = || kind.is_file() || kind.is_symlink() && path.is_file();
            if kind.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") && is_file() {
                let shown = printable(&path.display().to_string());
                let source = File::open(&path).map_err(|error| Failure::new(&*shown).cause(error))?;
                let bytes = whole(&source, &mut left).map_err(|cause| Failure::new(&*shown).cause(cause))?;
                texts.push(Text { place: path.display().to_string(), bytes });
            }
            if texts.len() > MAX_ADVISORIES {
                return Err(Failure::new(printable(&folder.display().to_string()))
                    .cause(format!("more than {MAX_ADVISORIES} files with advisories")));
            }
        }
    }
    texts.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(texts)
}

/// The documents in an archive, or else the file itself. What is damaged in an archive is told as a failure.
pub(super) fn of_file(path: &Path, failures: &mut Vec<Failure>) -> Result<Vec<Text>, Failure> {
    let name = path.display().to_string();
    let failed = || Failure::new(printable(&name));
    let file = File::open(path).map_err(|error| failed().cause(error))?;
    let mut limits = VisitLimits::default();
    limits.expanded_bytes = MAX_DATABASE_BYTES;
    limits.spooled_bytes = MAX_DATABASE_BYTES;
    let mut texts = Vec::new();
    let mut left = MAX_DATABASE_BYTES;
    let summary = visit_all(&file, &limits, &mut |visited| {
        match visited {
            Visited::Artifact(artifact) => {
                let place = format!("{name}{}", artifact.path.suffix());
                if texts.len() >= MAX_ADVISORIES {
                    failures.push(
                        failed().cause(format!("more than {MAX_ADVISORIES} documents: the rest is left out")),
                    );
                    return ControlFlow::Break(());
                }
                let is_document =
                    place.ends_with(".md") || place.ends_with(".json") || artifact.path.is_outer_file();
                if is_document {
                    match whole(artifact.source, &mut left) {
                        Ok(bytes) => texts.push(Text { place, bytes }),
                        Err(cause) => failures.push(Failure::new(printable(&place)).cause(cause)),
                    }
                }
            }
            Visited::Problem { path, error } => {
                failures.push(Failure::new(printable(&format!("{name}{}", path.suffix()))).cause(error));
            }
        }
        ControlFlow::Continue(())
    });
    match summary.map_err(|error| failed().cause(error))?.content {
        Content::Archive(_) if texts.is_empty() => {
            Err(failures.pop().unwrap_or_else(|| failed().cause("the archive has no advisories in it")))
        }
        _ => Ok(texts),
    }
}

/// All bytes of a document, of which so many are left to read.
fn whole(source: &dyn ReadAt, left: &mut u64) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let size = source.size()?;
    *left = left.checked_sub(size).ok_or_else(|| {
        format!("more than {MAX_DATABASE_BYTES} bytes of advisories, which is the limit for a database")
    })?;
    let mut bytes = vec![0; usize::try_from(size)?];
    source.read_exact_at(0, &mut bytes)?;
    Ok(bytes)
}
