use crate::report::Justification;
use crate::{AdvisoryKind, Date, Finding, Severity, Verdict};
use serde::Deserialize;
use std::{error, fmt};

/// What is done about findings: the table `[audit]` of `auditable.toml`.
///
/// ```toml
/// [audit]
/// max-age = 30                # days; an older database is denied
///
/// [audit.kinds]               # these are the defaults
/// vulnerability = "deny"
/// unsound = "warn"
/// unmaintained = "warn"
/// notice = "warn"
///
/// [audit.verdicts]
/// present = "deny"
/// unknown = "deny"
/// not-linked = "warn"
/// crate-has-no-code = "warn"
/// not-applicable = "allow"
///
/// [audit.severities]          # by CVSS; what has no score counts as unscored
/// low = "warn"                # all are "deny" by default
///
/// [audit.policy]
/// expired-ignore = "deny"
/// unused-ignore = "warn"
/// outdated-database = "deny"
///
/// [[audit.ignore]]
/// id = "RUSTSEC-2021-0003"    # or an alias
/// package = "smallvec@0.6.10" # optional, with or without a version
/// reason = "not reachable: insert_many is never called"
/// expires = 2027-01-01        # optional: the first day on which it is not ignored any more
/// justification = "vulnerable_code_not_in_execute_path" # optional: VEX says that the product is not affected
/// ```
///
/// A finding has the mildest level of those of its kind, its verdict and its severity.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How old a database may be, in days.
    pub max_age_days: Option<u64>,
    kinds: [Level; 4],
    verdicts: [Level; 5],
    severities: [Level; 6],
    expired_ignore: Level,
    unused_ignore: Level,
    outdated_database: Level,
    ignores: Vec<Ignore>,
}

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It is only counted.
    Allow,
    /// It is shown.
    Warn,
    /// It is shown, and the audit fails.
    Deny,
}

impl Level {
    /// `allow`, `warn` or `deny`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// A finding that someone has decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ignore {
    /// A name of the weakness.
    pub id: String,
    /// The only package for which it is ignored: its name, and its version if one is given.
    pub package: Option<(String, Option<String>)>,
    /// Why.
    pub reason: String,
    /// The first day on which it is not ignored any more.
    pub expires: Option<Date>,
    /// Why the product is not affected: then VEX documents say that it is not. Without it, they say that someone has
    /// looked.
    pub justification: Option<Justification>,
}

/// What the policy says to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How much it matters; [`Level::Allow`] if it is ignored.
    pub level: Level,
    /// Which of the [`Policy::ignores`] it was ignored by.
    pub ignored: Option<usize>,
    /// Which of them would have done so, and are expired.
    pub expired: Option<usize>,
}

/// Something wrong with the policy or the databases, and not with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyFinding {
    /// `expired-ignore`, `unused-ignore` or `outdated-database`.
    pub code: &'static str,
    /// What is wrong, in words.
    pub text: String,
    /// How much it matters.
    pub level: Level,
}

impl Policy {
    /// Reads `auditable.toml`. Tables other than `[audit]` are for others.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] if it is no TOML, or the table has keys or values that it cannot have.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text).map_err(|error| PolicyError::Toml(Box::new(error)))?;
        let raw = file.audit;
        let default = Self::default();
        let mut ignores = Vec::new();
        for ignore in raw.ignore {
            ignores.push(ignore.checked()?);
        }
        let kinds = raw.kinds.levels();
        let verdicts = raw.verdicts.levels();
        let severities = raw.severities.levels();
        Ok(Self {
            max_age_days: raw.max_age,
            kinds: or_default(kinds, default.kinds),
            verdicts: or_default(verdicts, default.verdicts),
            severities: or_default(severities, default.severities),
            expired_ignore: raw.policy.expired_ignore.unwrap_or(default.expired_ignore),
            unused_ignore: raw.policy.unused_ignore.unwrap_or(default.unused_ignore),
            outdated_database: raw.policy.outdated_database.unwrap_or(default.outdated_database),
            ignores,
        })
    }

    /// The findings that someone has decided about, in the order of the file.
    pub fn ignores(&self) -> &[Ignore] {
        &self.ignores
    }

    /// What to do about a finding in a package, on a day.
    pub fn decide(&self, finding: &Finding, package: &str, version: &str, today: Date) -> Decision {
        let mut expired = None;
        for (index, ignore) in self.ignores.iter().enumerate() {
            if ignore.is_about(finding, package, version) {
                if !ignore.is_expired(today) {
                    return Decision { level: Level::Allow, ignored: Some(index), expired: None };
                }
                expired = expired.or(Some(index));
            }
        }
        Decision { level: self.level(finding), ignored: None, expired }
    }

    /// What is wrong with the ignores, given all decisions of an audit.
    pub fn review<'a>(&self, decisions: impl IntoIterator<Item = &'a Decision>) -> Vec<PolicyFinding> {
        let mut used = vec![false; self.ignores.len()];
        let mut expired = vec![false; self.ignores.len()];
        for decision in decisions {
            for (marks, index) in [(&mut used, decision.ignored), (&mut expired, decision.expired)] {
                if let Some(mark) = index.and_then(|index| marks.get_mut(index)) {
                    *mark = true;
                }
            }
        }
        let mut findings = Vec::new();
        for ((ignore, used), expired) in self.ignores.iter().zip(used).zip(expired) {
            if expired {
                let day = ignore.expires.map(|day| format!(" since {day}")).unwrap_or_default();
                findings.push(PolicyFinding {
                    code: "expired-ignore",
                    text: format!("{} is not ignored any more{day}: {}", ignore.id, ignore.reason),
                    level: self.expired_ignore,
                });
            } else if !used {
                findings.push(PolicyFinding {
                    code: "unused-ignore",
                    text: format!("{} is ignored, and nothing has it: take the entry out", ignore.id),
                    level: self.unused_ignore,
                });
            }
        }
        findings
    }

    /// What is wrong with a database whose newest advisory is of a day: one that does not tell its age may be as old as
    /// any.
    pub fn review_age(&self, database: &str, newest: Option<Date>, today: Date) -> Option<PolicyFinding> {
        let limit = self.max_age_days?;
        let text = match newest.map(|newest| (newest, today.days_since(newest))) {
            Some((_, age)) if age <= limit => return None,
            Some((newest, age)) => {
                format!(
                    "{database} is {age} days old, and {limit} are allowed: its newest advisory is of {newest}"
                )
            }
            None => format!("nothing tells how old {database} is, and {limit} days are allowed"),
        };
        Some(PolicyFinding { code: "outdated-database", text, level: self.outdated_database })
    }

    /// The mildest of three.
    fn level(&self, finding: &Finding) -> Level {
        let severity = finding.advisory.score.as_ref().map(|score| score.severity());
        let of = |levels: &[Level], at: Option<usize>| {
            at.and_then(|at| levels.get(at)).copied().unwrap_or(Level::Deny)
        };
        let kind = AdvisoryKind::ALL.iter().position(|kind| *kind == finding.advisory.kind);
        let verdict = Verdict::ALL.iter().position(|verdict| *verdict == finding.verdict);
        let severity = SEVERITIES.iter().position(|one| *one == severity);
        of(&self.kinds, kind).min(of(&self.verdicts, verdict)).min(of(&self.severities, severity))
    }
}

impl Default for Policy {
    fn default() -> Self {
        use Level::{Allow, Deny, Warn};
        Self {
            max_age_days: None,
            kinds: [Deny, Warn, Warn, Warn],
            verdicts: [Deny, Deny, Warn, Warn, Allow],
            severities: [Deny; 6],
            expired_ignore: Deny,
            unused_ignore: Warn,
            outdated_database: Deny,
            ignores: Vec::new(),
        }
    }
}

impl Ignore {
    fn is_about(&self, finding: &Finding, package: &str, version: &str) -> bool {
        let is_package = self.package.as_ref().is_none_or(|(name, wanted)| {
            name == package && wanted.as_ref().is_none_or(|wanted| wanted == version)
        });
        is_package && finding.is_called(&self.id)
    }

    fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| today >= expires)
    }
}

/// Why a policy cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no TOML, or has keys or values that it cannot have.
    Toml(Box<toml::de::Error>),
    /// A day that is none.
    Date(String),
    /// An ignore without a reason.
    Reason(String),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(_) => f.write_str("it is not a policy for audits"),
            Self::Date(text) => write!(f, "{text:?} is no date, such as 2027-01-31: it stands at `expires`"),
            Self::Reason(id) => write!(f, "{id} is ignored for no reason: write one as `reason`"),
        }
    }
}

impl error::Error for PolicyError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Toml(error) => Some(&**error),
            Self::Date(_) | Self::Reason(_) => None,
        }
    }
}

#[derive(Default, Deserialize)]
struct File {
    #[serde(default)]
    audit: RawPolicy,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct RawPolicy {
    max_age: Option<u64>,
    kinds: RawKinds,
    verdicts: RawVerdicts,
    severities: RawSeverities,
    policy: RawReview,
    ignore: Vec<RawIgnore>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct RawKinds {
    vulnerability: Option<Level>,
    unsound: Option<Level>,
    unmaintained: Option<Level>,
    notice: Option<Level>,
}

impl RawKinds {
    /// In the order of [`AdvisoryKind::ALL`].
    fn levels(&self) -> [Option<Level>; 4] {
        [self.vulnerability, self.unsound, self.unmaintained, self.notice]
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct RawVerdicts {
    present: Option<Level>,
    unknown: Option<Level>,
    not_linked: Option<Level>,
    crate_has_no_code: Option<Level>,
    not_applicable: Option<Level>,
}

impl RawVerdicts {
    /// In the order of [`Verdict::ALL`].
    fn levels(&self) -> [Option<Level>; 5] {
        [self.present, self.unknown, self.not_linked, self.crate_has_no_code, self.not_applicable]
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct RawSeverities {
    none: Option<Level>,
    low: Option<Level>,
    medium: Option<Level>,
    high: Option<Level>,
    critical: Option<Level>,
    unscored: Option<Level>,
}

impl RawSeverities {
    /// In the order of [`SEVERITIES`].
    fn levels(&self) -> [Option<Level>; 6] {
        [self.none, self.low, self.medium, self.high, self.critical, self.unscored]
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct RawReview {
    expired_ignore: Option<Level>,
    unused_ignore: Option<Level>,
    outdated_database: Option<Level>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawIgnore {
    id: String,
    package: Option<String>,
    reason: String,
    expires: Option<toml::Value>,
    justification: Option<Justification>,
}

impl RawIgnore {
    fn checked(self) -> Result<Ignore, PolicyError> {
        if self.reason.trim().is_empty() {
            return Err(PolicyError::Reason(self.id));
        }
        let expires = match self.expires {
            None => None,
            Some(day) => {
                let text = match day {
                    toml::Value::Datetime(date) => date.to_string(),
                    toml::Value::String(text) => text,
                    other => format!("a value of the type {}", other.type_str()),
                };
                Some(Date::parse(&text).ok_or(PolicyError::Date(text))?)
            }
        };
        let package = self.package.map(|package| match package.split_once('@') {
            Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
            None => (package, None),
        });
        Ok(Ignore { id: self.id, package, reason: self.reason, expires, justification: self.justification })
    }
}

fn or_default<const N: usize>(given: [Option<Level>; N], default: [Level; N]) -> [Level; N] {
    let mut levels = default;
    for (level, given) in levels.iter_mut().zip(given) {
        *level = given.unwrap_or(*level);
    }
    levels
}

const SEVERITIES: [Option<Severity>; 6] = [
    Some(Severity::None),
    Some(Severity::Low),
    Some(Severity::Medium),
    Some(Severity::High),
    Some(Severity::Critical),
    None,
];
