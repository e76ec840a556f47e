//! Archives that others wrote: the modules of Python, and the programs that are there on most systems.

use crate::support::{MODULE, find};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Writes archives of the tree `tree` into the current folder.
const WRITE: &str = r#"
import bz2, gzip, io, lzma, os, shutil, subprocess, sys, tarfile, zipfile

files = [os.path.join(folder, name) for folder, _, names in os.walk("tree") for name in names]
for kind, number in [("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)]:
    for mode in ["", "gz", "bz2", "xz"]:
        with tarfile.open(f"{kind}.tar.{mode}".rstrip("."), f"w:{mode}", format=number) as archive:
            archive.add("tree", ".")
for method in [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]:
    with zipfile.ZipFile(f"method-{method}.zip", "w", method) as archive:
        for path in files:
            archive.write(path, os.path.relpath(path, "tree"))

class Pipe(io.RawIOBase):
    "Cannot seek, so sizes come after the content."
    def __init__(self, file): self.file = file
    def writable(self): return True
    def write(self, data): return self.file.write(data)

with open("streamed.zip", "wb") as file, zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
    for path in files:
        with archive.open(os.path.relpath(path, "tree"), "w", force_zip64=True) as member:
            member.write(open(path, "rb").read())
with zipfile.ZipFile("before.zip", "w") as archive:
    archive.writestr("x", "PK")
with open("before.zip", "wb") as file:
    file.write(b"PK\x03\x04 is how an archive begins, and not this")
with zipfile.ZipFile("before.zip", "a") as archive:
    for path in files:
        archive.write(path, os.path.relpath(path, "tree"))

def run(name, command):
    program = command.split("|")[-1].split()[0]
    if shutil.which(program):
        subprocess.run(command, shell=True, check=True, cwd="tree", stderr=subprocess.DEVNULL)
    else:
        print("there is no", program, file=sys.stderr)

for kind in ["gnu", "oldgnu", "pax", "ustar", "v7"]:
    run(kind, f"tar --format={kind} -cf ../program-{kind}.tar .")
for kind in ["newc", "crc", "odc"]:
    run(kind, f"find . -type f | cpio -o -H {kind} > ../{kind}.cpio")
run("zip", "zip -qr ../program.zip .")
run("zip", "tar -cf - . | zip -q ../piped.zip -")
run("zstd", "tar -cf - . | zstd -q -19 > ../program.tar.zst")
run("xz", "tar -cf - . | xz --x86 --lzma2=preset=9 > ../filtered.tar.xz")
run("xz", "tar -cf - . | xz --block-size=1000 > ../blocks.tar.xz")
run("ar", "ar rc ../program.a bin/app lib/native.wasm")
"#;

#[test]
fn archives_that_others_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    let mut large = MODULE.to_vec();
    // Larger than what is kept in memory, and not too easy to compress.
    large.extend(
        (0..1_500_000u32).flat_map(|index| index.wrapping_mul(2_654_435_761).to_le_bytes()[..1].to_vec()),
    );
    for (path, content) in
        [("bin/app", MODULE), ("README", b"text"), ("lib/native.wasm", MODULE), ("lib/large.wasm", &large)]
    {
        let path = tree.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    let status = Command::new(python).args(["-c", WRITE]).current_dir(folder.path()).status();
    assert!(status.expect("the tests need Python").success());
    let mut count = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            check(&path, &large);
            count += 1;
        }
    }
    assert!(count >= 17, "{count} archives");
}

fn check(path: &Path, large: &[u8]) {
    let found = find(&fs::read(path).unwrap());
    assert!(found.problems.is_empty(), "{}: {:?}", path.display(), found.problems);
    let mut artifacts = found.artifacts;
    artifacts.sort();
    let file = path.file_name().unwrap().to_str().unwrap();
    let expected: &[(&str, &[u8])] = match file {
        "program.a" => &[("app", MODULE), ("native.wasm", MODULE)],
        "piped.zip" => &[("-!bin/app", MODULE), ("-!lib/large.wasm", large), ("-!lib/native.wasm", MODULE)],
        _ => &[("bin/app", MODULE), ("lib/large.wasm", large), ("lib/native.wasm", MODULE)],
    };
    let paths: Vec<&str> = artifacts.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, expected.iter().map(|(path, _)| *path).collect::<Vec<_>>(), "{file}");
    assert!(artifacts.iter().zip(expected).all(|((_, found), (_, expected))| found == expected), "{file}");
}
