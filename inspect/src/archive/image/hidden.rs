use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

/// What of the layers below is not there any more, as the layers above say.
///
/// Paths are kept as hashes of 64 bits, since an image may have a million of them; their keys are random, so
/// nobody can choose a path that hides another. Results do not depend on the keys.
#[derive(Default)]
pub(super) struct Hidden {
    hasher: RandomState,
    /// Removed, or replaced by what is not a folder: hides itself and all in it.
    gone: HashSet<u64>,
    /// Folders that begin anew: all in them is hidden.
    emptied: HashSet<u64>,
    /// Folders: a file in the same place is hidden.
    folders: HashSet<u64>,
}

impl Hidden {
    /// Whether a file of a layer below is hidden.
    pub(super) fn has(&self, path: &str) -> bool {
        if self.gone.is_empty() && self.emptied.is_empty() && self.folders.is_empty() {
            return false;
        }
        let hash = self.hash(path);
        if self.gone.contains(&hash) || self.folders.contains(&hash) || self.emptied.contains(&self.hash(""))
        {
            return true;
        }
        path.match_indices('/').filter_map(|(index, _)| path.get(..index)).any(|folder| {
            let hash = self.hash(folder);
            self.gone.contains(&hash) || self.emptied.contains(&hash)
        })
    }

    pub(super) fn remove(&mut self, path: &str) {
        let hash = self.hash(path);
        self.gone.insert(hash);
    }

    pub(super) fn empty(&mut self, folder: &str) {
        let hash = self.hash(folder);
        self.emptied.insert(hash);
    }

    pub(super) fn add_folder(&mut self, path: &str) {
        let hash = self.hash(path);
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

    fn hash(&self, path: &str) -> u64 {
        self.hasher.hash_one(path)
    }
}

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
        hidden.extend(layer);
        for path in ["a/b", "a/b/c", "c/d/e", "c/d/e/f", "e/f", "g", "g/h"] {
            assert!(hidden.has(path), "{path}");
        }
        for path in ["a", "a/bc", "a/c", "c/d", "c/de", "e/f/g", "e", "gh"] {
            assert!(!hidden.has(path), "{path}");
        }
        hidden.empty("");
        assert!(hidden.has("a"));
    }
}
