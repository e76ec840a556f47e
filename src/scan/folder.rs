//! The entries of a folder in the order of their names, with bounded memory.

use std::collections::BinaryHeap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

/// The files and folders in a folder, sorted by name. Links, devices and pipes are left out.
pub(crate) struct Folder {
    path: PathBuf,
    entries: vec::IntoIter<Entry>,
    /// The last name that was loaded, if there are more behind it.
    rest_after: Option<OsString>,
    has_image_layout: bool,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) is_folder: bool,
}

impl Folder {
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        let loaded = load(&path, None, MAX_ENTRIES)?;
        let has = |name: &str| loaded.entries.iter().any(|entry| entry.name == name);
        let has_image_layout = has("oci-layout") && has("index.json");
        Ok(Self {
            path,
            entries: loaded.entries.into_iter(),
            rest_after: loaded.rest_after,
            has_image_layout,
        })
    }

    /// Whether it is an image in the layout of the Open Container Initiative (image-spec, image-layout.md).
    pub(crate) fn is_image(&self) -> bool {
        self.has_image_layout
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The next entry.
    ///
    /// # Errors
    ///
    /// If the rest of a large folder cannot be read; there are no further entries then.
    pub(crate) fn next(&mut self) -> io::Result<Option<Entry>> {
        if self.entries.len() == 0
            && let Some(after) = self.rest_after.take()
        {
            let loaded = load(&self.path, Some(&after), MAX_ENTRIES)?;
            self.entries = loaded.entries.into_iter();
            self.rest_after = loaded.rest_after;
        }
        Ok(self.entries.next())
    }
}

struct Loaded {
    entries: Vec<Entry>,
    rest_after: Option<OsString>,
}

/// Reads a folder and keeps the first entries by name, of those behind a name.
fn load(path: &Path, after: Option<&OsStr>, max_entries: usize) -> io::Result<Loaded> {
    let mut kept = BinaryHeap::new();
    let mut is_all = true;
    for entry in path.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if !(kind.is_dir() || kind.is_file()) || after.is_some_and(|after| *name <= *after) {
            continue;
        }
        kept.push(Entry { name, is_folder: kind.is_dir() });
        if kept.len() > max_entries {
            kept.pop();
            is_all = false;
        }
    }
    let entries = kept.into_sorted_vec();
    let rest_after = entries.last().filter(|_| !is_all).map(|last| last.name.clone());
    Ok(Loaded { entries, rest_after })
}

/// Most entries of one folder that are kept, about 4 MB. A folder that has more is read again for every so many.
const MAX_ENTRIES: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_larger_than_is_kept_is_read_in_parts() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b", "a", "d", "c", "e"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let mut names = Vec::new();
        let mut after = None;
        loop {
            let loaded = load(folder.path(), after.as_deref(), 2).unwrap();
            names.extend(loaded.entries.into_iter().map(|entry| entry.name.into_string().unwrap()));
            after = loaded.rest_after;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
    }
}
