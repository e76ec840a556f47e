//! What is known about crates beyond the list in the binary, and where it is found.
//!
//! ```text
//! --lockfile       Cargo.lock          origin, SHA-256 ----------+
//! --manifest-path  the source tree     what local packages say --+
//! cargo's home, vendored folders       what the others say ------+--> PackageFacts
//! --vet            supply-chain/       audits, publishers -------+
//! ```
//!
//! Documents must be the same on every machine. What lies in cargo's home differs from machine to machine, so it is
//! asked only for what the lock file proves: a `.crate` file by its SHA-256, a checkout by its commit. And if something
//! is not there, that is an error and not a document with less in it.

mod cargo_home;
mod crate_file;
mod tree;

use crate::words::{Failure, printable};
use auditable_graph::{Graph, Package, Source};
use auditable_sbom::lockfile::{LockFile, LockedPackage, LockedSource};
use auditable_sbom::vet::Store;
use auditable_sbom::{Origin, PackageFacts};
use cargo_home::CargoHome;
use clap::ArgGroup;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{io, thread};
use tree::Tree;

/// Where facts come from.
#[derive(clap::Args)]
#[command(
    next_help_heading = "What is known about the crates",
    group = ArgGroup::new("build").args(["lockfile", "manifest_path"]).multiple(true)
)]
pub(crate) struct Enrichment {
    /// The Cargo.lock of the build: adds checksums, repositories with their commits, and registries
    ///
    /// Every crate of the list must stand in it with the same version and kind of source. What the crates say of
    /// themselves (license, authors, links) is then read from cargo's home folder, which has what was fetched for the
    /// build, and from a folder `vendor` beside the lock file; cargo-vet's audits from `supply-chain` beside it, or where
    /// the Cargo.toml there says.
    #[arg(long, value_name = "FILE")]
    lockfile: Option<PathBuf>,

    /// The Cargo.toml of the build: its Cargo.lock, and what the packages of its source tree say of themselves
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,

    /// A folder of `cargo vendor`, of a distribution (/usr/share/cargo/registry), or of .crate files, to look in before
    /// cargo's home; may be given several times
    #[arg(long, value_name = "DIR", requires = "build")]
    vendor: Vec<PathBuf>,

    /// A supply-chain folder of cargo-vet: adds who audited a crate, and who published it
    #[arg(long, value_name = "DIR")]
    vet: Option<PathBuf>,

    /// Look only into what is named here: neither into cargo's home folder nor into folders beside the lock file
    #[arg(long)]
    no_enrich: bool,
}

/// All that facts are taken from.
#[derive(Default)]
pub(crate) struct Facts {
    lock: Option<LockFile>,
    tree: Option<Tree>,
    home: Option<CargoHome>,
    audits: Option<Store>,
}

impl Facts {
    /// # Errors
    ///
    /// If something that is named, or lies beside the lock file, cannot be read.
    pub(crate) fn new(options: &Enrichment) -> Result<Self, Failure> {
        let manifest_path = options.manifest_path.as_deref();
        let tree = manifest_path.map(Tree::of_manifest).transpose()?;
        let lock_path = match (&options.lockfile, manifest_path) {
            (Some(lockfile), _) => Some(lockfile.clone()),
            (None, Some(manifest)) => Some(tree::lock_folder(manifest).join("Cargo.lock")),
            (None, None) => None,
        };
        let beside = lock_path.as_deref().filter(|_| !options.no_enrich).map(folder_of);
        let mut vendored = options.vendor.clone();
        vendored.extend(beside.map(|folder| folder.join("vendor")).filter(|folder| folder.is_dir()));
        let supply_chain = beside.map(tree::supply_chain_folder);
        let vet = options.vet.clone().or(supply_chain.filter(|folder| folder.join("config.toml").is_file()));
        let needs_home = lock_path.is_some() && !(options.no_enrich && vendored.is_empty());
        Ok(Self {
            lock: lock_path.as_deref().map(lock_file).transpose()?,
            tree,
            home: needs_home.then(|| CargoHome::new(vendored, !options.no_enrich)),
            audits: vet.as_deref().map(store).transpose()?,
        })
    }

    /// What is known about each package of a list, in its order.
    ///
    /// # Errors
    ///
    /// If the list and the lock file do not agree; if what a crate says of itself should be looked up, and the crate is not
    /// there.
    pub(crate) fn of_graph(&self, graph: &Graph) -> Result<Vec<PackageFacts>, Failure> {
        let locked: Vec<Option<&LockedPackage>> = match &self.lock {
            Some(lock) => {
                let matches =
                    lock.matching(graph).map_err(|error| Failure::new(format!("no document: {error}")))?;
                matches.into_iter().map(|matched| matched.package()).collect()
            }
            None => vec![None; graph.packages().len()],
        };
        let pairs: Vec<_> = graph.packages().iter().zip(locked).collect();
        let mut missing = Vec::new();
        let mut facts = Vec::with_capacity(pairs.len());
        for (pair, found) in
            pairs.iter().zip(in_parallel(&pairs, |&(package, locked)| self.of_package(package, locked)))
        {
            match found {
                Some(found) => facts.push(found),
                None => missing.push(pair.0),
            }
        }
        if missing.is_empty() { Ok(facts) } else { Err(not_found(&missing)) }
    }

    /// `None` if it should be known, but is not here.
    fn of_package(&self, package: &Package, locked: Option<&LockedPackage>) -> Option<PackageFacts> {
        let mut facts = match locked {
            Some(locked) => {
                let mut facts = self.manifest(locked)?;
                PackageFacts { crate_sha256: facts.crate_sha256, origin: facts.origin, .. } = locked.facts();
                facts
            }
            None => PackageFacts::default(),
        };
        if let Some(store) = &self.audits {
            let commit = match &facts.origin {
                Some(Origin::Git { revision, .. }) => revision.as_deref(),
                _ => None,
            };
            if package.source == Source::CratesIo || commit.is_some() {
                let evidence = store.evidence(&package.name, &package.version, commit);
                facts.audits = evidence.audits;
                facts.publisher = evidence.publisher;
            }
        }
        Some(facts)
    }

    /// What the package says of itself; `None` as before.
    fn manifest(&self, locked: &LockedPackage) -> Option<PackageFacts> {
        let LockedPackage { name, version, source, sha256, .. } = locked;
        let unknown = PackageFacts::default();
        match (source, &self.home) {
            (LockedSource::Path, _) => {
                Some(self.tree.as_ref().and_then(|tree| tree.facts(name, version)).unwrap_or(unknown))
            }
            (LockedSource::Git { revision: Some(commit), .. }, Some(home)) => {
                home.of_git(name, version, commit)
            }
            (_, Some(home)) => home.of_registry(name, version, sha256.as_ref()),
            (_, None) => Some(unknown),
        }
    }
}

fn not_found(missing: &[&Package]) -> Failure {
    let shown = missing.iter().take(MAX_SHOWN);
    let names: String =
        shown.map(|package| format!("\n  {} {}", printable(&package.name), package.version)).collect();
    let more = match missing.len().saturating_sub(MAX_SHOWN) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    Failure::new(
        "no document: what crates say of themselves should be in it, and some are not in cargo's home folder; \
         `cargo fetch --locked` fetches them, and --no-enrich does without",
    )
    .cause(format!("not found:{names}{more}"))
}

/// Does something for each of the items on all processors, since reading and digesting some hundred files takes a while.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let worker = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(result)) = (items.get(number), results.get(number)) else { return };
            *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(work(item));
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 1..processors.min(items.len() / MIN_ITEMS_FOR_A_THREAD) {
            // Without it the others do its work.
            drop(thread::Builder::new().spawn_scoped(scope, worker));
        }
        worker();
    });
    results
        .into_iter()
        .filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

fn lock_file(path: &Path) -> Result<LockFile, Failure> {
    let text = read(path)?;
    LockFile::parse(&text).map_err(|error| failure(path, error))
}

fn store(folder: &Path) -> Result<Store, Failure> {
    let imports = folder.join("imports.lock");
    let imports = if imports.exists() { Some(read(&imports)?) } else { None };
    let (audits, config) = (read(&folder.join("audits.toml"))?, read(&folder.join("config.toml"))?);
    Store::parse(&audits, &config, imports.as_deref()).map_err(|error| failure(folder, error))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// A text file of the user's own project.
fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| failure(path, error))?;
    let size =
        file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text).map_err(|error| failure(path, error))?;
    if size as u64 > MAX_FILE_BYTES {
        let error = io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {MAX_FILE_BYTES} bytes"));
        return Err(failure(path, error));
    }
    Ok(text)
}

fn failure(path: &Path, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::new(printable(&path.display().to_string())).cause(cause)
}

/// Most crates that are named when they are not found.
const MAX_SHOWN: usize = 10;

/// Starting a thread takes about as long as reading a crate.
const MIN_ITEMS_FOR_A_THREAD: usize = 8;

/// Most bytes of a lock file, and of a file of cargo-vet: 64 MiB. Large ones have 1 MB.
const MAX_FILE_BYTES: u64 = 64 << 20;
