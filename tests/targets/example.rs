//! `examples/object` does what it says.

use crate::readers;
use crate::support::Toolchain;
use std::path::Path;
use std::process::Command;

#[test]
fn the_example_without_cargo() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let out = folder.path().join("out");
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/object/build.sh"))
        .arg(&out)
        .env("AUDITABLE", env!("CARGO_BIN_EXE_auditable"))
        .env("RUSTC", Toolchain::current().rustc())
        .output()
        .expect("the script can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (program, packages, says) in
        [("hello", ["greeting", "hello"].as_slice(), "hello\n"), ("count", &["greeting"], "5\n")]
    {
        let file = out.join(program);
        let found = readers::read(&file).unwrap_or_else(|error| panic!("{program}: {error}"));
        assert_eq!(found.names, packages, "{program}");
        let output = Command::new(&file).output().expect("it can be run");
        assert_eq!(String::from_utf8_lossy(&output.stdout), says, "{program}");
    }
}
