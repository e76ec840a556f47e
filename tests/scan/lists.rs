//! `--files-from`: paths from a file or from standard input.

use crate::specimen::{Folder, LIST, module};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("a b", module(&[LIST]));
    folder.put("dist/c", module(&[LIST]));
    folder.put("text", "no binary");
    folder.put("empty.wasm", module(&[]));
    folder
}

fn paths(stdout: &str) -> Vec<String> {
    let files: Vec<serde_json::Value> = serde_json::from_str(stdout).unwrap();
    files.iter().map(|file| file["path"].as_str().unwrap().replace('\\', "/")).collect()
}

#[test]
fn a_list_comes_from_standard_input_or_a_file() {
    let folder = folder();
    let list = b"a b\ntext\n\ndist\n";
    let (code, stdout, stderr) = folder.run_with("inspect --format json --files-from -", list);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(paths(&stdout), ["a b", "dist/c"]);
    folder.put("list", list);
    let (_, from_file, _) = folder.run("inspect --format json --files-from list");
    assert_eq!(from_file, stdout);
    // Words come first, then the list.
    let (_, both, _) = folder.run("inspect --format json --files-from list empty.wasm");
    assert_eq!(paths(&both), ["empty.wasm", "a b", "dist/c"]);
}

#[cfg(unix)]
#[test]
fn zeros_separate_names_with_newlines() {
    let folder = folder();
    folder.put("new\nline", module(&[LIST]));
    let (code, stdout, stderr) =
        folder.run_with("inspect --format json -0 --files-from -", b"new\nline\0a b\0");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(paths(&stdout), ["new\nline", "a b"]);
}

#[test]
fn what_a_list_names_must_exist() {
    let folder = folder();
    let (code, stdout, stderr) = folder.run_with("inspect --format json --files-from -", b"gone\na b\n");
    assert_eq!((code, paths(&stdout)), (2, vec!["gone".to_owned(), "a b".to_owned()]));
    assert!(stderr.starts_with("error: gone\n"), "{stderr}");
}

#[test]
fn a_list_counts_as_one_word() {
    let folder = folder();
    let (code, _, stderr) = folder.run_with("inspect --files-from -", b"empty.wasm\na b\n");
    assert_eq!((code, stderr.as_str()), (0, "note: standard input: no list of crates in 1 of 2 binaries\n"));
    let (code, _, _) = folder.run_with("inspect --files-from -", b"empty.wasm\n");
    assert_eq!(code, 1);
    let (code, stdout, stderr) = folder.run_with("inspect --format json --files-from -", b"");
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (1, "[]\n", "note: standard input: no binaries\n"));
}

#[test]
fn something_else_than_a_list_is_an_error() {
    let folder = folder();
    let (code, _, stderr) = folder.run_with("inspect --files-from -", &[b'x'; 1 << 17]);
    assert!(code == 2 && stderr.contains("--null"), "{stderr}");
    assert_eq!(folder.run("inspect --files-from no-such-file").0, 2);
    assert_eq!(folder.run("inspect -0 text").0, 2);
}

#[test]
fn standard_input_is_one_thing() {
    let folder = folder();
    folder.put("-", module(&[LIST]));
    let (code, stdout, stderr) = folder.run_with("inspect --format json --files-from -", b"-\n");
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(paths(&stdout)[0].replace('\\', "/"), "./-");
    let (code, stdout, stderr) = folder.run_with("inspect - --files-from -", b"a b\n");
    assert!(code == 2 && stdout.is_empty() && stderr.contains("not both"), "{stderr}");
}
