//! From what was read to what was found in it.

use crate::audit::code::Searched;
use crate::audit::database::Databases;
use crate::audit::target;
use crate::digest;
use crate::recovery::Recovery;
use crate::scan::Artifact;
use crate::words::Failure;
use auditable_audit::report::{FileReport, Subject};
use auditable_audit::{
    CodeEvidence, Date, Inventory, NoEvidence, Origin, Policy, Target, Unmatched, UnmatchedReason, audit,
};
use auditable_graph::{Graph, Package, Source};
use auditable_inspect::{Recovered, facts};

/// Everything that the audit of a file needs; threads share it.
pub(crate) struct Auditor<'a> {
    pub(crate) databases: &'a Databases,
    pub(crate) policy: &'a Policy,
    pub(crate) today: Date,
    /// Whether reports name files by their digests.
    pub(crate) is_hashed: bool,
    pub(crate) recovery: &'a Recovery,
}

impl Auditor<'_> {
    /// A report for each different list in a file or member and each machine that it is for, or for what can be
    /// recovered of a binary without one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read for its digest.
    pub(crate) fn artifact(&self, artifact: &Artifact<'_>) -> Result<Vec<FileReport>, Failure> {
        let mut reports = Vec::new();
        let mut seen: Vec<(&Graph, Target, Option<usize>)> = Vec::new();
        let has_several = artifact.binaries.len() > 1;
        let subject = self.subject(artifact)?;
        for (index, found) in artifact.binaries.iter().enumerate() {
            let mut subject = subject.clone();
            subject.location =
                found.binary.location.as_ref().filter(|_| has_several).map(ToString::to_string);
            subject.container = Some(found.binary.container.to_string());
            subject.architecture = Some(found.binary.architecture.to_string());
            let target = target::of_binary(found.binary.container, found.binary.architecture);
            // What a damaged part of a file would have told is not known, and its list is audited all the same.
            let facts = facts(artifact.source, &found.binary).unwrap_or_default();
            let searched = Searched { source: artifact.source, binary: &found.binary, facts: &facts };
            for graph in &found.graphs {
                // The modules of a component often have the same. Slices of a universal file are for other machines,
                // and the functions of one binary say nothing about those of another.
                let key = (graph, target.clone(), searched.can_show_absence().then_some(index));
                if !seen.contains(&key) {
                    seen.push(key);
                    reports.push(self.binary(&subject, Inventory::from(graph), &target, &searched));
                }
            }
            let recovered = self.recovery.of(artifact, found).unwrap_or_default();
            if !recovered.is_empty() {
                reports.push(self.binary(&subject, inventory(recovered), &target, &searched));
            }
        }
        Ok(reports)
    }

    /// The report about what a document describes.
    pub(crate) fn described(&self, subject: Subject, inventory: &Inventory) -> FileReport {
        let target = target::of_words(subject.container.as_deref(), subject.architecture.as_deref());
        let nothing = NoEvidence::new("a document does not say which functions are linked");
        self.report(subject, inventory, &target, &nothing)
    }

    fn binary(
        &self,
        subject: &Subject,
        mut inventory: Inventory,
        target: &Target,
        searched: &Searched<'_>,
    ) -> FileReport {
        for version in searched.facts.rustc.iter().filter_map(|rustc| rustc.version.as_ref()) {
            inventory.add_toolchain(version);
        }
        self.report(subject.clone(), &inventory, target, searched)
    }

    fn report(
        &self,
        subject: Subject,
        inventory: &Inventory,
        target: &Target,
        code: &dyn CodeEvidence,
    ) -> FileReport {
        let findings = audit(inventory, target, self.databases, code);
        FileReport::new(subject, inventory, findings, self.policy, self.today)
    }

    fn subject(&self, artifact: &Artifact<'_>) -> Result<Subject, Failure> {
        let place = artifact.place;
        let mut subject = Subject::default();
        subject.path = place.file.display().to_string();
        subject.member = place.member();
        subject.name = place.name();
        if self.is_hashed {
            let digest = digest::sha256(artifact.source)
                .map_err(|error| Failure::new(place.to_string()).cause(error))?;
            subject.sha256 = Some(digest);
        }
        Ok(subject)
    }
}

/// What paths in a binary name.
fn inventory(recovered: Vec<Recovered>) -> Inventory {
    let mut inventory = Inventory::new(Origin::Recovered);
    for one in recovered {
        // Folders of distributions and vendored crates hold those of crates.io as a rule, and a weakness that is not
        // reported is worse than one of a namesake.
        let source = one.source().unwrap_or(Source::CratesIo);
        match one.version {
            Some(version) => inventory.components.push(Package::new(one.name, version, source).into()),
            None => inventory.unreadable.push(Unmatched {
                name: one.name,
                version: None,
                reason: UnmatchedReason::NoVersion,
            }),
        }
    }
    inventory
}
