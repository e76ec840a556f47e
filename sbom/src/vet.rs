//! cargo-vet's `supply-chain` folder: who audited a crate, and who published it.
//!
//! ```text
//!  audits.toml   one's own audits, wildcard audits, trusted publishers and criteria --+
//!  config.toml   exemptions: crates let through without an audit                      +--> Store --> Evidence
//!  imports.lock  audits of others, and who published which version                  --+
//! ```
//!
//! cargo-vet certifies a version for a criterion by a chain: something that speaks of a whole version (an audit, a
//! wildcard audit or trust in its publisher, an exemption) and from there audits of differences up to the version
//! itself (the cargo-vet book, "How it works"). The chain is found again here, for each criterion by itself, and is what
//! documents show: a difference that leads nowhere proves nothing.

mod chain;
mod files;

use crate::{Audit, AuditKind, Publisher};
use auditable_graph::Version;
use chain::Steps;
use files::{Files, PublisherEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;

/// The audits of a project.
#[derive(Clone, Debug, Default)]
pub struct Store {
    records: BTreeMap<String, Records>,
    criteria: Criteria,
}

/// What a [`Store`] holds about one version of a crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The statements that certify it, and those that say it must not be used; sorted. The criteria of each are those
    /// that this version has by it, without those that others of them imply.
    pub audits: Vec<Audit>,
    /// Who published it to crates.io, which is known where an audit depends on it.
    pub publisher: Option<Publisher>,
}

impl Store {
    /// Reads the files of a `supply-chain` folder. `imports.lock` is absent where nothing was imported yet.
    ///
    /// # Errors
    ///
    /// [`VetError`] if one is not TOML of its form.
    pub fn parse(audits: &str, config: &str, imports: Option<&str>) -> Result<Self, VetError> {
        let files = Files::parse(audits, config, imports.unwrap_or_default())?;
        let criteria = Criteria::new(files.audits.criteria());
        let mut records: BTreeMap<String, Records> = BTreeMap::new();
        for (name, statement) in files.statements() {
            records.entry(name).or_default().statements.push(statement);
        }
        for (name, publishers) in files.imports.publisher {
            records.entry(name).or_default().publishers.extend(publishers);
        }
        for record in records.values_mut() {
            record.statements.sort();
            record.statements.dedup();
        }
        Ok(Self { records, criteria })
    }

    /// What is known about a version of crates.io, or of a git repository if a commit is given.
    pub fn evidence(&self, name: &str, version: &Version, commit: Option<&str>) -> Evidence {
        let Some(records) = self.records.get(name) else { return Evidence::default() };
        let key = match commit {
            Some(commit) => format!("{version}@git:{commit}"),
            None => version.to_string(),
        };
        let published = records.published(&key);
        Evidence {
            audits: records.audits(version, &key, &self.criteria),
            publisher: published.map(PublisherEntry::publisher),
        }
    }
}

/// A file of a `supply-chain` folder that cannot be read.
#[derive(Debug)]
pub struct VetError {
    file: &'static str,
    cause: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for VetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not as cargo-vet writes it", self.file)
    }
}

impl Error for VetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

/// One entry about a crate, of whichever table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Statement {
    /// One's own come before those of others.
    import: Option<String>,
    kind: Kind,
    criteria: Vec<String>,
    by: Vec<String>,
    notes: Option<String>,
}

/// Versions are kept as text, with `@git:COMMIT` behind them for what is not from crates.io.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Full { version: String },
    Delta { from: String, to: String },
    Wildcard(Publications),
    Trusted(Publications),
    Exemption { version: String },
    Violation { requirement: String },
}

/// Versions by who published them and when. Days are `YYYY-MM-DD`, which sort as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Publications {
    account: String,
    start: String,
    end: String,
}

/// All that is known about one crate.
#[derive(Clone, Debug, Default)]
struct Records {
    statements: Vec<Statement>,
    publishers: Vec<PublisherEntry>,
}

impl Records {
    fn published(&self, version: &str) -> Option<&PublisherEntry> {
        self.publishers.iter().find(|entry| entry.version == version)
    }

    fn audits(&self, version: &Version, key: &str, criteria: &Criteria) -> Vec<Audit> {
        let mut contributions: BTreeMap<(usize, &str), BTreeSet<String>> = BTreeMap::new();
        for criterion in self.criteria_of_statements(criteria) {
            let steps = Steps::new(self, &criterion, criteria);
            for step in steps.chain_to(key) {
                contributions.entry(step).or_default().insert(criterion.clone());
            }
        }
        for (number, statement) in self.statements.iter().enumerate() {
            if matches!(&statement.kind, Kind::Violation { requirement } if matches(requirement, version)) {
                contributions.entry((number, key)).or_default().extend(statement.criteria.iter().cloned());
            }
        }
        let mut audits: Vec<Audit> = contributions
            .into_iter()
            .filter_map(|((number, of), given)| {
                let mut audit = self.audit(self.statements.get(number)?, criteria.strongest(&given));
                audit.version = Some(of).filter(|of| *of != key).map(str::to_owned);
                Some(audit)
            })
            .collect();
        audits.sort();
        audits.dedup();
        audits
    }

    /// All criteria that a statement about this crate speaks of, or implies.
    fn criteria_of_statements(&self, criteria: &Criteria) -> BTreeSet<String> {
        self.statements.iter().flat_map(|statement| criteria.closure(&statement.criteria)).collect()
    }

    fn audit(&self, statement: &Statement, criteria: Vec<String>) -> Audit {
        let kind = match &statement.kind {
            Kind::Full { .. } => AuditKind::Full,
            Kind::Delta { from, .. } => AuditKind::Delta { from: from.clone() },
            Kind::Wildcard(by) => AuditKind::Wildcard { publisher: self.login(&by.account) },
            Kind::Trusted(by) => AuditKind::Trusted { publisher: self.login(&by.account) },
            Kind::Exemption { .. } => AuditKind::Exemption,
            Kind::Violation { .. } => AuditKind::Violation,
        };
        let mut audit = Audit::new(kind, criteria);
        audit.by.clone_from(&statement.by);
        audit.import.clone_from(&statement.import);
        audit.notes.clone_from(&statement.notes);
        audit
    }

    /// The name of an account, which statements know by its number.
    fn login(&self, account: &str) -> String {
        let known = self.publishers.iter().find(|entry| entry.account() == account);
        known.map_or_else(|| account.to_owned(), |entry| entry.publisher().login)
    }
}

/// Whether a version is of those that are said to be bad. What is no requirement is taken to mean all.
fn matches(requirement: &str, version: &Version) -> bool {
    semver::VersionReq::parse(requirement).map_or(true, |requirement| requirement.matches(version))
}

/// Which criteria imply which others.
#[derive(Clone, Debug, Default)]
struct Criteria {
    implied: BTreeMap<String, Vec<String>>,
}

impl Criteria {
    fn new(custom: impl Iterator<Item = (String, Vec<String>)>) -> Self {
        let mut implied: BTreeMap<String, Vec<String>> = custom.collect();
        implied.insert("safe-to-deploy".to_owned(), vec!["safe-to-run".to_owned()]);
        Self { implied }
    }

    /// These criteria and all that they imply.
    fn closure(&self, criteria: &[String]) -> BTreeSet<String> {
        let mut closure = BTreeSet::new();
        let mut open: Vec<&String> = criteria.iter().collect();
        while let Some(criterion) = open.pop() {
            if closure.insert(criterion.clone()) {
                open.extend(self.implied.get(criterion).into_iter().flatten());
            }
        }
        closure
    }

    /// Those that no other of them implies.
    fn strongest(&self, criteria: &BTreeSet<String>) -> Vec<String> {
        let is_implied_by_another = |criterion: &String| {
            criteria.iter().any(|other| {
                let implies =
                    |from: &String, to: &String| self.closure(std::slice::from_ref(from)).contains(to);
                // Of criteria that imply each other, the first stays.
                implies(other, criterion) && (!implies(criterion, other) || other < criterion)
            })
        };
        criteria.iter().filter(|criterion| !is_implied_by_another(criterion)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDITS: &str = r#"
        [criteria.crypto]
        description = "cryptography"
        implies = "safe-to-deploy"

        [[wildcard-audits.own]]
        who = "Jane"
        criteria = "safe-to-deploy"
        user-id = 7
        start = "2024-01-01"
        end = "2024-12-31"

        [[audits.libc]]
        who = ["Jane <jane@example.com>", "John"]
        criteria = "crypto"
        version = "1.0.0"
        notes = "read"

        [[audits.libc]]
        who = "Jane <jane@example.com>"
        criteria = ["safe-to-deploy"]
        delta = "1.0.0 -> 1.0.1"

        [[audits.libc]]
        who = "Jane <jane@example.com>"
        criteria = "safe-to-run"
        delta = "1.0.1->1.0.2"

        [[audits.libc]]
        criteria = "safe-to-deploy"
        delta = "3.0.0 -> 3.0.1"

        [[audits.libc]]
        criteria = "safe-to-deploy"
        version = "2.0.0@git:0123456789abcdef0123456789abcdef01234567"

        [[audits.libc]]
        criteria = "safe-to-run"
        violation = "<0.5"
        notes = "bad"

        [[trusted.serde]]
        criteria = "safe-to-deploy"
        user-id = 3618
        start = "2019-03-01"
        end = "2025-02-26"

        [[audits.serde]]
        criteria = "safe-to-deploy"
        delta = "1.0.0 -> 1.0.1"

        [[trusted.flow]]
        criteria = "safe-to-deploy"
        trusted-publisher = "github:example/flow"
        start = "2019-03-01"
        end = "2025-02-26"
    "#;

    const CONFIG: &str = r#"
        [cargo-vet]
        version = "0.10"

        [imports.peer]
        url = "https://example.com/audits.toml"

        [[exemptions.libc]]
        version = "1.0.2"
        criteria = "safe-to-deploy"

        [[exemptions.imported]]
        version = "1.0.0"
        criteria = "safe-to-deploy"
        notes = "later"
    "#;

    const IMPORTS: &str = r#"
        [[publisher.own]]
        version = "1.0.0"
        when = "2024-06-01"
        user-id = 7
        user-login = "jane"
        user-name = "Jane Doe"

        [[publisher.own]]
        version = "1.1.0"
        when = "2025-01-01"
        user-id = 7
        user-login = "jane"

        [[publisher.own]]
        version = "1.2.0"
        when = "2024-06-01"
        user-id = 8
        user-login = "mallory"

        [[publisher.serde]]
        version = "1.0.0"
        when = "2020-01-01"
        user-id = 3618
        user-login = "dtolnay"
        user-name = "David Tolnay"

        [[publisher.flow]]
        version = "1.0.0"
        when = "2020-01-01"
        trusted-publisher = "github:example/flow"

        [[audits.peer.audits.imported]]
        who = "Peer"
        criteria = "safe-to-run"
        version = "1.0.0"
    "#;

    fn store() -> Store {
        Store::parse(AUDITS, CONFIG, Some(IMPORTS)).unwrap()
    }

    /// Each audit as `import: kind version [criteria] by`.
    fn audits(name: &str, version: &str) -> Vec<String> {
        let evidence = store().evidence(name, &Version::parse(version).unwrap(), None);
        let shown = |audit: &Audit| {
            let import = audit.import.as_deref().unwrap_or("own");
            let version = audit.version.as_deref().unwrap_or("this");
            let kind = match &audit.kind {
                AuditKind::Delta { from } => format!("delta from {from} to"),
                AuditKind::Wildcard { publisher } => format!("wildcard {publisher},"),
                AuditKind::Trusted { publisher } => format!("trusted {publisher},"),
                kind => kind.as_str().to_owned(),
            };
            format!("{import}: {kind} {version} {:?} {:?}", audit.criteria, audit.by)
        };
        evidence.audits.iter().map(shown).collect()
    }

    #[test]
    fn an_audit_of_the_version_itself() {
        assert_eq!(
            audits("libc", "1.0.0"),
            [r#"own: full this ["crypto"] ["Jane <jane@example.com>", "John"]"#]
        );
        assert_eq!(
            store().evidence("libc", &Version::new(1, 0, 0), None).audits[0].notes.as_deref(),
            Some("read")
        );
    }

    #[test]
    fn a_chain_gives_no_more_than_its_weakest_step() {
        assert_eq!(
            audits("libc", "1.0.1"),
            [
                r#"own: full 1.0.0 ["safe-to-deploy"] ["Jane <jane@example.com>", "John"]"#,
                r#"own: delta from 1.0.0 to this ["safe-to-deploy"] ["Jane <jane@example.com>"]"#,
            ]
        );
    }

    #[test]
    fn an_exemption_counts_only_where_no_audit_does() {
        assert_eq!(
            audits("libc", "1.0.2"),
            [
                r#"own: full 1.0.0 ["safe-to-run"] ["Jane <jane@example.com>", "John"]"#,
                r#"own: delta from 1.0.0 to 1.0.1 ["safe-to-run"] ["Jane <jane@example.com>"]"#,
                r#"own: delta from 1.0.1 to this ["safe-to-run"] ["Jane <jane@example.com>"]"#,
                r#"own: exemption this ["safe-to-deploy"] []"#,
            ]
        );
    }

    #[test]
    fn a_difference_that_leads_nowhere_proves_nothing() {
        assert!(audits("libc", "3.0.1").is_empty());
        assert!(audits("unknown", "1.0.0").is_empty());
    }

    #[test]
    fn a_commit_is_not_the_version_of_crates_io() {
        assert!(audits("libc", "2.0.0").is_empty());
        let commit = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(store().evidence("libc", &Version::new(2, 0, 0), Some(commit)).audits.len(), 1);
        assert!(store().evidence("libc", &Version::new(1, 0, 0), Some(commit)).audits.is_empty());
    }

    #[test]
    fn a_violation_is_said() {
        assert_eq!(audits("libc", "0.4.0"), [r#"own: violation this ["safe-to-run"] []"#]);
    }

    #[test]
    fn publishers_are_trusted_for_a_time() {
        assert_eq!(audits("serde", "1.0.0"), [r#"own: trusted dtolnay, this ["safe-to-deploy"] []"#]);
        assert_eq!(
            audits("serde", "1.0.1"),
            [
                r#"own: delta from 1.0.0 to this ["safe-to-deploy"] []"#,
                r#"own: trusted dtolnay, 1.0.0 ["safe-to-deploy"] []"#,
            ]
        );
        assert_eq!(audits("own", "1.0.0"), [r#"own: wildcard jane, this ["safe-to-deploy"] ["Jane"]"#]);
        assert!(audits("own", "1.1.0").is_empty() && audits("own", "1.2.0").is_empty());
        assert_eq!(
            audits("flow", "1.0.0"),
            [r#"own: trusted github:example/flow, this ["safe-to-deploy"] []"#]
        );
    }

    #[test]
    fn who_published_it_is_known_also_if_nobody_trusts_them() {
        let published = |name: &str, version| store().evidence(name, &version, None).publisher;
        let jane = published("own", Version::new(1, 0, 0)).unwrap();
        assert_eq!((jane.login.as_str(), jane.name.as_deref()), ("jane", Some("Jane Doe")));
        assert_eq!(published("own", Version::new(1, 2, 0)).unwrap().login, "mallory");
        assert_eq!(published("own", Version::new(9, 0, 0)), None);
    }

    #[test]
    fn audits_of_others_say_whose_they_are() {
        assert_eq!(
            audits("imported", "1.0.0"),
            [r#"peer: full this ["safe-to-run"] ["Peer"]"#, r#"own: exemption this ["safe-to-deploy"] []"#,]
        );
    }

    #[test]
    fn criteria_may_imply_each_other() {
        let audits = "[criteria.a]\ndescription = ''\nimplies = ['b']\n[criteria.b]\nimplies = 'a'\n\
                      [[audits.x]]\ncriteria = 'b'\nversion = '1.0.0'\n";
        let store = Store::parse(audits, "", None).unwrap();
        assert_eq!(store.evidence("x", &Version::new(1, 0, 0), None).audits[0].criteria, ["a"]);
    }

    #[test]
    fn an_error_names_the_file() {
        let error =
            |audits, config, imports| Store::parse(audits, config, Some(imports)).unwrap_err().to_string();
        assert_eq!(error("[", "", ""), "audits.toml is not as cargo-vet writes it");
        assert_eq!(error("", "exemptions = 1", ""), "config.toml is not as cargo-vet writes it");
        assert_eq!(error("", "", "[[publisher.x]]"), "imports.lock is not as cargo-vet writes it");
    }
}
