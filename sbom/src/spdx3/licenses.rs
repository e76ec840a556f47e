use super::elements::{CREATION_INFO, DictionaryEntry, LicenseExpression, LicensingText, Node};
use super::tree::Ids;
use crate::License;
use crate::document::Document;
use crate::identity::UniqueNames;
use crate::spdx::{LicenseIds, NOASSERTION, id_string};
use std::collections::BTreeMap;

/// Every licence expression of the document, each once.
pub(super) struct Licenses<'a> {
    license_ids: LicenseIds<'a>,
    /// By the expression: its identifier, and the references in it.
    expressions: BTreeMap<String, (String, Vec<String>)>,
    /// The identifiers of the texts behind `LicenseRef-` names.
    texts: BTreeMap<String, (String, &'a str)>,
}

impl<'a> Licenses<'a> {
    pub(super) fn new(document: &'a Document, ids: &Ids) -> Self {
        let license_ids = LicenseIds::new(document);
        let mut expressions: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        expressions.insert(DATA_LICENSE.to_owned(), Default::default());
        for license in document.components.iter().filter_map(|component| component.facts.license.as_ref()) {
            let Some(expression) = license_ids.expression(license) else { continue };
            if !expressions.contains_key(expression) {
                let references = match license.expression() {
                    Some(_) => license.references(),
                    None => vec![expression.to_owned()],
                };
                expressions.insert(expression.to_owned(), (String::new(), references));
            }
        }
        let mut names = UniqueNames::new('-');
        for (expression, (id, _)) in &mut expressions {
            *id = ids.of("license", names.claim(id_string(expression)));
        }
        let texts = license_ids
            .entries()
            .map(|(id, text)| (id.to_owned(), (ids.of("license-text", id), text.unwrap_or(NOASSERTION))))
            .collect();
        Self { license_ids, expressions, texts }
    }

    /// That of the document itself.
    pub(super) fn of_document(&self) -> &str {
        self.expressions.get(DATA_LICENSE).map(|(id, _)| id.as_str()).unwrap_or_default()
    }

    pub(super) fn of(&self, license: &License) -> Option<&str> {
        let expression = self.license_ids.expression(license)?;
        self.expressions.get(expression).map(|(id, _)| id.as_str())
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        let uri = |key| {
            let value = self.texts.get(key).map(|(id, _)| id.as_str()).unwrap_or_default();
            DictionaryEntry { r#type: "DictionaryEntry", key, value }
        };
        let expressions = self.expressions.iter().map(move |(license_expression, (spdx_id, references))| {
            Node::LicenseExpression(LicenseExpression {
                spdx_id,
                creation_info: CREATION_INFO,
                license_expression,
                custom_id_to_uri: references.iter().map(|key| uri(key)).collect(),
            })
        });
        let texts = self.texts.iter().map(|(name, (spdx_id, license_text))| {
            Node::LicensingText(LicensingText { spdx_id, creation_info: CREATION_INFO, name, license_text })
        });
        expressions.chain(texts)
    }
}

const DATA_LICENSE: &str = "CC0-1.0";
