//! Which crate a path of a source file belongs to.
//!
//! ```text
//! .../registry/src/INDEX-HASH/NAME-VERSION/...   cargo home, wherever it is
//! .../registry/NAME-VERSION/...                  Debian and Fedora; also names given by --remap-path-prefix
//! .../git/checkouts/REPOSITORY-HASH/REVISION/... cargo home
//! .../vendor/NAME-VERSION/...                    cargo vendor, and the builds of other distributions
//! .../vendor/NAME/src/...                        cargo vendor
//! ```
//!
//! Strings of Rust have no end of their own: what precedes a path in the file may be any other text. So a path is
//! recognised by the folder that holds crates, and the crate by the folder after it, which separators delimit.
//! A path ends in a source file, and so does what is found.

use super::pieces::CONTEXT_BYTES;
use super::{CRATES_IO_GIT, Origin, Piece};
use crate::window::to_u64;
use auditable_graph::Version;
use memchr::memmem;
use std::ops::{ControlFlow, Range};

/// A crate in a path.
pub(super) struct Found<'a> {
    pub(super) name: &'a str,
    pub(super) version: Option<Version>,
    pub(super) origin: Origin,
    /// From the folder that holds crates on.
    pub(super) path: FoundPath<'a>,
    /// Where in the binary.
    pub(super) offset: u64,
}

/// The path of a file in a crate.
#[derive(Clone, Copy)]
pub(super) struct FoundPath<'a> {
    parent: &'static str,
    /// As it is in the binary.
    rest: &'a str,
}

impl FoundPath<'_> {
    /// With `/` between folders.
    pub(super) fn shown(self) -> String {
        format!("{}{}", self.parent, self.rest.replace('\\', "/"))
    }
}

/// The crate whose folder a source file lies in, with its version if that is in the path: not in most folders of
/// vendored crates.
#[cfg(feature = "functions")]
pub(crate) fn crate_of_file(path: &str) -> Option<(String, Option<Version>)> {
    // The home of cargo may be the same folder as where toolchains are built.
    let path = path.strip_prefix("/cargo/").unwrap_or(path);
    let first = |path: &str| {
        let mut first = None;
        let piece = Piece { bytes: path.as_bytes(), fresh: 0..path.len(), offset: 0 };
        let _ = Finder::default().each(&piece, &mut 0, &mut |found| {
            first = Some((found.name.to_owned(), found.version, found.origin));
            ControlFlow::Break(())
        });
        first
    };
    let (mut name, mut version, mut origin) = first(path)?;
    // The home of cargo may be in a folder that looks like that of a crate.
    if let Some((_, rest)) = path.rsplit_once("registry")
        && let Some(inner) = first(&format!("registry{rest}"))
        && matches!(inner.2, Origin::Registry { index: Some(_) })
    {
        (name, version, origin) = inner;
    }
    let is_told = version.is_some() || origin == Origin::Vendor;
    is_told.then_some((name, version))
}

/// Whether a source file is one of the standard library, as it is distributed or built by a distribution.
#[cfg(feature = "functions")]
pub(crate) fn is_file_of_std(path: &str) -> bool {
    let mut previous = "";
    for folder in path.split(SEPARATORS) {
        let is_commit = folder.len() == 40 && folder.bytes().all(|byte| byte.is_ascii_hexdigit());
        if (previous == "rustc" && is_commit)
            || (previous == "rust" && folder == "deps")
            || (matches!(folder, "library" | "vendor") && previous.starts_with("rustc-"))
        {
            return true;
        }
        previous = folder;
    }
    false
}

/// The same, or one of a crate that older toolchains had from `/cargo`, which users have too.
#[cfg(feature = "functions")]
pub(crate) fn may_be_file_of_std(path: &str) -> bool {
    is_file_of_std(path) || path.starts_with("/cargo/registry/")
}

/// Finds folders that hold crates.
pub(super) struct Finder {
    /// Used again for each piece.
    hits: Vec<(usize, Parent)>,
    crates_io: memmem::Finder<'static>,
}

impl Default for Finder {
    fn default() -> Self {
        Self { hits: Vec::new(), crates_io: memmem::Finder::new(CRATES_IO_PREFIX) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Parent {
    Registry,
    Index,
    Checkouts,
    Vendor,
    /// Folders with one name for crates that have their version.
    Named,
}

impl Finder {
    /// Shows the crates in a piece. `path_end` is where the last path ended, in the binary.
    pub(super) fn each(
        &mut self,
        piece: &Piece<'_>,
        path_end: &mut u64,
        visit: &mut dyn FnMut(Found<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.find(piece);
        for &(place, parent) in &self.hits {
            let offset = piece.offset.saturating_add(to_u64(place));
            if offset < *path_end {
                continue;
            }
            let (before, after) = piece.bytes.split_at_checked(place).unwrap_or_default();
            let before = before.get(before.len().saturating_sub(CONTEXT_BYTES)..).unwrap_or(before);
            let after = after.get(..CONTEXT_BYTES).unwrap_or(after);
            if let Some((found, length)) = crate_of(parent, before, after, offset) {
                *path_end = offset.saturating_add(to_u64(length));
                visit(found)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Notes where in a piece there are folders that may hold crates, on the way to source files. The ends of these files'
    /// names are found in one pass, and most of a piece is not looked at twice.
    fn find(&mut self, piece: &Piece<'_>) {
        self.hits.clear();
        // A name may begin before what is fresh and end in it.
        let mut start = piece.fresh.start.saturating_sub(CONTEXT_BYTES);
        let fresh = piece.bytes.get(piece.fresh.start..).unwrap_or_default();
        for dot in memchr::memchr_iter(b'.', fresh) {
            if fresh.get(dot..).is_some_and(is_extension) {
                let end = dot.saturating_add(piece.fresh.start);
                self.find_in_path(piece.bytes, start.max(end.saturating_sub(CONTEXT_BYTES))..end);
                start = end;
            }
        }
        self.hits.retain(|(place, _)| piece.fresh.contains(place));
        self.hits.sort_unstable();
    }

    /// Notes the folders before the end of a range, whether the whole way from them is a path or not.
    fn find_in_path(&mut self, bytes: &[u8], range: Range<usize>) {
        let start = range.start;
        let text = bytes.get(range).unwrap_or_default();
        // Of the folder or file that is passed.
        let mut end = text.len();
        for place in memchr::memrchr2_iter(b'/', b'\\', text) {
            self.find_index(text, place..end, start);
            end = place;
            if let Some((length, parent)) = text.get(..place).and_then(parent) {
                self.hits.push((start.saturating_add(length), parent));
            }
        }
        self.find_index(text, 0..end, start);
    }

    /// Notes where the name of crates.io's folder begins in a part of a text, which begins at `start` of the piece.
    fn find_index(&mut self, text: &[u8], range: Range<usize>, start: usize) {
        let hash = range.end.saturating_sub(HASH_DIGITS);
        let name = text.get(range.start..hash).unwrap_or_default();
        if name.last() == Some(&b'-') {
            let start = start.saturating_add(range.start);
            let places = self.crates_io.find_iter(name);
            self.hits.extend(places.map(|place| (start.saturating_add(place), Parent::Index)));
        }
    }
}

/// The kind of the folder whose name ends a text, and where the part of the name ends that tells it.
fn parent(text: &[u8]) -> Option<(usize, Parent)> {
    // Of most folders, this letter is another one.
    if !matches!(text.last()?, b'o' | b'r' | b's' | b'y' | b'z') {
        return None;
    }
    // The name of the folder may go on, as in Nix's `cargo-vendor-dir`.
    let stem = VENDOR_TAILS.iter().find_map(|tail| text.strip_suffix(tail.as_bytes())).unwrap_or(text);
    let (_, parent) = PARENTS.iter().find(|(name, _)| stem.ends_with(name.as_bytes()))?;
    Some((stem.len(), *parent))
}

/// Whether the name of a source file may end with what begins here.
fn is_extension(text: &[u8]) -> bool {
    match text.get(1) {
        Some(b'r') => text.get(2) == Some(&b's'),
        Some(b'c' | b'h' | b'm' | b'S') => C_EXTENSIONS.iter().any(|extension| {
            text.strip_prefix(extension.as_bytes()).is_some_and(|rest| rest.first() == Some(&0))
        }),
        _ => false,
    }
}

/// The crate of a path, given the text up to the end of the folder that holds crates and the text after it; and
/// how far the path reaches into the latter.
fn crate_of<'a>(parent: Parent, before: &[u8], after: &'a [u8], offset: u64) -> Option<(Found<'a>, usize)> {
    let length = source_file_end(after)?;
    let path = std::str::from_utf8(after.get(..length)?).ok()?;
    let mut rest = Folders(path);
    let (folder, origin) = match parent {
        Parent::Registry | Parent::Index => {
            let mut folder = match parent {
                Parent::Registry if !is_of_toolchain(before) => {
                    rest.0 = rest.0.strip_prefix(SEPARATORS)?;
                    rest.next()?
                }
                // What `registry` did not find is not to be found.
                Parent::Index if !follows_registry(before) => rest.next()?,
                _ => return None,
            };
            if folder == "src" {
                folder = rest.next()?;
            }
            match index(folder) {
                Some(index) => (rest.next()?, Origin::Registry { index: Some(index) }),
                None => (folder, Origin::Registry { index: None }),
            }
        }
        Parent::Checkouts => return checkout(before, path, offset).map(|found| (found, length)),
        Parent::Vendor | Parent::Named => {
            let (tail, folders) = rest.0.split_once(SEPARATORS)?;
            if !(tail.is_empty() || VENDOR_TAILS.contains(&tail)) || is_of_toolchain(before) {
                return None;
            }
            rest.0 = folders;
            (rest.next()?, Origin::Vendor)
        }
    };
    let (name, version) = match name_and_version(folder) {
        Some((name, version)) => (name, Some(version)),
        // Without a version, the rest of the path must look like that of a vendored crate.
        None if parent == Parent::Vendor
            && is_whole_folder(before, "vendor")
            && matches!(rest.next(), Some("src")) =>
        {
            (is_crate_name(folder).then_some(folder)?, None)
        }
        None => return None,
    };
    // Toolchains of the time of the git index kept the paths of their own crates on some hosts.
    if matches!(&origin, Origin::Registry { index: Some(index) } if index == CRATES_IO_GIT)
        && STD_CRATES.contains(&name)
    {
        return None;
    }
    let (parent, rest) = match parent {
        Parent::Registry => ("registry", path),
        Parent::Vendor => ("vendor", path),
        _ => ("", path.trim_start_matches(SEPARATORS)),
    };
    Some((Found { name, version, origin, path: FoundPath { parent, rest }, offset }, length))
}

/// `/REPOSITORY-HASH/REVISION/FOLDERS/src/...`, after `git/checkouts`.
fn checkout<'a>(before: &[u8], path: &'a str, offset: u64) -> Option<Found<'a>> {
    let git = before
        .strip_suffix(b"checkouts")?
        .strip_suffix(b"/")
        .or_else(|| before.strip_suffix(b"\\checkouts"))?;
    if !git.ends_with(b"git") {
        return None;
    }
    let mut rest = Folders(path.strip_prefix(SEPARATORS)?);
    let (repository, hash) = rest.next()?.rsplit_once('-')?;
    let revision = rest.next()?;
    if !is_hash(hash) || revision.len() < 7 || !revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    // The folder of the crate: the one before the first `src`, or that of the repository.
    let mut name = repository;
    let mut last = repository;
    for folder in rest {
        if folder == "src" {
            name = last;
            break;
        }
        last = folder;
    }
    Some(Found {
        name: is_crate_name(name).then_some(name)?,
        version: None,
        origin: Origin::Git { repository: repository.to_owned(), revision: revision.to_owned() },
        path: FoundPath { parent: "git/checkouts", rest: path },
        offset,
    })
}

/// The folders of a path; the file at its end is none.
struct Folders<'a>(&'a str);

impl<'a> Iterator for Folders<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let end = self.0.bytes().position(|byte| matches!(byte, b'/' | b'\\'))?;
        let (folder, rest) = (self.0.get(..end)?, self.0.get(end.checked_add(1)?..)?);
        self.0 = rest;
        Some(folder)
    }
}

/// Where the name of a source file ends, if a path with one begins here.
fn source_file_end(text: &[u8]) -> Option<usize> {
    let is_end = |(place, byte): (usize, &u8)| {
        // The text of a Rust path may be followed by any other, that of a C file is followed by a zero.
        let is_rust = *byte == b'.' && text.get(place..).is_some_and(|rest| rest.starts_with(b".rs"));
        is_rust || !(byte.is_ascii_alphanumeric() || b"/\\._-+@~".contains(byte))
    };
    let end = text.iter().enumerate().position(is_end)?;
    let (path, rest) = text.split_at_checked(end)?;
    if rest.first() == Some(&b'.') {
        return end.checked_add(3);
    }
    let is_c = C_EXTENSIONS.iter().any(|extension| path.ends_with(extension.as_bytes()));
    (is_c && rest.first() == Some(&0)).then_some(end)
}

/// Name and version in the name of a folder. A crate's name has no dot, so the version begins at the last hyphen
/// before the first dot.
fn name_and_version(folder: &str) -> Option<(&str, Version)> {
    let dot = folder.find('.')?;
    let hyphen = folder.get(..dot)?.rfind('-')?;
    let (name, version) = folder.split_at_checked(hyphen)?;
    let version = Version::parse(version.strip_prefix('-')?).ok()?;
    is_crate_name(name).then_some((name, version))
}

/// The rules of crates.io.
fn is_crate_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= MAX_NAME_BYTES
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// `HOST-HASH`, as cargo names the folder of an index.
fn index(folder: &str) -> Option<String> {
    let (host, hash) = folder.rsplit_once('-')?;
    let is_host =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    // The host of the old index of crates.io is that of many others.
    (is_host && is_hash(hash)).then(|| if folder == CRATES_IO_GIT { folder } else { host }.to_owned())
}

/// Cargo's short hashes.
fn is_hash(text: &str) -> bool {
    text.len() == HASH_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the folder at the end of a text is one of the toolchain's own build: `/cargo/registry`,
/// `/rustc/COMMIT/vendor`, `/usr/src/rustc-1.63.0/vendor`, `library/vendor`.
fn is_of_toolchain(before: &[u8]) -> bool {
    let mut folders = before.rsplit(|byte| matches!(byte, b'/' | b'\\'));
    let Some(last) = folders.next() else { return false };
    let Some(parent) = folders.next() else { return false };
    if last.ends_with(b"registry") {
        // The toolchain is built with `/cargo` as the home of cargo. Of `/usr/local/cargo` the text before is a
        // folder; otherwise it is another string.
        return parent == b"cargo"
            && match folders.next() {
                Some(text) => {
                    let is_folder = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
                    let name = text.iter().rev().take_while(|byte| is_folder(byte)).count();
                    name < text.len() || memmem::find(text, b".rs").is_some() || folders.next().is_none()
                }
                None => false,
            };
    }
    let is_commit = parent.len() == 40 && parent.iter().all(u8::is_ascii_hexdigit);
    is_commit
        || parent.ends_with(b"library")
        || memmem::find(parent, b"rustc-").is_some()
        || parent == b"rustc"
}

/// Whether a text ends with `registry/` or `registry/src/`.
fn follows_registry(before: &[u8]) -> bool {
    let mut folders = before.rsplit(|byte| matches!(byte, b'/' | b'\\'));
    folders.next() == Some(b"")
        && folders.find(|&folder| folder != b"src").is_some_and(|folder| folder.ends_with(b"registry"))
}

/// Whether a text ends with a folder of this name, and not with one whose name ends so: it must follow a separator,
/// another path or something that is not text.
fn is_whole_folder(before: &[u8], name: &str) -> bool {
    before.strip_suffix(name.as_bytes()).is_some_and(|before| match before.last() {
        Some(&byte) => {
            matches!(byte, b'/' | b'\\') || !(0x20..0x7f).contains(&byte) || before.ends_with(b".rs")
        }
        None => true,
    })
}

/// Folders that hold crates, by the end of their names.
const PARENTS: [(&str, Parent); 5] = [
    ("registry", Parent::Registry),
    ("checkouts", Parent::Checkouts),
    ("vendor", Parent::Vendor),
    ("cargo-crates", Parent::Named),
    ("cargo_home/gentoo", Parent::Named),
];

/// What may follow the names of folders of vendored crates.
const VENDOR_TAILS: [&str; 2] = ["-dir", ".tar.gz"];

/// How the name of crates.io's folder begins.
const CRATES_IO_PREFIX: &str = "index.crates.io-";

/// Of cargo's short hashes.
const HASH_DIGITS: usize = 16;

const SEPARATORS: [char; 2] = ['/', '\\'];

/// What crates.io allows.
const MAX_NAME_BYTES: usize = 64;

/// Of files that build scripts compile.
const C_EXTENSIONS: [&str; 9] = [".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".m", ".S"];

/// Crates that the standard library is made of, and those that it depended on at the time of the git index.
const STD_CRATES: [&str; 20] = [
    "addr2line",
    "adler",
    "backtrace",
    "cfg-if",
    "compiler_builtins",
    "dlmalloc",
    "fortanix-sgx-abi",
    "getopts",
    "gimli",
    "hashbrown",
    "hermit-abi",
    "libc",
    "memchr",
    "miniz_oxide",
    "object",
    "rustc-demangle",
    "std_detect",
    "stdarch",
    "unicode-width",
    "wasi",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a text: name, version, and the path with separators of Unix.
    fn found(text: &str) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        let piece = Piece { bytes: text.as_bytes(), fresh: 0..text.len(), offset: 0 };
        let _ = Finder::default().each(&piece, &mut 0, &mut |crate_| {
            let version = crate_.version.as_ref().map(ToString::to_string).unwrap_or_default();
            found.push((crate_.name.to_owned(), version, crate_.path.shown()));
            ControlFlow::Continue(())
        });
        found
    }

    fn crates(text: &str) -> Vec<String> {
        found(text)
            .into_iter()
            .map(|(name, version, _)| format!("{name} {version}").trim_end().to_owned())
            .collect()
    }

    #[test]
    fn each_shape_names_its_crate() {
        for (text, expected) in [
            (
                "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/time-0.3.41/src/lib.rs",
                "time 0.3.41",
            ),
            (
                "/usr/local/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libc-0.2.1/src/lib.rs",
                "libc 0.2.1",
            ),
            (
                r"C:\Users\me\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\h2-0.4.20\src\codec.rs",
                "h2 0.4.20",
            ),
            (
                r"/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f\h2-0.4.20\src\codec.rs",
                "h2 0.4.20",
            ),
            ("/build/home/registry/src/my-registry.example-0123456789abcdef/a-1.0.0/build/x.rs", "a 1.0.0"),
            ("index.crates.io-1949cf8c6b5b557f/fd-lock-4.0.2/src/lib.rs", "fd-lock 4.0.2"),
            ("/usr/share/cargo/registry/bstr-0.2.17/src/utf8.rs", "bstr 0.2.17"),
            ("event registry/hyper-util-0.1.21/src/client/legacy/pool.rs:497", "hyper-util 0.1.21"),
            ("/src/app/vendor/syn-2.0.1/src/lib.rs", "syn 2.0.1"),
            ("/src/app/vendor/syn/src/lib.rs", "syn"),
            ("src/main.rsvendor/syn/src/lib.rs", "syn"),
            ("/build/cargo-vendor-dir/syn-2.0.1/src/lib.rs", "syn 2.0.1"),
            ("/build/app-1.0-vendor.tar.gz/syn-2.0.1/src/lib.rs", "syn 2.0.1"),
            ("/wrkdirs/cargo-crates/syn-2.0.1/src/lib.rs", "syn 2.0.1"),
            ("/work/cargo_home/gentoo/syn-2.0.1/src/lib.rs", "syn 2.0.1"),
            ("/.cargo/git/checkouts/woff2-rs-a4d3c822d2553afe/88cce4c/src/woff2/tag.rs", "woff2-rs"),
            (
                "/.cargo/git/checkouts/polars-54176cdfb679e240/01271f1/crates/polars-arrow/src/a/mod.rs",
                "polars-arrow",
            ),
            (
                r"C:\.cargo\git\checkouts\polars-54176cdfb679e240\01271f1\crates\polars-io\src\a.rs",
                "polars-io",
            ),
            ("/registry/aws-lc-sys-0.47.0/aws-lc/crypto/evp/p_ed25519.cc\0", "aws-lc-sys 0.47.0"),
        ] {
            assert_eq!(crates(text), [expected], "{text}");
        }
    }

    #[test]
    fn names_and_versions_are_told_apart() {
        for (folder, expected) in [
            ("md-5-0.10.6", Some(("md-5", "0.10.6"))),
            ("a-1-2-3.0.0", Some(("a-1-2", "3.0.0"))),
            ("rand_core-0.10.0-rc-3", Some(("rand_core", "0.10.0-rc-3"))),
            ("toml-1.1.6+spec-1.1.0", Some(("toml", "1.1.6+spec-1.1.0"))),
            ("libz-sys-1.1.0-alpha.1+zlib-1.3.1", Some(("libz-sys", "1.1.0-alpha.1+zlib-1.3.1"))),
            ("a-01.0.0", None),
            ("a-1.0", None),
            ("a-1.0.0.0", None),
            ("a1.0.0", None),
            ("-1.0.0", None),
            ("7zip-1.0.0", None),
            ("a.b-1.0.0", None),
            ("a-1.0.0-", None),
            ("a-99999999999999999999.0.0", None),
        ] {
            let found = name_and_version(folder).map(|(name, version)| (name, version.to_string()));
            assert_eq!(found, expected.map(|(name, version)| (name, version.to_owned())), "{folder}");
        }
    }

    #[test]
    fn the_crates_of_the_standard_library_are_left_out() {
        for text in [
            "/rust/deps/hashbrown-0.15.2/src/raw/mod.rs",
            r"/rust/deps\hashbrown-0.15.2\src\raw\mod.rs",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/io/mod.rs",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/vendor/hashbrown-0.15.2/src/raw/mod.rs",
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/vendor/hashbrown/src/raw/mod.rs",
            "/usr/src/rustc-1.63.0/vendor/addr2line-0.16.0/src/lib.rs",
            "/usr/src/rustc-1.63.0/vendor/rustc-demangle/src/lib.rs",
            "/cargo/registry/1949cf8c6b5b557f/gimli-0.31.1/src/read/unit.rs",
            "/cargo/registry/src/github.com-1ecc6299db9ec823/hashbrown-0.12.3/src/raw/mod.rs",
            "a message/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gimli-0.31.1/src/lib.rs",
            "/rustc/59807616e1/library/core/src/x.rs/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gimli-0.31.1/a.rs",
            "/Users/runner/.cargo/registry/src/github.com-1ecc6299db9ec823/hashbrown-0.12.3/src/raw/mod.rs",
        ] {
            assert!(crates(text).is_empty(), "{text}: {:?}", crates(text));
        }
    }

    #[test]
    fn what_only_looks_like_a_crate_is_not_one() {
        for text in [
            // No source file follows.
            "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/ring-0.17.14",
            "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/ring-0.17.14/Cargo.toml",
            "see registry/foo-1.0.0/ and main.rs",
            // A folder of the program's own.
            "myvendor/app/src/main.rs",
            "/src/vendor/zstd/lib/zstd.c\0",
            "registry/src/app/main.rs",
            "/registry/foo-1.x/src/lib.rs",
            "checkouts/app-0123456789abcdef/1234567/src/lib.rs",
            "/.cargo/git/checkouts/app-0123/1234567/src/lib.rs",
            "/.cargo/git/checkouts/app-0123456789abcdef/main/src/lib.rs",
            // C files end with their string.
            "/registry/a-1.0.0/x.cpu",
        ] {
            assert!(crates(text).is_empty(), "{text}: {:?}", crates(text));
        }
    }

    #[test]
    fn a_path_inside_of_a_path_is_no_other_crate() {
        let text = "/registry/a-1.0.0/vendor/b-2.0.0/src/lib.rsregistry/c-3.0.0/src/lib.rs";
        assert_eq!(crates(text), ["a 1.0.0", "c 3.0.0"]);
    }

    #[test]
    #[cfg(feature = "functions")]
    fn the_crate_of_a_file_is_that_of_the_innermost_registry() {
        let index = "registry/src/index.crates.io-1949cf8c6b5b557f";
        for (path, expected) in [
            (format!("/root/.cargo/{index}/a-b-1.2.3/src/c.rs"), Some(("a-b", Some("1.2.3")))),
            (format!("/cargo/{index}/a-1.2.3/src/c.rs"), Some(("a", Some("1.2.3")))),
            (format!("/x/vendor/rust-1.0.0/home/{index}/a-1.2.3/src/c.rs"), Some(("a", Some("1.2.3")))),
            (format!("/root/.cargo/{index}/a-1.2.3/vendor/b/src/c.rs"), Some(("a", Some("1.2.3")))),
            ("/x/vendor/a/src/c.rs".to_owned(), Some(("a", None))),
            ("/x/vendor/a-1.2.3/src/c.rs".to_owned(), Some(("a", Some("1.2.3")))),
            ("/x/git/checkouts/a-1949cf8c6b5b557f/0123456/src/c.rs".to_owned(), None),
            ("/x/src/c.rs".to_owned(), None),
        ] {
            let found =
                crate_of_file(&path).map(|(name, version)| (name, version.map(|one| one.to_string())));
            let found = found.as_ref().map(|(name, version)| (name.as_str(), version.as_deref()));
            assert_eq!(found, expected, "{path}");
            assert!(!is_file_of_std(&path));
        }
        assert!(may_be_file_of_std(&format!("/cargo/{index}/hashbrown-0.12.3/src/lib.rs")));
    }

    #[test]
    fn strange_bytes_are_no_paths() {
        let piece = Piece { bytes: b"registry/\xffa-1.0.0/src/lib.rs\0registry", fresh: 0..38, offset: 0 };
        let mut count = 0;
        let _ = Finder::default().each(&piece, &mut 0, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(count, 0);
    }
}
