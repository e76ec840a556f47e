use std::collections::HashMap;

/// Files that are there no longer, and a name of each by which it is there all the same: that of a hard link to it.
#[derive(Default)]
pub(super) struct LostTargets {
    /// By the path of the file.
    names: HashMap<String, String>,
    text_bytes: usize,
}

impl LostTargets {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a file that has no name yet, if there is room for it.
    pub(super) fn add(&mut self, path: String, name: String) {
        let text_bytes = self.text_bytes.saturating_add(path.len()).saturating_add(name.len());
        if text_bytes <= MAX_TEXT_BYTES && !self.names.contains_key(&path) {
            self.text_bytes = text_bytes;
            self.names.insert(path, name);
        }
    }

    pub(super) fn name(&self, path: &str) -> Option<&str> {
        // Most layers have none, and then no path need be hashed.
        if self.names.is_empty() { None } else { self.names.get(path).map(String::as_str) }
    }

    pub(super) fn take(&mut self, path: &str) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let name = self.names.remove(path)?;
        self.text_bytes = self.text_bytes.saturating_sub(path.len()).saturating_sub(name.len());
        Some(name)
    }

    pub(super) fn extend(&mut self, others: Self) {
        for (path, name) in others.names {
            self.add(path, name);
        }
    }
}

/// Of paths and names together: 1 MiB, some 10,000 files. Hard links to what was removed later are rare.
const MAX_TEXT_BYTES: usize = 1 << 20;
