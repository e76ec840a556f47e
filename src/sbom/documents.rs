//! Where documents go.

use super::format::Writer;
use crate::output::{self, Output, could_not_write};
use crate::scan::{Place, is_standard_input};
use crate::words::{Failure, printable};
use auditable_sbom::Document;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Component, Path, PathBuf};

/// Where documents go: several into a folder, each as soon as it is there; a single one to standard output or into the
/// file that is named, once it is known to be the only one.
pub(crate) struct Documents<'a> {
    /// How each of them is written; at least one.
    writers: Vec<Writer>,
    place: Destination<'a>,
}

enum Destination<'a> {
    Folder { folder: &'a Path, inputs: &'a [PathBuf], written: HashMap<String, Written> },
    Single { output: output::Writer, document: Option<Box<Document>> },
}

/// A document in a folder.
struct Written {
    name: PathBuf,
    serial_number: String,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(
        writers: Vec<Writer>,
        output: &'a Output,
        inputs: &'a [PathBuf],
    ) -> Result<Self, Failure> {
        let place = match output.output.as_deref().filter(|path| path.is_dir() || names_folder(path)) {
            Some(folder) => Destination::Folder { folder, inputs, written: HashMap::new() },
            None => Destination::Single { output: output.writer(inputs)?, document: None },
        };
        Ok(Self { writers, place })
    }

    /// Takes a document. The name of its files, without their ending, can have folders in it.
    pub(crate) fn add(&mut self, name: &PathBuf, document: Box<Document>) -> Result<(), Failure> {
        match &mut self.place {
            Destination::Single { document: known @ None, .. } if self.writers.len() == 1 => {
                *known = Some(document);
            }
            Destination::Single { .. } => {
                return Err(Failure::new(
                    "there is more than one document: name a folder for them with --output FOLDER/",
                ));
            }
            Destination::Folder { folder, inputs, written } => {
                let serial_number = document.serial_number();
                // Some file systems take two names for one that differ in case only.
                match written.entry(name.to_string_lossy().to_lowercase()) {
                    // A file that is found twice is described once.
                    Entry::Occupied(known)
                        if known.get().name == *name && known.get().serial_number == serial_number =>
                    {
                        return Ok(());
                    }
                    Entry::Occupied(_) => {
                        return Err(Failure::new(format!(
                            "two files would both be described in {}: name a folder that has both in it",
                            printable(&file_of(name, self.writers.first()).display().to_string())
                        )));
                    }
                    Entry::Vacant(place) => drop(place.insert(Written { name: name.clone(), serial_number })),
                }
                for writer in &self.writers {
                    let path = folder.join(file_of(name, Some(writer)));
                    output::refuse_input(&path, inputs)?;
                    write_file(&path, *writer, &document)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the single document, which may be larger as text than in memory, piece by piece.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Destination::Single { output, document: Some(document) } = self.place else { return Ok(()) };
        let mut pieces = BufWriter::with_capacity(PIECE_BYTES, Pieces { output, failure: None });
        for writer in self.writers {
            let written = writer.write(&document, &mut pieces).and_then(|()| pieces.flush());
            if let Err(error) = written {
                let failure = pieces.get_mut().failure.take();
                // What is left would be tried again.
                drop(pieces.into_parts());
                return Err(
                    failure.unwrap_or_else(|| Failure::new("could not write the document").cause(error))
                );
            }
        }
        pieces.into_parts().0.output.finish()
    }
}

/// Writes to a file or standard output, and keeps what went wrong with that.
struct Pieces {
    output: output::Writer,
    failure: Option<Failure>,
}

impl io::Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self.output.write(piece) {
            Ok(()) => Ok(piece.len()),
            Err(failure) => {
                self.failure = Some(failure);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name with the ending of the format.
fn file_of(name: &Path, writer: Option<&Writer>) -> PathBuf {
    let mut name = OsString::from(name);
    name.extend(writer.map(|writer| format!(".{}", writer.extension())).map(OsString::from));
    name.into()
}

fn write_file(path: &Path, writer: Writer, document: &Document) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(|error| could_not_write(parent, error))?;
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::with_capacity(PIECE_BYTES, file);
        writer.write(document, &mut file)?;
        file.flush()
    });
    written.map_err(|error| could_not_write(path, error))
}

/// What the documents about an artifact are called, without their ending: the name of a file that was named; the way from
/// the folder or archive that was named for what lies in it, as folders.
pub(crate) fn name_of(place: &Place, inputs: &[PathBuf]) -> PathBuf {
    let below = inputs.iter().find_map(|input| place.file.strip_prefix(input).ok());
    let mut name = PathBuf::new();
    match below.filter(|below| !below.as_os_str().is_empty()) {
        Some(below) => name.extend(below.components().filter_map(|component| match component {
            Component::Normal(part) => Some(file_name(&part.to_string_lossy())),
            _ => None,
        })),
        None => {
            let last = if is_standard_input(&place.file) {
                OsStr::new("stdin")
            } else {
                place.file.file_name().unwrap_or(place.file.as_os_str())
            };
            name.push(file_name(&last.to_string_lossy()));
        }
    }
    let member = place.member().unwrap_or_default();
    let parts = member.split(['!', '/']).filter(|part| !matches!(*part, "" | "."));
    name.extend(parts.map(file_name));
    name
}

/// A name as one that files can have everywhere. Names in archives come from strangers.
pub(crate) fn file_name(name: &str) -> String {
    let is_allowed = |character: char| !character.is_control() && !r#"%/\:*?"<>|"#.contains(character);
    let mut safe = String::with_capacity(name.len());
    for character in name.chars() {
        if is_allowed(character) {
            safe.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(safe, "%{byte:02X}");
            }
        }
    }
    // The folders above, and what is hidden, are not meant.
    match safe.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => safe,
    }
}

/// `sboms/` is to be a folder, also if it is not there yet.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

/// What is written at once: 64 KiB.
const PIECE_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for (name, safe) in [
            ("app-1.0_x", "app-1.0_x"),
            ("größe", "größe"),
            ("..", "%2E."),
            (".hidden", "%2Ehidden"),
            ("C:\\x", "C%3A%5Cx"),
            ("a\nb\u{9b}%", "a%0Ab%C2%9B%25"),
        ] {
            assert_eq!(file_name(name), safe);
        }
    }
}
