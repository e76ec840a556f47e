//! Writes documents of every kind about made-up audits into a folder, for validators: every verdict, with and without
//! scores and names elsewhere, decisions of a policy, and texts that strangers may choose.
//!
//! `cargo run --package auditable-audit --example specimens -- FOLDER`

use auditable_audit::report::{
    FileReport, Report, Subject, Tool, UsedDatabase, VexOptions, csaf, cyclonedx, json, openvex, sarif,
};
use auditable_audit::{
    Advisory, Answer, CodeEvidence, Collection, Database, Date, Evidence, EvidenceKind, Inventory, Moment,
    Policy, Question, Target, audit, osv, rustsec,
};
use auditable_graph::{Graph, Version};
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name a folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    for (name, report) in [("all", all()?), ("nothing", nothing()?)] {
        for trusts in [false, true] {
            let mut options = VexOptions::default();
            options.author = Some("Jörg & <Söhne> \"Ltd\"".to_owned());
            options.author_url = Some("https://example.com/security".to_owned());
            options.trusts_code_evidence = trusts;
            let name = if trusts { format!("{name}-trusting") } else { name.to_owned() };
            let documents = [
                ("audit.json", Some(json::report(&report))),
                ("sarif", Some(sarif::log(&report))),
                ("openvex.json", openvex::document(&report, &options)),
                ("vex.cdx.json", Some(cyclonedx::document(&report, &options))),
                ("csaf.json", csaf::document(&report, &options)),
            ];
            for (extension, document) in documents {
                write(&folder.join(format!("{name}.{extension}")), document)?;
            }
        }
    }
    Ok(())
}

fn write(path: &Path, document: Option<Value>) -> Result<(), Box<dyn Error>> {
    if let Some(document) = document {
        fs::write(path, serde_json::to_vec_pretty(&document)?)?;
    }
    Ok(())
}

/// Two files: a binary with everything, and what an SBOM without a digest describes.
fn all() -> Result<Report, Box<dyn Error>> {
    let list = br#"{"packages":[
        {"name":"linked","version":"1.0.0","source":"crates.io"},
        {"name":"unlinked","version":"1.0.0+build.1","source":"crates.io"},
        {"name":"empty","version":"1.0.0-rc.1","source":"crates.io"},
        {"name":"foreign","version":"1.0.0","source":"crates.io"},
        {"name":"mystery","version":"1.0.0","source":"crates.io","dependencies":[0]},
        {"name":"maker","version":"1.0.0","source":"crates.io","kind":"build"},
        {"name":"linked","version":"1.0.0","source":"crates.io","kind":"build"},
        {"name":"a \"name\" <&> \u001b[31m \u00e4","version":"1.0.0","source":"local"},
        {"name":"app","version":"0.1.0","source":"local","dependencies":[1,2,3,4,5,6,7],"root":true}],"format":9}"#;
    let mut inventory = Inventory::from(&Graph::from_json(list)?);
    inventory.add_toolchain(&Version::new(1, 50, 0));
    let policy = Policy::parse(
        "[[audit.ignore]]\nid = \"RUSTSEC-2020-9007\"\nreason = \"we never \\\"make\\\" <that>\"\n\
         justification = \"vulnerable_code_not_in_execute_path\"\n\
         [[audit.ignore]]\nid = \"RUSTSEC-2020-9005\"\nreason = \"someone has looked\"\nexpires = 2030-01-01\n\
         [[audit.ignore]]\nid = \"RUSTSEC-1999-0001\"\nreason = \"never needed\"\n",
    )?;
    let target = Target::new("ELF for x86_64", &["linux"], &["x86_64"]);
    let database: Database = advisories()?.into_iter().collect();
    let file = |subject: Subject| {
        let findings = audit(&inventory, &target, &database, &Code);
        FileReport::new(subject, &inventory, findings, &policy, today())
    };
    let mut binary = Subject::default();
    binary.path = "dist/über den/app & more".to_owned();
    binary.member = Some("layer-1/usr/bin/app & more".to_owned());
    binary.name = "app & more".to_owned();
    binary.sha256 = Some("ab".repeat(32));
    binary.location = Some("slice 1".to_owned());
    binary.container = Some("ELF".to_owned());
    binary.architecture = Some("x86_64".to_owned());
    let mut described = Subject::default();
    described.path = "-".to_owned();
    described.name = "described".to_owned();
    // Some files have several lists.
    let files = vec![file(binary.clone()), file(described), file(binary)];
    let decisions = files.iter().flat_map(|file| &file.found).map(|found| &found.decision);
    let policy = policy.review(decisions);
    Ok(Report { files, policy, ..nothing()? })
}

fn nothing() -> Result<Report, Box<dyn Error>> {
    Ok(Report {
        tool: Tool { name: "auditable".to_owned(), version: "0.1.0".to_owned() },
        moment: Moment::from_unix_seconds(1_700_000_000).ok_or("a moment")?,
        databases: vec![UsedDatabase {
            path: "db".to_owned(),
            format: "rustsec",
            advisories: 9,
            newest: Some(today()),
        }],
        files: Vec::new(),
        policy: Vec::new(),
    })
}

fn today() -> Date {
    Date::from_unix_seconds(1_700_000_000).unwrap_or_else(|| unreachable!("a day of 2023"))
}

fn advisories() -> Result<Vec<Advisory>, Box<dyn Error>> {
    let v3 = "cvss = \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"\naliases = [\"CVE-2020-90001\", \"GHSA-aaaa-bbbb-cccc\"]";
    let v30 = "cvss = \"CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N\"";
    let v4 = "cvss = \"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N\"";
    let functions = |path: &str| format!("[affected]\nfunctions = {{ \"{path}\" = [\"*\"] }}");
    let texts = [
        ("RUSTSEC-2020-9001", "linked", format!("{v3}\n{}", functions("linked::turn"))),
        ("RUSTSEC-2020-9002", "unlinked", format!("{v4}\n{}", functions("unlinked::stop"))),
        ("RUSTSEC-2020-9003", "empty", v30.to_owned()),
        ("RUSTSEC-2020-9004", "foreign", "[affected]\nos = [\"windows\"]".to_owned()),
        ("RUSTSEC-2020-9005", "mystery", String::new()),
        ("RUSTSEC-2020-9006", "mystery", "informational = \"unmaintained\"".to_owned()),
        ("RUSTSEC-2020-9007", "maker", "informational = \"unsound\"".to_owned()),
    ];
    let mut advisories = Vec::new();
    for (id, package, more) in texts {
        let text = format!(
            "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"2020-01-31\"\n{more}\n\
             [versions]\npatched = [{}]\n```\n\n# A \"title\" with <tags> & \u{e4} \\<T\\>\n",
            if package == "mystery" { "" } else { "\">= 2.0.0\"" }
        );
        advisories.push(rustsec::parse(&text, Collection::Crates)?);
    }
    advisories.push(rustsec::parse(
        "```toml\n[advisory]\nid = \"CVE-2021-90002\"\npackage = \"std\"\ndate = \"2021-01-31\"\n\
         [versions]\npatched = [\">= 1.60.0\"]\n```\n# Of the standard library\n",
        Collection::Rust,
    )?);
    // Without a title, and with an id of nobody's.
    advisories.push(osv::parse(
        br#"{"id":"X-1","published":"2020-01-31T00:00:00Z","affected":[{"package":{"ecosystem":"crates.io","name":"linked"},
            "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#,
    )?);
    Ok(advisories)
}

/// As debug information would answer.
struct Code;

impl CodeEvidence for Code {
    fn answers(&self, questions: &[Question]) -> Vec<Answer> {
        let evidence = |text: &str| Evidence::new(EvidenceKind::DebugInfo, text);
        let answer = |question: &Question| match question {
            Question::Function { path, .. } if path.ends_with("turn") => {
                Answer::Present(evidence("linked as <linked::Wheel as core::ops::Drop>::turn"))
            }
            Question::Function { .. } => Answer::Absent(evidence("nothing of it is there")),
            Question::Package { package, .. } if package == "empty" => {
                Answer::Absent(evidence("nothing is there"))
            }
            _ => Answer::Unknown(evidence("who knows")),
        };
        questions.iter().map(answer).collect()
    }
}
