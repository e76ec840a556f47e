//! What a policy makes of findings.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

use auditable_audit::{
    Collection, Database, Date, Decision, Finding, Inventory, Level, NoEvidence, Policy, Target, audit,
    rustsec,
};
use auditable_graph::Graph;

fn finding(more: &str) -> Finding {
    let text = format!(
        "```toml\n[advisory]\nid = \"RUSTSEC-2020-9001\"\npackage = \"frob\"\ndate = \"2020-01-01\"\n\
         aliases = [\"CVE-2020-1\"]\n{more}\n[versions]\npatched = []\n```\n\n# Title\n"
    );
    let database: Database = [rustsec::parse(&text, Collection::Crates).unwrap()].into_iter().collect();
    let list = br#"{"packages":[{"name":"frob","version":"1.0.0","source":"crates.io"}]}"#;
    let inventory = Inventory::from(&Graph::from_json(list).unwrap());
    audit(&inventory, &Target::unknown(), &database, &NoEvidence::new("")).remove(0)
}

fn decide(policy: &str, finding: &Finding) -> Decision {
    Policy::parse(policy).unwrap().decide(finding, "frob", "1.0.0", Date::parse("2026-01-01").unwrap())
}

const LOW: &str = r#"cvss = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N""#;

#[test]
fn without_a_policy_vulnerabilities_are_denied_and_the_rest_is_shown() {
    assert_eq!(decide("", &finding("")).level, Level::Deny);
    for kind in ["unsound", "unmaintained", "notice"] {
        assert_eq!(decide("", &finding(&format!("informational = \"{kind}\""))).level, Level::Warn);
    }
}

#[test]
fn the_mildest_of_kind_verdict_and_severity_counts() {
    let level = |policy, more| decide(policy, &finding(more)).level;
    assert_eq!(level("[audit.kinds]\nvulnerability = \"warn\"", ""), Level::Warn);
    assert_eq!(level("[audit.verdicts]\nunknown = \"allow\"", ""), Level::Allow);
    assert_eq!(level("[audit.severities]\nlow = \"warn\"", LOW), Level::Warn);
    assert_eq!(level("[audit.severities]\nlow = \"warn\"", ""), Level::Deny);
    assert_eq!(level("[audit.severities]\nunscored = \"allow\"", ""), Level::Allow);
    assert_eq!(level("[audit.kinds]\nunsound = \"deny\"", "informational = \"unsound\""), Level::Deny);
}

#[test]
fn ignores_need_a_reason_and_end() {
    let ignore = |more: &str| format!("[[audit.ignore]]\nid = \"CVE-2020-1\"\nreason = \"known\"\n{more}");
    let ignored = Decision { level: Level::Allow, ignored: Some(0), expired: None };
    for more in [
        "",
        "package = \"frob\"",
        "package = \"frob@1.0.0\"",
        "expires = 2026-01-02",
        "expires = \"2026-01-02\"",
    ] {
        assert_eq!(decide(&ignore(more), &finding("")), ignored, "{more}");
    }
    for more in ["package = \"other\"", "package = \"frob@1.0.1\""] {
        assert_eq!(decide(&ignore(more), &finding("")).level, Level::Deny, "{more}");
    }
    let expired = decide(&ignore("expires = 2026-01-01"), &finding(""));
    assert_eq!(expired, Decision { level: Level::Deny, ignored: None, expired: Some(0) });
}

#[test]
fn an_ignore_that_is_expired_or_not_needed_is_a_finding() {
    let policy = Policy::parse(
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \"known\"\nexpires = 2025-01-01\n\
         [[audit.ignore]]\nid = \"A-2\"\nreason = \"known\"\n\
         [[audit.ignore]]\nid = \"A-3\"\nreason = \"known\"\n",
    )
    .unwrap();
    let decisions = [
        Decision { level: Level::Deny, ignored: None, expired: Some(0) },
        Decision { level: Level::Allow, ignored: Some(2), expired: None },
    ];
    let found: Vec<(&str, Level, String)> = policy
        .review(&decisions)
        .into_iter()
        .map(|finding| (finding.code, finding.level, finding.text))
        .collect();
    assert_eq!(
        found,
        [
            ("expired-ignore", Level::Deny, "A-1 is not ignored any more since 2025-01-01: known".to_owned()),
            (
                "unused-ignore",
                Level::Warn,
                "A-2 is ignored, and nothing has it: take the entry out".to_owned()
            ),
        ]
    );
}

#[test]
fn an_old_database_is_a_finding() {
    let date = |text| Date::parse(text).unwrap();
    let policy = Policy::parse("[audit]\nmax-age = 30").unwrap();
    let review = |newest| policy.review_age("db", Some(date(newest)), date("2026-02-01"));
    assert_eq!(review("2026-01-02"), None);
    assert_eq!(review("2027-01-01"), None);
    assert_eq!(
        review("2026-01-01").unwrap().text,
        "db is 31 days old, and 30 are allowed: its newest advisory is of 2026-01-01"
    );
    let unknown = policy.review_age("db", None, date("2026-02-01")).unwrap();
    assert_eq!(unknown.text, "nothing tells how old db is, and 30 days are allowed");
    assert_eq!(Policy::default().review_age("db", None, date("2026-02-01")), None);
}

#[test]
fn a_policy_with_a_slip_is_refused() {
    for text in [
        "audit = 1",
        "[audit]\nmax_age = 30",
        "[audit.kinds]\nvulnerabilities = \"deny\"",
        "[audit.verdicts]\npresent = \"forbid\"",
        "[[audit.ignore]]\nid = \"A-1\"",
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \" \"",
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \"known\"\nexpires = \"soon\"",
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \"known\"\nexpires = 20270101",
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \"known\"\nuntil = 2027-01-01",
        "[[audit.ignore]]\nid = \"A-1\"\nreason = \"known\"\njustification = \"because\"",
    ] {
        assert!(Policy::parse(text).is_err(), "{text}");
    }
    // Other tools may keep theirs in the same file.
    assert!(Policy::parse("[other]\nkey = 1").is_ok());
}
