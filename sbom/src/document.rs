use crate::identity::document_uuid;
use crate::purl::{download_address, package_url};
use crate::{Options, Subject};
use auditable_graph::{Format, Graph, Kind, Package, Source};
use uuid::Uuid;

/// What is known about a binary, in the terms of no format.
///
/// The root of the list is the application, since the binary is what became of it. A list without a root describes
/// the file itself, which then depends on the packages that nothing else depends on.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) uuid: Uuid,
    pub(crate) options: Options,
    pub(crate) subject: Subject,
    /// Where the list was taken from when the binary was built.
    pub(crate) format: Format,
    pub(crate) application: Component,
    /// What the application is made of, in the order of the list.
    pub(crate) parts: Vec<Component>,
}

impl Document {
    /// The document about a file, from the list that was read out of it.
    pub fn new(graph: &Graph, subject: Subject, options: Options) -> Self {
        let application = match graph.root() {
            Some(root) => Component::of_package(graph, root),
            None => Component::of_file(graph, &subject),
        };
        let parts = graph
            .packages()
            .iter()
            .filter(|package| !package.is_root)
            .map(|package| Component::of_package(graph, package))
            .collect();
        Self {
            uuid: document_uuid(graph, &subject, &options),
            options,
            subject,
            format: graph.format(),
            application,
            parts,
        }
    }

    /// The application and then its parts: what [`Component::dependencies`] counts.
    pub(crate) fn components(&self) -> impl Iterator<Item = &Component> {
        std::iter::once(&self.application).chain(&self.parts)
    }

    /// Whether the dependencies of this component are all known, apart from the standard library.
    pub(crate) fn knows_all_dependencies_of(&self, component: &Component) -> bool {
        component.listed.is_some() && self.format.is_exact()
    }
}

/// One thing that a document lists.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// What the list says; `None` for what does not stand in it.
    pub(crate) listed: Option<Listed>,
    pub(crate) purl: Option<String>,
    /// Where its source can be downloaded.
    pub(crate) download_address: Option<String>,
    /// What it depends on directly, as indices into [`Document::components`]; ascending, without repetition.
    pub(crate) dependencies: Vec<usize>,
}

/// The words of the embedded list about a crate.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) source: Source,
    pub(crate) kind: Kind,
}

impl Component {
    fn of_package(graph: &Graph, package: &Package) -> Self {
        let mut dependencies: Vec<usize> =
            package.dependencies.iter().filter_map(|&index| component_index(graph, index)).collect();
        dependencies.sort_unstable();
        Self {
            name: package.name.clone(),
            version: Some(package.version.to_string()),
            listed: Some(Listed { source: package.source.clone(), kind: package.kind }),
            purl: package_url(package),
            download_address: download_address(package),
            dependencies,
        }
    }

    fn of_file(graph: &Graph, subject: &Subject) -> Self {
        Self {
            name: subject.file_name.clone(),
            version: None,
            listed: None,
            purl: None,
            download_address: None,
            dependencies: packages_without_dependents(graph),
        }
    }

    /// Whether it took part only in the build and is not in the binary.
    pub(crate) fn is_build_only(&self) -> bool {
        self.listed.as_ref().is_some_and(|listed| listed.kind == Kind::Build)
    }
}

/// The place in [`Document::components`] of the package at an index of the graph. The root comes from the last
/// place to the first, and the others move on by one.
fn component_index(graph: &Graph, index: u32) -> Option<usize> {
    let is_root = graph.package(index)?.is_root;
    if is_root { Some(0) } else { usize::try_from(index).ok()?.checked_add(1) }
}

fn packages_without_dependents(graph: &Graph) -> Vec<usize> {
    let mut has_dependent = vec![false; graph.packages().len()];
    for &index in graph.packages().iter().flat_map(|package| &package.dependencies) {
        if let Some(flag) = usize::try_from(index).ok().and_then(|index| has_dependent.get_mut(index)) {
            *flag = true;
        }
    }
    (1..).zip(has_dependent).filter(|&(_, has_dependent)| !has_dependent).map(|(index, _)| index).collect()
}
