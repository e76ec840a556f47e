use crate::report::{Found, Report};
use crate::{EvidenceKind, Verdict};
use serde::Deserialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// How far VEX documents go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VexOptions {
    /// Who speaks in the document: a person or an organisation.
    pub author: Option<String>,
    /// A page of theirs. CSAF demands both.
    pub author_url: Option<String>,
    /// Whether [`Verdict::NotLinked`] and [`Verdict::CrateHasNoCode`] are enough to say that a product is not affected,
    /// where they rest on evidence that is complete: debug information, or a list of the linked functions. A function
    /// that a program got under another name, as through a re-export, is missed by both.
    pub trusts_code_evidence: bool,
}

/// The status of a product. The words are those of OpenVEX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The weakness is there.
    Affected,
    /// It is not.
    NotAffected,
    /// It is not known yet.
    UnderInvestigation,
}

impl Status {
    /// `affected`, `not_affected` or `under_investigation`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::NotAffected => "not_affected",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

/// Why a product is not affected: the reasons of CISA's
/// [VEX status justifications](https://www.cisa.gov/resources-tools/resources/vulnerability-exploitability-exchange-vex-status-justifications).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Justification {
    /// The package is not there.
    ComponentNotPresent,
    /// The package is there, and the code with the weakness is not.
    VulnerableCodeNotPresent,
    /// The code is there and never runs.
    VulnerableCodeNotInExecutePath,
    /// The code runs, and nobody from outside decides how.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something else keeps attacks away.
    InlineMitigationsAlreadyExist,
}

impl Justification {
    /// The word of OpenVEX and CSAF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }

    /// The nearest word of CycloneDX.
    pub const fn cyclonedx(self) -> &'static str {
        match self {
            Self::ComponentNotPresent | Self::VulnerableCodeNotPresent => "code_not_present",
            Self::VulnerableCodeNotInExecutePath => "code_not_reachable",
            Self::VulnerableCodeCannotBeControlledByAdversary => "requires_environment",
            Self::InlineMitigationsAlreadyExist => "protected_by_mitigating_control",
        }
    }
}

/// What a VEX document says of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The status.
    pub status: Status,
    /// Why it is not affected; only then.
    pub justification: Option<Justification>,
    /// The evidence, in words.
    pub notes: String,
    /// What to do; only if it is affected.
    pub action: Option<String>,
}

impl Statement {
    /// What is said of a finding. Nothing is said to be not affected, unless the advisory is about other systems,
    /// someone has decided so in the policy, or the options allow it.
    pub fn of(found: &Found, options: &VexOptions) -> Self {
        let mut notes = notes(found);
        if let Some(mark) = &found.mark {
            notes = format!("{}; {notes}", mark.reason);
            if mark.justification.is_some() {
                return Self {
                    status: Status::NotAffected,
                    justification: mark.justification,
                    notes,
                    action: None,
                };
            }
        }
        let not_there = Some(Justification::VulnerableCodeNotPresent);
        let (status, justification) = match found.finding.verdict {
            Verdict::NotApplicable => (Status::NotAffected, not_there),
            Verdict::NotLinked | Verdict::CrateHasNoCode
                if options.trusts_code_evidence && rests_on_code(found) =>
            {
                (Status::NotAffected, not_there)
            }
            Verdict::Present => (Status::Affected, None),
            Verdict::NotLinked | Verdict::CrateHasNoCode | Verdict::Unknown => {
                (Status::UnderInvestigation, None)
            }
        };
        let action = (status == Status::Affected).then(|| found.advice());
        Self { status, justification, notes, action }
    }
}

impl Report {
    /// What VEX is about: weaknesses of crates, not that they are out of date. With the index of the file.
    ///
    /// A file may have several lists, and a list the same crate twice. What is said of the same crate in the same file is
    /// said once, and the worst of it.
    pub(crate) fn weaknesses(&self) -> Vec<(usize, &Found)> {
        let mut order: Vec<(usize, &Found)> = Vec::new();
        let mut known = HashMap::new();
        for (index, file) in self.files.iter().enumerate() {
            let of = (&file.subject.sha256, &file.subject.path, &file.subject.member);
            for found in file.found.iter().filter(|found| found.finding.advisory.kind.is_weakness()) {
                let package = (&found.package.name, &found.package.version);
                match known.entry((of, package, &found.finding.advisory.id)) {
                    Entry::Vacant(entry) => {
                        entry.insert(order.len());
                        order.push((index, found));
                    }
                    Entry::Occupied(entry) => {
                        let before = order.get_mut(*entry.get()).map(|(_, found)| found);
                        if let Some(before) = before.filter(|one| found.finding.verdict < one.finding.verdict)
                        {
                            *before = found;
                        }
                    }
                }
            }
        }
        order
    }
}

fn notes(found: &Found) -> String {
    let finding = &found.finding;
    let evidence = finding.evidence.iter().map(|evidence| match &evidence.function {
        Some(function) => format!("{function}: {} ({})", evidence.text, evidence.kind),
        None => format!("{} ({})", evidence.text, evidence.kind),
    });
    format!("{}: {}", finding.verdict, evidence.collect::<Vec<String>>().join("; "))
}

fn rests_on_code(found: &Found) -> bool {
    let is_complete = |kind| matches!(kind, EvidenceKind::DebugInfo | EvidenceKind::FunctionManifest);
    !found.finding.evidence.is_empty() && found.finding.evidence.iter().all(|one| is_complete(one.kind))
}
