use std::collections::HashMap;

/// Files that are there no longer, and a name of each by which it is there all the same: that of a hard link to it.
#[derive(Default)]
pub(super) struct LostTargets {
    /// By the path of the file.
    names: HashMap<String, String>,
    bytes: usize,
}

impl LostTargets {
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a file that has no name yet, if there is room for it.
    pub(super) fn add(&mut self, path: String, name: String) {
        let bytes = self.bytes.saturating_add(entry_bytes(&path, &name));
        if bytes <= MAX_BYTES && !self.names.contains_key(&path) {
            self.bytes = bytes;
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
        self.bytes = self.bytes.saturating_sub(entry_bytes(path, &name));
        Some(name)
    }

    pub(super) fn extend(&mut self, others: Self) {
        for (path, name) in others.names {
            self.add(path, name);
        }
    }
}

fn entry_bytes(path: &str, name: &str) -> usize {
    path.len().saturating_add(name.len()).saturating_add(OVERHEAD_BYTES)
}

/// Of all entries: 1 MiB, some 5,000 files. Hard links to what was removed later are rare.
const MAX_BYTES: usize = 1 << 20;

/// What an entry needs besides its text, about.
const OVERHEAD_BYTES: usize = 128;
