use crate::advisories::{LIST, advisory, folder, report, verdicts};
use crate::specimen::module;

#[test]
fn an_sbom_is_audited_like_the_binary_that_it_describes() {
    let folder = folder();
    let of_binary = report(&folder, "--db db app.wasm").0;
    for format in ["cyclonedx-json", "spdx-json", "spdx3-json"] {
        let (code, _, stderr) = folder.run(&format!("sbom --format {format} -o app.json app.wasm"));
        assert_eq!(code, 0, "{stderr}");
        let (of_sbom, code) = report(&folder, "--db db app.json");
        assert_eq!(code, 1);
        let file = &of_sbom["files"][0];
        assert_eq!(file["origin"], "sbom", "{format}");
        assert_eq!(file["sha256"], of_binary["files"][0]["sha256"], "{format}");
        let ids = |report| -> Vec<String> { verdicts(report, 0).into_iter().map(|(id, _)| id).collect() };
        assert_eq!(ids(&of_sbom), ids(&of_binary), "{format}");
        assert_eq!(file["findings"][0]["way"], of_binary["files"][0]["findings"][0]["way"], "{format}");
        assert_eq!(file["findings"][0]["verdict"], "unknown");
    }
}

#[test]
fn what_inspect_wrote_is_audited_without_the_files() {
    let folder = folder();
    let newer = LIST.replace("\"1.1.0\"", "\"1.2.0\"");
    folder.put("dist/b/app.wasm", module(&[LIST, &newer]));
    folder.put("dist/a/app.wasm", module(&[LIST]));
    let (of_files, _) = report(&folder, "--db db dist");
    for format in ["json", "ndjson"] {
        folder.run(&format!("inspect --sha256 --format {format} -o host.json dist"));
        let (of_records, code) = report(&folder, "--db db host.json");
        assert_eq!(code, 1, "{format}");
        assert_eq!(of_records["files"].as_array().unwrap().len(), 3, "{format}");
        for file in 0..3 {
            for key in ["path", "name", "sha256", "container", "architecture", "origin"] {
                assert_eq!(of_records["files"][file][key], of_files["files"][file][key], "{format}: {key}");
            }
            assert_eq!(verdicts(&of_records, file), verdicts(&of_files, file), "{format}");
        }
    }
    folder.put("bare/app.wasm", module(&[]));
    folder.run("inspect --format json -o bare.json bare");
    folder.put("none.json", "[]");
    for (records, note) in [("bare.json", "no list of crates in 1 of 1 files"), ("none.json", "no binaries")]
    {
        let (code, _, stderr) = folder.run(&format!("audit --db db {records}"));
        assert_eq!(code, 1, "{records}");
        assert!(stderr.contains(&format!("note: {records}: {note}")), "{stderr}");
    }
    folder.put("host.json", r#"{"schema":"auditable.inspect/1","path":"gone","error":"no such file"}"#);
    let (code, _, stderr) = folder.run("audit --db db host.json fine.wasm");
    assert_eq!(code, 2);
    assert!(stderr.contains("error: gone\n  caused by: no such file"), "{stderr}");
}

#[test]
fn binaries_and_sboms_go_together() {
    let folder = folder();
    folder.run("sbom -o app.cdx.json app.wasm");
    let (report, _) = report(&folder, "--db db app.cdx.json fine.wasm");
    let names: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(names, ["app.cdx.json", "fine.wasm"]);
}

#[test]
fn other_json_is_an_error_with_its_name() {
    let folder = folder();
    folder.put("other.json", "{}");
    folder.put("cut.json", "{\"bomFormat\":");
    for (file, cause) in [
        ("other.json", "it is JSON, but no CycloneDX, SPDX 2 or SPDX 3 document"),
        ("cut.json", "it is not the JSON that is expected here"),
    ] {
        let (code, stdout, stderr) = folder.run(&format!("audit --db db {file} app.wasm"));
        assert_eq!(code, 2);
        assert!(stderr.contains(&format!("error: {file}\n  caused by: {cause}")), "{stderr}");
        assert!(stdout.contains("RUSTSEC-2020-9001"), "{stdout}");
    }
}

#[test]
fn each_list_of_a_file_is_audited_and_equal_ones_once() {
    let folder = folder();
    let newer = LIST.replace("\"1.1.0\"", "\"1.2.0\"");
    folder.put("two.wasm", module(&[LIST, &newer, LIST]));
    let (report, _) = report(&folder, "--db db two.wasm");
    let counts: Vec<usize> = (0..2).map(|file| verdicts(&report, file).len()).collect();
    assert_eq!((counts, report["files"].as_array().unwrap().len()), (vec![4, 3], 2));
}

#[test]
fn each_slice_of_a_universal_file_is_audited_for_its_machine() {
    let folder = folder();
    let arm = advisory("RUSTSEC-2020-9009", "frob", "[affected]\narch = [\"aarch64\"]", "");
    folder.put("db/crates/frob/RUSTSEC-2020-9009.md", arm);
    folder.put("universal", universal(&[X86_64, AARCH64, X86_64], LIST));
    let (report, code) = report(&folder, "--db db universal");
    assert_eq!((report["files"].as_array().unwrap().len(), code), (2, 1));
    let of_arm = |file| {
        verdicts(&report, file).into_iter().find_map(|(id, verdict)| id.ends_with("9009").then_some(verdict))
    };
    assert_eq!((of_arm(0).as_deref(), of_arm(1).as_deref()), (Some("not-applicable"), Some("unknown")));
}

#[test]
fn folders_are_walked_through() {
    let folder = folder();
    folder.put("dist/a/app.wasm", module(&[LIST]));
    folder.put("dist/b/app.wasm", module(&[LIST]));
    folder.put("dist/notes.json", "{}");
    let (code, stdout, _) = folder.run("audit --db db dist");
    assert_eq!(code, 1);
    assert!(stdout.ends_with("2 binaries: 2 denied, 4 warned, 2 allowed, 0 ignored\nweaknesses: 6 by version, 4 of them on this system, 2 with code of the crate, 2 with the functions\n"), "{stdout}");
}

#[test]
fn standard_input_is_read_too() {
    let (code, stdout, _) = folder().run_with("audit --db db -", &module(&[LIST]));
    assert_eq!(code, 1);
    assert!(stdout.starts_with("-: 4 packages looked up\n"), "{stdout}");
}

#[test]
fn names_from_strangers_give_the_terminal_no_orders() {
    let folder = folder();
    let evil = LIST.replace("\"stray\"", r#""\u001b[31mstray""#);
    folder.put("evil.wasm", module(&[&evil]));
    let (_, stdout, _) = folder.run("audit --db db evil.wasm");
    assert!(stdout.contains(r"\u{1b}[31mstray 1.0.0"), "{stdout}");
}

/// A universal file of Mach-O with a slice of nothing but a list for each of these machines.
fn universal(machines: &[u32], list: &str) -> Vec<u8> {
    let list = miniz_oxide::deflate::compress_to_vec_zlib(list.as_bytes(), 6);
    let size = list.len() as u32;
    let mut file: Vec<u8> =
        [0xcafe_babe, machines.len() as u32].into_iter().flat_map(u32::to_be_bytes).collect();
    for (index, machine) in (1u32..).zip(machines) {
        let fields = [*machine, 0, index << SLICE_BITS, LIST_OFFSET + size, SLICE_BITS];
        file.extend(fields.into_iter().flat_map(u32::to_be_bytes));
    }
    for (index, machine) in (1usize..).zip(machines) {
        file.resize(index << SLICE_BITS, 0);
        let segment = |name: &[u8]| [name, &vec![0; 16 - name.len()]].concat();
        let words = |words: &[u32]| words.iter().copied().flat_map(u32::to_le_bytes).collect::<Vec<u8>>();
        file.extend(words(&[0xfeed_facf, *machine, 0, 2, 1, 152, 0, 0, 0x19, 152]));
        file.extend(segment(b"__DATA"));
        file.extend(words(&[0, 0, LIST_OFFSET + size, 0, 0, 0, LIST_OFFSET + size, 0, 3, 3, 1, 0]));
        file.extend([segment(b".dep-v0"), segment(b"__DATA")].concat());
        file.extend(words(&[LIST_OFFSET, 0, size, 0, LIST_OFFSET, 0, 0, 0, 0, 0, 0, 0]));
        file.extend(&list);
    }
    file
}

const X86_64: u32 = 0x0100_0007;

const AARCH64: u32 = 0x0100_000c;

/// Slices begin at multiples of 4 KiB.
const SLICE_BITS: u32 = 12;

/// After the headers.
const LIST_OFFSET: u32 = 184;
