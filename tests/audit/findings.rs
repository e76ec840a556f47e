use crate::advisories::{folder, report, verdicts};
use serde_json::json;

#[test]
fn people_are_told_what_where_why_and_what_to_do() {
    let (code, stdout, stderr) = folder().run("audit --db db app.wasm");
    assert_eq!(
        stdout,
        "app.wasm: 4 packages looked up
  frob 1.1.0  (app 0.1.0 > frob 1.1.0)
    deny RUSTSEC-2020-9001 (vulnerability, 9.8 critical): About frob
      unknown: the advisory names no function
        the binary is stripped
      update frob to >= 1.2.0
      https://rustsec.org/advisories/RUSTSEC-2020-9001.html
  gone 0.3.0  (app 0.1.0 > maker 1.0.0 > gone 0.3.0)
    warn RUSTSEC-2021-9004 (unmaintained): About gone
      https://rustsec.org/advisories/RUSTSEC-2021-9004.html
    warn RUSTSEC-2021-9005 (vulnerability): About gone
      crate-has-no-code: took part only in building, and only for packages that did so too
      no version of gone is better: replace it, or see what the advisory says
      https://rustsec.org/advisories/RUSTSEC-2021-9005.html
  allowed by the policy: 1 finding
  C libraries that its crates bring along: zstd 1.5.7
  not looked up, since it is not from crates.io but git: stray 1.0.0
  not looked up, since it is not from crates.io but local: app 0.1.0
  weaknesses: 3 by version, 2 of them on this system, 1 with code of the crate, 1 with the functions
1 binary: 1 denied, 2 warned, 1 allowed, 0 ignored
"
    );
    assert_eq!((code, stderr.as_str()), (1, "note: db: newest advisory of 2021-01-31, 1017 days old\n"));
}

#[test]
fn the_json_says_everything() {
    let (report, code) = report(&folder(), "--db db app.wasm");
    assert_eq!(code, 1);
    let file = &report["files"][0];
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(
        (&file["name"], &file["container"], &file["origin"]),
        (&json!("app.wasm"), &json!("wasm"), &json!("list"))
    );
    let finding = &file["findings"][0];
    assert_eq!(finding["id"], "RUSTSEC-2020-9001");
    assert_eq!(finding["aliases"], json!(["CVE-2020-90001"]));
    assert_eq!(finding["cvss"]["score"], 9.8);
    assert_eq!(finding["package"]["purl"], "pkg:cargo/frob@1.1.0");
    assert_eq!(finding["way"], json!(["app 0.1.0", "frob 1.1.0"]));
    assert_eq!((&finding["fixed"], &finding["level"]), (&json!(">= 1.2.0"), &json!("deny")));
    assert_eq!(
        finding["evidence"][0],
        json!({"kind": "advisory", "function": null, "text": "the advisory names no function"})
    );
    assert_eq!(
        verdicts(&report, 0)[1..],
        [
            ("RUSTSEC-2020-9002".to_owned(), "not-applicable".to_owned()),
            ("RUSTSEC-2021-9004".to_owned(), "crate-has-no-code".to_owned()),
            ("RUSTSEC-2021-9005".to_owned(), "crate-has-no-code".to_owned()),
        ]
    );
    assert_eq!(file["bundled"][0]["cpe"], "cpe:2.3:a:facebook:zstandard:1.5.7:*:*:*:*:*:*:*");
    assert_eq!(
        file["unmatched"][1],
        json!({"name": "stray", "version": "1.0.0", "reason": "it is not from crates.io but git"})
    );
    assert_eq!(
        report["summary"]["funnel"],
        json!({"listed": 3, "on_target": 2, "with_code": 1, "with_functions": 1})
    );
    assert_eq!(
        report["databases"],
        json!([{"path": "db", "format": "rustsec", "advisories": 6, "newest": "2021-01-31"}])
    );
}

#[test]
fn the_exit_status_is_1_only_for_what_is_denied() {
    let folder = folder();
    folder.put("mild.toml", "[audit.kinds]\nvulnerability = \"warn\"\n");
    folder.put("empty.wasm", crate::specimen::module(&[]));
    for (arguments, expected) in [
        ("fine.wasm", 0),
        ("app.wasm", 1),
        ("fine.wasm app.wasm", 1),
        ("--config mild.toml app.wasm", 0),
        ("--max-age 2000 fine.wasm", 0),
        ("--max-age 30 fine.wasm", 1),
        ("empty.wasm", 1),
        ("no-such-file", 2),
        ("app.wasm no-such-file", 2),
        ("--config no-such-file fine.wasm", 2),
    ] {
        let (code, _, stderr) = folder.run(&format!("audit --db db {arguments}"));
        assert_eq!(code, expected, "{arguments}: {stderr}");
    }
    let (code, _, stderr) = folder.run("audit --db no-such-db fine.wasm");
    assert_eq!(code, 2);
    assert!(stderr.starts_with("error: no-such-db\n"), "{stderr}");
}

#[test]
fn the_exit_status_is_the_same_if_nobody_reads_on() {
    let folder = folder();
    for format in ["human", "json"] {
        for (file, expected) in [("app.wasm", 1), ("fine.wasm", 0)] {
            let mut command = folder.command(&format!("audit --db db --format {format} {file}"));
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let (code, _, stderr) = crate::specimen::texts(&command.stdout(writer).output().unwrap());
            assert_eq!(code, expected, "{format} {file}: {stderr}");
            assert!(!stderr.contains("error"), "{stderr}");
        }
    }
}

#[test]
fn advisories_give_the_terminal_no_orders() {
    let folder = folder();
    let evil = crate::advisories::osv(r"A-1\u001b[31m\u202e\nerror: no", "frob", "1.2.0");
    folder.put("osv/one.json", &evil);
    folder.put("osv/two.json", &evil);
    folder.put(
        "auditable.toml",
        "[[audit.ignore]]\nid = \"A-1\\u001b[31m\\u202e\\nerror: no\"\nreason = \"\\u001b[31m\"\n",
    );
    for policy in ["", "--config none.toml"] {
        folder.put("none.toml", "");
        let (_, stdout, stderr) = folder.run(&format!("audit --db osv {policy} app.wasm"));
        assert!(stdout.contains(r"A-1\u{1b}[31m\u{202e}\nerror: no"), "{stdout}");
        for text in [stdout, stderr] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nerror: no"), "{text}");
        }
    }
}

#[test]
fn ignores_are_shown_and_judged_by_the_day() {
    let folder = folder();
    let policy = |expires: &str| {
        format!("[[audit.ignore]]\nid = \"CVE-2020-90001\"\nreason = \"never called\"\nexpires = {expires}\n")
    };
    // The day is 2023-11-14.
    folder.put("auditable.toml", policy("2023-11-15"));
    let (code, stdout, _) = folder.run("audit --db db app.wasm");
    assert_eq!(code, 0);
    assert!(stdout.contains("  ignored: RUSTSEC-2020-9001 in frob 1.1.0: never called\n"), "{stdout}");
    assert!(stdout.ends_with("1 binary: 0 denied, 2 warned, 1 allowed, 1 ignored\n"), "{stdout}");
    folder.put("auditable.toml", policy("2023-11-14"));
    let (code, stdout, _) = folder.run("audit --db db app.wasm");
    assert_eq!(code, 1);
    assert!(
        stdout.contains("deny: CVE-2020-90001 is not ignored any more since 2023-11-14: never called"),
        "{stdout}"
    );
    folder.put("auditable.toml", policy("2023-11-15"));
    let (code, stdout, _) = folder.run("audit --db db fine.wasm");
    assert_eq!(code, 0);
    assert!(stdout.contains("warn: CVE-2020-90001 is ignored, and nothing has it"), "{stdout}");
    folder.put("auditable.toml", "[audit]\nmaxage = 3\n");
    let (code, _, stderr) = folder.run("audit --db db fine.wasm");
    assert_eq!(code, 2);
    assert!(stderr.contains("error: auditable.toml\n  caused by: it is not a policy for audits"), "{stderr}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = folder();
    for format in [
        "human",
        "json",
        "sarif",
        "openvex",
        "cyclonedx-vex",
        "csaf --author A --author-url https://a.example",
    ] {
        let run = || folder.run(&format!("audit --db db --format {format} app.wasm fine.wasm")).1;
        let first = run();
        assert!(!first.is_empty(), "{format}");
        assert_eq!(first, run(), "{format}");
    }
}
