//! What the editions of SPDX have in common.

use crate::document::{Component, Document, Listed};
use crate::identity::UniqueNames;
use crate::{Contact, License, Subject};
use auditable_graph::{Format, section};
use std::collections::{BTreeMap, BTreeSet};

/// Licences that are not of the SPDX list, each with the identifier that a document gives it.
///
/// An expression can only name what has an identifier, so text that is no expression gets one.
pub(crate) struct LicenseIds<'a> {
    /// By the text of the manifest.
    of_texts: BTreeMap<&'a str, String>,
    /// Those that stand in expressions, and whose text is not known.
    of_expressions: BTreeSet<String>,
}

impl<'a> LicenseIds<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let licenses = document.components.iter().filter_map(|component| component.facts.license.as_ref());
        let mut texts = BTreeSet::new();
        let mut of_expressions = BTreeSet::new();
        for license in licenses {
            if license.expression().is_some() {
                of_expressions.extend(license.references());
            } else {
                texts.insert(license.text());
            }
        }
        let mut names = UniqueNames::new('-');
        for id in &of_expressions {
            names.claim(id.clone());
        }
        let of_texts = texts
            .into_iter()
            .map(|text| (text, names.claim(format!("LicenseRef-{}", id_string(text)))))
            .collect();
        Self { of_texts, of_expressions }
    }

    /// The licence as an expression.
    pub(crate) fn expression<'b>(&'b self, license: &'b License) -> Option<&'b str> {
        license.expression().or_else(|| self.of_texts.get(license.text()).map(String::as_str))
    }

    /// The identifiers and the text that each stands for; of those in expressions the text is not known.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, Option<&'a str>)> {
        let of_texts = self.of_texts.iter().map(|(&text, id)| (id.as_str(), Some(text)));
        self.of_expressions.iter().map(|id| (id.as_str(), None)).chain(of_texts)
    }
}

/// The text with `-` for every character that an SPDX identifier cannot have.
pub(crate) fn id_string(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

/// A name must be there.
pub(crate) fn not_blank(name: &str) -> &str {
    if name.trim().is_empty() { "(unnamed)" } else { name }
}

/// A binary is called by its file, a release by its name.
pub(crate) fn document_name(document: &Document) -> &str {
    not_blank(document.described().map_or("", |described| match described.binary() {
        Some(binary) => binary.subject.file_name.as_str(),
        None => described.name.as_str(),
    }))
}

/// Who to turn to, as SPDX 2 writes it: `Person: Jane Doe (jane@example.com)`.
pub(crate) fn actor(kind: &str, contact: &Contact) -> String {
    let name = not_blank(&contact.name);
    match &contact.email {
        Some(email) => format!("{kind}: {name} ({email})"),
        // Otherwise readers take what stands in the brackets for the address.
        None if name.ends_with(')') => format!("{kind}: {name} ()"),
        None => format!("{kind}: {name}"),
    }
}

/// What the list in a binary is worth, and what it says of the component.
pub(crate) fn source_info(component: &Component) -> Option<String> {
    let list = component.binary().map(|binary| list_info(binary.format));
    let listed = component.listed.as_ref().map(listed_info);
    match (list, listed) {
        (Some(list), Some(listed)) => Some(format!("{list}; {listed}")),
        (list, listed) => list.or(listed),
    }
}

fn list_info(format: Format) -> String {
    let description = format.description();
    let trust = if format.is_exact() {
        "names exactly the crates that were compiled, with all dependencies between them"
    } else {
        "may name crates that were not compiled, and may lack dependencies"
    };
    format!("its list of format {format} ({description}) {trust}")
}

fn listed_info(listed: &Listed) -> String {
    let (section, kind, source) = (section::NAME, listed.kind, &listed.source);
    format!("listed in section {section} as a {kind} package; source: {source}")
}

/// What is known about a binary besides its digests.
pub(crate) fn file_comment(subject: &Subject) -> Option<String> {
    let known: Vec<String> = [
        ("file format", subject.container.as_deref()),
        ("architecture", subject.architecture.as_deref()),
        ("target", subject.target.as_deref()),
    ]
    .into_iter()
    .chain(subject.rustc.iter().map(|rustc| ("rustc", Some(rustc.as_str()))))
    .filter_map(|(what, value)| Some(format!("{what}: {}", value?)))
    .collect();
    (!known.is_empty()).then(|| known.join("; "))
}

pub(crate) const NOASSERTION: &str = "NOASSERTION";
