//! Folders and what is in them.

use crate::specimen::{Folder, LIST, module};
use std::fs;

/// The paths of the objects that `inspect --format ndjson` writes.
fn paths(stdout: &str) -> Vec<String> {
    let path = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        object["path"].as_str().unwrap().replace('\\', "/")
    };
    stdout.lines().map(path).collect()
}

#[test]
fn everything_in_a_folder_is_read_in_the_order_of_names() {
    let folder = Folder::new();
    for name in ["dist/b/app", "dist/a", "dist/b.wasm", "dist/.hidden/ignored", "dist/c/d/e"] {
        folder.put(name, module(&[LIST]));
    }
    folder.put("dist/.gitignore", "ignored\nb\n");
    folder.put("dist/text", "no binary");
    folder.put("dist/empty", "");
    let (code, stdout, stderr) = folder.run("inspect --format ndjson dist");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(paths(&stdout), ["dist/.hidden/ignored", "dist/a", "dist/b/app", "dist/b.wasm", "dist/c/d/e"]);
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let folder = Folder::new();
    for number in 0..300 {
        // Some take longer than others.
        let lists: Vec<&str> = std::iter::repeat_n(LIST, 1 + number % 7).collect();
        folder.put(format!("many/{}/{number}", number % 10), module(&lists));
    }
    let (_, alone, _) = folder.run("inspect --threads 1 --format ndjson many");
    assert_eq!(alone.lines().count(), 300);
    for threads in [2, 3, 16] {
        let (_, together, _) = folder.run(&format!("inspect --threads {threads} --format ndjson many"));
        assert!(alone == together, "{threads} threads");
    }
}

#[test]
fn a_folder_without_a_list_is_a_finding_and_one_with_a_list_is_not() {
    let folder = Folder::new();
    folder.put("none/a", module(&[]));
    folder.put("none/b", module(&[]));
    folder.put("some/a", module(&[]));
    folder.put("some/b", module(&[LIST]));
    folder.put("texts/a", "no binary");
    let (code, stdout, stderr) = folder.run("inspect none");
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (1, "", "note: none: no list of crates in 2 binaries\n")
    );
    let (code, _, stderr) = folder.run("inspect some");
    assert_eq!((code, stderr.as_str()), (0, "note: some: no list of crates in 1 of 2 binaries\n"));
    let (code, _, stderr) = folder.run("inspect texts");
    assert_eq!((code, stderr.as_str()), (1, "note: texts: no binaries\n"));
    // Each word counts for itself.
    assert_eq!(folder.run("inspect some none").0, 1);
    assert_eq!(folder.run("inspect --quiet none").2, "");
}

#[test]
fn one_bad_file_does_not_stop_the_rest() {
    let folder = Folder::new();
    folder.put("dist/a", module(&[LIST]));
    folder.put("dist/b", &module(&[LIST])[..40]);
    folder.put("dist/c", module(&[LIST]));
    let (code, stdout, stderr) = folder.run("inspect --format ndjson dist no-such-folder");
    assert_eq!(code, 2);
    assert_eq!(paths(&stdout), ["dist/a", "dist/b", "dist/c", "no-such-folder"]);
    assert!(stderr.starts_with("error: dist"), "{stderr}");
    assert!(stderr.contains("error: no-such-folder\n"), "{stderr}");
    assert_eq!(stderr.matches("error:").count(), 2, "{stderr}");
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_they_are_named() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.put("outside/app", module(&[LIST]));
    folder.put("dist/real", module(&[LIST]));
    symlink("../outside", folder.path("dist/out")).unwrap();
    symlink("real", folder.path("dist/to-file")).unwrap();
    symlink(".", folder.path("dist/loop")).unwrap();
    symlink("nowhere", folder.path("dist/broken")).unwrap();
    symlink("dist", folder.path("link")).unwrap();
    assert_eq!(paths(&folder.run("inspect --format ndjson dist").1), ["dist/real"]);
    assert_eq!(paths(&folder.run("inspect --format ndjson link").1), ["link/real"]);
    assert_eq!(paths(&folder.run("inspect --format ndjson dist/to-file").1), ["dist/to-file"]);
    assert_eq!(folder.run("inspect dist/broken").0, 2);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.put("dist/a", module(&[LIST]));
    folder.put("dist/locked/b", module(&[LIST]));
    fs::set_permissions(folder.path("dist/locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = folder.path("dist/locked").read_dir().is_ok();
    let (code, stdout, stderr) = folder.run("inspect --format ndjson dist");
    fs::set_permissions(folder.path("dist/locked"), fs::Permissions::from_mode(0o700)).unwrap();
    if is_root {
        // Root may read everything.
        return;
    }
    assert_eq!(code, 2);
    assert_eq!(paths(&stdout), ["dist/a", "dist/locked"]);
    assert!(stderr.contains("error: dist/locked\n"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_left_alone_and_one_that_is_named_is_read() {
    use std::process::Command;
    let folder = Folder::new();
    folder.put("dist/a", module(&[LIST]));
    folder.put("app.wasm", module(&[LIST]));
    assert!(Command::new("mkfifo").arg(folder.path("dist/pipe")).status().unwrap().success());
    assert_eq!(paths(&folder.run("inspect --format ndjson dist").1), ["dist/a"]);
    let (from, to) = (folder.path("app.wasm"), folder.path("dist/pipe"));
    let writer = std::thread::spawn(move || fs::copy(from, to));
    let (code, stdout, stderr) = folder.run("inspect --format raw dist/pipe");
    writer.join().unwrap().unwrap();
    assert_eq!((code, stdout.as_str()), (0, LIST), "{stderr}");
}

#[test]
fn what_is_read_in_a_folder_is_not_overwritten() {
    let folder = Folder::new();
    folder.put("dist/bin/app", module(&[LIST]));
    folder.put("dist/app.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\0");
    folder.put("dist/report.json", "[]");
    folder.put("elsewhere", module(&[LIST]));
    for file in ["dist/bin/app", "dist/../dist/bin/app", "dist/app.gz"] {
        let before = fs::read(folder.path(file)).unwrap();
        for command in ["inspect", "find libc", "sbom", "diff dist/bin/app"] {
            let (code, _, stderr) = folder.run(&format!("{command} -o {file} dist"));
            assert!(code == 2 && stderr.contains("would be overwritten"), "{command} {file}: {stderr}");
            assert!(fs::read(folder.path(file)).unwrap() == before, "{command} {file}");
        }
    }
    fs::remove_file(folder.path("dist/app.gz")).unwrap();
    for file in ["dist/report.json", "dist/new.json", "elsewhere"] {
        let (code, _, stderr) = folder.run(&format!("inspect --format json -o {file} dist"));
        assert_eq!(code, 0, "{file}: {stderr}");
        assert!(fs::read_to_string(folder.path(file)).unwrap().contains("libc"), "{file}");
    }
}
