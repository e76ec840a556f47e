//! Linkers refuse objects whose headers disagree, each in its own way. So the object file with the list has to say of
//! the target what rustc's objects say, and rustc is asked: it compiles a crate of one function.

use crate::project;
use crate::support::Toolchain;
use crate::targets::{self, Target};
use auditable_graph::Graph;
use std::path::Path;
use std::process::Command;

#[test]
fn objects_say_of_the_target_what_rustc_says() {
    let toolchain = Toolchain::current();
    if !toolchain.is_at_least(project::LEAST_CARGO) {
        return;
    }
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    std::fs::write(folder.path().join("core.rs"), project::core()).expect("the folder is ours");
    let targets = targets::chosen(&toolchain);
    let results = targets::in_parallel(&targets, |target| compare(&toolchain, target, folder.path()));
    let mut count = 0;
    let mut wrong = Vec::new();
    for (target, result) in targets.iter().zip(results) {
        match result {
            Compared::Same => count += 1,
            Compared::Skipped(why) => eprintln!("skipped: {}: {why}", target.triple),
            Compared::Different(how) => wrong.push(format!("{}: {how}", target.triple)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    eprintln!("{count} targets have the same headers");
}

enum Compared {
    Same,
    Different(String),
    Skipped(String),
}

fn compare(toolchain: &Toolchain, target: &Target, folder: &Path) -> Compared {
    let file = folder.join(&target.triple);
    let mut rustc = Command::new(toolchain.rustc());
    rustc
        .args([
            "--edition=2021",
            "--crate-type=lib",
            "--emit=obj",
            "-Cpanic=abort",
            "--target",
            &target.triple,
        ])
        .arg("-o")
        .args([&file, &folder.join("core.rs")])
        .env("RUSTC_BOOTSTRAP", "1");
    let output = rustc.output().expect("rustc runs");
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Compared::Skipped(format!("rustc: {}", words.lines().next().unwrap_or_default()));
    }
    let theirs = Header::read(&std::fs::read(&file).expect("rustc has written it"));
    let graph =
        Graph::from_json(br#"{"packages":[{"name":"a","version":"1.0.0","source":"local","root":true}]}"#)
            .expect("the list is sound");
    let ours = auditable_embed::object(&graph, Some(&target.triple), toolchain.rustc().as_os_str());
    match (ours, theirs) {
        (Err(_), None) => {
            Compared::Skipped("rustc writes no object, and there is none with a list".to_owned())
        }
        (Err(_), Some(Header::Xcoff)) => Compared::Skipped("no list in XCOFF, which is said".to_owned()),
        (Ok(bytes), Some(theirs)) => match Header::read(&bytes) {
            Some(ours) if ours.agrees_with(&theirs) => Compared::Same,
            ours => Compared::Different(format!("\n    rustc {theirs:x?}\n    ours  {ours:x?}")),
        },
        (Err(problem), Some(_)) => Compared::Different(problem.to_string()),
        (Ok(_), None) => Compared::Different("rustc writes bitcode, which our object is not".to_owned()),
    }
}

/// What linkers look at.
#[derive(Debug, PartialEq, Eq)]
enum Header {
    Elf { class: u8, byte_order: u8, os_abi: u8, machine: u16, flags: u32 },
    Coff { machine: u16 },
    MachO { magic: u32, cpu: u32, subtype: u32, platform: u32, version: u32 },
    Wasm,
    Xcoff,
}

impl Header {
    /// `None` if it is none of these, as bitcode of LLVM.
    fn read(bytes: &[u8]) -> Option<Self> {
        match bytes.first_chunk::<4>()? {
            b"\x7fELF" => {
                let is_big = bytes[5] == 2;
                let flags_at = if bytes[4] == 1 { 36 } else { 48 };
                Some(Self::Elf {
                    class: bytes[4],
                    byte_order: bytes[5],
                    os_abi: bytes[7],
                    machine: u16_at(bytes, 18, is_big),
                    flags: u32_at(bytes, flags_at, is_big),
                })
            }
            b"\0asm" => Some(Self::Wasm),
            [0xce | 0xcf, 0xfa, 0xed, 0xfe] => Some(Self::macho(bytes)),
            b"BC\xc0\xde" => None,
            [0x01, 0xf7 | 0xdf, ..] => Some(Self::Xcoff),
            _ => Some(Self::Coff { machine: u16_at(bytes, 0, false) }),
        }
    }

    fn macho(bytes: &[u8]) -> Self {
        let word = |at| u32_at(bytes, at, false);
        let (magic, cpu, subtype, count) = (word(0), word(4), word(8), word(16));
        let mut at = if magic == 0xfeed_facf { 32 } else { 28 };
        let (mut platform, mut version) = (0, 0);
        for _ in 0..count {
            (platform, version) = match word(at) {
                // `LC_BUILD_VERSION`, and what stood for it, by the system.
                0x32 => (word(at + 8), word(at + 12)),
                0x24 => (1, word(at + 8)),
                0x25 => (2, word(at + 8)),
                0x2f => (3, word(at + 8)),
                0x30 => (4, word(at + 8)),
                _ => (platform, version),
            };
            at += word(at + 4) as usize;
        }
        // Before the platform had a number of its own, a simulator was told by the processor.
        if matches!(cpu, 7 | 0x0100_0007) && (2..=4).contains(&platform) {
            platform += 5;
        }
        Self::MachO { magic, cpu, subtype, platform, version }
    }

    /// Whether ours, which has no code, goes together with rustc's.
    fn agrees_with(&self, theirs: &Self) -> bool {
        match (self, theirs) {
            (
                Self::Elf { class, byte_order, os_abi, machine, flags },
                Self::Elf {
                    class: class2,
                    byte_order: byte_order2,
                    os_abi: os_abi2,
                    machine: machine2,
                    flags: flags2,
                },
            ) => {
                // `EF_MIPS_NOREORDER` is about instructions.
                let about_code = u32::from(*machine == 8);
                // `ELFOSABI_GNU`, if an extension is used.
                let os_abi2 = if *os_abi2 == 3 { 0 } else { *os_abi2 };
                (class, byte_order, machine, *os_abi) == (class2, byte_order2, machine2, os_abi2)
                    && flags | about_code == flags2 | about_code
            }
            (
                Self::MachO { magic, cpu, subtype, platform, version },
                Self::MachO {
                    magic: magic2,
                    cpu: cpu2,
                    subtype: subtype2,
                    platform: platform2,
                    version: version2,
                },
            ) => {
                // An object for an older system is always taken.
                (magic, cpu, subtype, platform) == (magic2, cpu2, subtype2, platform2) && version <= version2
            }
            _ => self == theirs,
        }
    }
}

fn u16_at(bytes: &[u8], at: usize, is_big: bool) -> u16 {
    let bytes = [bytes[at], bytes[at + 1]];
    if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
}

fn u32_at(bytes: &[u8], at: usize, is_big: bool) -> u32 {
    let bytes = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}
