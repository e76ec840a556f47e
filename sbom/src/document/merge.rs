use super::component::{Component, Listed, Role, packages_without_dependents};
use crate::{Artifact, Options, PackageFacts, Release};
use auditable_graph::{Graph, Version};
use std::collections::HashMap;

/// The release, its files, and then the crates of all of them.
pub(super) fn of_release(release: &Release, artifacts: &[Artifact], options: &Options) -> Vec<Component> {
    let artifacts = distinct(artifacts);
    let mut shared = SharedCrates::default();
    let mut files: Vec<Component> = artifacts
        .iter()
        .map(|artifact| Component {
            dependencies: shared.add(artifact, options),
            ..Component::of_file(artifact, options)
        })
        .collect();
    let (mut crates, places) = shared.sorted();
    // The release and its files stand before the crates.
    let first_crate = files.len().saturating_add(1);
    for component in files.iter_mut().chain(&mut crates) {
        for dependency in &mut component.dependencies {
            let place = places.get(*dependency).copied().unwrap_or_default();
            *dependency = place.saturating_add(first_crate);
        }
        component.dependencies.sort_unstable();
    }
    let described = Component {
        role: Role::Release,
        version: release.version.clone(),
        supplier: options.supplier.clone(),
        dependencies: (1..first_crate).collect(),
        ..Component::without_list(&release.name)
    };
    std::iter::once(described).chain(files).chain(crates).collect()
}

/// The artifacts in the order of their files. A file that was found twice is one.
fn distinct(artifacts: &[Artifact]) -> Vec<&Artifact> {
    let mut sorted: Vec<&Artifact> = artifacts.iter().collect();
    sorted.sort_by(|a, b| a.subject.cmp(&b.subject));
    let mut distinct: Vec<&Artifact> = Vec::with_capacity(sorted.len());
    for artifact in sorted {
        // A file can have several lists.
        let mut of_file = distinct.iter().rev().take_while(|known| known.subject == artifact.subject);
        if !of_file.any(|known| known.graph == artifact.graph && known.facts == artifact.facts) {
            distinct.push(artifact);
        }
    }
    distinct
}

/// Crates, each listed once if it and all below it are the same.
#[derive(Default)]
struct SharedCrates {
    /// In the order in which they were found.
    crates: Vec<(Key, Component)>,
    indices: HashMap<Key, usize>,
}

/// What makes two crates the same one. The dependencies, as indices into the crates found so far, stand for all below.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    name: String,
    version: Version,
    listed: Listed,
    facts: PackageFacts,
    dependencies_are_all: bool,
    dependencies: Vec<usize>,
}

impl SharedCrates {
    /// Adds the crates of a list, and returns the indices of those that the file itself depends on.
    fn add(&mut self, artifact: &Artifact, options: &Options) -> Vec<usize> {
        let graph = &artifact.graph;
        let mut found: Vec<Option<usize>> = vec![None; graph.packages().len()];
        let shared = |found: &[Option<usize>], dependencies: &[u32]| -> Vec<usize> {
            let index = |&index: &u32| found.get(usize::try_from(index).ok()?).copied().flatten();
            let mut indices: Vec<usize> = dependencies.iter().filter_map(index).collect();
            indices.sort_unstable();
            indices.dedup();
            indices
        };
        let packages: Vec<_> = artifact.packages().collect();
        for index in dependencies_first(graph) {
            let Some(&(package, facts)) = packages.get(index) else { continue };
            if package.is_root {
                continue;
            }
            let key = Key {
                name: package.name.clone(),
                version: package.version.clone(),
                listed: Listed::new(package),
                facts: facts.clone(),
                dependencies_are_all: graph.format().is_exact(),
                dependencies: shared(&found, &package.dependencies),
            };
            let next = self.crates.len();
            let number = *self.indices.entry(key.clone()).or_insert(next);
            if number == next {
                let component = Component {
                    dependencies: key.dependencies.clone(),
                    dependencies_are_all: key.dependencies_are_all,
                    ..Component::of_package(package, facts, options)
                };
                self.crates.push((key, component));
            }
            if let Some(slot) = found.get_mut(index) {
                *slot = Some(number);
            }
        }
        match graph.root() {
            Some(root) => shared(&found, &root.dependencies),
            None => {
                let mut top: Vec<usize> = packages_without_dependents(graph)
                    .filter_map(|index| found.get(index).copied().flatten())
                    .collect();
                top.sort_unstable();
                top.dedup();
                top
            }
        }
    }

    /// The crates in the order of lists, and the place in that order of each index.
    fn sorted(self) -> (Vec<Component>, Vec<usize>) {
        let mut crates: Vec<(usize, (Key, Component))> = self.crates.into_iter().enumerate().collect();
        crates.sort_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
        let mut places = vec![0; crates.len()];
        for (place, (index, _)) in crates.iter().enumerate() {
            if let Some(slot) = places.get_mut(*index) {
                *slot = place;
            }
        }
        (crates.into_iter().map(|(_, (_, component))| component).collect(), places)
    }
}

/// The indices of the packages, each after all that it depends on. No recursion, since a hostile list may be one long
/// chain.
fn dependencies_first(graph: &Graph) -> Vec<usize> {
    let packages = graph.packages();
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); packages.len()];
    let mut missing: Vec<usize> = packages.iter().map(|package| package.dependencies.len()).collect();
    for (index, package) in packages.iter().enumerate() {
        for &dependency in &package.dependencies {
            if let Some(list) = usize::try_from(dependency).ok().and_then(|index| dependents.get_mut(index)) {
                list.push(index);
            }
        }
    }
    let mut order: Vec<usize> =
        missing.iter().enumerate().filter(|&(_, &count)| count == 0).map(|(index, _)| index).collect();
    let mut next = 0usize;
    while let Some(&index) = order.get(next) {
        next = next.saturating_add(1);
        for &dependent in dependents.get(index).into_iter().flatten() {
            if let Some(count) = missing.get_mut(dependent) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    order.push(dependent);
                }
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Subject;
    use auditable_graph::{Format, Package, Source};

    #[test]
    fn a_file_that_was_found_twice_is_one() {
        let artifact = |file_name: &str, version| {
            let package = Package::new("log", Version::new(version, 0, 0), Source::CratesIo);
            let graph = Graph::new(vec![package], Format::RECORDS).unwrap();
            Artifact::new(graph, Subject::new(file_name, [1; 32], [2; 64]))
        };
        let found = [("b", 1), ("a", 1), ("a", 2), ("b", 1), ("a", 1)].map(|(name, v)| artifact(name, v));
        let kept: Vec<(&str, u64)> = distinct(&found)
            .into_iter()
            .map(|artifact| (artifact.subject.file_name.as_str(), artifact.graph.packages()[0].version.major))
            .collect();
        assert_eq!(kept, [("a", 1), ("a", 2), ("b", 1)]);
    }
}
