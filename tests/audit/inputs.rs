use crate::advisories::{LIST, folder, report, verdicts};
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
