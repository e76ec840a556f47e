//! What a schema cannot check: that the documents say what was found. The schemas are a matter of `cargo xtask test`.

use crate::advisories::folder;
use crate::specimen::Folder;
use serde_json::{Value, json};

fn document(folder: &Folder, arguments: &str) -> Value {
    let (code, stdout, stderr) = folder.run(&format!("audit --db db --format {arguments}"));
    assert_eq!(code, 1, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

fn ignoring(more: &str) -> Folder {
    let folder = folder();
    let policy =
        format!("[[audit.ignore]]\nid = \"RUSTSEC-2021-9005\"\nreason = \"only at build time\"\n{more}\n");
    folder.put("auditable.toml", policy);
    folder
}

#[test]
fn sarif_has_a_rule_for_each_advisory_and_a_result_for_each_finding() {
    let log = document(&ignoring(""), "sarif app.wasm");
    let run = &log["runs"][0];
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["RUSTSEC-2020-9001", "RUSTSEC-2020-9002", "RUSTSEC-2021-9004", "RUSTSEC-2021-9005"]);
    let results = run["results"].as_array().unwrap();
    let levels: Vec<(&str, &str)> = results
        .iter()
        .map(|result| (result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap()))
        .collect();
    assert_eq!(
        levels,
        [
            ("RUSTSEC-2020-9001", "error"),
            ("RUSTSEC-2020-9002", "note"),
            ("RUSTSEC-2021-9004", "warning"),
            ("RUSTSEC-2021-9005", "note"),
        ]
    );
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize], result["ruleId"]);
        assert!(!result["properties"]["evidence"].as_array().unwrap().is_empty());
    }
    assert_eq!(
        results[3]["suppressions"],
        json!([{"kind": "external", "justification": "only at build time"}])
    );
    assert_eq!(run["artifacts"][0]["hashes"]["sha-256"].as_str().unwrap().len(), 64);
}

/// Status and justification by advisory.
fn statements(document: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let statements = document["statements"].as_array().unwrap();
    statements
        .iter()
        .map(|one| (text(&one["vulnerability"]["name"]), text(&one["status"]), text(&one["justification"])))
        .collect()
}

#[test]
fn results_and_their_fingerprints_are_told_apart() {
    let folder = folder();
    let two = crate::advisories::LIST.replace(
        "\"name\":\"stray\",\"version\":\"1.0.0\",\"source\":\"git\"",
        "\"name\":\"frob\",\"version\":\"1.1.1\",\"source\":\"crates.io\"",
    );
    for path in ["a b/app.wasm", "c/app.wasm"] {
        folder.put(path, crate::specimen::module(&[&two]));
    }
    let whole = folder.path("c").display().to_string();
    let log = document(&folder, &format!("sarif --no-recover . {whole}"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut prints: Vec<String> = results.iter().map(|one| one["partialFingerprints"].to_string()).collect();
    let count = prints.len();
    prints.sort();
    prints.dedup();
    assert_eq!((prints.len(), count > 12), (count, true), "{prints:?}");
    let artifacts = log["runs"][0]["artifacts"].as_array().unwrap();
    let uris: Vec<&str> = artifacts.iter().map(|one| one["location"]["uri"].as_str().unwrap()).collect();
    assert!(uris.contains(&"./a%20b/app.wasm") || uris.contains(&"a%20b/app.wasm"), "{uris:?}");
    assert!(uris.contains(&&*format!("file://{whole}/app.wasm")), "{uris:?}");
}

#[test]
fn what_is_read_is_not_written_and_authors_are_who_they_should_be() {
    let folder = folder();
    folder.put("osv.json", crate::advisories::osv("GHSA-a", "frob", "2.0.0"));
    folder.put("auditable.toml", "");
    folder.put("mine.toml", "");
    for (file, more) in [("osv.json", ""), ("auditable.toml", ""), ("mine.toml", "--config mine.toml")] {
        let before = std::fs::read(folder.path(file)).unwrap();
        let (code, _, stderr) = folder.run(&format!("audit --db osv.json {more} -o {file} app.wasm"));
        assert_eq!(code, 2, "{file}");
        assert!(stderr.contains("is read, and would be overwritten"), "{stderr}");
        assert_eq!(std::fs::read(folder.path(file)).unwrap(), before);
    }
    for options in ["--author-url example.com", "--author-url https://", "--author="] {
        assert_eq!(folder.run(&format!("audit --db db {options} app.wasm")).0, 2, "{options}");
    }
}

#[test]
fn openvex_says_no_more_than_is_known() {
    let document = document(&folder(), "openvex --author Somebody app.wasm");
    let expected = |id: &str, status: &str, why: &str| (id.to_owned(), status.to_owned(), why.to_owned());
    assert_eq!(
        statements(&document),
        [
            expected("RUSTSEC-2020-9001", "under_investigation", ""),
            expected("RUSTSEC-2020-9002", "not_affected", "vulnerable_code_not_present"),
            expected("RUSTSEC-2021-9005", "under_investigation", ""),
        ]
    );
    assert_eq!(document["author"], "Somebody");
    let product = &document["statements"][0]["products"][0];
    let digest = product["hashes"]["sha-256"].as_str().unwrap();
    assert_eq!(product["@id"], format!("pkg:generic/app.wasm?checksum=sha256:{digest}"));
    assert_eq!(product["subcomponents"][0]["@id"], "pkg:cargo/frob@1.1.0");
    assert!(
        document["statements"][1]["impact_statement"].as_str().unwrap().contains("only windows is affected")
    );
}

#[test]
fn what_someone_has_decided_is_said_as_theirs() {
    let looked = document(&ignoring(""), "openvex app.wasm");
    assert_eq!(statements(&looked)[2].1, "under_investigation");
    assert!(looked["statements"][2]["status_notes"].as_str().unwrap().starts_with("only at build time; "));
    let decided = ignoring("justification = \"vulnerable_code_not_in_execute_path\"");
    let decided = document(&decided, "openvex app.wasm");
    let (_, status, justification) = &statements(&decided)[2];
    assert_eq!(
        (status.as_str(), justification.as_str()),
        ("not_affected", "vulnerable_code_not_in_execute_path")
    );
}

#[test]
fn cyclonedx_and_csaf_say_the_same() {
    let folder = folder();
    let cyclonedx = document(&folder, "cyclonedx-vex app.wasm");
    let states: Vec<(&str, &str)> = cyclonedx["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["analysis"]["state"].as_str().unwrap()))
        .collect();
    let expected = [
        ("RUSTSEC-2020-9001", "in_triage"),
        ("RUSTSEC-2020-9002", "not_affected"),
        ("RUSTSEC-2021-9005", "in_triage"),
    ];
    assert_eq!(states, expected);
    let csaf = document(&folder, "csaf --author Somebody --author-url https://somebody.example app.wasm");
    let statuses: Vec<Vec<String>> = csaf["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["product_status"].as_object().unwrap().keys().cloned().collect())
        .collect();
    assert_eq!(statuses, [["under_investigation"], ["known_not_affected"], ["under_investigation"]]);
    assert_eq!(csaf["vulnerabilities"][0]["cve"], "CVE-2020-90001");
}

#[test]
fn csaf_is_not_written_without_an_author() {
    let (code, stdout, stderr) = folder().run("audit --db db --format csaf app.wasm");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("give --author NAME and --author-url URL"), "{stderr}");
}

#[test]
fn a_document_that_would_say_nothing_is_not_written() {
    let folder = folder();
    for format in ["openvex", "csaf --author A --author-url https://a.example"] {
        let (code, stdout, stderr) =
            folder.run(&format!("audit --db db --format {format} -o vex.json fine.wasm"));
        assert_eq!((code, stdout.as_str()), (0, ""));
        assert!(stderr.contains("no weakness was found"), "{stderr}");
        assert!(!folder.path("vex.json").exists());
    }
}

#[test]
fn what_is_said_of_a_crate_in_a_file_is_said_once_and_the_worst_of_it() {
    let folder = folder();
    let twice = crate::advisories::LIST.replace(
        "\"name\":\"stray\",\"version\":\"1.0.0\",\"source\":\"git\"",
        "\"name\":\"frob\",\"version\":\"1.1.0\",\"source\":\"crates.io\",\"kind\":\"build\"",
    );
    folder.put("twice.wasm", crate::specimen::module(&[&twice, crate::advisories::LIST]));
    let document = document(&folder, "openvex twice.wasm");
    let ids: Vec<String> = statements(&document).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, ["RUSTSEC-2020-9001", "RUSTSEC-2020-9002", "RUSTSEC-2021-9005"]);
}
