//! An audit as text for people.

use crate::words::printable;
use auditable_audit::report::{FileReport, Found, Totals};
use auditable_audit::{Bundled, Evidence, Funnel, Level, Origin, PolicyFinding, Unmatched};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What was found in one file; nothing if that is nothing.
pub(crate) fn file(file: &FileReport, is_quiet: bool) -> String {
    let mut text = String::new();
    let shown: Vec<&Found> = file.found.iter().filter(|found| found.decision.level > Level::Allow).collect();
    let hidden = file.found.len() - shown.len();
    if file.found.is_empty() && (is_quiet || file.unmatched.is_empty()) {
        return text;
    }
    let _ = writeln!(text, "{}: {}", title(file), origin(file));
    let mut last = None;
    for found in shown {
        let package = format!("{} {}", found.package.name, found.package.version);
        if last.as_ref() != Some(&package) {
            let _ = writeln!(text, "  {}{}", printable(&package), way(found));
            last = Some(package);
        }
        self::found(found, &mut text);
    }
    for found in file.found.iter().filter(|found| found.mark.is_some()) {
        let reason = found.mark.as_ref().map(|mark| mark.reason.as_str()).unwrap_or_default();
        let _ = writeln!(
            text,
            "  ignored: {} in {} {}: {}",
            printable(&found.finding.advisory.id),
            printable(&found.package.name),
            found.package.version,
            printable(reason)
        );
    }
    let ignored = file.found.iter().filter(|found| found.mark.is_some()).count();
    if hidden > ignored {
        let _ = writeln!(text, "  allowed by the policy: {}", count(hidden - ignored, "finding", "findings"));
    }
    bundled(&file.bundled, &mut text);
    unmatched(&file.unmatched, &mut text);
    if file.funnel().listed > 0 {
        let _ = writeln!(text, "  {}", funnel(file.funnel()));
    }
    text
}

/// The last lines.
pub(crate) fn totals(totals: Totals, policy: &[PolicyFinding]) -> String {
    let mut text = String::new();
    for finding in policy.iter().filter(|finding| finding.level > Level::Allow) {
        let _ = writeln!(text, "{}: {} ({})", finding.level.as_str(), printable(&finding.text), finding.code);
    }
    let _ = writeln!(
        text,
        "{}: {} denied, {} warned, {} allowed, {} ignored",
        count(totals.files, "binary", "binaries"),
        totals.denied,
        totals.warned,
        totals.allowed,
        totals.ignored
    );
    if totals.files > 1 && totals.funnel.listed > 0 {
        let _ = writeln!(text, "{}", funnel(totals.funnel));
    }
    text
}

fn title(file: &FileReport) -> String {
    let path = printable(&file.subject.place());
    match (&file.subject.location, &file.subject.architecture) {
        (Some(location), Some(architecture)) => format!("{path} ({location}, {architecture})"),
        (Some(location), None) => format!("{path} ({location})"),
        _ => path,
    }
}

fn origin(file: &FileReport) -> String {
    let packages = count(file.matched, "package", "packages");
    match file.origin {
        Origin::List => format!("{packages} looked up"),
        Origin::Recovered => {
            format!("{packages} looked up; it has no list, and these are only those that its paths name")
        }
        _ => format!("{packages} of an SBOM looked up"),
    }
}

fn way(found: &Found) -> String {
    match found.way.as_slice() {
        [] | [_] => String::new(),
        way => format!("  ({})", printable(&way.join(" > "))),
    }
}

fn found(found: &Found, text: &mut String) {
    let finding = &found.finding;
    let advisory = &finding.advisory;
    let severity = advisory.score.as_ref().map(|score| format!(", {score}")).unwrap_or_default();
    let _ = writeln!(
        text,
        "    {} {} ({}{severity}): {}",
        found.decision.level.as_str(),
        printable(&advisory.id),
        advisory.kind,
        printable(&advisory.title)
    );
    // Whether a crate that nobody looks after is linked is no question.
    let mut evidence = finding.evidence.iter().filter(|_| advisory.kind.is_weakness());
    if let Some(first) = evidence.next() {
        let _ = writeln!(text, "      {}: {}", finding.verdict, self::evidence(first));
    }
    for more in evidence {
        let _ = writeln!(text, "        {}", self::evidence(more));
    }
    if advisory.kind.is_weakness() || finding.fixed.is_some() {
        let _ = writeln!(text, "      {}", printable(&found.advice()));
    }
    if let Some(page) = advisory.page() {
        let _ = writeln!(text, "      {}", printable(&page));
    }
}

fn evidence(evidence: &Evidence) -> String {
    match &evidence.function {
        Some(function) => printable(&format!("{function}: {}", evidence.text)),
        None => printable(&evidence.text),
    }
}

fn bundled(bundled: &[Bundled], text: &mut String) {
    let named = bundled.iter().map(|one| match &one.version {
        Some(version) => format!("{} {version}", one.name),
        None => one.name.to_owned(),
    });
    let mut named: Vec<String> = named.collect();
    named.dedup();
    if !named.is_empty() {
        let _ = writeln!(text, "  C libraries that its crates bring along: {}", printable(&named.join(", ")));
    }
}

fn unmatched(unmatched: &[Unmatched], text: &mut String) {
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in unmatched {
        let version = one.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        by_reason.entry(one.explanation()).or_default().push(format!("{}{version}", one.name));
    }
    for (reason, names) in by_reason {
        let more = names.len().saturating_sub(SHOWN_UNMATCHED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names = names.into_iter().take(SHOWN_UNMATCHED).collect::<Vec<String>>().join(", ");
        let _ = writeln!(text, "  not looked up, since {}: {}{more}", printable(&reason), printable(&names));
    }
}

fn funnel(funnel: Funnel) -> String {
    format!(
        "weaknesses: {} by version, {} of them on this system, {} with code of the crate, {} with the functions",
        funnel.listed, funnel.on_target, funnel.with_code, funnel.with_functions
    )
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How many packages that were not looked up are named for each reason; the JSON names all.
const SHOWN_UNMATCHED: usize = 5;
