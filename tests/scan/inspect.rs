//! Formats of `auditable inspect`.

use crate::specimen::{Folder, LIST, module};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("app", module(&[LIST]));
    folder.put("none", module(&[]));
    folder
}

#[test]
fn json_is_an_array_and_ndjson_its_objects() {
    let folder = folder();
    folder.put("text", "no binary");
    let (_, array, _) = folder.run("inspect --format json --sha256 app none text");
    let (code, lines, _) = folder.run("inspect --format ndjson --sha256 app none text");
    assert_eq!(code, 2);
    let array: Vec<serde_json::Value> = serde_json::from_str(&array).unwrap();
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, lines);
    assert_eq!(lines[0]["bytes"], module(&[LIST]).len());
    assert_eq!(lines[0]["binaries"][0]["lists"][0]["packages"][1]["root"], true);
    assert_eq!(lines[1]["binaries"][0]["recovered"], serde_json::json!([]));
    assert!(lines[2]["error"].as_str().unwrap().contains("not an ELF"), "{lines:?}");
}

#[test]
fn a_digest_is_that_of_the_file() {
    let folder = folder();
    folder.put("bytes", b"\0asm\x01\0\0\0");
    let (_, stdout, _) = folder.run("inspect --sha256 bytes");
    assert!(
        stdout.contains("SHA-256 93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476\n"),
        "{stdout}"
    );
    let (_, stdout, _) = folder.run("inspect --format json bytes");
    assert!(stdout.contains("\"sha256\": null"), "{stdout}");
}

#[test]
fn facts_stand_below_the_name() {
    let folder = folder();
    let (code, stdout, _) = folder.run("inspect --facts app none");
    assert_eq!(code, 1);
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(lines[0].starts_with("app: 2 crates") && lines[1].starts_with("  wasm wasm32; "), "{stdout}");
    assert!(stdout.contains("\nnone: no list of crates\n  wasm wasm32; "), "{stdout}");
}

#[test]
fn a_graph_for_graphviz() {
    let (code, stdout, _) = folder().run("inspect --format dot app none");
    assert_eq!(
        (code, stdout.as_str()),
        (
            1,
            "digraph \"app\" {\n  \
               0 [label=\"libc 0.2.1\"];\n  \
               1 [label=\"app 0.1.0 (local)\", shape=box];\n  \
               1 -> 0;\n\
             }\n"
        )
    );
}

#[test]
fn an_architecture_is_looked_for_in_folders_too() {
    let folder = Folder::new();
    folder.put("dist/app", module(&[LIST]));
    assert_eq!(folder.run("inspect --arch wasm32 dist").0, 0);
    let (code, _, stderr) = folder.run("inspect --arch aarch64 dist");
    assert_eq!((code, stderr.as_str()), (1, "note: dist: no binaries\n"));
}
