use super::elements::{Agent, CREATION_INFO, ExternalIdentifier, Node};
use super::tree::Ids;
use crate::Contact;
use crate::document::{Component, Document};
use crate::identity::UniqueNames;
use crate::spdx::{id_string, not_blank};
use auditable_graph::Source;
use std::collections::BTreeMap;

/// Everyone whom the document names, each once.
pub(super) struct Agents<'a> {
    document: &'a Document,
    ids: BTreeMap<Who, String>,
    tool_id: String,
    /// Of the tool as the creator of a document that names no people.
    agent_id: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Who {
    is_person: bool,
    name: String,
    email: Option<String>,
    url: Option<String>,
}

impl<'a> Agents<'a> {
    pub(super) fn new(document: &'a Document, ids: &Ids) -> Self {
        let options = &document.options;
        let mut everyone: BTreeMap<Who, String> = BTreeMap::new();
        let suppliers = document.components.iter().filter_map(|component| component.supplier.as_ref());
        let all = options
            .authors
            .iter()
            .map(Who::person)
            .chain(options.supplier.iter().chain(suppliers).map(Who::organization))
            .chain(document.components.iter().flat_map(originators));
        everyone.extend(all.map(|who| (who, String::new())));
        let mut names = UniqueNames::new('-');
        for (who, id) in &mut everyone {
            *id = ids.of("agent", names.claim(id_string(&who.name)));
        }
        let tool = id_string(&options.tool.name);
        Self {
            document,
            ids: everyone,
            tool_id: ids.of("tool", &tool),
            agent_id: ids.of("software-agent", &tool),
        }
    }

    pub(super) fn tool(&self) -> String {
        self.tool_id.clone()
    }

    /// Who answers for the document.
    pub(super) fn creators(&self) -> Vec<String> {
        let options = &self.document.options;
        let authors = options.authors.iter().map(Who::person).filter_map(|who| self.ids.get(&who).cloned());
        let authors: Vec<String> = authors.collect();
        if authors.is_empty() { vec![self.agent_id.clone()] } else { authors }
    }

    pub(super) fn supplier(&self, component: &Component) -> Option<String> {
        self.ids.get(&Who::organization(component.supplier.as_ref()?)).cloned()
    }

    pub(super) fn originators(&self, component: &Component) -> Vec<String> {
        originators(component).iter().filter_map(|who| self.ids.get(who).cloned()).collect()
    }

    pub(super) fn nodes(&self) -> Vec<Node<'a>> {
        let tool = &self.document.options.tool;
        let agent = |spdx_id: &String, name: String, external_identifier| Agent {
            spdx_id: spdx_id.clone(),
            creation_info: CREATION_INFO,
            name: name.into(),
            external_identifier,
        };
        let tool_name = format!("{} {}", tool.name, tool.version);
        let mut nodes = vec![Node::Tool(agent(&self.tool_id, tool_name.clone(), Vec::new()))];
        if self.document.options.authors.is_empty() {
            nodes.push(Node::SoftwareAgent(agent(&self.agent_id, tool_name, Vec::new())));
        }
        nodes.extend(self.ids.iter().map(|(who, id)| {
            let email = who.email.clone().map(|email| ExternalIdentifier::new("email", email));
            let url = who.url.clone().map(|url| ExternalIdentifier::new("urlScheme", url));
            let agent = agent(id, not_blank(&who.name).to_owned(), email.into_iter().chain(url).collect());
            if who.is_person { Node::Person(agent) } else { Node::Organization(agent) }
        }));
        nodes
    }
}

impl Who {
    fn person(contact: &Contact) -> Self {
        Self {
            is_person: true,
            name: contact.name.clone(),
            email: contact.email.clone(),
            url: contact.url.clone(),
        }
    }

    fn organization(contact: &Contact) -> Self {
        Self { is_person: false, ..Self::person(contact) }
    }
}

/// Who made it: its authors, and where they can be found.
fn originators(component: &Component) -> Vec<Who> {
    let facts = &component.facts;
    let mut originators: Vec<Who> = facts.contacts().map(|contact| Who::person(&contact)).collect();
    originators.extend(project(component));
    // What comes out of the tree of the program itself, or is the program, was made by whoever supplies it.
    let is_own = component.listed.as_ref().is_none_or(|listed| listed.source == Source::Local);
    originators.extend(component.supplier.as_ref().filter(|_| is_own).map(Who::organization));
    originators.sort();
    originators.dedup();
    originators
}

/// The project behind a crate, by the address that tells the most of who that is.
fn project(component: &Component) -> Option<Who> {
    let facts = &component.facts;
    let (name, url) = match facts.repository.as_ref().or(facts.homepage.as_ref()) {
        Some(url) => {
            let (_, place) = url.split_once("://")?;
            (format!("the project at {}", place.trim_end_matches('/').trim_end_matches(".git")), url.clone())
        }
        // The page of a crate lists its owners.
        None if component.archive_name().is_some() => {
            let name = &component.name;
            (format!("the owners of {name} at crates.io"), format!("https://crates.io/crates/{name}"))
        }
        None => return None,
    };
    Some(Who { is_person: false, name, email: None, url: Some(url) })
}
