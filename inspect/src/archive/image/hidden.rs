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
}

impl Hidden {
    pub(super) fn hasher(&self) -> &PathHasher {
        &self.hasher
    }

    /// Whether a file of a layer below is hidden.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.has_all_in(folder) || self.has_itself(self.hasher.hash(path))
    }

    /// Whether all files of the layers below are hidden that are in a folder.
    pub(super) fn has_all_in(&self, folder: &str) -> bool {
        if self.gone.is_empty() && self.emptied.is_empty() {
            return false;
        }
        self.emptied.contains(&self.hasher.root().finish())
            || self
                .hasher
                .prefixes(folder)
                .any(|hash| self.gone.contains(&hash) || self.emptied.contains(&hash))
    }

    /// Whether a file of a layer below is hidden by what is in its place.
    pub(super) fn has_itself(&self, hash: u64) -> bool {
        self.gone.contains(&hash) || self.folders.contains(&hash)
    }

    /// Whether just this was removed or replaced by what is not a folder.
    pub(super) fn has_replaced(&self, path: &str) -> bool {
        self.gone.contains(&self.hasher.hash(path))
    }

    pub(super) fn remove(&mut self, hash: u64) {
        self.gone.insert(hash);
    }

    pub(super) fn empty(&mut self, folder: u64) {
        self.emptied.insert(folder);
    }

    pub(super) fn add_folder(&mut self, hash: u64) {
        self.folders.insert(hash);
    }

    /// Adds what another layer hides, whose [`new_layer`](Self::new_layer) this began.
    pub(super) fn extend(&mut self, layer: Self) {
        self.gone.extend(layer.gone);
        self.emptied.extend(layer.emptied);
        self.folders.extend(layer.folders);
    }

    /// Nothing hidden yet, with the same keys.
    pub(super) fn new_layer(&self) -> Self {
        Self { hasher: self.hasher.clone(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_hides_what_is_below() {
        let mut hidden = Hidden::default();
        assert!(!hidden.has("a/b"));
        let hasher = hidden.hasher().clone();
        hidden.remove(hasher.hash("a/b"));
        hidden.empty(hasher.hash("c/d"));
        hidden.add_folder(hasher.hash("e/f"));
        let mut layer = hidden.new_layer();
        layer.remove(hasher.hash("g"));
        hidden.extend(layer);
        for path in ["a/b", "a/b/c", "c/d/e", "c/d/e/f", "e/f", "g", "g/h"] {
            assert!(hidden.has(path), "{path}");
        }
        for path in ["a", "a/bc", "a/c", "c/d", "c/de", "e/f/g", "e", "gh"] {
            assert!(!hidden.has(path), "{path}");
        }
        assert!(hidden.has_replaced("a/b") && !hidden.has_replaced("a/b/c") && !hidden.has_replaced("e/f"));
        hidden.empty(hasher.hash(""));
        assert!(hidden.has("a"));
    }
}
