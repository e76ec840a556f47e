//! `auditable db`: what fetches and what tells how old it is.

use crate::advisories::{advisory, folder, osv, report, verdicts};
use crate::specimen::{Folder, texts};
use std::fs;
use std::process::{Command, Stdio};

fn count(folder: &Folder, database: &str) -> usize {
    verdicts(&report(folder, &format!("--db {database} app.wasm")).0, 0).len()
}

fn git(folder: &Folder, repository: &str, arguments: &str) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@localhost"]).args(arguments.split_whitespace());
    let output = command.current_dir(folder.path(repository)).output().unwrap();
    let (code, stdout, stderr) = texts(&output);
    assert_eq!(code, 0, "{arguments}: {stderr}");
    stdout
}

fn commit(folder: &Folder, repository: &str) {
    git(folder, repository, "init --quiet");
    git(folder, repository, "add .");
    git(folder, repository, "commit --quiet -m one");
}

/// From one repository to another on this machine: what goes over the network is git's. The address is that of `db`.
fn with_repository() -> (Folder, String) {
    let folder = folder();
    commit(&folder, "db");
    let url = format!("file://{}", folder.path("db").display());
    (folder, url)
}

#[test]
fn the_database_is_fetched_and_brought_up_to_date() {
    let (folder, url) = with_repository();
    let update = || folder.run(&format!("db update --url {url} --db new/copy"));
    let (code, stdout, stderr) = update();
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", "note: new/copy is up to date\n"));
    assert_eq!(count(&folder, "new/copy"), 4);
    assert_eq!(fs::read_dir(folder.path("new")).unwrap().count(), 1, "nothing else is left");
    folder.put("db/crates/frob/RUSTSEC-2022-9007.md", advisory("RUSTSEC-2022-9007", "frob", "", ""));
    commit(&folder, "db");
    assert_eq!(update().0, 0);
    assert_eq!(count(&folder, "new/copy"), 5);
    folder.put("new/copy/crates/frob/RUSTSEC-2022-9007.md", "mine");
    let (code, _, stderr) = update();
    assert_eq!(code, 2);
    assert!(stderr.contains("files in new/copy were changed"), "{stderr}");
}

#[test]
fn several_may_fetch_at_once() {
    let (folder, url) = with_repository();
    for _ in 0..2 {
        let start = || {
            let mut command = folder.command(&format!("db update --url {url} --db copy"));
            command.stderr(Stdio::piped()).spawn().unwrap()
        };
        let started: Vec<_> = (0..4).map(|_| start()).collect();
        for child in started {
            let (code, _, stderr) = texts(&child.wait_with_output().unwrap());
            assert_eq!((code, stderr.as_str()), (0, "note: copy is up to date\n"));
        }
    }
    assert_eq!(count(&folder, "copy"), 4);
}

#[test]
fn no_other_repository_is_touched() {
    let (folder, url) = with_repository();
    folder.put("project/main.rs", "mine");
    commit(&folder, "project");
    let head = git(&folder, "project", "rev-parse HEAD");
    let (code, _, stderr) = folder.run(&format!("db update --url {url} --db project"));
    assert_eq!(code, 2);
    assert!(
        stderr.contains(&format!("project is a clone of no remote repository, not of {url}")),
        "{stderr}"
    );
    // One that is broken, in a folder of another: git would look for one above.
    fs::create_dir_all(folder.path("project/copy/.git")).unwrap();
    let (code, _, stderr) = folder.run(&format!("db update --url {url} --db project/copy"));
    assert_eq!(code, 2);
    assert!(stderr.contains("project/copy is no git repository that can be read"), "{stderr}");
    // As a hook of another repository is called.
    for _ in 0..2 {
        let mut command = folder.command(&format!("db update --url {url} --db copy"));
        command.env("GIT_DIR", folder.path("project/.git")).env("GIT_WORK_TREE", folder.path("project"));
        command.env("GIT_INDEX_FILE", folder.path("project/.git/index"));
        let (code, _, stderr) = texts(&command.output().unwrap());
        assert_eq!(code, 0, "{stderr}");
    }
    assert_eq!(count(&folder, "copy"), 4);
    assert_eq!(git(&folder, "project", "rev-parse HEAD"), head);
    assert_eq!(fs::read_to_string(folder.path("project/main.rs")).unwrap(), "mine");
}

#[test]
fn what_cannot_be_fetched_is_said_and_nothing_is_lost() {
    let (folder, url) = with_repository();
    let missing = format!("file://{}", folder.path("missing").display());
    let (code, _, stderr) = folder.run(&format!("db update --url {missing} --db copy"));
    assert_eq!(code, 2);
    assert!(stderr.contains(&format!("error: could not fetch {missing}: git failed")), "{stderr}");
    let (code, _, stderr) = folder.run(&format!("db update --url {url} --db ."));
    assert_eq!(code, 2);
    assert!(stderr.contains(". is there and is no git repository"), "{stderr}");
    let (code, _, stderr) = folder.run("db update --url https://example.com/all.zip");
    assert_eq!(code, 2);
    assert!(stderr.contains("say where the file goes, with --db"), "{stderr}");
    let mut command = folder.command("db update --db copy");
    let (code, _, stderr) = texts(&command.env("PATH", "").output().unwrap());
    assert_eq!(code, 2);
    assert!(stderr.contains("could not start git, which fetches"), "{stderr}");
}

#[test]
fn what_is_no_database_does_not_take_the_place_of_one() {
    let (folder, _) = with_repository();
    folder.put("other/readme.txt", "nothing");
    commit(&folder, "other");
    let other = format!("file://{}", folder.path("other").display());
    let (code, _, stderr) = folder.run(&format!("db update --url {other} --db copy"));
    assert_eq!(code, 2);
    assert!(stderr.contains("is no database of advisories, and copy is left as it was"), "{stderr}");
    assert!(!folder.path("copy").exists());
    // What curl fetches is a file of this machine.
    let fetch = |name: &str| {
        let url = format!("file://{}", folder.path(name).display());
        folder.run(&format!("db update --url {url} --db osv.json"))
    };
    folder.put("good.json", osv("GHSA-frob-9001-aaaa", "frob", "1.2.0"));
    let (code, _, stderr) = fetch("good.json");
    assert_eq!(code, 0, "{stderr}");
    folder.put("page.json", "<html>who are you?</html>");
    let (code, _, stderr) = fetch("page.json");
    assert_eq!(code, 2);
    assert!(stderr.contains("osv.json is left as it was\n  caused by: it is not the JSON"), "{stderr}");
    assert_eq!(count(&folder, "osv.json"), 1);
}

#[cfg(unix)]
#[test]
fn a_fetched_file_is_for_all_who_may_read_the_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    folder.put("good.json", osv("GHSA-frob-9001-aaaa", "frob", "1.2.0"));
    let url = format!("file://{}", folder.path("good.json").display());
    assert_eq!(folder.run(&format!("db update --url {url} --db osv.json")).0, 0);
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("osv.json"), mode("good.json"));
}

#[test]
fn the_status_tells_size_and_age() {
    let folder = folder();
    folder.put("osv.json", osv("GHSA-frob-9001-aaaa", "frob", "1.2.0"));
    folder.put("aged/rust/std/CVE-2017-1.md", advisory("CVE-2017-90007", "std", "", ""));
    // The day is 2023-11-14.
    let (code, stdout, _) = folder.run("db status --db db --db osv.json");
    let expected = "db: rustsec, 6 advisories, newest of 2021-01-31, 1017 days old\n\
                    osv.json: osv, 1 advisory, newest of 2022-02-02, 650 days old\n";
    assert_eq!((code, stdout.as_str()), (0, expected));
    assert_eq!(folder.run("db status --db db --max-age 1017").0, 0);
    let (code, _, stderr) = folder.run("db status --db db --max-age 1016");
    assert_eq!(code, 1);
    assert!(stderr.contains("db is 1017 days old, and 1016 are allowed"), "{stderr}");
    // Without an age, nobody can promise that it is not too old.
    assert_eq!(folder.run("db status --db aged").0, 0);
    assert_eq!(folder.run("db status --db aged --max-age 100000").0, 1);
    assert_eq!(folder.run("audit --db aged --max-age 100000 fine.wasm").0, 1);
    assert_eq!(folder.run("db status --db nowhere").0, 2);
    let mut command = folder.command("db status");
    let (code, _, stderr) = texts(&command.env("CARGO_HOME", folder.path("home")).output().unwrap());
    assert_eq!(code, 2);
    assert!(stderr.contains("fetch it with `auditable db update`"), "{stderr}");
}
