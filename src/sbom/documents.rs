//! Where documents go.

use crate::output::{self, Output, could_not_write};
use crate::scan::Place;
use crate::words::{Failure, printable};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A document, and a name for its file. The name can have folders in it.
pub(crate) struct Named {
    pub(crate) name: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

/// Where documents go: several into a folder, each as soon as it is there; a single one to standard output or into the
/// file that is named.
pub(crate) enum Documents<'a> {
    Folder { folder: &'a Path, inputs: &'a [PathBuf], names: HashSet<PathBuf> },
    Single { writer: output::Writer, document: Option<Vec<u8>> },
}

impl<'a> Documents<'a> {
    pub(crate) fn new(output: &'a Output, inputs: &'a [PathBuf]) -> Result<Self, Failure> {
        match output.output.as_deref().filter(|path| path.is_dir() || names_folder(path)) {
            Some(folder) => Ok(Self::Folder { folder, inputs, names: HashSet::new() }),
            None => Ok(Self::Single { writer: output.writer(inputs)?, document: None }),
        }
    }

    pub(crate) fn add(&mut self, Named { name, bytes }: Named) -> Result<(), Failure> {
        match self {
            Self::Single { document: document @ None, .. } => *document = Some(bytes),
            Self::Single { .. } => {
                return Err(Failure::new(
                    "there is more than one document: name a folder for them with --output FOLDER/",
                ));
            }
            Self::Folder { folder, inputs, names } => {
                let path = folder.join(&name);
                // Some file systems take two names for one that differ in case only.
                let key = PathBuf::from(name.to_string_lossy().to_lowercase());
                if !names.insert(key) {
                    return Err(Failure::new(format!(
                        "two files would both be described in {}: name a folder that has both in it",
                        printable(&name.display().to_string())
                    )));
                }
                output::refuse_input(&path, inputs)?;
                let parent = path.parent().unwrap_or(folder);
                fs::create_dir_all(parent).map_err(|error| could_not_write(parent, error))?;
                fs::write(&path, bytes).map_err(|error| could_not_write(&path, error))?;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Single { mut writer, document: Some(document) } => {
                writer.write(&document)?;
                writer.finish()
            }
            _ => Ok(()),
        }
    }
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
            let last = place.file.file_name().unwrap_or(place.file.as_os_str());
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
