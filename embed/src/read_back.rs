//! Whether the list has arrived: the linked file is opened again.
//!
//! Nothing else can tell. Linker scripts discard sections, linkers collect them, and steps after the link strip them,
//! all without a word.

use crate::report::Problem;
use crate::rustc_args::RustcArgs;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Checks that each file that is there has the list. Costs a few reads for each. Returns the first file that has another
/// list before it.
///
/// # Errors
///
/// A file without the list, with the likely cause; or if none of the files is there.
pub(crate) fn check<'a>(
    files: &'a [PathBuf],
    json: &[u8],
    args: &RustcArgs,
) -> Result<Option<&'a Path>, Problem> {
    let mut is_any_there = false;
    let mut preceded = None;
    for path in files.iter().filter(|path| path.exists()) {
        is_any_there = true;
        match position(path, json)? {
            Some(0) => {}
            Some(_) => preceded = preceded.or(Some(path.as_path())),
            None => {
                return Err(Problem::new(format!(
                    "the linker was given the list, but {} does not have it",
                    path.display()
                ))
                .cause(likely_cause(args)));
            }
        }
    }
    if is_any_there {
        return Ok(preceded);
    }
    let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    Err(Problem::new(format!(
        "the linker was given the list, but which file it wrote is not known: none of {}",
        names.join(", ")
    )))
}

/// How many lists stand before this one, if it is there.
fn position(path: &Path, json: &[u8]) -> Result<Option<usize>, Problem> {
    let failed = || Problem::new(format!("{} cannot be read back", path.display()));
    let file = File::open(path).map_err(|error| failed().cause(error))?;
    let binaries = auditable_inspect::binaries(&file).map_err(|error| failed().cause(error))?;
    for binary in binaries {
        let lists = binary.lists.map_err(|error| failed().cause(error))?;
        if let Some(position) = lists.iter().position(|list| list.json == json) {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

fn likely_cause(args: &RustcArgs) -> String {
    let is_script = |argument: &String| {
        let argument = argument.trim_start_matches("-Wl,");
        argument.starts_with("-T") || argument.starts_with("--script")
    };
    if args.link_arguments.iter().any(is_script) {
        "a linker script is used, which discards the section: let it keep `.dep-v0`, as in \
         `.dep-v0 0 : { KEEP(*(.dep-v0)) }`, or leave it out of /DISCARD/"
            .to_owned()
    } else if args.link_arguments.iter().any(|argument| argument.contains("strip")) {
        "an argument for the linker has it strip the section".to_owned()
    } else {
        "the linker, or a step after it, drops the section `.dep-v0`".to_owned()
    }
}
