//! Artifacts that plain cargo linked before, and that cargo would take for those of this build.
//!
//! Cargo knows programs that it built with a wrapper from those built without by the hash in their name. C libraries,
//! and all programs for MSVC, have none: after `cargo build` they are up to date for `cargo auditable build` too, and
//! would silently stay without a list. Here they are noticed, and cargo's record of them is taken away, so that it
//! links them again.
//!
//! The right moment is known: cargo keeps what rustc says of a target (`.rustc_info.json`) for one wrapper. If it asks
//! through us, then it last worked without us, or never, in this target folder. So a build where nothing changes pays
//! nothing, and otherwise this goes on while rustc answers.

use crate::environment::{self, CargoCall};
use crate::resolve::records::layout::{self, Record};
use crate::rustc_args::RustcArgs;
use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

/// A search for such artifacts, which begins with a question to cargo: where the workspace has its target folder.
///
/// What goes wrong here is not said: then a list may be missing from what a plain build left, which `auditable
/// verify` tells.
pub(crate) struct Search {
    cargo: Child,
    target_dir: Option<PathBuf>,
}

impl Search {
    /// Asks cargo. `None` if nothing can have been built before, or if it is only a question of ours that cargo works
    /// on.
    pub(crate) fn begin(call: &CargoCall) -> Option<Self> {
        let target_dir = given_target_dir(call);
        if call.is_question || target_dir.as_ref().is_some_and(|folder| !folder.exists()) {
            return None;
        }
        // Empty as long as cargo has not set it, which it has not yet if it was not cargo that called us.
        let cargo = env::var_os("CARGO").filter(|cargo| !cargo.is_empty()).unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["metadata", "--format-version=1", "--no-deps"]).args(call.project_arguments());
        if let Some(manifest) = call.value_of("--manifest-path") {
            command.args(["--manifest-path", manifest]);
        }
        if !call.directory.as_os_str().is_empty() {
            command.current_dir(&call.directory);
        }
        environment::as_question(&mut command);
        let cargo = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        Some(Self { cargo, target_dir })
    }

    /// Takes away cargo's records of artifacts of the workspace that have no hash in their names and no list in them.
    pub(crate) fn finish(self) {
        let Some(metadata) = answer(self.cargo) else { return };
        let packages = metadata.workspace_packages();
        let members: HashSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
        let target_dir = self.target_dir.unwrap_or_else(|| metadata.target_directory.clone().into());
        let build_dir = metadata.build_directory.as_ref().map(PathBuf::from);
        for root in HashSet::from([Some(target_dir), build_dir]).into_iter().flatten() {
            for profile in profiles(&root) {
                forget_in_profile(&profile, &members);
            }
        }
    }
}

/// Has cargo build again what stayed without a list as soon as [`environment::MODE`] changes: what was a warning must
/// not stay one when it is to be an error.
///
/// Cargo builds again what read a variable that has changed since, which rustc says in its dep-info.
pub(crate) fn tie_to_mode(args: &RustcArgs) {
    let (Some(folder), Some(crate_name)) = (&args.out_dir, &args.crate_name) else { return };
    let dep_info = folder.join(format!("{crate_name}{}.d", args.extra_filename));
    let line = match env::var(environment::MODE) {
        Ok(mode) => format!("\n# env-dep:{}={mode}\n", environment::MODE),
        Err(_) => format!("\n# env-dep:{}\n", environment::MODE),
    };
    // What cannot be written does not matter more than before.
    if let Ok(mut file) = OpenOptions::new().append(true).open(dep_info) {
        let _ = file.write_all(line.as_bytes());
    }
}

fn answer(cargo: Child) -> Option<Metadata> {
    let output = cargo.wait_with_output().ok().filter(|output| output.status.success())?;
    MetadataCommand::parse(String::from_utf8(output.stdout).ok()?).ok()
}

/// The target folder, where the call itself says it. The configuration can say it as well, which cargo knows.
fn given_target_dir(call: &CargoCall) -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|folder| !folder.is_empty());
    let folder = call
        .value_of("--target-dir")
        .map(OsString::from)
        .or_else(|| variable("CARGO_TARGET_DIR"))
        .or_else(|| variable("CARGO_BUILD_TARGET_DIR"))?;
    Some(call.directory.join(folder))
}

/// The profile folders in a target folder: `debug`, and for named targets `TRIPLE/debug`.
fn profiles(target_dir: &Path) -> Vec<PathBuf> {
    let inner = folders_in(target_dir);
    let innermost = inner.iter().flat_map(|folder| folders_in(folder)).collect::<Vec<_>>();
    inner.into_iter().chain(innermost).filter(|folder| is_profile(folder)).collect()
}

/// Both layouts of the target folder have one of these.
fn is_profile(folder: &Path) -> bool {
    folder.join(".fingerprint").is_dir() || folder.join("build").is_dir()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn forget_in_profile(profile: &Path, members: &HashSet<&str>) {
    let units = layout::units(profile).unwrap_or_default();
    for unit in units.into_iter().filter(|unit| members.contains(unit.package.as_str())) {
        for record in layout::records(&Rc::new(unit)).unwrap_or_default() {
            if artifacts(&record).iter().any(|path| lacks_list(path)) {
                // Without the fingerprint's value, cargo builds the unit again.
                let _ = fs::remove_file(record.value_file());
            }
        }
    }
}

/// The files without a hash in their names that a unit may be linked to, on any system.
fn artifacts(record: &Record) -> Vec<PathBuf> {
    if !record.stem.starts_with("lib-") && !record.stem.starts_with("bin-") {
        return Vec::new();
    }
    let name = record.crate_name();
    let names = [
        format!("lib{name}.so"),
        format!("lib{name}.dylib"),
        format!("{name}.dll"),
        format!("{name}.exe"),
        format!("{name}.wasm"),
        format!("{name}.efi"),
    ];
    let folder = record.dir.library_dir();
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn lacks_list(path: &Path) -> bool {
    let binaries = File::open(path).ok().and_then(|file| auditable_inspect::binaries(&file).ok());
    binaries.is_some_and(|binaries| {
        binaries.iter().all(|binary| matches!(&binary.lists, Ok(lists) if lists.is_empty()))
    })
}
