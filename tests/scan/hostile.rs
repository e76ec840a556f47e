//! Names that are orders to a terminal, and files that are not what they seem.

use crate::archives::tar;
use crate::specimen::{Folder, LIST, module};

#[cfg(unix)]
#[test]
fn names_are_exact_in_data_and_harmless_on_a_terminal() {
    let folder = Folder::new();
    let name = "a\nb\x1b[31mc\u{202e}d\"e\\f";
    folder.put(format!("dist/{name}"), module(&[LIST]));
    folder.put(format!("dist/{name}.damaged"), &module(&[LIST])[..40]);
    folder.put(format!("dist/{name}.none"), module(&[]));
    for command in ["inspect", "inspect --format dot", "find libc", "verify"] {
        let (_, stdout, stderr) = folder.run(&format!("{command} dist"));
        assert!(!stdout.contains(['\x1b', '\u{202e}']), "{command}: {stdout:?}");
        assert!(!stderr.contains(['\x1b', '\u{202e}']), "{command}: {stderr:?}");
        assert!(!stdout.contains("a\nb") && !stderr.contains("a\nb"), "{command}: {stdout:?} {stderr:?}");
    }
    for command in ["inspect --format ndjson", "find libc --format ndjson"] {
        let (_, stdout, _) = folder.run(&format!("{command} dist"));
        let first: serde_json::Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
        assert_eq!(first["path"], format!("dist/{name}"), "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_text_can_be_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    let name = std::path::Path::new("dist").join(OsStr::from_bytes(b"a\xffb"));
    folder.put(&name, module(&[LIST]));
    let (code, stdout, _) = folder.run("inspect --format ndjson dist");
    let object: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &object["path"]), (0, &"dist/a\u{fffd}b".into()));
    let (code, stdout, _) = folder.run_with("inspect --format raw -0 --files-from -", b"dist/a\xffb\0");
    assert_eq!((code, stdout.as_str()), (0, LIST));
}

#[test]
fn members_have_hostile_names_too() {
    let folder = Folder::new();
    let program = module(&[LIST]);
    folder.put("a.tar", tar(&[("../../etc/\x1b[31mpasswd\n", &program), ("/absolute", &program)]));
    let (code, stdout, stderr) = folder.run("inspect a.tar");
    assert_eq!(code, 0, "{stderr}");
    assert!(!stdout.contains('\x1b') && stdout.lines().count() == 7, "{stdout:?}");
    let (_, stdout, _) = folder.run("inspect --format ndjson a.tar");
    let first: serde_json::Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["member"], "../../etc/\x1b[31mpasswd\n");
}

#[test]
fn a_file_that_only_begins_like_a_binary() {
    let folder = Folder::new();
    // A DOS program, and a text that begins like one.
    folder.put(
        "dist/dos.com",
        b"MZ is how this text begins, and it goes on for a while without being a program",
    );
    folder.put("dist/app", module(&[LIST]));
    let (code, _, stderr) = folder.run("inspect dist");
    assert_eq!((code, stderr.as_str()), (0, ""));
    let (code, _, stderr) = folder.run("inspect dist/dos.com");
    assert!(code == 2 && stderr.contains("not a"), "{stderr}");
}
