//! `auditable find`.

use crate::specimen::{Folder, LIST, module};

const DEEP: &str = r#"{"packages":[
    {"name":"open-ssl","version":"0.10.30","source":"git"},
    {"name":"open-ssl","version":"0.10.55-rc.1","source":"crates.io","kind":"build"},
    {"name":"tls","version":"1.0.0","source":"crates.io","dependencies":[0]},
    {"name":"http","version":"1.0.0","source":"crates.io","dependencies":[2]},
    {"name":"app","version":"0.1.0","source":"local","dependencies":[1,2,3],"root":true}],"format":9}"#;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("dist/app", module(&[LIST]));
    folder.put("dist/deep", module(&[DEEP]));
    folder.put("dist/none", module(&[]));
    folder.put("damaged", &module(&[LIST])[..40]);
    folder
}

#[test]
fn the_way_from_the_root_is_shown() {
    let (code, stdout, stderr) = folder().run("find open_ssl dist");
    assert_eq!(
        stdout.replace('\\', "/"),
        "dist/deep: open-ssl 0.10.30 (git)\n  \
           app 0.1.0 > tls 1.0.0 > open-ssl 0.10.30\n\
         dist/deep: open-ssl 0.10.55-rc.1 [build]\n  \
           app 0.1.0 > open-ssl 0.10.55-rc.1\n"
    );
    assert_eq!((code, stderr.as_str()), (0, "note: dist: no list of crates in 1 of 3 binaries\n"));
}

#[test]
fn exit_status_says_whether_it_was_found() {
    let folder = folder();
    for (arguments, expected) in [
        ("libc dist", 0),
        ("libc@0.2 dist", 0),
        ("libc@=0.2.1 dist/app", 0),
        ("libc@>0.2.1 dist", 1),
        ("open-ssl@<0.10.55 dist", 0),
        ("open-ssl@>=0.10.55 dist", 1),
        ("app@0.1 dist", 0),
        ("ope dist", 1),
        ("libc dist/none", 1),
        ("libc dist damaged", 2),
        ("libc no-such-file", 2),
        ("libc@latest dist", 2),
        ("@1 dist", 2),
        ("libc", 2),
    ] {
        let (code, stdout, stderr) = folder.run(&format!("find {arguments}"));
        assert_eq!(code, expected, "{arguments}: {stdout}{stderr}");
        assert_eq!(expected == 1, stdout.is_empty() && code != 2, "{arguments}: {stdout}{stderr}");
    }
}

#[test]
fn json_is_an_array_and_ndjson_its_objects() {
    let folder = folder();
    let (_, array, _) = folder.run("find open-ssl --format json dist");
    let (_, lines, _) = folder.run("find open-ssl --format ndjson dist");
    let array: Vec<serde_json::Value> = serde_json::from_str(&array).unwrap();
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, lines);
    assert_eq!(lines[0]["source"], "git");
    assert_eq!(lines[0]["way"][1]["name"], "tls");
    assert_eq!(folder.run("find none --format json dist").1, "[]\n");
    assert_eq!(folder.run("find none --format ndjson dist").1, "");
}

#[test]
fn a_list_that_is_there_twice_is_one_find() {
    let folder = Folder::new();
    folder.put("twice", module(&[LIST, LIST]));
    assert_eq!(folder.run("find libc twice").1.matches("libc 0.2.1\n").count(), 2, "the find and its way");
}

#[test]
fn the_ways_of_a_hostile_list_are_bounded() {
    let folder = Folder::new();
    let package = |index: u32| {
        let next = if index < 1_999 { format!(r#""dependencies":[{}],"#, index + 1) } else { String::new() };
        format!(r#"{{"name":"a","version":"1.0.{index}",{next}"source":"git","root":{}}}"#, index == 0)
    };
    let packages: Vec<String> = (0..2_000).map(package).collect();
    folder.put("chain", module(&[&format!(r#"{{"packages":[{}],"format":9}}"#, packages.join(","))]));
    let (code, stdout, stderr) = folder.run("find --format ndjson a chain");
    assert_eq!((code, stderr.as_str(), stdout.lines().count()), (0, "", 2_000));
    assert!(stdout.len() < 4 << 20, "{} bytes", stdout.len());
    let last = stdout.lines().find(|line| line.contains(r#""version":"1.0.1999","evidence""#)).unwrap();
    assert!(last.ends_with(r#""way":[]}"#), "{last}");
}
