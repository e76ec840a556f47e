use crate::bundled::{Bundled, bundled};
use crate::report::identity::crate_purl;
use crate::{
    Date, Decision, Finding, Funnel, Inventory, Level, Moment, Origin, Policy, PolicyFinding, Unmatched,
};
use auditable_graph::Package;

/// What an audit found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The program that made it.
    pub tool: Tool,
    /// When: also the day on which ignores were judged.
    pub moment: Moment,
    /// What it was held against.
    pub databases: Vec<UsedDatabase>,
    /// What was audited.
    pub files: Vec<FileReport>,
    /// What is wrong with the policy or the databases.
    pub policy: Vec<PolicyFinding>,
}

/// A program that writes documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A database, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedDatabase {
    /// Where it lies.
    pub path: String,
    /// `rustsec` or `osv`.
    pub format: &'static str,
    /// How many advisories it has, withdrawn ones too.
    pub advisories: usize,
    /// The day of its newest advisory; `None` if no advisory tells.
    pub newest: Option<Date>,
}

/// What was found in one file, or in one of the binaries in it.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file.
    pub subject: Subject,
    /// Where its packages are known from.
    pub origin: Origin,
    /// How many packages were looked up.
    pub matched: usize,
    /// Those that were not.
    pub unmatched: Vec<Unmatched>,
    /// The C libraries that its packages bring along.
    pub bundled: Vec<Bundled>,
    /// What was found, in the order of packages and advisories.
    pub found: Vec<Found>,
}

/// The file that was audited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// Where it lies, as it was named: for people and for our own JSON.
    pub path: String,
    /// The way to the member of an archive in it, its steps joined by `!`; `None` for the file itself.
    pub member: Option<String>,
    /// Its name without folders, for documents about it.
    pub name: String,
    /// SHA-256 of the whole file, or of the member of an archive, in lower-case hex.
    pub sha256: Option<String>,
    /// Which of several binaries in the file it is.
    pub location: Option<String>,
    /// The container format, such as `ELF`.
    pub container: Option<String>,
    /// The machine that it runs on, such as `x86_64`.
    pub architecture: Option<String>,
}

/// A finding, and what is done about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The finding.
    pub finding: Finding,
    /// The package that has it.
    pub package: Package,
    /// Its package URL; `None` for parts of Rust itself.
    pub purl: Option<String>,
    /// How the root came to have it: names and versions, its own last.
    pub way: Vec<String>,
    /// What the policy says.
    pub decision: Decision,
    /// The entry of the policy by which it is ignored.
    pub mark: Option<Mark>,
}

/// What someone has decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Why it is ignored.
    pub reason: String,
    /// Until when.
    pub expires: Option<Date>,
    /// Why the product is not affected, if that is what was decided.
    pub justification: Option<super::Justification>,
}

impl Subject {
    /// The file, and the member in it if it is one: `image.tar!layer-3/usr/bin/app`.
    pub fn place(&self) -> String {
        match &self.member {
            Some(member) => format!("{}!{member}", self.path),
            None => self.path.clone(),
        }
    }
}

impl FileReport {
    /// Puts together what was found, and what the policy says to it.
    pub fn new(
        subject: Subject,
        inventory: &Inventory,
        findings: Vec<Finding>,
        policy: &Policy,
        today: Date,
    ) -> Self {
        let shown = |package: &Package| format!("{} {}", package.name, package.version);
        let ways = inventory.ways();
        let found = findings.into_iter().filter_map(|finding| {
            let package = inventory.component(finding.component)?.package.clone();
            let decision = policy.decide(&finding, &package.name, &package.version.to_string(), today);
            let way = ways.to(finding.component).into_iter();
            let mark = decision.ignored.and_then(|index| policy.ignores().get(index)).map(|ignore| Mark {
                reason: ignore.reason.clone(),
                expires: ignore.expires,
                justification: ignore.justification,
            });
            Some(Found {
                purl: crate_purl(&package),
                way: way
                    .filter_map(|index| inventory.component(index))
                    .map(|above| shown(&above.package))
                    .collect(),
                finding,
                package,
                decision,
                mark,
            })
        });
        Self {
            subject,
            origin: inventory.origin,
            matched: inventory.matched().count(),
            unmatched: inventory.unmatched(),
            bundled: bundled(inventory),
            found: found.collect(),
        }
    }

    /// How many weaknesses are left after each question; what is only out of date is not counted.
    pub fn funnel(&self) -> Funnel {
        let findings = self.found.iter().map(|found| &found.finding);
        Funnel::of(findings.filter(|finding| finding.advisory.kind.is_weakness()))
    }
}

impl Found {
    /// What to do about it.
    pub fn advice(&self) -> String {
        let name = &self.package.name;
        match &self.finding.fixed {
            Some(fixed) => format!("update {name} to {fixed}"),
            None => format!("no version of {name} is better: replace it, or see what the advisory says"),
        }
    }
}

/// What an audit found, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// Files and binaries in them.
    pub files: usize,
    /// Weaknesses, through the questions.
    pub funnel: Funnel,
    /// Findings that are denied.
    pub denied: usize,
    /// Findings that are shown.
    pub warned: usize,
    /// Findings that are only counted.
    pub allowed: usize,
    /// Findings that someone has decided about, which are not counted otherwise.
    pub ignored: usize,
}

impl Totals {
    /// Adds a file.
    pub fn add(&mut self, file: &FileReport) {
        self.files = self.files.saturating_add(1);
        self.funnel.add(file.funnel());
        for found in &file.found {
            let count = match found.decision {
                Decision { ignored: Some(_), .. } => &mut self.ignored,
                Decision { level: Level::Deny, .. } => &mut self.denied,
                Decision { level: Level::Warn, .. } => &mut self.warned,
                Decision { level: Level::Allow, .. } => &mut self.allowed,
            };
            *count = count.saturating_add(1);
        }
    }
}
