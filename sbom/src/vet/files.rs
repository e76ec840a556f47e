//! The files of a `supply-chain` folder, as cargo-vet writes them.

use super::{Kind, Publications, Statement, VetError};
use crate::Publisher;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

type Table<T> = BTreeMap<String, Vec<T>>;

/// All three.
pub(super) struct Files {
    pub(super) audits: Audits,
    config: Config,
    pub(super) imports: Imports,
}

impl Files {
    pub(super) fn parse(audits: &str, config: &str, imports: &str) -> Result<Self, VetError> {
        Ok(Self {
            audits: of_toml(audits, "audits.toml")?,
            config: of_toml(config, "config.toml")?,
            imports: of_toml(imports, "imports.lock")?,
        })
    }

    /// Every entry with the name of the crate that it is about.
    pub(super) fn statements(&self) -> Vec<(String, Statement)> {
        let mut statements = Vec::new();
        self.audits.add_to(&mut statements, None);
        // Only one's own trust counts; that of others is a recommendation (the cargo-vet book, "Trusting Publishers").
        for (name, entry) in each(&self.audits.trusted) {
            if let Some(by) = entry.publications() {
                statements.push((name, entry.statement(Kind::Trusted(by), None)));
            }
        }
        for (name, entry) in each(&self.config.exemptions) {
            let kind = Kind::Exemption { version: version_text(&entry.version) };
            let statement = Statement {
                import: None,
                kind,
                criteria: entry.criteria.to_vec(),
                by: Vec::new(),
                notes: entry.notes.clone(),
            };
            statements.push((name, statement));
        }
        for (import, audits) in &self.imports.audits {
            audits.add_to(&mut statements, Some(import));
        }
        statements
    }
}

/// `audits.toml`, and what was imported of that of another project. Imported criteria have the names of this project.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Audits {
    criteria: BTreeMap<String, Criterion>,
    audits: Table<AuditEntry>,
    wildcard_audits: Table<PublicationEntry>,
    trusted: Table<PublicationEntry>,
}

impl Audits {
    /// Each criterion of the project with those that it implies.
    pub(super) fn criteria(&self) -> impl Iterator<Item = (String, Vec<String>)> {
        self.criteria.iter().map(|(name, criterion)| (name.clone(), criterion.implies.to_vec()))
    }

    fn add_to(&self, statements: &mut Vec<(String, Statement)>, import: Option<&String>) {
        for (name, entry) in each(&self.audits) {
            if let Some(kind) = entry.kind() {
                let statement = Statement {
                    import: import.cloned(),
                    kind,
                    criteria: entry.criteria.to_vec(),
                    by: entry.who.to_vec(),
                    notes: entry.notes.clone(),
                };
                statements.push((name, statement));
            }
        }
        for (name, entry) in each(&self.wildcard_audits) {
            if let Some(by) = entry.publications() {
                statements.push((name, entry.statement(Kind::Wildcard(by), import)));
            }
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    #[serde(alias = "unaudited")]
    exemptions: Table<ExemptionEntry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Imports {
    pub(super) publisher: Table<PublisherEntry>,
    audits: BTreeMap<String, Audits>,
}

#[derive(Deserialize)]
struct Criterion {
    #[serde(default)]
    implies: OneOrSeveral,
}

/// An audit of a version, of a difference, or a warning.
#[derive(Deserialize)]
struct AuditEntry {
    #[serde(default)]
    who: OneOrSeveral,
    criteria: OneOrSeveral,
    version: Option<String>,
    delta: Option<String>,
    violation: Option<String>,
    notes: Option<String>,
}

impl AuditEntry {
    fn kind(&self) -> Option<Kind> {
        if let Some(requirement) = &self.violation {
            return Some(Kind::Violation { requirement: requirement.clone() });
        }
        if let Some(version) = &self.version {
            return Some(Kind::Full { version: version_text(version) });
        }
        // Early versions of cargo-vet wrote whole audits as a delta without an arrow.
        let delta = self.delta.as_ref()?;
        Some(match delta.split_once("->") {
            Some((from, to)) => Kind::Delta { from: version_text(from), to: version_text(to) },
            None => Kind::Full { version: version_text(delta) },
        })
    }
}

/// A wildcard audit, or trust in a publisher.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PublicationEntry {
    #[serde(default)]
    who: OneOrSeveral,
    criteria: OneOrSeveral,
    user_id: Option<u64>,
    /// Such as `github:owner/repository`, for what is published by a workflow.
    trusted_publisher: Option<String>,
    start: String,
    end: String,
    notes: Option<String>,
}

impl PublicationEntry {
    fn publications(&self) -> Option<Publications> {
        let account = account(self.user_id, self.trusted_publisher.as_deref())?;
        Some(Publications { account, start: self.start.clone(), end: self.end.clone() })
    }

    fn statement(&self, kind: Kind, import: Option<&String>) -> Statement {
        Statement {
            import: import.cloned(),
            kind,
            criteria: self.criteria.to_vec(),
            by: self.who.to_vec(),
            notes: self.notes.clone(),
        }
    }
}

#[derive(Deserialize)]
struct ExemptionEntry {
    version: String,
    criteria: OneOrSeveral,
    notes: Option<String>,
}

/// Who published a version to crates.io, and on which day.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PublisherEntry {
    pub(super) version: String,
    pub(super) when: String,
    user_id: Option<u64>,
    user_login: Option<String>,
    user_name: Option<String>,
    trusted_publisher: Option<String>,
}

impl PublisherEntry {
    /// What [`Publications::account`] is compared with.
    pub(super) fn account(&self) -> String {
        account(self.user_id, self.trusted_publisher.as_deref()).unwrap_or_default()
    }

    pub(super) fn publisher(&self) -> Publisher {
        let login = self.user_login.clone().or_else(|| self.trusted_publisher.clone());
        let mut publisher = Publisher::new(login.unwrap_or_else(|| self.account()));
        publisher.name = self.user_name.clone().filter(|name| !name.trim().is_empty());
        publisher
    }
}

/// One text to compare accounts by.
fn account(user_id: Option<u64>, trusted_publisher: Option<&str>) -> Option<String> {
    match user_id {
        Some(id) => Some(format!("crates.io user {id}")),
        None => trusted_publisher.map(str::to_owned),
    }
}

/// A version as it is compared: blanks may stand around it and around the `@` of a commit.
fn version_text(text: &str) -> String {
    text.split_whitespace().collect()
}

fn of_toml<T: DeserializeOwned>(text: &str, file: &'static str) -> Result<T, VetError> {
    toml::from_str(text).map_err(|error| VetError { file, cause: Box::new(error) })
}

fn each<T>(table: &Table<T>) -> impl Iterator<Item = (String, &T)> {
    table.iter().flat_map(|(name, entries)| entries.iter().map(move |entry| (name.clone(), entry)))
}

/// A text, or a list of texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

impl Default for OneOrSeveral {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl OneOrSeveral {
    fn to_vec(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Several(texts) => texts.clone(),
        }
    }
}
