//! Programs with the standard library, for systems and processors that Debian has the tools for: what links with plain
//! cargo links with the wrapper, has the list in it, and runs.

use crate::page::{self, Region};
use crate::readers::{self, Found};
use crate::runner::Runner;
use crate::stand_ins::StandIns;
use crate::std_targets::{STD_TARGETS, StdTarget};
use crate::support::{Project, Run};
use crate::sysroot::Sysroot;
use crate::targets;
use crate::variants;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn programs_with_the_standard_library() {
    let Some(elsewhere) = &Elsewhere::chosen() else { return };
    let mut lines = Vec::new();
    let mut failures = Vec::new();
    for target in &elsewhere.targets {
        match elsewhere.line(target) {
            Ok(line) => lines.push(line),
            Err(failure) => failures.push(format!("{}: {failure}", target.triple)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    eprintln!("{} targets with the standard library", lines.len());
    page::check(
        Region::Executed,
        &[HEAD, &lines.join("\n"), "\n"].concat(),
        lines.len() == STD_TARGETS.len(),
    );
}

/// Options of links that are handled by other code than in a plain link.
#[test]
fn options_of_other_targets() {
    let Some(elsewhere) = &Elsewhere::chosen() else { return };
    let project = &variants::with_std().with_toolchain(elsewhere.sysroot.toolchain.clone());
    for target in elsewhere.targets.iter().filter(|target| VARIED.contains(&target.triple)) {
        for profile in ["lto = 'fat'", "strip = true"] {
            // Rustc calls a program for it that not every rustc has.
            if profile.starts_with("strip") && target.triple.contains("apple") {
                continue;
            }
            let settings = ["--config", &format!("profile.dev.{profile}")];
            let built = elsewhere.varied(project, target, &settings, &[]);
            built.unwrap_or_else(|words| panic!("{}, {profile}: {words}", target.triple));
        }
    }
}

/// The linkers of the host that know another processor too, its own `strip`, and LLVM's.
#[test]
fn linkers_of_another_processor() {
    let Some(elsewhere) = &Elsewhere::chosen() else { return };
    let is_chosen = |target: &&StdTarget| target.triple == "aarch64-unknown-linux-gnu";
    let Some(target) = elsewhere.targets.iter().find(is_chosen) else { return };
    let project = &variants::with_std().with_toolchain(elsewhere.sysroot.toolchain.clone());
    // Zig's compiler is told the target in another way.
    for linker in variants::linkers(project).iter().filter(|linker| linker.name != "zig cc") {
        // Rustc knows its own lld, which this is about, on few targets.
        let flags = linker.flags.split_whitespace().filter(|flag| !flag.starts_with("-Clinker-features"));
        let flags: Vec<String> = flags.map(str::to_owned).collect();
        for more in ["", "-Clink-arg=-Wl,--gc-sections", "-Cstrip=symbols"] {
            let flags: Vec<String> =
                flags.iter().cloned().chain((!more.is_empty()).then(|| more.to_owned())).collect();
            let file = elsewhere.varied(project, target, &[], &flags);
            let file = file.unwrap_or_else(|words| panic!("{}, {more}: {words}", linker.name));
            for strip in ["aarch64-linux-gnu-strip", "llvm-strip"] {
                let copy = file.with_extension(strip);
                std::fs::copy(&file, &copy).expect("it was built");
                match Command::new(strip).arg("-s").arg(&copy).status() {
                    Ok(status) => {
                        assert!(status.success(), "{strip}");
                        Elsewhere::holds(target, &copy)
                            .unwrap_or_else(|words| panic!("{}, {strip}: {words}", linker.name));
                    }
                    Err(_) => eprintln!("skipped: {strip} is not installed"),
                }
            }
        }
    }
}

/// The targets that can be tested here, and what is needed for them.
pub(crate) struct Elsewhere {
    pub(crate) targets: Vec<StdTarget>,
    pub(crate) sysroot: Sysroot,
    pub(crate) stand_ins: StandIns,
}

impl Elsewhere {
    /// Of the targets that were asked for, those for which all is installed; says what is not. `None` if none were asked
    /// for, since to compile the standard library takes minutes.
    pub(crate) fn chosen() -> Option<Self> {
        let Some(names) = targets::asked_for() else {
            eprintln!(
                "skipped: programs of other systems, see AUDITABLE_TEST_TARGETS in tests/targets/main.rs"
            );
            return None;
        };
        let is_chosen =
            |target: &&StdTarget| names.is_empty() || names.iter().any(|name| name == target.triple);
        if !cfg!(target_arch = "x86_64") {
            eprintln!("skipped: programs of other systems, which are tested on x86_64 only");
            return None;
        }
        let sysroot = Sysroot::find();
        let mut chosen = Vec::new();
        for target in STD_TARGETS.iter().filter(is_chosen) {
            let needs = target.missing(&sysroot.toolchain);
            if needs.is_empty() {
                chosen.push(*target);
            } else {
                let words: Vec<String> = needs.iter().map(ToString::to_string).collect();
                eprintln!("skipped: programs for {}, which need {}", target.triple, words.join(", "));
            }
        }
        let stand_ins = StandIns::new();
        chosen.iter().for_each(|target| stand_ins.make(target));
        Some(Self { targets: chosen, sysroot, stand_ins })
    }

    /// A build for a target.
    ///
    /// # Panics
    ///
    /// If the standard library cannot be compiled for it.
    pub(crate) fn build(&self, run: Run, target: &StdTarget) -> Run {
        let mut run = run
            .args(["--target", target.triple])
            .env_remove("RUSTC_WRAPPER")
            .env("CARGO_ENCODED_RUSTFLAGS", self.rustflags(target).join("\u{1f}"));
        for (name, value) in target.environment(&self.stand_ins) {
            run = run.env(name, value);
        }
        run
    }

    /// The arguments of rustc in such a build.
    pub(crate) fn rustflags(&self, target: &StdTarget) -> Vec<String> {
        let mut flags = self.sysroot.rustflags(target.triple).unwrap_or_else(|error| panic!("{error}"));
        flags.extend(target.rustflags(&self.stand_ins));
        flags
    }

    /// What came of a target, as a line of the page.
    fn line(&self, target: &StdTarget) -> Result<String, String> {
        let project = &variants::with_std().with_toolchain(self.sysroot.toolchain.clone());
        let program = self.linked(project, target, &["--bin", "app"], &target.program_file("app"))?;
        let file = project.path("target").join(target.triple).join("debug").join(target.program_file("app"));
        self.runs(target, &file)?;
        if target.has_libraries() {
            self.linked(project, target, &["--lib"], &target.library_file("library"))?;
        }
        Ok(format!(
            "| {} | {} | {} | yes | {} | {} | {} |",
            target.triple,
            program.container,
            target.linker_name(),
            if target.has_libraries() { "yes" } else { "" },
            program.by,
            target.runner
        ))
    }

    /// Builds the program and the C library with more arguments of cargo and of rustc, and says where the program is.
    ///
    /// # Errors
    ///
    /// If they do not link, or the list is not in them, or the program does not run.
    fn varied(
        &self,
        project: &Project,
        target: &StdTarget,
        arguments: &[&str],
        flags: &[String],
    ) -> Result<PathBuf, String> {
        let flags = [self.rustflags(target), flags.to_vec()].concat().join("\u{1f}");
        let build = |run: Run| self.build(run.args(arguments), target).env("CARGO_ENCODED_RUSTFLAGS", &flags);
        let ours = build(project.auditable(["build"]).env("CARGO_AUDITABLE", "strict")).run();
        if !ours.status.success() {
            let plain = build(project.cargo(["build"])).run();
            let whose = if plain.status.success() { "links only without us" } else { "does not link at all" };
            return Err(format!("{whose}: {ours}"));
        }
        let folder = project.path("target").join(target.triple).join("debug");
        Self::holds(target, &folder.join(target.library_file("library")))?;
        let program = folder.join(target.program_file("app"));
        Self::holds(target, &program)?;
        self.runs(target, &program)?;
        Ok(program)
    }

    /// Whether the list is in a file.
    fn holds(target: &StdTarget, file: &Path) -> Result<(), String> {
        let found =
            readers::read(file).map_err(|error| format!("{}: {}: {error}", target.triple, file.display()))?;
        if found.names == ["dep", "app"] { Ok(()) } else { Err(format!("wrong list: {:?}", found.names)) }
    }

    fn linked(
        &self,
        project: &Project,
        target: &StdTarget,
        kind: &[&str],
        file: &str,
    ) -> Result<Found, String> {
        let run = project.auditable(["build"]).args(kind).env("CARGO_AUDITABLE", "strict");
        let ours = self.build(run, target).run();
        if !ours.status.success() {
            let plain = self.build(project.cargo(["build"]).args(kind), target).run();
            let whose = if plain.status.success() { "links only without us" } else { "does not link at all" };
            return Err(format!("{whose}: {ours}"));
        }
        let path = project.path("target").join(target.triple).join("debug").join(file);
        Self::holds(target, &path).map_err(|error| format!("{error}\n{ours}"))?;
        readers::read(&path)
    }

    /// Runs the program, if anything here can.
    fn runs(&self, target: &StdTarget, program: &Path) -> Result<(), String> {
        if target.runner == Runner::Nothing {
            return Ok(());
        }
        let mut command = target.runner.command(program, &self.stand_ins);
        let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        let says = String::from_utf8_lossy(&output.stdout).into_owned();
        if says.trim_end() == "42" {
            return Ok(());
        }
        Err(format!("{command:?}: {}, {says:?}, {}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

const HEAD: &str = "\
| target | container | linker | program | C library | read by | run by |
|---|---|---|---|---|---|---|
";

/// One of each container, for what does not depend on more than that.
const VARIED: &[&str] = &[
    "aarch64-unknown-linux-gnu",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
    "wasm32-wasip1",
];
