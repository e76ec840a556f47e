//! Facts of programs that the compiler at hand makes, and of shipped binaries as `goblin` reads them.

#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

use auditable_inspect::{DebugInfo, Facts, binaries, facts};
use goblin::Object;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles a small program, and reads what it tells.
fn compiled(folder: &Path, name: &str, arguments: &[&str]) -> Facts {
    let source = folder.join("main.rs");
    fs::write(&source, "fn main() { println!(\"{:?}\", std::env::args().collect::<Vec<_>>()); }").unwrap();
    let program = folder.join(name);
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done = Command::new(rustc).arg(&source).arg("-o").arg(&program).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let file = File::open(&program).unwrap();
    facts(&file, &binaries(&file).unwrap()[0]).unwrap()
}

fn rustc_version() -> (String, Option<String>) {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let done = Command::new(rustc).arg("-vV").output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    let value = |key| text.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
    (value("release: ").unwrap(), value("commit-hash: ").filter(|commit| commit != "unknown"))
}

#[test]
fn a_program_tells_its_compiler() {
    let folder = tempfile::tempdir().unwrap();
    let (version, commit) = rustc_version();
    for arguments in [&[][..], &["-Cstrip=symbols"], &["-Cstrip=symbols", "-Cpanic=abort", "-O"]] {
        let facts = compiled(folder.path(), "app", arguments);
        let [rustc] = facts.rustc.as_slice() else { panic!("{facts:?}") };
        if let Some(found) = &rustc.version {
            assert_eq!(found.to_string(), version);
        }
        if let (Some(found), Some(commit)) = (&rustc.commit, &commit) {
            assert!(commit.starts_with(found), "{found} {commit}");
        }
        assert_eq!(facts.is_stripped, !arguments.is_empty(), "{facts:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn debug_information_is_told_by_its_amount() {
    let folder = tempfile::tempdir().unwrap();
    let level = |name, arguments: &[&str]| compiled(folder.path(), name, arguments).debug_info;
    assert_eq!(level("stripped", &["-Cstrip=debuginfo"]), DebugInfo::None);
    assert_eq!(level("functions", &["-Cdebuginfo=1"]), DebugInfo::Functions);
    assert_eq!(level("full", &["-Cdebuginfo=2"]), DebugInfo::Full);
    assert_eq!(level("split", &["-Cdebuginfo=2", "-Csplit-debuginfo=unpacked"]), DebugInfo::Split);
    let zlib = ["-Cdebuginfo=2", "-Clink-arg=-Wl,--compress-debug-sections=zlib"];
    assert_eq!(level("compressed", &zlib), DebugInfo::Full);
}

#[test]
fn build_ids_are_those_that_goblin_reads() {
    let Some(corpus) = std::env::var_os("AUDITABLE_CORPUS") else {
        eprintln!("skipped: AUDITABLE_CORPUS does not name a folder of binaries");
        return;
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut compared = 0;
    for path in paths.iter().filter(|path| path.is_file()) {
        let bytes = fs::read(path).unwrap();
        let Ok(found) = binaries(&bytes.as_slice()) else { continue };
        // Slices of universal files are left out: goblin reads each as a file of its own.
        let [binary] = found.as_slice() else { continue };
        let facts = facts(&bytes.as_slice(), binary).unwrap();
        let Ok(object) = Object::parse(&bytes) else { continue };
        assert_eq!(facts.build_id, build_id(&object, &bytes), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 0, "there is no binary in the folder");
}

fn build_id(object: &Object<'_>, bytes: &[u8]) -> Option<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match object {
        Object::Elf(elf) => {
            let mut notes = elf.iter_note_sections(bytes, Some(".note.gnu.build-id"))?;
            notes.next().map(|note| hex(note.unwrap().desc))
        }
        Object::PE(pe) => {
            let record = pe.debug_data.as_ref()?.codeview_pdb70_debug_info?;
            let [a, b, c, d, e, f, g, h, tail @ ..] = record.signature;
            let guid = [[d, c, b, a].as_slice(), &[f, e, h, g], &tail].concat();
            Some(format!("{}{:X}", hex(&guid).to_uppercase(), record.age))
        }
        Object::Mach(goblin::mach::Mach::Binary(macho)) => macho.load_commands.iter().find_map(|command| {
            let goblin::mach::load_command::CommandVariant::Uuid(uuid) = &command.command else {
                return None;
            };
            let text = hex(&uuid.uuid).to_uppercase();
            let parts = [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]];
            Some(parts.join("-"))
        }),
        _ => None,
    }
}
