//! [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), as code scanning services read it.

use crate::report::identity::{UniqueNames, path_reference};
use crate::report::{FileReport, Found, Report};
use crate::{Advisory, Level};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// The log: one run, with a rule for each advisory and a result for each finding.
pub fn log(report: &Report) -> Value {
    let mut rules: BTreeMap<&str, &Advisory> = BTreeMap::new();
    for found in report.files.iter().flat_map(|file| &file.found) {
        rules.insert(&found.finding.advisory.id, &found.finding.advisory);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, id)| (*id, index)).collect();
    // A file may have several lists, and is one artifact all the same.
    let mut artifacts: Vec<Value> = Vec::new();
    let mut numbers = Vec::with_capacity(report.files.len());
    let mut known: HashMap<(String, Option<&str>), usize> = HashMap::new();
    for file in &report.files {
        let number = *known.entry((uri(file), file.subject.sha256.as_deref())).or_insert_with(|| {
            artifacts.push(artifact(file));
            artifacts.len().saturating_sub(1)
        });
        numbers.push(number);
    }
    let mut fingerprints = UniqueNames::default();
    let mut results = Vec::new();
    for (file, number) in report.files.iter().zip(numbers) {
        for found in &file.found {
            let id = found.finding.advisory.id.as_str();
            // The same weakness of the same crate is the same result in the next version of the file.
            let fingerprint = fingerprints.claim(format!("{id} {} {}", found.package.name, uri(file)));
            results.push(result(
                number,
                file,
                index.get(id).copied().unwrap_or_default(),
                found,
                &fingerprint,
            ));
        }
    }
    let notices = report.policy.iter().map(|finding| {
        json!({"level": level(finding.level), "message": {"text": finding.text}, "descriptor": {"id": finding.code}})
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "semanticVersion": report.tool.version,
                "rules": rules.values().map(|advisory| rule(advisory)).collect::<Vec<Value>>(),
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolConfigurationNotifications": notices.collect::<Vec<Value>>(),
            }],
            "artifacts": artifacts,
            "results": results,
            "columnKind": "unicodeCodePoints",
        }],
    })
}

fn rule(advisory: &Advisory) -> Value {
    let title = if advisory.title.is_empty() { &advisory.id } else { &advisory.title };
    let mut properties = Map::new();
    properties.insert("tags".to_owned(), json!(["security", "supply-chain", advisory.kind.as_str()]));
    if let Some(score) = &advisory.score {
        // GitHub sorts by this.
        properties.insert("security-severity".to_owned(), format!("{:.1}", score.value()).into());
    }
    let mut rule = Map::new();
    rule.insert("id".to_owned(), advisory.id.as_str().into());
    rule.insert("shortDescription".to_owned(), json!({"text": title}));
    rule.insert("fullDescription".to_owned(), json!({"text": title}));
    if let Some(page) = advisory.page() {
        rule.insert("helpUri".to_owned(), page.into());
    }
    rule.insert("properties".to_owned(), properties.into());
    rule.into()
}

fn artifact(file: &FileReport) -> Value {
    let mut artifact = Map::new();
    artifact.insert("location".to_owned(), json!({"uri": uri(file)}));
    if let Some(digest) = &file.subject.sha256 {
        artifact.insert("hashes".to_owned(), json!({"sha-256": digest}));
    }
    artifact.into()
}

fn result(number: usize, file: &FileReport, rule: usize, found: &Found, fingerprint: &str) -> Value {
    let finding = &found.finding;
    let (name, version) = (&found.package.name, &found.package.version);
    let text = format!(
        "{name} {version}: {} ({}). Verdict: {}. {}.",
        finding.advisory.title,
        finding.advisory.id,
        finding.verdict,
        found.advice(),
    );
    let evidence: Vec<Value> = finding
        .evidence
        .iter()
        .map(|one| json!({"kind": one.kind.as_str(), "function": one.function, "text": one.text}))
        .collect();
    let mut result = json!({
        "ruleId": finding.advisory.id,
        "ruleIndex": rule,
        "level": level(found.decision.level),
        "message": {"text": text},
        "locations": [{
            "physicalLocation": {"artifactLocation": {"uri": uri(file), "index": number}},
            "logicalLocations": [{
                "name": name,
                "fullyQualifiedName": found.way.join(" > "),
                "kind": "module",
            }],
        }],
        "partialFingerprints": {"advisoryPackageAndFile/v1": fingerprint},
        "properties": {
            "verdict": finding.verdict.as_str(),
            "evidence": evidence,
            "kind": finding.advisory.kind.as_str(),
            "origin": file.origin.as_str(),
            "fixed": finding.fixed,
            "purl": found.purl,
        },
    });
    if let (Some(mark), Some(result)) = (&found.mark, result.as_object_mut()) {
        result.insert("suppressions".to_owned(), json!([{"kind": "external", "justification": mark.reason}]));
    }
    result
}

fn uri(file: &FileReport) -> String {
    let place = file.subject.place();
    path_reference(if place == "-" { "stdin" } else { &place })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "note",
    }
}
