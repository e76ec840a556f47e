//! Where cargo keeps what it has fetched.
//!
//! ```text
//! CARGO_HOME/registry/cache/INDEX/NAME-VERSION.crate    as published
//! CARGO_HOME/git/checkouts/NAME-HASH/COMMIT/            COMMIT is cut short; .git says the whole of it
//! DIR/NAME-VERSION/  or  DIR/NAME/                      by `cargo vendor` or a distribution, with .cargo-checksum.json
//! DIR/NAME-VERSION.crate                                a registry that is a folder
//! ```

use super::crate_file::CrateFile;
use super::tree::Tree;
use auditable_graph::Version;
use auditable_sbom::PackageFacts;
use auditable_sbom::manifest::Manifest;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::{env, fs};

/// The folders in which the sources of crates may lie.
///
/// Only what is proven is taken from them, so that what is found is the same wherever it is found: a `.crate` file by its
/// digest, a checkout by its commit, a vendored manifest by the digests that `cargo vendor` left. Distributions leave no
/// digests of files, and some none of the archive: their folders were named, and are believed as cargo believes them.
#[derive(Debug, Default)]
pub(crate) struct CargoHome {
    /// Folders that were named, and `registry/cache/*`.
    crates: Vec<PathBuf>,
    /// `git/checkouts/*`.
    repositories: Vec<PathBuf>,
    vendored: Vec<PathBuf>,
    /// By commit.
    checkouts: Mutex<HashMap<String, Arc<OnceLock<Option<Tree>>>>>,
}

impl CargoHome {
    /// What lies in others with vendored crates and, if wanted, in cargo's own folder.
    pub(crate) fn new(vendored: Vec<PathBuf>, with_home: bool) -> Self {
        let home = home().filter(|_| with_home);
        let below = |path: &str| home.as_ref().map(|home| folders(&home.join(path))).unwrap_or_default();
        let mut crates = vendored.clone();
        crates.extend(below("registry/cache"));
        Self { crates, repositories: below("git/checkouts"), vendored, checkouts: Mutex::default() }
    }

    /// What the crate of this digest says of itself; `None` if it is not here. A manifest that is none says nothing, and
    /// so does a crate without a digest, unless it was vendored so.
    pub(crate) fn of_registry(
        &self,
        name: &str,
        version: &Version,
        sha256: Option<&[u8; 32]>,
    ) -> Option<PackageFacts> {
        let facts =
            |text: &str| Manifest::parse(text).map(|manifest| manifest.facts(None)).unwrap_or_default();
        let vendored = self.vendored_manifest(name, version, |package| match sha256 {
            Some(sha256) => package == Some(hex(sha256).as_str()),
            // Debian has words in its place where it does not know it.
            None => package.is_none_or(|text| !text.bytes().all(|byte| byte.is_ascii_hexdigit())),
        });
        if let Some(text) = vendored {
            return Some(facts(&text));
        }
        // Nothing would prove that it is the right one.
        let Some(sha256) = sha256 else { return Some(PackageFacts::default()) };
        let folder_name = format!("{name}-{version}");
        let mut files = self.crates.iter().map(|folder| folder.join(format!("{folder_name}.crate")));
        let file = files.find_map(|file| CrateFile::read(&file, &folder_name, sha256).ok().flatten())?;
        let mut facts = file.manifest.as_deref().map(facts).unwrap_or_default();
        facts.crate_sha512 = Some(file.sha512);
        Some(facts)
    }

    /// What the package says of itself at this commit; `None` if it is not here.
    pub(crate) fn of_git(&self, name: &str, version: &Version, commit: &str) -> Option<PackageFacts> {
        if let Some(text) = self.vendored_manifest(name, version, |package| package.is_none()) {
            return Some(Manifest::parse(&text).map(|manifest| manifest.facts(None)).unwrap_or_default());
        }
        let mut known = self.checkouts.lock().unwrap_or_else(PoisonError::into_inner);
        let checkout = Arc::clone(known.entry(commit.to_owned()).or_default());
        drop(known);
        let tree = checkout.get_or_init(|| self.checkout(commit).map(|folder| Tree::of_checkout(&folder)));
        Some(tree.as_ref()?.facts(name, version).unwrap_or_default())
    }

    fn checkout(&self, commit: &str) -> Option<PathBuf> {
        let mut checkouts = self.repositories.iter().flat_map(|repository| folders(repository));
        checkouts.find(|folder| {
            let short = folder.file_name().and_then(|name| name.to_str());
            short.is_some_and(|short| short.len() >= 7 && commit.starts_with(short))
                && folder.join(".cargo-ok").exists()
                && head(&folder.join(".git")).as_deref() == Some(commit)
        })
    }

    /// The manifest that lies in a folder of vendored packages, if the digest of the archive is as it should be.
    fn vendored_manifest(
        &self,
        name: &str,
        version: &Version,
        is_it: impl Fn(Option<&str>) -> bool,
    ) -> Option<String> {
        let names = [format!("{name}-{version}"), name.to_owned()];
        let mut folders = self.vendored.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
        folders.find_map(|folder| {
            let checksums = fs::read(folder.join(".cargo-checksum.json")).ok()?;
            let checksums: Checksums = serde_json::from_slice(&checksums).ok()?;
            let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            let digest = checksums.files.get("Cargo.toml");
            let is_untouched = digest.is_none_or(|digest| *digest == hex(&Sha256::digest(&text)));
            let is_of_version = || Manifest::parse(&text).ok()?.version(None).map(|found| found == *version);
            (is_untouched && is_it(checksums.package.as_deref()) && is_of_version() == Some(true))
                .then_some(text)
        })
    }
}

/// `.cargo-checksum.json`.
#[derive(Deserialize)]
struct Checksums {
    /// SHA-256 of each file of the package, in hexadecimal digits; empty if a distribution has changed the files.
    files: BTreeMap<String, String>,
    /// SHA-256 of the `.crate` file.
    package: Option<String>,
}

/// `CARGO_HOME`, or `.cargo` in the user's own folder.
fn home() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    set("CARGO_HOME").or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// The commit that a repository stands at.
fn head(git: &Path) -> Option<String> {
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(name) = head.trim().strip_prefix("ref: ") else { return Some(head.trim().to_owned()) };
    if let Ok(commit) = fs::read_to_string(git.join(name)) {
        return Some(commit.trim().to_owned());
    }
    let packed = fs::read_to_string(git.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' ').map(str::to_owned))
}

/// The folders in a folder, sorted.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort_unstable();
    folders
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    /// A checkout `NAME-HASH/SHORT` with these files in its `.git`, and a package `a`.
    fn checkout(short: &str, git: &[(&str, &str)]) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a-0123456789abcdef").join(short);
        fs::create_dir_all(folder.join(".git/refs/heads")).unwrap();
        for (path, text) in git {
            fs::write(folder.join(".git").join(path), text).unwrap();
        }
        fs::write(folder.join(".cargo-ok"), "").unwrap();
        fs::write(folder.join("Cargo.toml"), "[package]\nname = 'a'\nversion = '1.0.0'\nlicense = 'MIT'\n")
            .unwrap();
        home
    }

    fn license(home: &tempfile::TempDir, commit: &str) -> Option<String> {
        let home = CargoHome { repositories: folders(home.path()), ..CargoHome::default() };
        Some(home.of_git("a", &Version::new(1, 0, 0), commit)?.license?.text().to_owned())
    }

    #[test]
    fn a_checkout_is_found_by_the_commit_that_it_stands_at() {
        let branch = ("HEAD", "ref: refs/heads/master\n");
        let line = format!("{COMMIT}\n");
        let packed = format!("# pack-refs with: peeled\n{COMMIT} refs/heads/master\n");
        for git in [
            &[("HEAD", &*line)][..],
            &[branch, ("refs/heads/master", &line)],
            &[branch, ("packed-refs", &packed)],
        ] {
            let home = checkout("0123456", git);
            assert_eq!(license(&home, COMMIT).as_deref(), Some("MIT"), "{git:?}");
            // Another commit whose name begins alike.
            assert_eq!(license(&home, &COMMIT.replace("67", "76")), None, "{git:?}");
        }
        assert_eq!(license(&checkout("0123456", &[branch]), COMMIT), None);
        assert_eq!(license(&checkout("012", &[("HEAD", &line)]), COMMIT), None);
    }

    #[test]
    fn a_checkout_that_was_not_finished_does_not_count() {
        let home = checkout("0123456", &[("HEAD", COMMIT)]);
        fs::remove_file(home.path().join("a-0123456789abcdef/0123456/.cargo-ok")).unwrap();
        assert_eq!(license(&home, COMMIT), None);
    }

    #[test]
    fn a_vendored_manifest_is_proven_by_its_digests() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("a");
        fs::create_dir(&package).unwrap();
        let manifest = "[package]\nname = 'a'\nversion = '1.0.0'\nlicense = 'MIT'\n";
        fs::write(package.join("Cargo.toml"), manifest).unwrap();
        let checksums = format!(
            r#"{{"files":{{"Cargo.toml":"{}"}},"package":"{}"}}"#,
            hex(&Sha256::digest(manifest)),
            "5a".repeat(32)
        );
        fs::write(package.join(".cargo-checksum.json"), checksums).unwrap();
        let home = CargoHome { vendored: vec![folder.path().to_owned()], ..CargoHome::default() };
        let of_registry = |version, sha256| home.of_registry("a", &version, Some(&sha256));
        assert!(of_registry(Version::new(1, 0, 0), [0x5a; 32]).is_some_and(|facts| facts.license.is_some()));
        assert_eq!(of_registry(Version::new(1, 0, 0), [0xa5; 32]), None);
        assert_eq!(of_registry(Version::new(1, 0, 1), [0x5a; 32]), None);
        assert_eq!(home.of_git("a", &Version::new(1, 0, 0), COMMIT), None, "it is not from git");
        fs::write(package.join("Cargo.toml"), manifest.replace("MIT", "ISC")).unwrap();
        assert_eq!(of_registry(Version::new(1, 0, 0), [0x5a; 32]), None);
    }

    #[test]
    fn a_folder_of_a_distribution_has_no_digests_of_files() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("a-1.0.0");
        fs::create_dir(&package).unwrap();
        fs::write(package.join("Cargo.toml"), "[package]\nname = 'a'\nversion = '1.0.0'\nlicense = 'MIT'\n")
            .unwrap();
        let home = CargoHome { vendored: vec![folder.path().to_owned()], ..CargoHome::default() };
        let known = |sha256: Option<[u8; 32]>| home.of_registry("a", &Version::new(1, 0, 0), sha256.as_ref());
        let digest = "5a".repeat(32);
        for (checksum, with_digest, without) in
            [(&*digest, true, false), ("Could not get crate checksum", false, true)]
        {
            let text = format!(r#"{{"package":"{checksum}","files":{{}}}}"#);
            fs::write(package.join(".cargo-checksum.json"), text).unwrap();
            let has_license =
                |facts: Option<PackageFacts>| facts.is_some_and(|facts| facts.license.is_some());
            assert_eq!(has_license(known(Some([0x5a; 32]))), with_digest, "{checksum}");
            assert_eq!(has_license(known(None)), without, "{checksum}");
            assert_eq!(home.of_git("a", &Version::new(1, 0, 0), COMMIT), None, "{checksum}");
        }
    }
}
