//! Artifacts that plain cargo linked before, and that cargo would take for those of this build.
//!
//! Cargo knows programs that it built with a wrapper from those built without by the hash in their name. C libraries,
//! and all programs for MSVC, have none: after `cargo build` they are up to date for `cargo auditable build` too, and
//! would silently stay without a list. Here they are noticed, and cargo's record of them is taken away, so that it
//! links them again.
//!
//! The right moment is known: cargo keeps what rustc says of itself (`.rustc_info.json`) for one wrapper. If it asks
//! for the version through us, then it last worked without us, or never, in this target folder. So a build where
//! nothing changes pays nothing.

use crate::environment::{self, CargoCall};
use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Takes away cargo's records of artifacts of the workspace that have no hash in their names and no list in them.
///
/// What goes wrong here is not said: then a list may be missing from what a plain build left, which `auditable
/// verify` tells.
pub(crate) fn forget_plain_artifacts(call: &CargoCall) {
    if call.is_question {
        return;
    }
    let Some(metadata) = metadata(call) else { return };
    let members: HashSet<String> =
        metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    let target_dir = target_dir_argument(call).unwrap_or_else(|| metadata.target_directory.clone().into());
    let build_dir = metadata.build_directory.map(PathBuf::from);
    let mut roots = vec![target_dir];
    roots.extend(build_dir);
    roots.dedup();
    for profile in roots.iter().flat_map(|root| profiles(root)) {
        forget_in_profile(&profile, &members);
    }
}

/// The workspace, asked without the network and without resolving anything.
fn metadata(call: &CargoCall) -> Option<Metadata> {
    // Empty as long as cargo has not set it, which it has not yet if it was not cargo that called us.
    let cargo = std::env::var_os("CARGO").filter(|cargo| !cargo.is_empty()).unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version=1", "--no-deps"]).args(call.project_arguments());
    if let Some(manifest) = call.value_of("--manifest-path") {
        command.args(["--manifest-path", manifest]);
    }
    if !call.directory.as_os_str().is_empty() {
        command.current_dir(&call.directory);
    }
    environment::as_question(&mut command);
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    MetadataCommand::parse(String::from_utf8(output.stdout).ok()?).ok()
}

fn target_dir_argument(call: &CargoCall) -> Option<PathBuf> {
    call.value_of("--target-dir").map(|folder| call.directory.join(folder))
}

/// The profile folders in a target folder: `debug`, and for named targets `TRIPLE/debug`.
fn profiles(target_dir: &Path) -> Vec<PathBuf> {
    let mut profiles = Vec::new();
    for folder in folders_in(target_dir) {
        profiles.extend(folders_in(&folder).into_iter().filter(|inner| is_profile(inner)));
        if is_profile(&folder) {
            profiles.push(folder);
        }
    }
    profiles
}

fn is_profile(folder: &Path) -> bool {
    folder.join(".fingerprint").is_dir()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn forget_in_profile(profile: &Path, members: &HashSet<String>) {
    let without_list: HashSet<String> = fs::read_dir(profile.join("deps"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| lacks_list(path))
        .filter_map(|path| crate_name(&path))
        .collect();
    if without_list.is_empty() {
        return;
    }
    for entry in fs::read_dir(profile.join(".fingerprint")).into_iter().flatten().flatten() {
        let folder_name = entry.file_name().to_string_lossy().into_owned();
        let Some((package, _)) = folder_name.rsplit_once('-') else { continue };
        if !members.contains(package) {
            continue;
        }
        for record in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            let name = record.file_name().to_string_lossy().into_owned();
            let target = name.strip_prefix("lib-").or_else(|| name.strip_prefix("bin-"));
            // Without the fingerprint's value, cargo builds the unit again.
            if target.is_some_and(|target| without_list.contains(&target.replace('-', "_"))) {
                let _ = fs::remove_file(record.path());
            }
        }
    }
}

/// Whether a file is a linked artifact without a hash in its name, and without a list.
fn lacks_list(path: &Path) -> bool {
    let is_linked =
        path.extension().is_some_and(|extension| LINKED.iter().any(|linked| extension == *linked));
    if !is_linked || has_hash(path) {
        return false;
    }
    let binaries = File::open(path).ok().and_then(|file| auditable_inspect::binaries(&file).ok());
    binaries.is_some_and(|binaries| {
        binaries.iter().all(|binary| matches!(&binary.lists, Ok(lists) if lists.is_empty()))
    })
}

const LINKED: &[&str] = &["so", "dylib", "dll", "exe", "wasm", "efi"];

/// `NAME-0123456789abcdef`.
fn has_hash(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn crate_name(path: &Path) -> Option<String> {
    let stem = path.file_stem()?.to_string_lossy();
    Some(stem.strip_prefix("lib").unwrap_or(&stem).replace('-', "_"))
}
