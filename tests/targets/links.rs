//! What links with plain cargo links with the wrapper, and has the list in it.

use crate::page::{self, Region};
use crate::project;
use crate::readers::{self, Found};
use crate::std_targets::StdTarget;
use crate::support::{Outcome, Project, Run, Toolchain};
use crate::targets::{self, Target};
use std::path::{Path, PathBuf};

#[test]
fn what_links_with_plain_cargo_has_the_list() {
    let toolchain = Toolchain::current();
    if !toolchain.is_at_least(project::LEAST_CARGO) {
        return;
    }
    let targets = targets::chosen(&toolchain);
    let rows = targets::in_parallel(&targets, row);
    let mut failures: Vec<&str> = Vec::new();
    for (target, row) in targets.iter().zip(&rows) {
        match row {
            Ok(row) if row.is_linked() => {}
            Ok(row) => {
                eprintln!("skipped: {} does not link with plain cargo: {}", target.triple, row.why_not)
            }
            Err(failure) => failures.push(failure),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    eprintln!("{} targets of {} linked", rows.iter().filter(|row| row.is_linked()).count(), rows.len());
    check_page(&format!("rustc 1.{}", toolchain.minor_version()), &rows);
}

/// What came of a target.
struct Row {
    triple: String,
    linker: &'static str,
    has_program: bool,
    has_library: bool,
    /// What the linker said, or rustc, if nothing could be linked.
    why_not: String,
    /// `None` if nothing could be linked.
    found: Option<Found>,
}

impl Row {
    fn is_linked(&self) -> bool {
        self.found.is_some()
    }

    /// The line of the page's table.
    fn line(&self) -> Option<String> {
        let found = self.found.as_ref()?;
        let mark = |is: bool| if is { "yes" } else { "" };
        let runner = StdTarget::of(&self.triple).map(|target| target.runner.to_string());
        Some(format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.triple,
            found.container,
            self.linker,
            mark(self.has_program),
            mark(self.has_library),
            found.by,
            runner.unwrap_or_default()
        ))
    }
}

fn check_page(release: &str, rows: &[Row]) {
    if !page::is_about(release) {
        return;
    }
    let lines: Vec<String> = rows.iter().filter_map(Row::line).collect();
    page::check(Region::LinkedTable, &[HEAD, &lines.join("\n"), "\n"].concat(), true);
    // These are about all targets.
    if targets::are_all() {
        let count = format!("{} of the {} targets that {release} knows\n", lines.len(), rows.len());
        page::check(Region::Linked, &count, true);
        let rest: Vec<&str> =
            rows.iter().filter(|row| !row.is_linked()).map(|row| row.triple.as_str()).collect();
        page::check(Region::NotLinked, &[&page::wrapped(&rest), "\n"].concat(), true);
    }
}

const HEAD: &str = "\
| target | container | linker | program | C library | read by | with std run by |
|---|---|---|---|---|---|---|
";

/// A kind of artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Program,
    Library,
}

impl Kind {
    fn arguments(self) -> [&'static str; 2] {
        match self {
            Self::Program => ["--bin", "app"],
            Self::Library => ["--lib", "--quiet"],
        }
    }

    fn file(self, folder: &Path, target: &Target) -> PathBuf {
        let (prefix, name, suffix) = match self {
            Self::Program => ("", "app", target.text("exe-suffix")),
            // Of the specification's names, these two have another default than none.
            Self::Library if target.is("is-like-wasm") => ("", "library", ".wasm"),
            Self::Library => {
                let or = |field: &str, default| target.given_text(field).unwrap_or(default);
                (or("dll-prefix", "lib"), "library", or("dll-suffix", ".so"))
            }
        };
        folder.join(format!("{prefix}{name}{suffix}"))
    }
}

/// Links what can be linked for a target.
///
/// # Errors
///
/// If it links only without the list, or the list is not found in it.
fn row(target: &Target) -> Result<Row, String> {
    let failed = |text: String| format!("{}: {text}", target.triple);
    let project = &project::without_core();
    project::write_start_objects(project, target);
    let program = linked(project, target, Kind::Program).map_err(failed)?;
    let has_libraries = target.is("dynamic-linking") || target.is("is-like-wasm");
    let library = if has_libraries {
        linked(project, target, Kind::Library).map_err(failed)?
    } else {
        Err(String::new())
    };
    let why_not = program.as_ref().err().cloned().unwrap_or_default();
    let (program, library) = (program.ok(), library.ok());
    Ok(Row {
        why_not,
        triple: target.triple.clone(),
        linker: project::linker(target),
        has_program: program.is_some(),
        has_library: library.is_some(),
        found: program.or(library),
    })
}

/// What the linker says, if plain cargo cannot link it either.
type Linked = Result<Found, String>;

fn linked(project: &Project, target: &Target, kind: Kind) -> Result<Linked, String> {
    let ours =
        of_target(project.auditable(["build"]), project, target, kind).env("CARGO_AUDITABLE", "strict").run();
    if !ours.status.success() {
        let plain = of_target(project.cargo(["build"]), project, target, kind).run();
        return if plain.status.success() {
            Err(format!("links only without us: {ours}"))
        } else {
            Ok(Err(reason(&plain)))
        };
    }
    let folder = project.path("target").join(&target.triple).join("debug");
    read(&kind.file(&folder, target), &ours).map(Ok)
}

/// The line of the linker's, or of rustc's, that says most.
fn reason(outcome: &Outcome) -> String {
    let line = |word: &str| outcome.stderr.lines().find(|line| line.contains(word));
    let line =
        line("lld: error").or_else(|| line("rust-lld:")).or_else(|| line("error:")).unwrap_or_default();
    line.trim().to_owned()
}

fn read(file: &Path, outcome: &Outcome) -> Result<Found, String> {
    let found = readers::read(file).map_err(|error| format!("{}: {error}\n{outcome}", file.display()))?;
    if found.names != ["dep", "app"] {
        return Err(format!("{}: wrong list: {:?}", file.display(), found.names));
    }
    Ok(found)
}

fn of_target(run: Run, project: &Project, target: &Target, kind: Kind) -> Run {
    run.args(["--target", &target.triple])
        .args(kind.arguments())
        .env("RUSTC_BOOTSTRAP", "1")
        // Nothing is asked of the log here.
        .env_remove("RUSTC_WRAPPER")
        .env("CARGO_ENCODED_RUSTFLAGS", project::rustflags(project, target).join("\u{1f}"))
        .env("SDKROOT", project.path("stubs/apple"))
        .env("LIB", project.path("stubs/lib"))
}
