//! `auditable verify`, and lock files.

use crate::specimen::{Folder, LIST, module};

const LOCK: &str = r#"
version = 4

[[package]]
name = "app"
version = "0.1.0"

[[package]]
name = "libc"
version = "0.2.1"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "not-compiled"
version = "1.0.0"
"#;

#[test]
fn a_list_may_have_less_than_the_lock_file_but_not_more() {
    let folder = Folder::new();
    folder.put("app", module(&[LIST]));
    folder.put("Cargo.lock", LOCK);
    let (code, stdout, _) = folder.run("verify --lockfile Cargo.lock app");
    assert!(code == 0 && stdout.starts_with("app: ok: 2 crates"), "{stdout}");
    for (what, other) in [
        ("version", LOCK.replace("0.2.1", "0.2.2")),
        (
            "source",
            LOCK.replace(
                "registry+https://github.com/rust-lang/crates.io-index",
                "git+https://example.com/libc#0123456789012345678901234567890123456789",
            ),
        ),
        ("name", LOCK.replace("\"libc\"", "\"other\"")),
    ] {
        folder.put("Cargo.lock", &other);
        let (code, stdout, stderr) = folder.run("verify --lockfile Cargo.lock app");
        assert_eq!(code, 1, "{what}: {stdout}{stderr}");
        assert!(
            stdout
                .starts_with("app: 1 crate of the list not so in the lock file\n  libc 0.2.1 (crates.io): "),
            "{what}: {stdout}"
        );
    }
}

#[test]
fn a_lock_file_must_be_one() {
    let folder = Folder::new();
    folder.put("app", module(&[LIST]));
    folder.put("Cargo.lock", "version = ");
    for lock in ["Cargo.lock", "no-such-file"] {
        let (code, _, stderr) = folder.run(&format!("verify --lockfile {lock} app"));
        assert!(code == 2 && stderr.starts_with(&format!("error: {lock}\n")), "{stderr}");
    }
}

#[test]
fn in_a_folder_only_what_tells_of_rust_must_have_a_list() {
    let folder = Folder::new();
    folder.put("dist/app", module(&[LIST]));
    folder.put("dist/tool-in-c", module(&[]));
    let (code, stdout, stderr) = folder.run("verify dist");
    assert_eq!((code, stderr.as_str()), (0, "note: dist: no list of crates in 1 of 2 binaries\n"));
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    assert_eq!(folder.run("verify dist/tool-in-c").0, 1);
    folder.put("none/tool-in-c", module(&[]));
    assert_eq!(folder.run("verify none").0, 1);
    // What compilers say of themselves in wasm: a custom section with one field, one value.
    let mut of_rust = module(&[]);
    of_rust.extend(b"\0\x26\x09producers\x01\x0cprocessed-by\x01\x05rustc\x061.95.0");
    folder.put("dist/of-rust", of_rust);
    let (code, stdout, _) = folder.run("verify dist");
    assert_eq!(code, 1, "{stdout}");
    assert!(stdout.replace('\\', "/").contains("dist/of-rust: no list of crates\n"), "{stdout}");
}
