use crate::inventory::{Component, Inventory, Origin, Unmatched, UnmatchedReason};
use crate::report::Subject;
use crate::sbom::Sbom;
use auditable_graph::{Kind, Package, Source, Version};
use packageurl::PackageUrl;
use std::collections::HashMap;
use std::str::FromStr as _;

/// What was read of a document: packages by their identifiers in it, and who depends on whom.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) items: Vec<Item>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) subject: Subject,
}

/// A package.
#[derive(Default)]
pub(crate) struct Item {
    /// Its identifier in the document.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) purl: Option<String>,
    /// Where it comes from, in the words of the list of crates; only our own documents say that.
    pub(crate) source: Option<String>,
    pub(crate) is_build: bool,
    pub(crate) is_root: bool,
}

/// That one package depends on another.
pub(crate) struct Edge {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Whether it is needed only to build.
    pub(crate) is_build: bool,
}

impl Draft {
    /// Keeps what are crates, and what our own documents say are.
    pub(crate) fn finish(self) -> Sbom {
        let mut inventory = Inventory::new(Origin::Sbom);
        let mut index: HashMap<&str, u32> = HashMap::new();
        for item in &self.items {
            let Some((name, version, source)) = item.identity() else { continue };
            // What the document describes may be an image or a folder, which is no package that could be looked up.
            let is_subject = item.is_root && item.purl.is_none() && item.source.is_none();
            if is_subject && item.version.as_deref().is_none_or(|version| Version::parse(version).is_err()) {
                continue;
            }
            let unreadable = |reason| Unmatched { name: name.clone(), version: version.clone(), reason };
            let Some(text) = &version else {
                inventory.unreadable.push(unreadable(UnmatchedReason::NoVersion));
                continue;
            };
            let Ok(version) = Version::parse(text) else {
                inventory.unreadable.push(unreadable(UnmatchedReason::Version));
                continue;
            };
            let Ok(number) = u32::try_from(inventory.components.len()) else { break };
            let package = Package {
                kind: if item.is_build { Kind::Build } else { Kind::Runtime },
                is_root: item.is_root,
                ..Package::new(name, version, source)
            };
            inventory.components.push(Component::from(package));
            index.entry(&item.id).or_insert(number);
        }
        let mut has_build_edge = vec![false; inventory.components.len()];
        let mut has_other_edge = has_build_edge.clone();
        for edge in &self.edges {
            let (Some(&from), Some(&to)) = (index.get(&*edge.from), index.get(&*edge.to)) else { continue };
            let at = |index: u32| usize::try_from(index).unwrap_or(usize::MAX);
            if let Some(above) = inventory.components.get_mut(at(from)) {
                above.package.dependencies.push(to);
            }
            let marks = if edge.is_build { &mut has_build_edge } else { &mut has_other_edge };
            if let Some(mark) = marks.get_mut(at(to)) {
                *mark = true;
            }
        }
        for ((component, build), other) in
            inventory.components.iter_mut().zip(has_build_edge).zip(has_other_edge)
        {
            component.package.dependencies.sort_unstable();
            component.package.dependencies.dedup();
            if build && !other {
                component.package.kind = Kind::Build;
            }
        }
        Sbom { inventory, subject: self.subject }
    }
}

impl Item {
    /// Name, version and source of a crate; `None` if it is something else.
    fn identity(&self) -> Option<(String, Option<String>, Source)> {
        let Some(purl) = &self.purl else {
            let source = match &self.source {
                Some(source) => Source::from(source.as_str()),
                // The way to a crate begins here.
                None if self.is_root => Source::Other("of unknown origin".to_owned()),
                None => return None,
            };
            // Without a package URL it is not certain that crates.io is meant.
            return Some((self.name.clone(), self.version.clone(), source));
        };
        let purl = PackageUrl::from_str(purl).ok().filter(|purl| purl.ty() == "cargo")?;
        let has = |key: &str| purl.qualifiers().contains_key(key);
        let source = if has("vcs_url") {
            Source::Git
        } else if purl.qualifiers().get("repository_url").is_some_and(|url| !is_crates_io(url)) {
            Source::Registry
        } else if has("download_url") && self.source.is_none() {
            let is_theirs = purl.qualifiers().get("download_url").is_some_and(|url| is_crates_io(url));
            if is_theirs { Source::CratesIo } else { Source::Local }
        } else {
            Source::CratesIo
        };
        Some((purl.name().to_owned(), purl.version().map(str::to_owned), source))
    }
}

fn is_crates_io(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or(url).split('/').next().unwrap_or_default();
    host == "crates.io" || host.ends_with(".crates.io")
}
