//! The packages of a source tree, by their manifests.

use super::crate_file::MAX_MANIFEST_BYTES;
use crate::words::{Failure, printable};
use auditable_graph::Version;
use auditable_sbom::PackageFacts;
use auditable_sbom::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// The manifests of a source tree, by folder.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    manifests: BTreeMap<PathBuf, Manifest>,
}

impl Tree {
    /// The packages that a manifest leads to: its own, those of its workspace, and those that any of them names by path.
    ///
    /// # Errors
    ///
    /// If the manifest cannot be read.
    pub(crate) fn of_manifest(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::new(printable(&path.display().to_string())).cause(error);
        let text = read(path).map_err(failed)?;
        let first = Manifest::parse(&text)
            .map_err(|error| Failure::new(printable(&path.display().to_string())).cause(error))?;
        let first_folder = folder_of(path);
        let mut tree = Self::default();
        let mut open: BTreeSet<PathBuf> = linked(&first_folder, &first);
        tree.manifests.insert(first_folder, first);
        // What is not there, or is no manifest, has nothing to say; cargo would have complained.
        while let Some(folder) = open.pop_first() {
            if tree.manifests.len() >= MAX_MANIFESTS || tree.manifests.contains_key(&folder) {
                continue;
            }
            if let Some(manifest) = manifest_in(&folder) {
                open.extend(linked(&folder, &manifest));
                tree.manifests.insert(folder, manifest);
            }
        }
        Ok(tree)
    }

    /// All packages in a folder and below: what cargo looks through for a dependency from git.
    pub(crate) fn of_checkout(folder: &Path) -> Self {
        let mut tree = Self::default();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            if tree.manifests.len() >= MAX_MANIFESTS {
                break;
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            let is_source = |name: &str| !name.starts_with('.') && name != "target";
            open.extend(
                folders
                    .filter(|entry| entry.file_name().to_str().is_none_or(is_source))
                    .map(|entry| entry.path()),
            );
            if let Some(manifest) = manifest_in(&folder) {
                tree.manifests.insert(folder, manifest);
            }
        }
        tree
    }

    /// What a package says of itself. `None` if there is none of this name and version, or several that do not say the
    /// same.
    pub(crate) fn facts(&self, name: &str, version: &Version) -> Option<PackageFacts> {
        let mut found = self
            .manifests
            .iter()
            .filter(|(_, manifest)| manifest.name() == Some(name))
            .map(|(folder, manifest)| (manifest, self.workspace(folder, manifest)))
            .filter(|(manifest, workspace)| manifest.version(*workspace).as_ref() == Some(version))
            .map(|(manifest, workspace)| manifest.facts(workspace));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The workspace that a package belongs to.
    fn workspace(&self, folder: &Path, manifest: &Manifest) -> Option<&Manifest> {
        if let Some(path) = manifest.workspace_path() {
            return self.manifests.get(&joined(folder, path));
        }
        folder
            .ancestors()
            .filter_map(|folder| self.manifests.get(folder))
            .find(|manifest| manifest.is_workspace())
    }
}

/// The folder of the `Cargo.lock` that belongs to a manifest: that of its workspace, or its own.
pub(crate) fn lock_folder(manifest_path: &Path) -> PathBuf {
    let folder = folder_of(manifest_path);
    manifest_in(&folder).and_then(|manifest| workspace_folder(&folder, &manifest)).unwrap_or(folder)
}

/// Where cargo-vet keeps its files for the workspace in a folder.
pub(crate) fn supply_chain_folder(workspace: &Path) -> PathBuf {
    let manifest = manifest_in(workspace);
    joined(workspace, manifest.as_ref().and_then(Manifest::vet_store).unwrap_or("supply-chain"))
}

/// The folder of the workspace that a package belongs to, if that is another one.
fn workspace_folder(folder: &Path, manifest: &Manifest) -> Option<PathBuf> {
    if let Some(path) = manifest.workspace_path() {
        return Some(joined(folder, path));
    }
    if manifest.is_workspace() {
        return None;
    }
    let (above, workspace) = folder.ancestors().skip(1).find_map(|above| {
        let workspace = manifest_in(above).filter(Manifest::is_workspace)?;
        Some((above, workspace))
    })?;
    let is_excluded = workspace.excluded().any(|path| folder.starts_with(joined(above, path)));
    (!is_excluded).then(|| above.to_owned())
}

/// The folders that a manifest leads to.
fn linked(folder: &Path, manifest: &Manifest) -> BTreeSet<PathBuf> {
    let mut linked: BTreeSet<PathBuf> = manifest.paths().map(|path| joined(folder, path)).collect();
    for pattern in manifest.members() {
        linked.extend(matching(folder, pattern));
    }
    linked.extend(workspace_folder(folder, manifest));
    linked
}

/// The folders that match a pattern of `members`, in which `*` and `?` stand for parts of a name.
fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut matching = vec![folder.to_owned()];
    for part in pattern.split('/') {
        let mut next = Vec::new();
        for folder in matching {
            if !part.contains(['*', '?']) {
                next.push(joined(&folder, part));
                continue;
            }
            let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            let folders = entries.filter(|entry| entry.path().is_dir());
            let named = folders.filter(|entry| {
                entry.file_name().to_str().is_some_and(|name| matches(name.as_bytes(), part.as_bytes()))
            });
            next.extend(named.map(|entry| entry.path()).take(MAX_MANIFESTS));
        }
        next.truncate(MAX_MANIFESTS);
        matching = next;
    }
    matching
}

/// Whether a name has the form of a pattern. It goes on from the last `*` only, so it takes no more than the product of
/// both lengths.
fn matches(name: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut of_pattern) = (0, 0);
    // The last `*`, and what it stands for up to now.
    let mut star = None;
    while at < name.len() {
        match pattern.get(of_pattern) {
            Some(b'*') => {
                star = Some((of_pattern, at));
                of_pattern += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[at] => {
                at += 1;
                of_pattern += 1;
            }
            _ => match star {
                Some((position, covered)) => {
                    star = Some((position, covered + 1));
                    (at, of_pattern) = (covered + 1, position + 1);
                }
                None => return false,
            },
        }
    }
    pattern[of_pattern..].iter().all(|byte| *byte == b'*')
}

/// The folder of a file, from the root on where that is known, so that all that lies above it can be looked at.
fn folder_of(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    joined(path.parent().unwrap_or(&path), "")
}

/// A path with `.` and `..` resolved by name, as cargo does.
fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(joined.pop()),
            component => joined.push(component),
        }
    }
    joined
}

fn manifest_in(folder: &Path) -> Option<Manifest> {
    Manifest::parse(&read(&folder.join("Cargo.toml")).ok()?).ok()
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_MANIFEST_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// Most manifests of a tree that are looked at.
const MAX_MANIFESTS: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn license(tree: &Tree, name: &str) -> Option<String> {
        let facts = tree.facts(name, &Version::new(1, 0, 0))?;
        Some(facts.license?.text().to_owned())
    }

    #[test]
    fn a_manifest_leads_to_its_workspace_and_to_paths() {
        let folder = tree(&[
            (
                "w/Cargo.toml",
                "[workspace]\nmembers = ['crates/*', 'app']\nexclude = ['alone']\n\
                 package.license = 'Zlib'\npackage.version = '1.0.0'",
            ),
            ("w/app/Cargo.toml", "[package]\nname = 'app'\nversion = '1.0.0'\nlicense = 'MIT'\n"),
            (
                "w/crates/a/Cargo.toml",
                "[package]\nname = 'a'\nversion.workspace = true\nlicense.workspace = true\n\
                 [dependencies]\nb.path = '../../../b'\n",
            ),
            ("b/Cargo.toml", "[package]\nname = 'b'\nversion = '1.0.0'\nlicense = '0BSD'\n"),
            ("w/alone/Cargo.toml", "[package]\nname = 'alone'\nversion = '1.0.0'\nlicense = 'ISC'\n"),
            ("w/broken/Cargo.toml", "["),
        ]);
        let path = |path: &str| folder.path().join(path).join("Cargo.toml");
        for start in ["w", "w/app", "w/crates/a"] {
            let tree = Tree::of_manifest(&path(start)).unwrap();
            assert_eq!(license(&tree, "app").as_deref(), Some("MIT"), "from {start}");
            assert_eq!(license(&tree, "a").as_deref(), Some("Zlib"), "from {start}");
            assert_eq!(license(&tree, "b").as_deref(), Some("0BSD"), "from {start}");
            assert_eq!(license(&tree, "alone"), None, "from {start}");
            assert_eq!(tree.facts("app", &Version::new(2, 0, 0)), None);
            assert!(lock_folder(&path(start)).ends_with("w"));
        }
        assert!(lock_folder(&path("w/alone")).ends_with("w/alone"));
        assert!(
            Tree::of_manifest(&path("nowhere")).is_err() && Tree::of_manifest(&path("w/broken")).is_err()
        );
    }

    #[test]
    fn a_checkout_is_looked_through() {
        let folder = tree(&[
            ("Cargo.toml", "[workspace]\npackage.license = 'MIT'"),
            ("deep/er/a/Cargo.toml", "[package]\nname = 'a'\nversion = '1.0.0'\nlicense.workspace = true\n"),
            ("one/Cargo.toml", "[package]\nname = 'twice'\nversion = '1.0.0'\nlicense = 'MIT'\n"),
            ("two/Cargo.toml", "[package]\nname = 'twice'\nversion = '1.0.0'\nlicense = 'ISC'\n"),
            (".git/x/Cargo.toml", "[package]\nname = 'hidden'\nversion = '1.0.0'\nlicense = 'ISC'\n"),
        ]);
        let tree = Tree::of_checkout(folder.path());
        assert_eq!(license(&tree, "a").as_deref(), Some("MIT"));
        assert_eq!((license(&tree, "twice"), license(&tree, "hidden")), (None, None));
    }

    #[test]
    fn patterns_of_members() {
        for (name, pattern, expected) in [
            ("abc", "*", true),
            ("abc", "a*", true),
            ("abc", "*c", true),
            ("abc", "a?c", true),
            ("abcbc", "a*bc", true),
            ("abc", "a", false),
            ("abc", "*b", false),
            ("", "*", true),
            ("a", "", false),
        ] {
            assert_eq!(matches(name.as_bytes(), pattern.as_bytes()), expected, "{name} {pattern}");
        }
    }
}
