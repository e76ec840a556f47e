//! Hashes of paths, with those of all folders that they are in, in one go over the path.

use std::hash::{BuildHasher as _, DefaultHasher, Hasher as _, RandomState};

/// Gives hashes of 64 bits, which are kept where paths would need too much memory: an image may have a million. The keys
/// are random, so nobody can choose two paths that have the same; results do not depend on them.
#[derive(Clone, Default)]
pub(super) struct PathHasher(RandomState);

impl PathHasher {
    /// The folder that all others are in.
    pub(super) fn root(&self) -> PathHash {
        PathHash(self.0.build_hasher())
    }

    pub(super) fn hash(&self, path: &str) -> u64 {
        self.state(path).finish()
    }

    /// The hash of a folder, which goes on to what is in it.
    pub(super) fn state(&self, folder: &str) -> PathHash {
        let mut hash = self.root();
        parts(folder).for_each(|part| hash.push(part));
        hash
    }

    /// Of each folder that a path is in but the root, the outermost first, and at last of the path itself.
    pub(super) fn prefixes(&self, path: &str) -> impl Iterator<Item = u64> {
        let mut hash = self.root();
        parts(path).map(move |part| {
            hash.push(part);
            hash.finish()
        })
    }
}

/// The hash of a path, which goes on to what is in it.
#[derive(Clone)]
pub(super) struct PathHash(DefaultHasher);

impl PathHash {
    /// The hash of what is in the folder.
    pub(super) fn of(&self, name: &str) -> u64 {
        let mut hash = self.clone();
        hash.push(name);
        hash.finish()
    }

    pub(super) fn push(&mut self, part: &str) {
        self.0.write(part.as_bytes());
        self.0.write_u8(b'/');
    }

    pub(super) fn finish(&self) -> u64 {
        self.0.finish()
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    (!path.is_empty()).then_some(path).into_iter().flat_map(|path| path.split('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_hashes_of_its_folders() {
        let hasher = PathHasher::default();
        let expected: Vec<u64> = ["a", "a/bc", "a/bc/d"].map(|path| hasher.hash(path)).to_vec();
        assert_eq!(hasher.prefixes("a/bc/d").collect::<Vec<_>>(), expected);
        assert_eq!(hasher.hash(""), hasher.root().finish());
        assert_eq!(hasher.state("a/bc").of("d"), hasher.hash("a/bc/d"));
        assert_eq!(hasher.state("").of("a"), hasher.hash("a"));
        for other in ["", "a/b/c/d", "abc/d", "a/bc/d/", "a/bcd"] {
            assert!(!expected.contains(&hasher.hash(other)), "{other}");
        }
    }
}
