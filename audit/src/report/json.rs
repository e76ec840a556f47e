//! Our own JSON, which says everything. `docs/schema/audit.json` is its schema; it grows only by new keys.

use crate::report::{FileReport, Found, Report, Totals, UsedDatabase};
use crate::{Bundled, Funnel, PolicyFinding};
use serde_json::{Value, json};

/// The whole report.
pub fn report(report: &Report) -> Value {
    let mut totals = Totals::default();
    report.files.iter().for_each(|file| totals.add(file));
    json!({
        "schema": SCHEMA,
        "tool": {"name": report.tool.name, "version": report.tool.version},
        "timestamp": report.moment.to_string(),
        "databases": report.databases.iter().map(database).collect::<Vec<Value>>(),
        "files": report.files.iter().map(file).collect::<Vec<Value>>(),
        "policy": report.policy.iter().map(policy).collect::<Vec<Value>>(),
        "summary": {
            "files": totals.files,
            "funnel": funnel(totals.funnel),
            "denied": totals.denied,
            "warned": totals.warned,
            "allowed": totals.allowed,
            "ignored": totals.ignored,
        },
    })
}

fn database(database: &UsedDatabase) -> Value {
    json!({
        "path": database.path,
        "format": database.format,
        "advisories": database.advisories,
        "newest": database.newest.map(|date| date.to_string()),
    })
}

fn file(file: &FileReport) -> Value {
    let subject = &file.subject;
    let unmatched = file
        .unmatched
        .iter()
        .map(|one| json!({"name": one.name, "version": one.version, "reason": one.explanation()}));
    json!({
        "path": subject.path,
        "member": subject.member,
        "name": subject.name,
        "sha256": subject.sha256,
        "location": subject.location,
        "container": subject.container,
        "architecture": subject.architecture,
        "origin": file.origin.as_str(),
        "matched": file.matched,
        "unmatched": unmatched.collect::<Vec<Value>>(),
        "bundled": file.bundled.iter().map(bundled).collect::<Vec<Value>>(),
        "funnel": funnel(file.funnel()),
        "findings": file.found.iter().map(finding).collect::<Vec<Value>>(),
    })
}

fn bundled(bundled: &Bundled) -> Value {
    json!({
        "name": bundled.name,
        "version": bundled.version,
        "cpe": bundled.cpe(),
        "purl": bundled.purl(),
        "by": bundled.by,
    })
}

fn funnel(funnel: Funnel) -> Value {
    json!({
        "listed": funnel.listed,
        "on_target": funnel.on_target,
        "with_code": funnel.with_code,
        "with_functions": funnel.with_functions,
    })
}

fn finding(found: &Found) -> Value {
    let finding = &found.finding;
    let advisory = &finding.advisory;
    let evidence = finding.evidence.iter().map(|evidence| {
        json!({"kind": evidence.kind.as_str(), "function": evidence.function, "text": evidence.text})
    });
    let score = advisory.score.as_ref().map(|score| {
        json!({"vector": score.vector(), "score": score.value(), "severity": score.severity().as_str()})
    });
    json!({
        "id": advisory.id,
        "aliases": finding.names().into_iter().skip(1).collect::<Vec<&str>>(),
        "title": advisory.title,
        "kind": advisory.kind.as_str(),
        "date": advisory.date.to_string(),
        "url": advisory.page(),
        "source": advisory.url,
        "license": advisory.license,
        "cvss": score,
        "package": {
            "name": found.package.name,
            "version": found.package.version.to_string(),
            "kind": found.package.kind.as_str(),
            "purl": found.purl,
        },
        "way": found.way,
        "verdict": finding.verdict.as_str(),
        "evidence": evidence.collect::<Vec<Value>>(),
        "functions": finding.functions,
        "fixed": finding.fixed,
        "level": found.decision.level.as_str(),
        "ignored": found.mark.as_ref().map(|mark| {
            json!({"reason": mark.reason, "expires": mark.expires.map(|date| date.to_string())})
        }),
    })
}

fn policy(finding: &PolicyFinding) -> Value {
    json!({"code": finding.code, "level": finding.level.as_str(), "text": finding.text})
}

/// What the object is, and its version, which changes when a key changes its meaning or goes.
const SCHEMA: &str = "auditable.audit/1";
