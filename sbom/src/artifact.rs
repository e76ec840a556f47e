use crate::{PackageFacts, Subject};
use auditable_graph::{Graph, Package};

/// A file, the list that was read out of it, and what else is known about the packages of the list.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub(crate) graph: Graph,
    pub(crate) subject: Subject,
    /// In the order of the packages of the graph.
    pub(crate) facts: Vec<PackageFacts>,
}

impl Artifact {
    /// A file and its list: what the file itself proves.
    pub fn new(graph: Graph, subject: Subject) -> Self {
        let facts = vec![PackageFacts::default(); graph.packages().len()];
        Self { graph, subject, facts }
    }

    /// The same with what is known about each package, in place of what was known before.
    pub fn with_facts(self, facts: impl FnMut(&Package) -> PackageFacts) -> Self {
        let facts = self.graph.packages().iter().map(facts).collect();
        Self { facts, ..self }
    }
    /// The packages of the list in its order, each with what is known about it.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&Package, &PackageFacts)> {
        self.graph.packages().iter().zip(&self.facts)
    }
}
