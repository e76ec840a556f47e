//! From a list of crates, advisories and answers about code to findings.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

use auditable_audit::{
    Advisories, Answer, CodeEvidence, Collection, Database, Evidence, EvidenceKind, Finding, Funnel,
    Inventory, NoEvidence, Question, Target, Verdict, audit, osv, rustsec,
};
use auditable_graph::{Graph, Version};

/// Answers by the name that is asked for: a function's last segment, or the package.
struct Code {
    present: &'static [&'static str],
    absent: &'static [&'static str],
}

impl CodeEvidence for Code {
    fn answers(&self, questions: &[Question]) -> Vec<Answer> {
        let answer = |question: &Question| {
            let name = match question {
                Question::Function { path, .. } => path.rsplit("::").next().unwrap(),
                Question::Package { package, .. } => package,
                other => panic!("{other:?}"),
            };
            let evidence = |text| Evidence::new(EvidenceKind::DebugInfo, text);
            match () {
                () if self.present.contains(&name) => Answer::Present(evidence("it is there")),
                () if self.absent.contains(&name) => Answer::Absent(evidence("it is not there")),
                () => Answer::Unknown(evidence("who knows")),
            }
        };
        questions.iter().map(answer).collect()
    }
}

fn advisory(id: &str, package: &str, more: &str) -> auditable_audit::Advisory {
    let text = format!(
        "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2020-01-01\"\n{more}\n\
         [versions]\npatched = [\">= 2.0.0\"]\n```\n\n# It turns `spin!` the wrong way\n"
    );
    rustsec::parse(&text, Collection::Crates).unwrap()
}

fn functions(paths: &[&str]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| format!("\"{path}\" = [\"< 2.0.0\"]")).collect();
    format!("[affected]\nfunctions = {{ {} }}", paths.join(", "))
}

fn inventory(packages: &str) -> Inventory {
    Inventory::from(&Graph::from_json(format!(r#"{{"packages":[{packages}]}}"#).as_bytes()).unwrap())
}

const FROB: &str = r#"{"name":"frob","version":"1.0.0","source":"crates.io"}"#;

fn only(mut findings: Vec<Finding>) -> Finding {
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

fn verdict(more: &str, code: &dyn CodeEvidence) -> Finding {
    let database: Database = [advisory("RUSTSEC-2020-9001", "frob", more)].into_iter().collect();
    only(audit(&inventory(FROB), &Target::unknown(), &database, code))
}

#[test]
fn a_linked_function_is_present_whatever_the_others_are() {
    let named = functions(&["frob::turn", "frob::stop"]);
    let finding = verdict(&named, &Code { present: &["turn"], absent: &["stop"] });
    assert_eq!(finding.verdict, Verdict::Present);
    assert_eq!(finding.evidence[0].function.as_deref(), Some("frob::turn"));
    assert_eq!(finding.functions, ["frob::stop", "frob::turn"]);
    assert_eq!(finding.fixed.as_deref(), Some(">= 2.0.0"));
}

#[test]
fn only_if_all_functions_are_absent_is_it_not_linked() {
    let named = functions(&["frob::turn", "frob::stop"]);
    let finding = verdict(&named, &Code { present: &["frob"], absent: &["turn", "stop"] });
    assert_eq!((finding.verdict, finding.evidence.len()), (Verdict::NotLinked, 2));
    let finding = verdict(&named, &Code { present: &["frob"], absent: &["stop"] });
    assert_eq!(finding.verdict, Verdict::Unknown);
    assert_eq!(finding.evidence[0].function.as_deref(), Some("frob::turn"));
}

#[test]
fn without_evidence_everything_is_unknown_and_says_why() {
    for named in [functions(&["frob::turn"]), String::new()] {
        let finding = verdict(&named, &NoEvidence::new("it is stripped"));
        assert_eq!(finding.verdict, Verdict::Unknown);
        assert!(finding.evidence.iter().any(|evidence| evidence.text == "it is stripped"));
    }
    // Whoever forgets an answer has not said that there is nothing.
    struct Silent;
    impl CodeEvidence for Silent {
        fn answers(&self, _: &[Question]) -> Vec<Answer> {
            Vec::new()
        }
    }
    assert_eq!(verdict(&functions(&["frob::turn"]), &Silent).verdict, Verdict::Unknown);
}

#[test]
fn macros_and_types_leave_no_functions() {
    for path in ["frob::Machine", "frob::spin", "frob::detail::Turn"] {
        let last = path.rsplit("::").next().unwrap();
        let absent: &'static [&'static str] = Box::leak(vec![last].into_boxed_slice());
        let finding = verdict(&functions(&[path]), &Code { present: &["frob"], absent });
        assert_eq!(finding.verdict, Verdict::Unknown, "{path}");
        assert_eq!(finding.evidence[0].kind, EvidenceKind::Advisory);
    }
}

#[test]
fn a_crate_without_code_is_said_to_have_none() {
    let code = Code { present: &[], absent: &["frob", "turn"] };
    assert_eq!(verdict("", &code).verdict, Verdict::CrateHasNoCode);
    assert_eq!(verdict(&functions(&["frob::turn"]), &code).verdict, Verdict::CrateHasNoCode);
    // The advisory names no function, and the crate is there: nothing is known.
    assert_eq!(verdict("", &Code { present: &["frob"], absent: &[] }).verdict, Verdict::Unknown);
}

#[test]
fn crates_of_macros_or_with_c_in_them_are_not_judged_by_their_functions() {
    for name in ["frob-sys", "frob-src", "ring", "frob-macros", "frob_derive", "lazy_static"] {
        let list = format!(r#"{{"name":"{name}","version":"1.0.0","source":"crates.io"}}"#);
        for more in [String::new(), functions(&["frob::turn"])] {
            let database: Database = [advisory("RUSTSEC-2020-9001", name, &more)].into_iter().collect();
            let absent: &'static [&'static str] = Box::leak(vec![name, "turn"].into_boxed_slice());
            let code = Code { present: &[], absent };
            let finding = only(audit(&inventory(&list), &Target::unknown(), &database, &code));
            assert_eq!(finding.verdict, Verdict::Unknown, "{name}");
        }
    }
}

#[test]
fn what_is_about_other_systems_does_not_apply() {
    let more = "[affected]\nos = [\"windows\"]";
    let database: Database = [advisory("RUSTSEC-2020-9001", "frob", more)].into_iter().collect();
    let of = |systems: &[&str]| {
        let target = Target::new("ELF", systems, &[]);
        only(audit(&inventory(FROB), &target, &database, &NoEvidence::new("it is stripped"))).verdict
    };
    assert_eq!(of(&["linux", "freebsd"]), Verdict::NotApplicable);
    assert_eq!(of(&["windows", "uefi"]), Verdict::Unknown);
    assert_eq!(of(&[]), Verdict::Unknown);
}

#[test]
fn what_only_built_may_have_generated_code_unless_it_is_behind_another() {
    let list = r#"{"name":"macros","version":"1.0.0","source":"crates.io","kind":"build","dependencies":[1]},
        {"name":"syn","version":"1.0.0","source":"crates.io","kind":"build"},
        {"name":"app","version":"1.0.0","source":"local","dependencies":[0],"root":true}"#;
    let removed = advisory("RUSTSEC-2020-9003", "syn", "expect-deleted = true");
    let database: Database =
        [advisory("RUSTSEC-2020-9001", "macros", ""), advisory("RUSTSEC-2020-9002", "syn", ""), removed]
            .into_iter()
            .collect();
    let findings = audit(&inventory(list), &Target::unknown(), &database, &NoEvidence::new("it is stripped"));
    let verdicts: Vec<(&str, Verdict)> =
        findings.iter().map(|finding| (finding.advisory.id.as_str(), finding.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            ("RUSTSEC-2020-9001", Verdict::Unknown),
            ("RUSTSEC-2020-9002", Verdict::CrateHasNoCode),
            // A malicious crate needs no function in the binary.
            ("RUSTSEC-2020-9003", Verdict::Unknown),
        ]
    );
}

#[test]
fn only_crates_of_crates_io_are_matched() {
    let database: Database = [advisory("RUSTSEC-2020-9001", "frob", "")].into_iter().collect();
    for source in ["git", "local", "registry", "moon"] {
        let list = FROB.replace("crates.io", source);
        let inventory = inventory(&list);
        assert!(audit(&inventory, &Target::unknown(), &database, &NoEvidence::new("")).is_empty());
        assert_eq!(inventory.unmatched().len(), 1);
    }
}

#[test]
fn withdrawn_advisories_and_versions_that_are_fixed_are_left_out() {
    let database: Database = [
        advisory("RUSTSEC-2020-9001", "frob", "withdrawn = \"2020-02-02\""),
        advisory("RUSTSEC-2020-9002", "other", ""),
    ]
    .into_iter()
    .collect();
    assert!(audit(&inventory(FROB), &Target::unknown(), &database, &NoEvidence::new("")).is_empty());
    let list = FROB.replace("1.0.0", "2.0.0");
    let database: Database = [advisory("RUSTSEC-2020-9001", "frob", "")].into_iter().collect();
    assert!(audit(&inventory(&list), &Target::unknown(), &database, &NoEvidence::new("")).is_empty());
}

#[test]
fn the_records_of_one_weakness_are_one_finding() {
    let github = osv::parse(
        br#"{"id":"GHSA-aaaa","published":"2020-01-02T00:00:00Z","aliases":["CVE-2020-1"],
            "affected":[{"package":{"ecosystem":"crates.io","name":"frob"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.5.0"}]},
                          {"type":"SEMVER","events":[{"introduced":"1.0.0"}]}]}]}"#,
    )
    .unwrap();
    let other = osv::parse(
        br#"{"id":"GHSA-bbbb","published":"2020-01-02T00:00:00Z",
            "affected":[{"package":{"ecosystem":"crates.io","name":"frob"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#,
    )
    .unwrap();
    struct InOrder(Vec<Database>);
    impl Advisories for InOrder {
        fn about(
            &self,
            collection: Collection,
            package: &str,
        ) -> Vec<std::sync::Arc<auditable_audit::Advisory>> {
            self.0.iter().flat_map(|database| database.about(collection, package)).collect()
        }
    }
    let named = format!("aliases = [\"CVE-2020-1\"]\n{}", functions(&["frob::turn"]));
    let ours = advisory("RUSTSEC-2020-9001", "frob", &named);
    let databases = InOrder(vec![[ours].into_iter().collect(), [github, other].into_iter().collect()]);
    let findings = audit(&inventory(FROB), &Target::unknown(), &databases, &NoEvidence::new(""));
    let names: Vec<Vec<&str>> = findings.iter().map(Finding::names).collect();
    assert_eq!(names, [vec!["GHSA-bbbb"], vec!["RUSTSEC-2020-9001", "CVE-2020-1", "GHSA-aaaa"]]);
    assert!(findings[1].is_called("GHSA-aaaa") && !findings[1].is_called("GHSA-bbbb"));
}

#[test]
fn the_toolchain_is_audited_like_a_package() {
    let std = rustsec::parse(
        "```toml\n[advisory]\nid = \"CVE-2020-1\"\npackage = \"std\"\ndate = \"2020-01-01\"\n\
         [affected.functions]\n\"std::turn\" = [\"< 1.60.0\"]\n[versions]\npatched = [\">= 1.60.0\"]\n```\n# T\n",
        Collection::Rust,
    )
    .unwrap();
    // A crate may be called like a part of Rust.
    let namesake = advisory("RUSTSEC-2020-9001", "std", "");
    let database: Database = [std, namesake].into_iter().collect();
    let mut inventory = inventory(FROB);
    inventory.add_toolchain(&Version::new(1, 50, 0));
    let code = Code { present: &[], absent: &["std", "turn"] };
    let finding = only(audit(&inventory, &Target::unknown(), &database, &code));
    assert_eq!((finding.advisory.id.as_str(), finding.verdict), ("CVE-2020-1", Verdict::Unknown));
}

#[test]
fn the_funnel_narrows() {
    let named = functions(&["frob::turn"]);
    let findings = [
        verdict(&named, &Code { present: &["turn"], absent: &[] }),
        verdict(&named, &NoEvidence::new("")),
        verdict(&named, &Code { present: &["frob"], absent: &["turn"] }),
        verdict("", &Code { present: &[], absent: &["frob"] }),
    ];
    let funnel = Funnel::of(&findings);
    let counts = [funnel.listed, funnel.on_target, funnel.with_code, funnel.with_functions];
    assert_eq!(counts, [4, 4, 3, 2]);
}
