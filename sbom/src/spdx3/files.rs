use super::elements::{CREATION_INFO, ExternalRef, File, Node};
use super::packages::hashes;
use super::tree::Ids;
use crate::document::{Binary, Component, Document, Role};
use crate::identity::UniqueNames;
use crate::spdx::{file_comment, id_string, not_blank};

/// The files that components are distributed in, and those that they were built from.
pub(super) struct Files<'a> {
    files: Vec<(String, &'a Component)>,
    /// The binaries of each component: itself, or those that have it in them.
    binaries: Vec<Vec<usize>>,
    /// The archive or repository that each component was built from.
    sources: Vec<Option<usize>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(document: &'a Document, ids: &Ids) -> Self {
        let components = &document.components;
        let mut all = Self {
            files: Vec::new(),
            binaries: vec![Vec::new(); components.len()],
            sources: vec![None; components.len()],
        };
        let mut names = UniqueNames::new('-');
        for (index, component) in components.iter().enumerate() {
            let number = all.files.len();
            let name = match &component.role {
                Role::Binary(binary) => {
                    for part in parts_of(document, index) {
                        all.binaries.get_mut(part).into_iter().for_each(|numbers| numbers.push(number));
                    }
                    binary.subject.file_name.clone()
                }
                Role::Crate if component.download_address.is_some() => {
                    all.sources.get_mut(index).into_iter().for_each(|source| *source = Some(number));
                    source_name(component)
                }
                Role::Crate | Role::Release => continue,
            };
            all.files.push((ids.of("file", names.claim(id_string(&name))), component));
        }
        all
    }

    /// The identifiers of the files that a component is distributed in: a crate that only took part in the build is not
    /// distributed but in its own archive.
    pub(super) fn artifacts(&self, component: usize) -> impl Iterator<Item = &str> {
        let binaries = self.binaries.get(component).map(Vec::as_slice).unwrap_or_default();
        let source = self.sources.get(component).copied().flatten().filter(|_| binaries.is_empty());
        binaries.iter().copied().chain(source).filter_map(|number| self.id(number))
    }

    /// The identifier of what a component was built from.
    pub(super) fn source(&self, component: usize) -> Option<&str> {
        self.id(self.sources.get(component).copied().flatten()?)
    }

    fn id(&self, number: usize) -> Option<&str> {
        self.files.get(number).map(|(id, _)| id.as_str())
    }

    /// The identifiers of the files, in the order of their nodes.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(id, _)| id.as_str())
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.files.iter().map(|(id, component)| {
            Node::File(match component.binary() {
                Some(binary) => binary_file(binary, id),
                None => source_file(component, id),
            })
        })
    }
}

/// A binary and the crates that are compiled into it.
fn parts_of(document: &Document, binary: usize) -> Vec<usize> {
    let components = &document.components;
    // The list of the only binary may name crates that nothing else in it leads to.
    let is_only = components.iter().filter(|component| component.binary().is_some()).count() == 1;
    if is_only {
        return (0..)
            .zip(components)
            .filter(|(_, component)| !component.is_build_only() && !matches!(component.role, Role::Release))
            .map(|(index, _)| index)
            .collect();
    }
    let mut is_part = vec![false; components.len()];
    let mut parts = vec![binary];
    let mut next = 0usize;
    while let Some(&index) = parts.get(next) {
        next = next.saturating_add(1);
        for &dependency in components.get(index).into_iter().flat_map(|component| &component.dependencies) {
            let is_runtime = components.get(dependency).is_some_and(|component| !component.is_build_only());
            if let Some(flag) = is_part.get_mut(dependency).filter(|flag| is_runtime && !**flag) {
                *flag = true;
                parts.push(dependency);
            }
        }
    }
    parts
}

fn binary_file<'a>(binary: &'a Binary, spdx_id: &'a str) -> File<'a> {
    let subject = &binary.subject;
    File {
        spdx_id,
        creation_info: CREATION_INFO,
        name: not_blank(&subject.file_name).into(),
        comment: file_comment(subject),
        verified_using: hashes(Some(&subject.sha256), Some(&subject.sha512)),
        external_ref: Vec::new(),
        primary_purpose: "executable",
        additional_purpose: &["container"],
        file_kind: None,
    }
}

/// The archive of a crate of crates.io, or the tree of a commit.
fn source_file<'a>(component: &'a Component, spdx_id: &'a str) -> File<'a> {
    let facts = &component.facts;
    let is_archive = component.archive_name().is_some();
    let kind = if is_archive { "sourceArtifact" } else { "vcs" };
    File {
        spdx_id,
        creation_info: CREATION_INFO,
        name: source_name(component).into(),
        comment: None,
        verified_using: hashes(facts.crate_sha256.as_ref(), facts.crate_sha512.as_ref()),
        external_ref: component
            .download_address
            .as_deref()
            .map(|address| ExternalRef::new(kind, address))
            .into_iter()
            .collect(),
        primary_purpose: "source",
        additional_purpose: if is_archive { &["archive", "container"] } else { &["container"] },
        file_kind: (!is_archive).then_some("directory"),
    }
}

fn source_name(component: &Component) -> String {
    let version = component.version.as_deref().unwrap_or_default();
    component.archive_name().unwrap_or_else(|| format!("{}-{version}", component.name))
}
