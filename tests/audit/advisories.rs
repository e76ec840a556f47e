//! A made-up database, and a program that has some of it.

use crate::specimen::{Folder, module};
use serde_json::Value;

/// A program with a weak crate, one that nobody looks after behind a build script, one from git, and a C library.
pub(crate) const LIST: &str = r#"{"packages":[
    {"name":"frob","version":"1.1.0","source":"crates.io","dependencies":[4]},
    {"name":"gone","version":"0.3.0","source":"crates.io","kind":"build"},
    {"name":"maker","version":"1.0.0","source":"crates.io","kind":"build","dependencies":[1]},
    {"name":"stray","version":"1.0.0","source":"git"},
    {"name":"zstd-sys","version":"2.0.16+zstd.1.5.7","source":"crates.io"},
    {"name":"app","version":"0.1.0","source":"local","dependencies":[0,2,3],"root":true}],"format":9}"#;

/// An advisory as RustSec keeps them.
pub(crate) fn advisory(id: &str, package: &str, more: &str, patched: &str) -> String {
    format!(
        "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{package}\"\ndate = \"{}-01-31\"\n{more}\n\
         [versions]\npatched = [{patched}]\n```\n\n# About {package}\n\nMade up.\n",
        &id[8..12]
    )
}

/// The same as OSV.
pub(crate) fn osv(id: &str, package: &str, fixed: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"2022-02-02T00:00:00Z","published":"2022-02-01T00:00:00Z","summary":"About {package}",
            "affected":[{{"package":{{"ecosystem":"crates.io","name":"{package}"}},
            "ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{fixed}"}}]}}]}}]}}"#
    )
}

pub(crate) const SCORE: &str = r#"cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H""#;

/// A folder with the program `app.wasm` and the database `db`.
pub(crate) fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("app.wasm", module(&[LIST]));
    folder.put("fine.wasm", module(&[crate::specimen::LIST]));
    let aliases = format!("aliases = [\"CVE-2020-90001\"]\n{SCORE}");
    let put = |package: &str, id: &str, more: &str, patched: &str| {
        folder.put(format!("db/crates/{package}/{id}.md"), advisory(id, package, more, patched));
    };
    put("frob", "RUSTSEC-2020-9001", &aliases, "\">= 1.2.0\"");
    put("frob", "RUSTSEC-2020-9002", "[affected]\nos = [\"windows\"]", "");
    put("frob", "RUSTSEC-2020-9003", "withdrawn = \"2020-02-02\"", "");
    put("gone", "RUSTSEC-2021-9004", "informational = \"unmaintained\"", "");
    put("gone", "RUSTSEC-2021-9005", "", "");
    put("stray", "RUSTSEC-2021-9006", "", "");
    folder
}

/// The report as JSON, and the exit status.
pub(crate) fn report(folder: &Folder, arguments: &str) -> (Value, i32) {
    let (code, stdout, stderr) = folder.run(&format!("audit --format json {arguments}"));
    let report = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
    (report, code)
}

/// The ids of what is found in a file, each with its verdict.
pub(crate) fn verdicts(report: &Value, file: usize) -> Vec<(String, String)> {
    let findings = report["files"][file]["findings"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings.iter().map(|finding| (text(&finding["id"]), text(&finding["verdict"]))).collect()
}
