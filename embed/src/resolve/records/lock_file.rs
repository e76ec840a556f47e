use crate::resolve::source;
use auditable_graph::{Source, Version};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// The part of `Cargo.lock` that is read: what each package's source is.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LockFile {
    #[serde(default, rename = "package")]
    packages: Vec<LockedPackage>,
}

#[derive(Debug, Deserialize)]
struct LockedPackage {
    name: String,
    version: Version,
    source: Option<String>,
}

impl LockFile {
    /// The lock file of the workspace that a folder belongs to; an empty one if there is none.
    pub(crate) fn of_workspace(folder: &Path) -> Self {
        folder
            .ancestors()
            .find_map(|folder| fs::read_to_string(folder.join("Cargo.lock")).ok())
            .and_then(|text| toml::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// The sources of a package at a version: more than one if the same name and version come from several.
    pub(crate) fn sources(&self, name: &str, version: &Version) -> Vec<Source> {
        let locked =
            self.packages.iter().filter(|package| package.name == name && package.version == *version);
        locked.map(|package| source::of_id(package.source.as_deref())).collect()
    }

    /// The version of a package that lies in a path, if there is one of that name only.
    pub(crate) fn local_version(&self, name: &str) -> Option<&Version> {
        let mut local =
            self.packages.iter().filter(|package| package.name == name && package.source.is_none());
        let only = local.next()?;
        local.next().is_none().then_some(&only.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_locked_packages() {
        let lock: LockFile = toml::from_str(
            r#"
            version = 4
            [[package]]
            name = "app"
            version = "0.1.0"
            dependencies = ["libc"]
            [[package]]
            name = "libc"
            version = "0.2.1"
            source = "registry+https://github.com/rust-lang/crates.io-index"
            checksum = "00"
            [[package]]
            name = "libc"
            version = "0.2.1"
            source = "git+https://example.com/libc#0123"
            "#,
        )
        .unwrap();
        assert_eq!(lock.sources("libc", &Version::new(0, 2, 1)), [Source::CratesIo, Source::Git]);
        assert_eq!(lock.local_version("app"), Some(&Version::new(0, 1, 0)));
        assert_eq!(lock.local_version("libc"), None);
    }
}
