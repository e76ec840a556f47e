//! `docs/targets.md`, which is made of the results.

use crate::readers::Found;
use crate::support::Toolchain;
use crate::targets;
use std::env;
use std::path::Path;

/// What came of a target.
pub(crate) struct Row {
    pub(crate) triple: String,
    pub(crate) linker: &'static str,
    pub(crate) has_program: bool,
    pub(crate) has_library: bool,
    /// What the linker said, or rustc, if nothing could be linked.
    pub(crate) why_not: String,
    /// `None` if nothing could be linked.
    pub(crate) found: Option<Found>,
    /// Whether programs with the standard library are run too, in the tests of linkers.
    pub(crate) is_executed: bool,
}

impl Row {
    pub(crate) fn is_linked(&self) -> bool {
        self.found.is_some()
    }

    fn line(&self) -> Option<String> {
        let found = self.found.as_ref()?;
        let mark = |is: bool| if is { "yes" } else { "" };
        Some(format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.triple,
            found.container,
            self.linker,
            mark(self.has_program),
            mark(self.has_library),
            found.by,
            if self.is_executed { "with std" } else { "" }
        ))
    }
}

/// Writes the page if it is to be written; otherwise looks whether it says the same of these targets.
///
/// # Panics
///
/// If it says something else, and is about the same version of rustc.
pub(crate) fn check(toolchain: &Toolchain, rows: &[Row]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/targets.md");
    if targets::are_all() && env::var_os("BLESS").is_some() {
        std::fs::write(&path, page(toolchain, rows)).expect("the page can be written");
        return;
    }
    let page = std::fs::read_to_string(&path).expect("the page is there");
    if !page.contains(&version(toolchain)) {
        eprintln!("skipped: docs/targets.md is about another version of rustc");
        return;
    }
    let is_there = |line: &String| page.lines().any(|own| own == line);
    let missing: Vec<String> = rows.iter().filter_map(Row::line).filter(|line| !is_there(line)).collect();
    assert!(
        missing.is_empty(),
        "docs/targets.md is not up to date (AUDITABLE_TEST_TARGETS=all BLESS=1 writes it):\n{}",
        missing.join("\n")
    );
}

fn version(toolchain: &Toolchain) -> String {
    format!("rustc 1.{}", toolchain.minor_version())
}

fn page(toolchain: &Toolchain, rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().filter_map(Row::line).collect();
    let rest: Vec<&str> = rows.iter().filter(|row| !row.is_linked()).map(|row| row.triple.as_str()).collect();
    INTRODUCTION
        .replace("{version}", &version(toolchain))
        .replace("{all}", &rows.len().to_string())
        .replace("{linked}", &lines.len().to_string())
        .replace("{table}", &lines.join("\n"))
        .replace("{rest}", &wrapped(&rest))
}

/// Names in lines of the page's width.
fn wrapped(names: &[&str]) -> String {
    let mut lines = vec![String::new()];
    for name in names {
        let last = lines.last_mut().expect("there is one");
        if last.len() + name.len() + 2 > 118 {
            lines.push((*name).to_owned());
        } else {
            if !last.is_empty() {
                last.push_str(", ");
            }
            last.push_str(name);
        }
    }
    lines.join(",\n")
}

const INTRODUCTION: &str = "\
<!-- Written by `AUDITABLE_TEST_TARGETS=all BLESS=1 cargo test --test targets`. -->
# Targets

Of the {all} targets that {version} knows, {linked} link with the linker that comes with it and nothing else: a small program
and a C library without a standard library, with empty stand-ins for system libraries. For each of these the tests hold
that what links with plain cargo links with `cargo auditable` in strict mode, and that the list is found in it, once,
by `auditable`; by [goblin](https://crates.io/crates/goblin) and
[auditable-info](https://crates.io/crates/auditable-info), which is what cargo-audit reads with, where they know the
format. For each of all targets the tests compare the header of the object file that carries the list with that of an
object file by rustc: format, processor, word size, byte order, flags of the ABI, operating system.

These programs are linked and not run. On the host, programs with the standard library are run as well: linked by bfd,
gold, lld, mold and wild, by `cc` and without it, with `--gc-sections`, `-C strip` and LTO.

| target | container | linker | program | C library | read by | run |
|---|---|---|---|---|---|---|
{table}

## What removes the list after the link

| | Linux, Android, the BSDs and other systems | firmware, and lists by other writers |
|---|---|---|
| `strip -s` of GNU binutils | keeps it | keeps it |
| `llvm-strip`, `llvm-objcopy --strip-all` | keeps it | removes it; `--keep-section=.dep-v0` keeps it |
| `eu-strip`, which packages of RPM go through | keeps it | removes it |
| `patchelf` | keeps it | keeps it |
| `objcopy --only-keep-debug`, in the file of debug information | no copy | a copy |

That is about ELF. On systems that load programs by segments, the section is loaded like constants are: nobody reads it
there, so it takes room in the file but not in memory. In firmware it is not loaded, since there each byte has its
place in a chip. In PE and Mach-O the section is a loaded one everywhere, and no `strip` removes it.

## Objects compared, but not linked

They need libraries, linker scripts or a linker that rustc does not come with, or rustc itself fails. The object file
that `auditable object --target TARGET` makes has rustc's header for them too, if rustc makes one; links were not
tried:

{rest}

## No list

- **AIX** (XCOFF): there is no place that its linker would keep and the readers know.
- **BPF, NVPTX, AMD GPUs**: their linkers take LLVM bitcode, or objects that name one model of a processor.
- **Static libraries** (`staticlib`): rustc makes an archive without a linker, so there is no link to add an object to.
  Whoever links the archive can add the object of `auditable object` (`examples/object`). To add it as a member of the
  archive would not do: linkers take from archives only what is asked for.
- **Procedural macros and build scripts** run while building only, and get none by intent.

Where a target cannot have a list, the build goes on without one, with a warning that says why, or with an error in
strict mode. Procedural macros, static libraries and build scripts have none by design, which is not warned of.
";
