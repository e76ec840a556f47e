//! CycloneDX 1.6 as [VEX](https://cyclonedx.org/capabilities/vex/): the files, the crates with weaknesses, and what is
//! known of each.

use crate::Evidence;
use crate::report::identity::{UniqueNames, crate_purl, document_uuid, file_id, file_purl};
use crate::report::{FileReport, Found, Report, Statement, Status, VexOptions};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document. An entry stands for one weakness of one crate in one file, since each has its own analysis.
pub fn document(report: &Report, options: &VexOptions) -> Value {
    let mut names = UniqueNames::default();
    let ids: Vec<String> = report.files.iter().map(|file| names.claim(file_id(&file.subject))).collect();
    let components: Vec<Value> =
        report.files.iter().zip(&ids).map(|(file, id)| component(file, id)).collect();
    let vulnerabilities: Vec<Value> = report
        .weaknesses()
        .into_iter()
        .filter_map(|(index, found)| {
            let reference = crate_ref(ids.get(index)?, found);
            let id = names.claim(format!("{reference}/{}", found.finding.advisory.id));
            Some(vulnerability(id, reference, found, options))
        })
        .collect();
    let content = json!([components, vulnerabilities]);
    let mut metadata = json!({
        "timestamp": report.moment.to_string(),
        "tools": {"components": [
            {"type": "application", "name": report.tool.name, "version": report.tool.version}
        ]},
    });
    if let (Some(author), Some(metadata)) = (&options.author, metadata.as_object_mut()) {
        metadata.insert("authors".to_owned(), json!([{"name": author}]));
    }
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", document_uuid(&content)),
        "version": 1,
        "metadata": metadata,
        "components": components,
        "vulnerabilities": vulnerabilities,
    })
}

fn component(file: &FileReport, id: &str) -> Value {
    let mut component = Map::new();
    component.insert("type".to_owned(), "file".into());
    component.insert("bom-ref".to_owned(), id.into());
    component.insert("name".to_owned(), file.subject.name.as_str().into());
    if let Some(digest) = &file.subject.sha256 {
        component.insert("hashes".to_owned(), json!([{"alg": "SHA-256", "content": digest}]));
    }
    if let Some(purl) = file_purl(&file.subject) {
        component.insert("purl".to_owned(), purl.into());
    }
    let mut seen = BTreeSet::new();
    let crates: Vec<Value> = file
        .found
        .iter()
        .filter(|found| found.finding.advisory.kind.is_weakness() && seen.insert(crate_ref(id, found)))
        .map(|found| {
            let mut component = Map::new();
            component.insert("type".to_owned(), "library".into());
            component.insert("bom-ref".to_owned(), crate_ref(id, found).into());
            component.insert("name".to_owned(), found.package.name.as_str().into());
            component.insert("version".to_owned(), found.package.version.to_string().into());
            if let Some(purl) = crate_purl(&found.package) {
                component.insert("purl".to_owned(), purl.into());
            }
            component.into()
        })
        .collect();
    if !crates.is_empty() {
        component.insert("components".to_owned(), crates.into());
    }
    component.into()
}

fn crate_ref(file: &str, found: &Found) -> String {
    format!("{file}/{}@{}", found.package.name, found.package.version)
}

fn vulnerability(id: String, reference: String, found: &Found, options: &VexOptions) -> Value {
    let finding = &found.finding;
    let advisory = &finding.advisory;
    let said = Statement::of(found, options);
    let mut vulnerability = Map::new();
    vulnerability.insert("bom-ref".to_owned(), id.into());
    vulnerability.insert("id".to_owned(), advisory.id.as_str().into());
    if let Some(page) = advisory.page() {
        vulnerability.insert("source".to_owned(), json!({"url": page}));
        vulnerability.insert("advisories".to_owned(), json!([{"url": page}]));
    }
    let aliases: Vec<Value> = finding
        .names()
        .into_iter()
        .skip(1)
        .map(|name| json!({"id": name, "source": {"name": name}}))
        .collect();
    if !aliases.is_empty() {
        vulnerability.insert("references".to_owned(), aliases.into());
    }
    if let Some(score) = &advisory.score {
        let method = match score.system() {
            "3.0" => "CVSSv3",
            "3.1" => "CVSSv31",
            _ => "CVSSv4",
        };
        let severity = score.severity().as_str();
        vulnerability.insert(
            "ratings".to_owned(),
            json!([{"score": score.value(), "severity": severity, "method": method, "vector": score.vector()}]),
        );
    }
    vulnerability.insert("description".to_owned(), advisory.title.as_str().into());
    vulnerability.insert("recommendation".to_owned(), found.advice().into());
    vulnerability.insert("published".to_owned(), format!("{}T00:00:00Z", advisory.date).into());
    vulnerability.insert("affects".to_owned(), json!([{"ref": reference}]));
    vulnerability.insert("analysis".to_owned(), analysis(&said));
    let properties: Vec<Value> = [json!({"name": "auditable:verdict", "value": finding.verdict.as_str()})]
        .into_iter()
        .chain(finding.evidence.iter().map(property))
        .collect();
    vulnerability.insert("properties".to_owned(), properties.into());
    vulnerability.into()
}

fn analysis(said: &Statement) -> Value {
    let state = match said.status {
        // Present is not proven to be exploitable, and CycloneDX has no word for less.
        Status::Affected | Status::UnderInvestigation => "in_triage",
        Status::NotAffected => "not_affected",
    };
    let mut analysis = Map::new();
    analysis.insert("state".to_owned(), state.into());
    if let Some(justification) = said.justification {
        analysis.insert("justification".to_owned(), justification.cyclonedx().into());
    }
    if said.action.is_some() {
        analysis.insert("response".to_owned(), json!(["update"]));
    }
    analysis.insert("detail".to_owned(), said.notes.as_str().into());
    analysis.into()
}

fn property(evidence: &Evidence) -> Value {
    let name = format!("auditable:evidence:{}", evidence.kind);
    let value = match &evidence.function {
        Some(function) => format!("{function}: {}", evidence.text),
        None => evidence.text.clone(),
    };
    json!({"name": name, "value": value})
}
