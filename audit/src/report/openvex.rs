//! [OpenVEX 0.2.0](https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md).

use crate::report::identity::{document_uuid, file_purl};
use crate::report::{FileReport, Found, Report, Statement, Status, VexOptions};
use serde_json::{Map, Value, json};

/// The document: a statement for each weakness of each crate in each file. `None` if there is nothing to say, since a
/// document must have a statement.
pub fn document(report: &Report, options: &VexOptions) -> Option<Value> {
    let statements: Vec<Value> = report
        .weaknesses()
        .into_iter()
        .filter_map(|(index, found)| Some(statement(report.files.get(index)?, found, options)))
        .collect();
    if statements.is_empty() {
        return None;
    }
    let statements = Value::Array(statements);
    Some(json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("urn:uuid:{}", document_uuid(&statements)),
        "author": options.author.as_deref().unwrap_or("Unknown Author"),
        "timestamp": report.moment.to_string(),
        "version": 1,
        "tooling": format!("{} {}", report.tool.name, report.tool.version),
        "statements": statements,
    }))
}

fn statement(file: &FileReport, found: &Found, options: &VexOptions) -> Value {
    let advisory = &found.finding.advisory;
    let said = Statement::of(found, options);
    let mut vulnerability = Map::new();
    if let Some(page) = advisory.page() {
        vulnerability.insert("@id".to_owned(), page.into());
    }
    vulnerability.insert("name".to_owned(), advisory.id.as_str().into());
    if !advisory.title.is_empty() {
        vulnerability.insert("description".to_owned(), advisory.title.as_str().into());
    }
    let aliases: Vec<&str> = found.finding.names().into_iter().skip(1).collect();
    if !aliases.is_empty() {
        vulnerability.insert("aliases".to_owned(), aliases.into());
    }
    let mut statement = Map::new();
    statement.insert("vulnerability".to_owned(), vulnerability.into());
    statement.insert("products".to_owned(), json!([product(file, found)]));
    statement.insert("status".to_owned(), said.status.as_str().into());
    statement.insert("status_notes".to_owned(), said.notes.as_str().into());
    if let Some(justification) = said.justification {
        statement.insert("justification".to_owned(), justification.as_str().into());
    }
    if said.status == Status::NotAffected {
        statement.insert("impact_statement".to_owned(), said.notes.into());
    }
    if let Some(action) = said.action {
        statement.insert("action_statement".to_owned(), action.into());
    }
    statement.into()
}

fn product(file: &FileReport, found: &Found) -> Value {
    let mut product = Map::new();
    let purl = file_purl(&file.subject);
    let id = purl.clone().unwrap_or_else(|| file.subject.name.clone());
    product.insert("@id".to_owned(), id.into());
    if let Some(purl) = purl {
        product.insert("identifiers".to_owned(), json!({"purl": purl}));
    }
    if let Some(digest) = &file.subject.sha256 {
        product.insert("hashes".to_owned(), json!({"sha-256": digest}));
    }
    let (id, identifiers) = match &found.purl {
        Some(purl) => (purl.clone(), json!({"purl": purl})),
        None => (format!("{}@{}", found.package.name, found.package.version), Value::Null),
    };
    let mut component = Map::new();
    component.insert("@id".to_owned(), id.into());
    if !identifiers.is_null() {
        component.insert("identifiers".to_owned(), identifiers);
    }
    product.insert("subcomponents".to_owned(), json!([component]));
    product.into()
}
