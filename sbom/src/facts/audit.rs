use super::one_line;
use serde::Serialize;
use std::fmt;

/// A statement that someone looked at a crate, or decided not to, in the terms of cargo-vet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Audit {
    /// What is stated.
    pub kind: AuditKind,
    /// The version that it is stated of, where that is not this one but one on the way to it: audits of differences
    /// count together with an audit of what they begin at.
    pub version: Option<String>,
    /// What it was held against, such as `safe-to-deploy`.
    pub criteria: Vec<String>,
    /// Who states it, such as `Jane Doe <jane@example.com>`; empty if the statement does not say.
    pub by: Vec<String>,
    /// Whose audits the statement was taken from, such as the name of an import; `None` for one's own.
    pub import: Option<String>,
    /// What the statement says further.
    pub notes: Option<String>,
}

impl Audit {
    /// A statement of which no more is known than this.
    pub fn new(kind: AuditKind, criteria: Vec<String>) -> Self {
        Self { kind, version: None, criteria, by: Vec::new(), import: None, notes: None }
    }
}

/// What an [`Audit`] states.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum AuditKind {
    /// This version meets the criteria.
    Full,
    /// This version meets the criteria if an earlier one does.
    Delta {
        /// The earlier version.
        from: String,
    },
    /// Every version that this account publishes meets the criteria.
    Wildcard {
        /// The account.
        publisher: String,
    },
    /// The account that published this version is trusted with the criteria, without an audit.
    Trusted {
        /// The account.
        publisher: String,
    },
    /// This version is let through without an audit.
    Exemption,
    /// This version does not meet the criteria.
    Violation,
}

impl AuditKind {
    /// The word of documents for it, such as `delta`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Delta { .. } => "delta",
            Self::Wildcard { .. } => "wildcard",
            Self::Trusted { .. } => "trusted",
            Self::Exemption => "exemption",
            Self::Violation => "violation",
        }
    }
}

/// As documents say it: `delta from 1.0.0; criteria: safe-to-deploy; by: Jane Doe <jane@example.com>; import: mozilla`.
impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if let AuditKind::Delta { from } = &self.kind {
            write!(f, " from {from}")?;
        }
        if let Some(version) = &self.version {
            let of = if let AuditKind::Delta { .. } = self.kind { "to" } else { "of" };
            write!(f, " {of} {version}")?;
        }
        match &self.kind {
            AuditKind::Wildcard { publisher } => write!(f, " for all that {publisher} publishes")?,
            AuditKind::Trusted { publisher } => write!(f, " as published by {publisher}")?,
            AuditKind::Full | AuditKind::Delta { .. } | AuditKind::Exemption | AuditKind::Violation => {}
        }
        let (criteria, by) = (self.criteria.join(", "), self.by.join(", "));
        for (what, text) in [
            ("criteria", Some(criteria.as_str()).filter(|text| !text.is_empty())),
            ("by", Some(by.as_str()).filter(|text| !text.is_empty())),
            ("import", self.import.as_deref()),
            ("notes", self.notes.as_deref().and_then(one_line).as_deref()),
        ] {
            if let Some(text) = text {
                write!(f, "; {what}: {text}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_another_version_names_it() {
        let said = |kind, version: Option<&str>| {
            let mut audit = Audit::new(kind, vec!["safe-to-run".into()]);
            audit.version = version.map(str::to_owned);
            audit.to_string()
        };
        let delta = || AuditKind::Delta { from: "1.0.0".into() };
        let trusted = AuditKind::Trusted { publisher: "jane".into() };
        assert_eq!(said(AuditKind::Full, None), "full; criteria: safe-to-run");
        assert_eq!(said(AuditKind::Full, Some("1.0.0")), "full of 1.0.0; criteria: safe-to-run");
        assert_eq!(said(delta(), None), "delta from 1.0.0; criteria: safe-to-run");
        assert_eq!(said(delta(), Some("1.0.1")), "delta from 1.0.0 to 1.0.1; criteria: safe-to-run");
        assert_eq!(
            said(trusted, Some("1.0.0")),
            "trusted of 1.0.0 as published by jane; criteria: safe-to-run"
        );
    }
}
