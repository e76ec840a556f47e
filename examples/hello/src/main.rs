//! Names the crates that a `Cargo.lock` has at several versions, which cost build time and bytes.
//!
//! ```text
//! $ hello Cargo.lock
//! syn 1.0.109, 2.0.106
//! 87 crates, 1 at several versions (built with rustc 1.95.0)
//! ```

use anyhow::Context;
use semver::Version;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    version: Version,
}

fn main() -> anyhow::Result<()> {
    let path = env::args_os().nth(1).map_or_else(|| PathBuf::from("Cargo.lock"), PathBuf::from);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: LockFile =
        toml::from_str(&text).with_context(|| format!("{} is not a lock file of cargo", path.display()))?;
    let versions = versions_by_name(lock.package);
    let several = versions.iter().filter(|(_, versions)| versions.len() > 1);
    for (name, versions) in several.clone() {
        let versions: Vec<String> = versions.iter().map(Version::to_string).collect();
        println!("{name} {}", versions.join(", "));
    }
    println!(
        "{} crates, {} at several versions (built with rustc {})",
        versions.len(),
        several.count(),
        env!("HELLO_RUSTC")
    );
    Ok(())
}

fn versions_by_name(packages: Vec<LockedPackage>) -> BTreeMap<String, BTreeSet<Version>> {
    let mut versions: BTreeMap<String, BTreeSet<Version>> = BTreeMap::new();
    for package in packages {
        versions.entry(package.name).or_default().insert(package.version);
    }
    versions
}
