//! `auditable diff`.

use crate::archives::tar;
use crate::specimen::{Folder, LIST, module};

/// A list of `name version source kind`, the first being the root.
fn list(crates: &[&str]) -> String {
    let package = |(index, text): (usize, &&str)| {
        let words: Vec<&str> = text.split(' ').collect();
        let root = if index == 0 { r#","root":true"# } else { "" };
        format!(
            r#"{{"name":"{}","version":"{}","source":"{}","kind":"{}"{root}}}"#,
            words[0], words[1], words[2], words[3]
        )
    };
    let packages: Vec<String> = crates.iter().enumerate().map(package).collect();
    format!(r#"{{"packages":[{}],"format":9}}"#, packages.join(","))
}

fn program(crates: &[&str]) -> Vec<u8> {
    module(&[&list(crates)])
}

const ROOT: &str = "app 1.0.0 local runtime";

#[test]
fn every_kind_of_change_between_two_files() {
    let folder = Folder::new();
    folder.put(
        "old",
        program(&[
            ROOT,
            "a 1.0.0 crates.io runtime",
            "b 1.0.0 crates.io runtime",
            "c 1.0.0 crates.io runtime",
            "d 1.0.0 crates.io runtime",
            "same 1.0.0 git build",
        ]),
    );
    folder.put(
        "new",
        program(&[
            "app 1.1.0 local runtime",
            "a 1.1.0 git runtime",
            "b 1.0.0 crates.io build",
            "c 1.0.0 registry runtime",
            "e 1.0.0 git build",
            "same 1.0.0 git build",
        ]),
    );
    let (code, stdout, stderr) = folder.run("diff old new");
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(
        stdout,
        "old -> new: 1 added, 1 removed, 4 changed\n  \
           ~ a 1.0.0 -> 1.1.0, crates.io -> git\n  \
           ~ app 1.0.0 -> 1.1.0\n  \
           ~ b 1.0.0, runtime -> build\n  \
           ~ c 1.0.0, crates.io -> registry\n  \
           - d 1.0.0\n  \
           + e 1.0.0 (git) [build]\n"
    );
    let (code, stdout, _) = folder.run("diff --format ndjson old new");
    let rows: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let words: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["change"].as_str().unwrap(), row["name"].as_str().unwrap())).collect();
    assert_eq!(code, 1);
    assert_eq!(
        words,
        [
            ("crate-changed", "a"),
            ("crate-changed", "app"),
            ("crate-changed", "b"),
            ("crate-changed", "c"),
            ("crate-removed", "d"),
            ("crate-added", "e")
        ]
    );
    assert_eq!((&rows[0]["old_source"], &rows[0]["new_source"]), (&"crates.io".into(), &"git".into()));
}

#[test]
fn no_change_is_no_output() {
    let folder = Folder::new();
    folder.put("old/app", module(&[LIST]));
    folder.put("new/app", module(&[LIST]));
    folder.put("new/tool-in-c", module(&[]));
    for format in ["human", "ndjson"] {
        let (code, stdout, _) = folder.run(&format!("diff --format {format} old new"));
        assert_eq!((code, stdout.as_str()), (0, ""));
    }
    assert_eq!(folder.run("diff --format json old new").1, "[]\n");
}

#[test]
fn files_in_folders_are_matched_by_name() {
    let folder = Folder::new();
    let (one, two) =
        (program(&[ROOT, "a 1.0.0 crates.io runtime"]), program(&[ROOT, "a 1.1.0 crates.io runtime"]));
    folder.put("old/lib/libfoo-1.2.so", &one);
    folder.put("new/lib/libfoo-1.3.so", &two);
    folder.put("old/bin/moved", &one);
    folder.put("new/libexec/moved", &two);
    folder.put("old/gone", &one);
    folder.put("new/came", &two);
    folder.put("old/stripped", &one);
    folder.put("new/stripped", module(&[]));
    folder.put("old/gained", module(&[]));
    folder.put("new/gained", &two);
    let (code, stdout, _) = folder.run("diff old new");
    assert_eq!(code, 1);
    assert_eq!(
        stdout.replace('\\', "/"),
        "old/bin/moved -> new/libexec/moved: 0 added, 0 removed, 1 changed\n  ~ a 1.0.0 -> 1.1.0\n\
         new/gained: has a list now, 2 crates\n\
         old/gone: removed, 2 crates\n\
         old/lib/libfoo-1.2.so -> new/lib/libfoo-1.3.so: 0 added, 0 removed, 1 changed\n  ~ a 1.0.0 -> 1.1.0\n\
         new/stripped: has no list any more\n\
         new/came: new, 2 crates\n"
    );
}

#[test]
fn packages_and_what_is_in_them() {
    let folder = Folder::new();
    let (one, two) = (program(&[ROOT]), program(&["app 1.1.0 local runtime"]));
    folder.put("app-1.0.tar", tar(&[("app-1.0/bin/app", &one)]));
    folder.put("app-1.1.tar", tar(&[("app-1.1/bin/app", &two)]));
    let (code, stdout, stderr) = folder.run("diff app-1.0.tar app-1.1.tar");
    assert_eq!(
        (code, stdout.as_str()),
        (
            1,
            "app-1.0.tar!app-1.0/bin/app -> app-1.1.tar!app-1.1/bin/app: 0 added, 0 removed, 1 changed\n  \
               ~ app 1.0.0 -> 1.1.0\n"
        ),
        "{stderr}"
    );
}

#[test]
fn what_cannot_be_read_is_an_error_and_wins() {
    let folder = Folder::new();
    folder.put("old", module(&[LIST]));
    folder.put("damaged", &module(&[LIST])[..40]);
    assert_eq!(folder.run("diff old damaged").0, 2);
    assert_eq!(folder.run("diff old no-such-file").0, 2);
    assert_eq!(folder.run("diff old").0, 2);
}

#[test]
fn what_could_not_be_read_is_neither_new_nor_removed() {
    let folder = Folder::new();
    let (one, two) = (program(&[ROOT]), program(&["app 2.0.0 local runtime"]));
    let whole = tar(&[("bin/app", &one), ("bin/other", &one)]);
    folder.put("old/app", &one);
    folder.put("old/gone", &one);
    folder.put("old/changed", &one);
    folder.put("old/release.tar", &whole);
    folder.put("new/app", &one[..40]);
    folder.put("new/changed", &two);
    folder.put("new/release.tar", &whole[..1000]);
    let (code, stdout, stderr) = folder.run("diff old new");
    assert_eq!(
        stdout.replace('\\', "/"),
        "old/changed -> new/changed: 0 added, 0 removed, 1 changed\n  \
           ~ app 1.0.0 -> 2.0.0\n\
         old/gone: removed, 1 crate\n"
    );
    assert!(code == 2 && stderr.contains("app") && stderr.contains("release.tar"), "{stderr}");
    let (code, stdout, stderr) = folder.run("diff new old");
    assert!(!stdout.contains("app: new") && !stdout.contains("release.tar") && code == 2, "{stdout}{stderr}");
    for damaged in
        ["old/app new/app", "new/app old/app", "old/release.tar new/release.tar", "old no-such-folder"]
    {
        let (code, stdout, _) = folder.run(&format!("diff {damaged}"));
        assert_eq!((code, stdout.as_str()), (2, ""), "{damaged}");
    }
}
