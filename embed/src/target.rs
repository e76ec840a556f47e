//! Facts about the target, as rustc knows them.
//!
//! The triple is only a name: what a target is like, and also what a custom target or `-C target-feature` makes of
//! it, is told by `rustc --print cfg` and `--print target-spec-json`. One call answers both, and the answer is kept
//! in the target folder, so a project pays for it once.

use crate::exec;
use crate::report::Problem;
use crate::rustc_args::RustcArgs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::UNIX_EPOCH;
use std::{env, fs, io};

/// What the object file and the linker's arguments depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) container: Container,
    /// `target_arch`, such as `x86_64`.
    pub(crate) arch: String,
    /// `target_os`, such as `linux`; `none` without one.
    pub(crate) os: String,
    /// `target_abi`, such as `x32`, `sim` or nothing.
    pub(crate) abi: String,
    pub(crate) is_big_endian: bool,
    /// `target_pointer_width`: 16, 32 or 64.
    pub(crate) pointer_width: u8,
    /// `target_feature`, those that are on, and what else the specification asks LLVM for.
    pub(crate) features: Vec<String>,
    /// `-C relocation-model`, or the target's own, such as `pic` or `static`.
    pub(crate) relocation_model: String,
    /// LLVM's name of the calling convention where there are several, such as `lp64d` or `elfv2`.
    pub(crate) llvm_abi: String,
    /// LLVM's triple, which has the version of the system for Apple's.
    pub(crate) llvm_target: String,
    /// `-C target-cpu`, or the target's own.
    pub(crate) cpu: String,
    /// How the linker is spoken to if the call does not say, such as `gnu-lld-cc` or `msvc`.
    pub(crate) linker_flavor: String,
    /// What names of programs end in, such as `.exe`.
    pub(crate) exe_suffix: String,
    /// What names of dynamic libraries begin with, such as `lib`.
    pub(crate) dll_prefix: String,
    /// What names of dynamic libraries end in, such as `.so`.
    pub(crate) dll_suffix: String,
}

/// What kind of object files the target has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Container {
    Elf,
    Coff,
    MachO,
    Wasm,
    Xcoff,
}

impl Target {
    /// The target of a rustc call, from memory or from rustc.
    ///
    /// # Errors
    ///
    /// If rustc cannot be run, or says something else than it is known to say.
    pub(crate) fn of(rustc: &OsStr, args: &RustcArgs) -> Result<Self, Problem> {
        Answer::begin(rustc, args).finish()
    }
}

/// What is to be known about a target, while other things can be done.
pub(crate) enum Answer {
    Remembered(Target),
    Asked {
        question: Question,
        /// Where it will be remembered.
        memory: Option<PathBuf>,
        rustc: io::Result<Child>,
    },
}

impl Answer {
    /// Looks into memory, or starts rustc. See [`Target::of`].
    pub(crate) fn begin(rustc: &OsStr, args: &RustcArgs) -> Self {
        let question = Question::new(rustc, args);
        let memory =
            args.out_dir.as_deref().and_then(target_dir).map(|target_dir| question.memory(&target_dir));
        match memory.as_deref().and_then(|file| recall(file, &question)) {
            Some(target) => Self::Remembered(target),
            None => Self::Asked { rustc: ask(rustc, &question), question, memory },
        }
    }

    /// Waits for rustc.
    pub(crate) fn finish(self) -> Result<Target, Problem> {
        match self {
            Self::Remembered(target) => Ok(target),
            Self::Asked { question, memory, rustc } => {
                let target = understand(rustc, &question)?;
                if let Some(file) = memory {
                    remember(&file, &question, &target);
                }
                Ok(target)
            }
        }
    }
}

/// All that the answer depends on.
#[derive(Debug, Hash, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    rustc: String,
    /// Size and time of change of rustc's file and of a custom target's.
    stamps: Vec<(u64, u128)>,
    /// With rustup's `rustc`, the version depends on the environment.
    toolchain: Option<String>,
    arguments: Vec<String>,
}

impl Question {
    fn new(rustc: &OsStr, args: &RustcArgs) -> Self {
        let mut arguments = args.target_arguments.clone();
        // Where rustup is not used, cargo gives no path.
        let mut stamps = vec![exec::file_of(rustc).as_deref().and_then(stamp)];
        if let Some(target) = &args.target {
            if target.ends_with(".json") {
                stamps.push(stamp(Path::new(target)));
            }
            arguments.push(format!("--target={target}"));
        }
        Self {
            rustc: rustc.display().to_string(),
            stamps: stamps.into_iter().flatten().collect(),
            toolchain: env::var("RUSTUP_TOOLCHAIN").ok(),
            arguments,
        }
    }

    fn memory(&self, target_dir: &Path) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        target_dir.join(".cargo-auditable").join(format!("target-{:016x}.json", hasher.finish()))
    }
}

fn stamp(file: &Path) -> Option<(u64, u128)> {
    let metadata = fs::metadata(file).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), modified.as_nanos()))
}

/// The target folder that something lies in, by what cargo leaves there: a mark for backup programs if it made the folder,
/// and what it knows of rustc.
fn target_dir(inside: &Path) -> Option<PathBuf> {
    inside
        .ancestors()
        .take(8)
        .find(|folder| MARKS.iter().any(|mark| folder.join(mark).is_file()))
        .map(Path::to_owned)
}

const MARKS: &[&str] = &["CACHEDIR.TAG", ".rustc_info.json"];

#[derive(Serialize, Deserialize)]
struct Memory<Q, T> {
    question: Q,
    target: T,
}

fn recall(file: &Path, question: &Question) -> Option<Target> {
    let memory: Memory<Question, Target> = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    (memory.question == *question).then_some(memory.target)
}

/// Failing to remember costs only time.
fn remember(file: &Path, question: &Question, target: &Target) {
    let Ok(json) = serde_json::to_vec(&Memory { question, target }) else { return };
    let Some(folder) = file.parent() else { return };
    // Other processes read and write at the same time, so the file appears whole or not at all.
    let unfinished = file.with_extension(format!("{}.tmp", std::process::id()));
    if fs::create_dir_all(folder).is_ok()
        && fs::write(&unfinished, json).is_ok()
        && fs::rename(&unfinished, file).is_err()
    {
        let _ = fs::remove_file(&unfinished);
    }
}

fn ask(rustc: &OsStr, question: &Question) -> io::Result<Child> {
    Command::new(rustc)
        .args(["-Zunstable-options", "--print=cfg", "--print=target-spec-json"])
        .args(&question.arguments)
        // For this call only: it answers a question and compiles nothing.
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

fn understand(rustc: io::Result<Child>, question: &Question) -> Result<Target, Problem> {
    let failed = || Problem::new("rustc did not say what the target is like");
    let output = rustc.and_then(Child::wait_with_output).map_err(|error| failed().cause(error))?;
    if !output.status.success() {
        return Err(failed().cause(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = String::from_utf8(output.stdout).map_err(|error| failed().cause(error))?;
    let mut target = parse(&text).map_err(|error| failed().cause(error))?;
    // The one thing that the answer leaves out.
    let cpu = question.arguments.iter().rev().find_map(|argument| argument.strip_prefix("-Ctarget-cpu="));
    if let Some(cpu) = cpu {
        cpu.clone_into(&mut target.cpu);
    }
    Ok(target)
}

/// The answer: lines of `cfg`, then the specification as JSON.
fn parse(answer: &str) -> Result<Target, serde_json::Error> {
    let (cfg, spec) = answer.find("{\n").map_or((answer, "{}"), |start| answer.split_at(start));
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    let mut features = Vec::new();
    for (name, value) in cfg.lines().filter_map(|line| line.split_once('=')) {
        let value = value.trim_matches('"');
        if name == "target_feature" {
            features.push(value.to_owned());
        } else {
            values.insert(name, value);
        }
    }
    let spec: Spec = serde_json::from_str(spec.trim())?;
    features
        .extend(spec.features.split(',').filter_map(|feature| feature.strip_prefix('+')).map(str::to_owned));
    let text = |name: &str| values.get(name).copied().unwrap_or_default().to_owned();
    // Since 1.87 `cfg` says it.
    let relocation_model = values.get("relocation_model").copied().map(str::to_owned);
    let arch = text("target_arch");
    Ok(Target {
        container: spec.container(&arch),
        os: text("target_os"),
        abi: text("target_abi"),
        is_big_endian: values.get("target_endian") == Some(&"big"),
        pointer_width: values.get("target_pointer_width").and_then(|width| width.parse().ok()).unwrap_or(64),
        features,
        relocation_model: relocation_model.or(spec.relocation_model).unwrap_or_else(|| "pic".to_owned()),
        llvm_abi: spec.llvm_abiname.unwrap_or_default(),
        llvm_target: spec.llvm_target,
        cpu: spec.cpu.unwrap_or_default(),
        linker_flavor: spec.linker_flavor.unwrap_or_else(|| "gnu-cc".to_owned()),
        exe_suffix: spec.exe_suffix.unwrap_or_default(),
        dll_prefix: spec.dll_prefix.unwrap_or_else(|| "lib".to_owned()),
        dll_suffix: spec.dll_suffix.unwrap_or_else(|| ".so".to_owned()),
        arch,
    })
}

/// The parts that are read of rustc's target specification (`rustc_target::spec::TargetOptions`). Names that
/// changed are given in all their forms.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Spec {
    llvm_target: String,
    llvm_abiname: Option<String>,
    cpu: Option<String>,
    #[serde(default)]
    features: String,
    relocation_model: Option<String>,
    linker_flavor: Option<String>,
    exe_suffix: Option<String>,
    dll_prefix: Option<String>,
    dll_suffix: Option<String>,
    binary_format: Option<String>,
    #[serde(default, alias = "is-like-osx")]
    is_like_darwin: bool,
    #[serde(default)]
    is_like_windows: bool,
    #[serde(default)]
    is_like_msvc: bool,
    #[serde(default)]
    is_like_wasm: bool,
    #[serde(default)]
    is_like_aix: bool,
}

impl Spec {
    fn container(&self, arch: &str) -> Container {
        // Since 1.86 the specification says it; before, rustc went by these traits as well.
        match self.binary_format.as_deref() {
            Some("elf") => Container::Elf,
            Some("coff") => Container::Coff,
            Some("mach-o") => Container::MachO,
            Some("wasm") => Container::Wasm,
            Some("xcoff") => Container::Xcoff,
            _ if self.is_like_darwin => Container::MachO,
            _ if self.is_like_windows || self.is_like_msvc => Container::Coff,
            _ if self.is_like_wasm || arch.starts_with("wasm") => Container::Wasm,
            _ if self.is_like_aix => Container::Xcoff,
            _ => Container::Elf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_known_and_remembered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("CACHEDIR.TAG"), "").unwrap();
        let args = RustcArgs { out_dir: Some(folder.path().join("debug/deps")), ..RustcArgs::default() };
        let asked = Target::of(OsStr::new("rustc"), &args).unwrap();
        assert_eq!(asked.arch, env::consts::ARCH);
        let memory: Vec<_> = fs::read_dir(folder.path().join(".cargo-auditable")).unwrap().collect();
        assert_eq!(memory.len(), 1);
        assert_eq!(Target::of(OsStr::new("rustc"), &args).unwrap(), asked);
    }

    #[test]
    fn a_rustc_without_a_path_is_known_by_its_file_too() {
        let question = Question::new(OsStr::new("rustc"), &RustcArgs::default());
        assert_eq!(question.stamps.len(), 1);
    }

    #[test]
    fn containers_of_targets_that_every_rustc_knows() {
        for (triple, container, arch) in [
            ("s390x-unknown-linux-gnu", Container::Elf, "s390x"),
            ("x86_64-pc-windows-msvc", Container::Coff, "x86_64"),
            ("i686-pc-windows-gnu", Container::Coff, "x86"),
            ("x86_64-unknown-uefi", Container::Coff, "x86_64"),
            ("aarch64-apple-darwin", Container::MachO, "aarch64"),
            ("wasm32-unknown-unknown", Container::Wasm, "wasm32"),
        ] {
            let args = RustcArgs { target: Some(triple.into()), ..RustcArgs::default() };
            let target = Target::of(OsStr::new("rustc"), &args).unwrap();
            assert_eq!((target.container, target.arch.as_str()), (container, arch), "{triple}");
            assert_eq!(target.is_big_endian, arch == "s390x");
        }
    }

    #[test]
    fn an_unknown_target_is_a_problem_with_the_words_of_rustc() {
        let args = RustcArgs { target: Some("no-such-target".into()), ..RustcArgs::default() };
        let problem = Target::of(OsStr::new("rustc"), &args).unwrap_err();
        let cause = std::error::Error::source(&problem).unwrap().to_string();
        assert!(cause.contains("no-such-target"), "{cause}");
    }
}
