//! Whether a function is linked, asked of real programs. Only where debug information stays in the program itself.
#![cfg(target_os = "linux")]

use crate::advisories::{advisory, report, verdicts};
use crate::specimen::Folder;
use std::process::Command;

const LIBRARY: &str = "
    #[inline(never)] pub fn turn(times: u32) -> u32 { times.rotate_left(std::hint::black_box(3)) }
    #[inline(never)] pub fn stop(times: u32) -> u32 { times.rotate_right(std::hint::black_box(3)) }
    pub struct Machine;
";

/// The program has one function of the library, and a list that says where the library comes from.
fn program(flags: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.put("frob.rs", LIBRARY);
    folder.put("app.rs", "fn main() { std::process::exit((frob::turn(std::process::id()) == 7).into()) }");
    folder.put(
        "list.json",
        r#"{"packages":[{"name":"frob","version":"1.0.0","source":"crates.io"},
        {"name":"idle","version":"1.0.0","source":"crates.io"},
        {"name":"app","version":"0.1.0","source":"local","dependencies":[0,1],"root":true}],"format":9}"#,
    );
    for (id, package, function) in [
        ("RUSTSEC-2020-9001", "frob", "frob::turn"),
        ("RUSTSEC-2020-9002", "frob", "frob::stop"),
        ("RUSTSEC-2020-9003", "frob", "frob::Machine"),
        ("RUSTSEC-2020-9004", "idle", "idle::work"),
    ] {
        let functions = format!("[affected.functions]\n\"{function}\" = [\"*\"]");
        folder.put(format!("db/crates/{package}/{id}.md"), advisory(id, package, &functions, ""));
    }
    let (code, _, stderr) = folder.run("object --graph list.json --output list.o");
    assert_eq!(code, 0, "{stderr}");
    let rustc = |arguments: &[&str]| {
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command.current_dir(folder.path("")).args(["--edition", "2021", "-O"]).args(flags).args(arguments);
        assert!(command.status().unwrap().success(), "{command:?}");
    };
    rustc(&["--crate-type", "rlib", "frob.rs"]);
    rustc(&[
        "--extern",
        "frob=libfrob.rlib",
        "-Clink-arg=list.o",
        "-Clink-arg=-Wl,-u,AUDITABLE_VERSION_INFO",
        "app.rs",
    ]);
    folder
}

fn of(folder: &Folder) -> Vec<String> {
    verdicts(&report(folder, "--db db app").0, 0).into_iter().map(|(_, verdict)| verdict).collect()
}

#[test]
fn debug_information_tells_what_is_linked_and_what_is_not() {
    let folder = program(&["-Cdebuginfo=1"]);
    assert_eq!(of(&folder), ["present", "not-linked", "unknown", "crate-has-no-code"]);
    let status = |more: &str| {
        let (_, stdout, _) = folder.run(&format!("audit --db db --format openvex {more} app"));
        let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        let statements = document["statements"].as_array().unwrap().clone();
        statements.iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect::<Vec<String>>()
    };
    let open = "under_investigation";
    assert_eq!(status(""), ["affected", open, open, open]);
    assert_eq!(status("--trust-code-evidence"), ["affected", "not_affected", open, "not_affected"]);
}

#[test]
fn symbols_tell_only_what_is_linked() {
    assert_eq!(of(&program(&["-Cdebuginfo=0"])), ["present", "unknown", "unknown", "unknown"]);
}

#[test]
fn a_stripped_program_tells_nothing() {
    let folder = program(&["-Cstrip=symbols"]);
    assert_eq!(of(&folder), ["unknown", "unknown", "unknown", "unknown"]);
    let (_, stdout, _) = folder.run("audit --db db app");
    assert!(stdout.contains("unknown: frob::turn: the binary is stripped"), "{stdout}");
}
