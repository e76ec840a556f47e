use crate::archive::image::path_hash::PathHasher;
use std::collections::HashSet;

/// What of the layers below is not there any more, as the layers above say. Paths are kept as hashes.
#[derive(Default)]
pub(super) struct Hidden {
    hasher: PathHasher,
    /// Removed, or replaced by what is not a folder: hides itself and all in it.
    gone: HashSet<u64>,
    /// Folders that begin anew: all in them is hidden.
    emptied: HashSet<u64>,
    /// Folders: a file in the same place is hidden.
    folders: HashSet<u64>,
    /// How many of those are no members, in all layers.
    implied_folders: usize,
}

impl Hidden {
    /// Whether a file of a layer below is hidden.
    pub(super) fn has(&self, path: &str) -> bool {
        if self.gone.is_empty() && self.emptied.is_empty() && self.folders.is_empty() {
            return false;
        }
        if self.emptied.contains(&self.hasher.hash("")) {
            return true;
        }
        let mut hashes = self.hasher.prefixes(path).peekable();
        while let Some(hash) = hashes.next() {
            let is_folder = hashes.peek().is_some();
            let kind = if is_folder { &self.emptied } else { &self.folders };
            if self.gone.contains(&hash) || kind.contains(&hash) {
                return true;
            }
        }
        false
    }

    /// Whether just this was removed or replaced by what is not a folder.
    pub(super) fn has_replaced(&self, path: &str) -> bool {
        self.gone.contains(&self.hasher.hash(path))
    }

    pub(super) fn remove(&mut self, path: &str) {
        let hash = self.hasher.hash(path);
        self.gone.insert(hash);
    }

    pub(super) fn empty(&mut self, folder: &str) {
        let hash = self.hasher.hash(folder);
        self.emptied.insert(hash);
    }

    pub(super) fn add_folder(&mut self, path: &str) {
        let hash = self.hasher.hash(path);
        self.folders.insert(hash);
    }

    /// Adds the folder of a member and those that it is in, which come to be even if they are no members themselves.
    pub(super) fn add_parents(&mut self, folder: &str) {
        if folder.is_empty() || self.folders.contains(&self.hasher.hash(folder)) {
            return;
        }
        for hash in self.hasher.prefixes(folder) {
            if self.implied_folders < MAX_IMPLIED_FOLDERS && self.folders.insert(hash) {
                self.implied_folders = self.implied_folders.saturating_add(1);
            }
        }
    }

    /// Adds what another layer hides, whose [`new_layer`](Self::new_layer) this began.
    pub(super) fn extend(&mut self, layer: Self) {
        self.gone.extend(layer.gone);
        self.emptied.extend(layer.emptied);
        self.folders.extend(layer.folders);
        self.implied_folders = layer.implied_folders;
    }

    /// Nothing hidden yet, with the same keys.
    pub(super) fn new_layer(&self) -> Self {
        Self { hasher: self.hasher.clone(), implied_folders: self.implied_folders, ..Self::default() }
    }
}

/// One member may have a path of many folders. Real layers have members for nearly all of them.
const MAX_IMPLIED_FOLDERS: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_hides_what_is_below() {
        let mut hidden = Hidden::default();
        assert!(!hidden.has("a/b"));
        hidden.remove("a/b");
        hidden.empty("c/d");
        hidden.add_folder("e/f");
        let mut layer = hidden.new_layer();
        layer.remove("g");
        layer.add_parents("");
        layer.add_parents("h/i");
        hidden.extend(layer);
        for path in ["a/b", "a/b/c", "c/d/e", "c/d/e/f", "e/f", "g", "g/h", "h", "h/i"] {
            assert!(hidden.has(path), "{path}");
        }
        for path in ["a", "a/bc", "a/c", "c/d", "c/de", "e/f/g", "e", "gh", "h/i/j", "h/j"] {
            assert!(!hidden.has(path), "{path}");
        }
        assert!(hidden.has_replaced("a/b") && !hidden.has_replaced("a/b/c") && !hidden.has_replaced("e/f"));
        hidden.empty("");
        assert!(hidden.has("a"));
    }
}
