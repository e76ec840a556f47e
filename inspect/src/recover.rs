//! Crates that a binary without a list names all the same: in the paths of source files that panics and logs
//! show.
//!
//! What is found this way is a part of what was compiled, often a third: code that cannot panic leaves no path.
//! It must always be told apart from a list.

mod path;
mod pieces;

use crate::limits::MAX_RECOVERED;
use crate::window::{Pages, Window, to_u64};
use crate::{Binary, Error, ReadAt};
use auditable_graph::{Source, Version};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

#[cfg(feature = "functions")]
pub(crate) use path::{crate_of_file, is_file_of_std, may_be_file_of_std};
pub(crate) use pieces::{Piece, each_piece};

/// A crate that paths in a binary name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// Its name.
    pub name: String,
    /// Its version; `None` if the paths do not tell it.
    pub version: Option<Version>,
    /// Where its source lay.
    pub origin: Origin,
    /// How sure it is that a crate of this name and version was compiled in.
    pub confidence: Confidence,
    /// One of the paths, with `/` between folders, from the folder on that tells the crate, such as
    /// `registry/src/index.crates.io-1949cf8c6b5b557f/memchr-2.8.0/src/memchr.rs`.
    pub path: String,
    /// How many such paths there are.
    pub path_count: u64,
}

impl Recovered {
    /// Where the crate comes from; `None` if its path does not tell. Folders of distributions and of vendored crates
    /// hold crates of crates.io as a rule, patched ones among them.
    pub fn source(&self) -> Option<Source> {
        match &self.origin {
            Origin::Registry { index } => match index.as_deref()? {
                CRATES_IO | CRATES_IO_GIT => Some(Source::CratesIo),
                _ => Some(Source::Registry),
            },
            Origin::Git { .. } => Some(Source::Git),
            Origin::Vendor => None,
        }
    }
}

/// Where the source of a crate lay, by the shape of the path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// A folder that cargo, or a distribution, unpacks crates of a registry into.
    Registry {
        /// The folder's name for the index, such as `index.crates.io-1949cf8c6b5b557f`, without the hash unless
        /// only the hash tells which one it is; `None` if there is none, as in distributions.
        index: Option<String>,
    },
    /// A checkout of a git repository.
    Git {
        /// The name of the repository, the last part of its URL.
        repository: String,
        /// The first digits of the commit.
        revision: String,
    },
    /// A folder of vendored crates.
    Vendor,
}

/// How sure a recovered crate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Confidence {
    /// The name is that of a folder, which usually is that of the crate; there is no version.
    Likely,
    /// Name and version stand in a path of a shape that only cargo and distributions make.
    Certain,
}

/// Finds the crates that paths in a binary name, sorted by name and version; `binary` is one of
/// [`binaries`](crate::binaries) of the same source.
///
/// Crates of the standard library are not among them. Reads all loaded data once, in pieces of at most 128 KiB, or the
/// whole binary if it does not say where its data is.
///
/// # Errors
///
/// [`Error::Malformed`] if the headers are damaged, [`Error::Limit`], [`Error::Io`].
pub fn recover(source: &dyn ReadAt, binary: &Binary) -> Result<Vec<Recovered>, Error> {
    let pages = Pages::of(source)?;
    let file = Window::of(binary, source, &pages)?;
    let mut crates = Crates::default();
    each_piece(&file, &mut |piece| crates.add(piece))?;
    crates.finish()
}

/// The crates that were found so far.
#[derive(Default)]
pub(crate) struct Crates {
    finder: path::Finder,
    /// Where the last path ended: folders inside of a path name no further crate.
    path_end: u64,
    last_offset: u64,
    /// By the name, which need not be copied to look it up.
    found: BTreeMap<String, BTreeMap<(Option<Version>, Origin), Paths>>,
    count: usize,
    /// Where there is one more than may be.
    is_full_at: Option<u64>,
}

/// One of the paths that name a crate, and the number of them.
struct Paths {
    first: String,
    count: u64,
}

impl Crates {
    /// Adds those of a piece, until there are too many.
    pub(crate) fn add(&mut self, piece: &Piece<'_>) -> ControlFlow<()> {
        // Not all pieces are in the order of the file.
        if piece.offset < self.last_offset {
            self.path_end = 0;
        }
        self.last_offset = piece.offset;
        self.finder.each(piece, &mut self.path_end, &mut |found| {
            let (name, path) = (found.name, found.path);
            let key = (found.version, found.origin);
            if let Some(paths) = self.found.get_mut(name).and_then(|same| same.get_mut(&key)) {
                paths.count = paths.count.saturating_add(1);
            } else if self.count < MAX_RECOVERED {
                self.count = self.count.saturating_add(1);
                let paths = Paths { first: path.shown(), count: 1 };
                self.found.entry(name.to_owned()).or_default().insert(key, paths);
            } else {
                self.is_full_at = Some(found.offset);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })
    }

    /// All of them, sorted by name and version.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] if there were too many.
    pub(crate) fn finish(self) -> Result<Vec<Recovered>, Error> {
        if let Some(offset) = self.is_full_at {
            let limit = to_u64(MAX_RECOVERED);
            return Err(Error::Limit {
                what: "crates named by paths",
                limit,
                actual: limit.saturating_add(1),
                offset,
            });
        }
        let mut all = Vec::with_capacity(self.count);
        for (name, same) in self.found {
            for ((version, origin), paths) in same {
                all.push(Recovered {
                    name: name.clone(),
                    confidence: if version.is_some() { Confidence::Certain } else { Confidence::Likely },
                    version,
                    origin,
                    path: paths.first,
                    path_count: paths.count,
                });
            }
        }
        Ok(all)
    }
}

/// The folder of crates.io in cargo's registry since sparse indexes.
const CRATES_IO: &str = "index.crates.io";

/// The same before: a hash of the URL of its index, which is a git repository.
const CRATES_IO_GIT: &str = "github.com-1ecc6299db9ec823";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binaries;

    /// A wasm module whose only data is this.
    fn module(data: &[u8]) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0\x0b".to_vec();
        let size = u32::try_from(data.len()).unwrap();
        module.extend((0..4).map(|group| ((size >> (7 * group)) & 0x7f) as u8 | 0x80));
        module.push((size >> 28) as u8);
        module.extend(data);
        module
    }

    fn recovered(data: &[u8]) -> Vec<Recovered> {
        let module = module(data);
        let found = binaries(&module.as_slice()).unwrap();
        recover(&module.as_slice(), &found[0]).unwrap()
    }

    #[test]
    fn a_crate_is_there_once_with_the_number_of_its_paths() {
        let found = recovered(
            b"oops/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/b-1.0.0/src/x.rsregistry/a-2.0.0/src/lib.rs\
            C:\\.cargo\\registry\\src\\index.crates.io-1949cf8c6b5b557f\\b-1.0.0\\src\\y.rs",
        );
        let shown: Vec<(&str, u64, Option<Source>)> =
            found.iter().map(|found| (found.path.as_str(), found.path_count, found.source())).collect();
        assert_eq!(
            shown,
            [
                ("registry/a-2.0.0/src/lib.rs", 1, None),
                ("registry/src/index.crates.io-1949cf8c6b5b557f/b-1.0.0/src/x.rs", 2, Some(Source::CratesIo)),
            ]
        );
        assert!(found.iter().all(|found| found.confidence == Confidence::Certain));
    }

    #[test]
    fn paths_are_found_wherever_the_pieces_end() {
        let path =
            b"/registry/src/index.crates.io-1949cf8c6b5b557f/memchr-2.8.0/src/arch/x86_64/avx2/memchr.rs";
        // The first piece ends here, and so do the first two.
        for end in [16 << 10, 48 << 10] {
            for distance in (0..1400).step_by(7) {
                let mut data = vec![b'x'; end - distance];
                data.extend(path);
                data.extend([b'x'; 2000]);
                data.extend(path);
                let found = recovered(&data);
                assert_eq!(found.len(), 1, "{end} {distance}");
                assert_eq!(found[0].path_count, 2, "{end} {distance}");
            }
        }
    }

    #[test]
    fn more_crates_than_any_program_has_are_an_error() {
        let data: String =
            (0..=MAX_RECOVERED).map(|index| format!("/registry/c{index}-1.0.0/l.rs")).collect();
        let module = module(data.as_bytes());
        let found = binaries(&module.as_slice()).unwrap();
        let error = recover(&module.as_slice(), &found[0]).unwrap_err();
        assert!(matches!(error, Error::Limit { what: "crates named by paths", .. }), "{error}");
    }
}
