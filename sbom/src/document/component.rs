use crate::address::public_source;
use crate::purl::{download_address, package_url};
use crate::supplier::supplier;
use crate::{Artifact, Contact, Options, PackageFacts, Subject};
use auditable_graph::{Format, Graph, Kind, Package, Source};
use serde::{Serialize, Serializer};

/// One thing that a document lists.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Component {
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// What a list says; `None` for what does not stand in one.
    pub(crate) listed: Option<Listed>,
    pub(crate) facts: PackageFacts,
    pub(crate) purl: Option<String>,
    /// Where its source can be downloaded.
    pub(crate) download_address: Option<String>,
    /// Where it was taken from, or who made it for this purpose.
    pub(crate) supplier: Option<Contact>,
    /// What it depends on directly, as indices into the components of the document; ascending, without repetition.
    pub(crate) dependencies: Vec<usize>,
    /// Whether these are all, apart from the standard library and libraries in other languages.
    pub(crate) dependencies_are_all: bool,
}

/// What a component is.
#[derive(Clone, Debug, Serialize)]
pub(crate) enum Role {
    /// Several binaries that are shipped together.
    Release,
    /// A file with a list in it, and what became of the root of that list.
    Binary(Box<Binary>),
    /// A package that is listed, but for the root.
    Crate,
}

/// What is known about a file with a list in it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Binary {
    pub(crate) subject: Subject,
    /// Where the list was taken from when the binary was built.
    #[serde(serialize_with = "as_text")]
    pub(crate) format: Format,
}

/// The words of an embedded list about a crate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct Listed {
    #[serde(serialize_with = "as_text")]
    pub(crate) source: Source,
    #[serde(serialize_with = "as_text")]
    pub(crate) kind: Kind,
}

impl Listed {
    pub(crate) fn new(package: &Package) -> Self {
        Self { source: public_source(&package.source), kind: package.kind }
    }
}

impl Component {
    pub(crate) fn of_package(package: &Package, facts: &PackageFacts, options: &Options) -> Self {
        Self {
            role: Role::Crate,
            name: package.name.clone(),
            version: Some(package.version.to_string()),
            listed: Some(Listed::new(package)),
            facts: facts.tidy(),
            purl: package_url(package, facts.origin.as_ref()),
            download_address: download_address(package, facts.origin.as_ref()),
            supplier: supplier(package, facts.origin.as_ref(), options),
            dependencies: Vec::new(),
            dependencies_are_all: false,
        }
    }

    /// The file of an artifact, without its dependencies.
    pub(crate) fn of_file(artifact: &Artifact, options: &Options) -> Self {
        let binary = Binary { subject: artifact.subject.clone(), format: artifact.graph.format() };
        let root = artifact.packages().find(|(package, _)| package.is_root);
        let component = match root {
            Some((package, facts)) => Self {
                dependencies_are_all: artifact.graph.format().is_exact(),
                ..Self::of_package(package, facts, options)
            },
            None => Self::without_list(&artifact.subject.file_name),
        };
        // Whatever source the root crate has, the binary comes from those who built it.
        Self { role: Role::Binary(Box::new(binary)), supplier: options.supplier.clone(), ..component }
    }

    /// Something that stands in no list and of which no more is known than its name.
    pub(crate) fn without_list(name: &str) -> Self {
        Self {
            role: Role::Release,
            name: name.to_owned(),
            version: None,
            listed: None,
            facts: PackageFacts::default(),
            purl: None,
            download_address: None,
            supplier: None,
            dependencies: Vec::new(),
            dependencies_are_all: false,
        }
    }

    /// Whether it took part only in the build and is not in the binary.
    pub(crate) fn is_build_only(&self) -> bool {
        self.listed.as_ref().is_some_and(|listed| listed.kind == Kind::Build)
    }

    /// Name of the archive that the source of a crate of crates.io comes in.
    pub(crate) fn archive_name(&self) -> Option<String> {
        let is_from_crates_io = self.listed.as_ref()?.source == Source::CratesIo && self.purl.is_some();
        is_from_crates_io.then(|| Some(format!("{}-{}.crate", self.name, self.version.as_deref()?)))?
    }

    pub(crate) fn binary(&self) -> Option<&Binary> {
        match &self.role {
            Role::Binary(binary) => Some(binary),
            Role::Release | Role::Crate => None,
        }
    }
}

/// The file, then the packages but for the root in the order of the list.
pub(super) fn of_artifact(artifact: &Artifact, options: &Options) -> Vec<Component> {
    let graph = &artifact.graph;
    let mut file = Component::of_file(artifact, options);
    file.dependencies = match graph.root() {
        Some(root) => component_indices(graph, root),
        None => packages_without_dependents(graph).filter_map(|index| index.checked_add(1)).collect(),
    };
    let crates =
        artifact.packages().filter(|(package, _)| !package.is_root).map(|(package, facts)| Component {
            dependencies: component_indices(graph, package),
            dependencies_are_all: graph.format().is_exact(),
            ..Component::of_package(package, facts, options)
        });
    std::iter::once(file).chain(crates).collect()
}

/// The places of the direct dependencies behind the file. The root, which is the file, stands last in the list.
fn component_indices(graph: &Graph, package: &Package) -> Vec<usize> {
    let index = |&index: &u32| -> Option<usize> {
        let is_root = graph.package(index)?.is_root;
        if is_root { Some(0) } else { usize::try_from(index).ok()?.checked_add(1) }
    };
    let mut indices: Vec<usize> = package.dependencies.iter().filter_map(index).collect();
    indices.sort_unstable();
    indices
}

/// The indices into the list of what nothing in it depends on.
pub(super) fn packages_without_dependents(graph: &Graph) -> impl Iterator<Item = usize> {
    let mut has_dependent = vec![false; graph.packages().len()];
    for &index in graph.packages().iter().flat_map(|package| &package.dependencies) {
        if let Some(flag) = usize::try_from(index).ok().and_then(|index| has_dependent.get_mut(index)) {
            *flag = true;
        }
    }
    has_dependent.into_iter().enumerate().filter(|&(_, has_dependent)| !has_dependent).map(|(index, _)| index)
}

/// Serializes words and numbers that have no form of their own as what they are displayed as.
fn as_text<S: Serializer>(value: impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value)
}
