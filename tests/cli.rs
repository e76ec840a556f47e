//! The command line of `auditable`: what goes where, and the exit status.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

#[path = "scan/specimen.rs"]
mod specimen;

use specimen::{Folder, LIST, module, texts};
use std::fs;
use std::path::Path;
use std::process::Stdio;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("app.wasm", module(&[LIST]));
    folder.put("empty.wasm", module(&[]));
    folder.put("damaged.wasm", &module(&[LIST])[..40]);
    folder.put("two.wasm", module(&[LIST, &LIST.replace("0.2.1", "0.2.2")]));
    folder.put("text.txt", b"no binary");
    folder
}

#[test]
fn a_tree_for_people() {
    let (code, stdout, stderr) = folder().run("inspect app.wasm");
    assert_eq!(
        stdout,
        "app.wasm: 2 crates (0 build-only); exact, from cargo's build records\n\
         app 0.1.0 (local)\n\
         └── libc 0.2.1\n"
    );
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[test]
fn raw_is_the_list_byte_for_byte() {
    let (code, stdout, _) = folder().run("inspect --format raw app.wasm");
    assert_eq!((code, stdout.as_str()), (0, LIST));
}

#[test]
fn raw_refuses_to_mix_lists() {
    let (code, stdout, stderr) = folder().run("inspect --format raw two.wasm");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("lists that differ"), "{stderr}");
}

#[test]
fn json_has_every_file_also_those_without() {
    let (code, stdout, _) = folder().run("inspect --format json app.wasm empty.wasm text.txt");
    assert_eq!(code, 2);
    let files: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(files[0]["binaries"][0]["lists"][0]["packages"][1]["name"], "app");
    assert_eq!(files[0]["binaries"][0]["lists"][0]["exact"], true);
    assert_eq!(files[1]["binaries"][0]["lists"], serde_json::json!([]));
    assert!(files[2]["error"].as_str().unwrap().contains("not an ELF"), "{stdout}");
}

#[test]
fn exit_status_says_how_it_went_and_the_worst_wins() {
    let folder = folder();
    for command in ["inspect", "verify", "sbom"] {
        for (files, expected) in [
            ("app.wasm", 0),
            ("empty.wasm", 1),
            ("damaged.wasm", 2),
            ("text.txt", 2),
            ("no-such-file", 2),
            ("text.txt empty.wasm", 2),
            ("app.wasm empty.wasm", 1),
        ] {
            let (code, _, stderr) = folder.run(&format!("{command} {files}"));
            assert_eq!(code, expected, "{command} {files}: {stderr}");
            assert_eq!(expected == 2, stderr.contains("error: "), "{command} {files}: {stderr}");
        }
    }
}

#[test]
fn absence_is_told_in_words() {
    let (_, stdout, stderr) = folder().run("inspect empty.wasm");
    assert_eq!((stdout.as_str(), stderr.as_str()), ("", "note: empty.wasm: no list of crates\n"));
    let (_, stdout, stderr) = folder().run("inspect --quiet empty.wasm");
    assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""));
    let (_, stdout, _) = folder().run("verify empty.wasm app.wasm");
    assert!(stdout.starts_with("empty.wasm: no list of crates\napp.wasm: ok: 2 crates"), "{stdout}");
}

#[test]
fn an_error_names_the_file_and_the_offset() {
    let (_, _, stderr) = folder().run("inspect damaged.wasm");
    assert!(
        stderr.starts_with("error: damaged.wasm\n  caused by: ") && stderr.contains("at offset 0x"),
        "{stderr}"
    );
}

#[test]
fn standard_input_by_pipe_and_by_file() {
    let folder = folder();
    assert_eq!(folder.run_with("inspect --format raw -", &module(&[LIST])).1, LIST);
    let file = fs::File::open(folder.path("app.wasm")).unwrap();
    assert_eq!(texts(&folder.command("inspect --format raw -").stdin(file).output().unwrap()).1, LIST);
    let (code, _, stderr) = folder.run_with("sbom -o sboms/ -", &module(&[LIST]));
    assert!(code == 0 && folder.path("sboms/stdin.cdx.json").is_file(), "{stderr}");
}

#[test]
fn sboms_of_each_format_go_where_they_are_told() {
    let folder = folder();
    for (format, start) in [
        ("--format cyclonedx-json", "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\""),
        (
            "--format cyclonedx-json --spec-version 1.4",
            "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.4\"",
        ),
        ("--format spdx-json", "{\n  \"spdxVersion\": \"SPDX-2.3\""),
        ("--format spdx-tv --spec-version 2.3", "SPDXVersion: SPDX-2.3"),
    ] {
        let (code, stdout, stderr) = folder.run(&format!("sbom {format} app.wasm"));
        assert!(code == 0 && stdout.starts_with(start), "{format}: {stdout}{stderr}");
        assert!(stdout.contains("pkg:cargo/libc@0.2.1") && stdout.contains("2023-11-14T22:13:20Z"));
        let (_, nothing, _) = folder.run(&format!("sbom {format} -o file app.wasm"));
        assert_eq!(nothing, "");
        assert_eq!(fs::read_to_string(folder.path("file")).unwrap(), stdout, "{format}");
    }
    let (code, _, stderr) = folder.run("sbom --spec-version 9.9 app.wasm");
    assert!(code == 2 && stderr.contains("1.4, 1.5, 1.6 and 1.7"), "{stderr}");
}

#[test]
fn several_sboms_go_into_a_folder() {
    let folder = folder();
    folder.put("other.wasm", module(&[LIST]));
    let (code, _, stderr) = folder.run("sbom app.wasm other.wasm");
    assert!(code == 2 && stderr.contains("--output FOLDER/"), "{stderr}");
    assert_eq!(folder.run("sbom -o sboms/ app.wasm other.wasm").0, 0);
    let there = |name: &str| Path::exists(&folder.path("sboms").join(name));
    assert!(there("app.wasm.cdx.json") && there("other.wasm.cdx.json"));
    folder.put("again/app.wasm", module(&[&LIST.replace("0.2.1", "0.2.2")]));
    let (code, _, stderr) = folder.run("sbom -o sboms/ app.wasm again/app.wasm");
    assert!(code == 2 && stderr.contains("two files"), "{stderr}");
}

#[test]
fn an_object_file_for_another_build_system() {
    let folder = folder();
    folder.put("list.json", LIST.as_bytes());
    for (target, start) in [
        ("x86_64-unknown-linux-gnu", &b"\x7fELF"[..]),
        ("aarch64-pc-windows-msvc", b"\x64\xaa"),
        ("i686-pc-windows-gnu", b"\x4c\x01"),
        ("wasm32-unknown-unknown", b"\0asm"),
    ] {
        let (code, _, stderr) = folder.run(&format!("object --graph list.json --target {target} -o list.o"));
        assert_eq!(code, 0, "{stderr}");
        assert!(fs::read(folder.path("list.o")).unwrap().starts_with(start));
        assert_eq!(folder.run("inspect --format raw list.o").1, LIST);
    }
    let rootless = LIST.replace(r#","root":true"#, "");
    folder.put("rootless.json", rootless.as_bytes());
    let (code, _, stderr) = folder.run("object --graph rootless.json -o list.o");
    assert!(code == 2 && stderr.contains("names no root"), "{stderr}");
    let (code, _, stderr) = folder.run("object --graph list.json --target no-such-target -o list.o");
    assert!(code == 2 && stderr.contains("no-such-target"), "{stderr}");
}

#[test]
fn several_lists_in_one_binary_are_several_documents() {
    let folder = folder();
    let (code, _, stderr) = folder.run("sbom two.wasm");
    assert!(code == 2 && stderr.contains("more than one document"), "{stderr}");
    assert_eq!(folder.run("sbom -o sboms/ two.wasm").0, 0);
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(folder.path("sboms").join(name)).unwrap()).unwrap()
    };
    let (first, second) = (read("two.wasm.cdx.json"), read("two.wasm.list-1.cdx.json"));
    assert_eq!(first["components"][0]["version"], "0.2.1");
    assert_eq!(second["components"][0]["version"], "0.2.2");
    assert_ne!(first["serialNumber"], second["serialNumber"]);
}

#[test]
fn an_architecture_that_is_not_there_is_an_error() {
    let folder = folder();
    assert_eq!(folder.run("inspect --arch wasm32 app.wasm").0, 0);
    let (code, _, stderr) = folder.run("inspect --arch aarch64 app.wasm");
    assert!(code == 2 && stderr.contains("no binary for aarch64 is in it, only for wasm32"), "{stderr}");
}

#[test]
fn a_gate_holds_also_if_nobody_reads_its_words() {
    let folder = folder();
    let mut child = folder
        .command("verify empty.wasm app.wasm")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_wrong_clock_is_an_error_not_a_wrong_date() {
    let folder = folder();
    let output = folder.command("sbom app.wasm").env("SOURCE_DATE_EPOCH", "soon").output().unwrap();
    let (code, stdout, stderr) = texts(&output);
    assert!(code == 2 && stdout.is_empty() && stderr.contains("SOURCE_DATE_EPOCH"), "{stderr}");
}

#[test]
fn what_is_read_is_not_overwritten() {
    let folder = folder();
    fs::hard_link(folder.path("app.wasm"), folder.path("link.wasm")).unwrap();
    folder.put("list.json", LIST.as_bytes());
    folder.put("app.cdx.json", br#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#);
    folder.put("advisories.json", br#"{"id":"TEST-1","modified":"2026-01-01T00:00:00Z","affected":[]}"#);
    for arguments in [
        "inspect -o app.wasm app.wasm",
        "inspect -o list.json --files-from list.json",
        "find -o list.json --files-from list.json libc",
        "sbom -o ./app.wasm app.wasm",
        "sbom -o link.wasm app.wasm",
        "sbom -o list.json --files-from list.json",
        "audit --db advisories.json -o app.cdx.json app.cdx.json",
        "audit --db advisories.json -o list.json --files-from list.json",
        "object --graph list.json -o list.json",
    ] {
        let (code, _, stderr) = folder.run(arguments);
        assert!(code == 2 && stderr.contains("would be overwritten"), "{arguments}: {stderr}");
    }
    assert_eq!(fs::read(folder.path("app.wasm")).unwrap(), module(&[LIST]));
    assert_eq!(fs::read_to_string(folder.path("list.json")).unwrap(), LIST);
}

#[test]
fn colors_only_where_they_are_wanted() {
    let folder = folder();
    assert!(!folder.run("inspect text.txt").2.contains('\x1b'));
    assert!(folder.run("inspect --color always text.txt").2.starts_with("\x1b[1;31merror:\x1b[0m "));
}

#[test]
fn names_from_a_list_give_the_terminal_no_orders() {
    let folder = folder();
    folder.put(
        "hostile.wasm",
        module(&[&LIST.replace("libc", r"li\u001b[31mbc").replace("local", r"lo\u0007cal")]),
    );
    let (code, stdout, _) = folder.run("inspect hostile.wasm");
    assert!(code == 0 && !stdout.contains(['\x1b', '\x07']), "{stdout:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = folder();
    let mut child =
        folder.command("inspect app.wasm").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn help_has_examples_and_exit_status() {
    let folder = folder();
    for command in ["diff", "find", "inspect", "object", "sbom", "verify"] {
        let (code, stdout, _) = folder.run(&format!("{command} --help"));
        assert!(code == 0 && stdout.contains("Examples:") && stdout.contains("Exit status:"), "{stdout}");
    }
    assert_eq!(folder.run("inspect").0, 2);
    assert_eq!(folder.run("no-such-command").0, 2);
}
