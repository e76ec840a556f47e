//! What an SBOM costs: `auditable sbom` about one file in each format, next to the programs of others.

use crate::bench::subject::Subject;
use crate::bench::timing::{median, milliseconds};
use crate::bench::usage::{Calls, Usage, measure};
use crate::failure::Failure;
use crate::project::{Project, run as run_program};
use crate::tools::Tool;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Measures and prints; fails if a promise does not hold. The file is a small one with a list of [`PACKAGES`] packages.
/// Syft takes part if it is on the `PATH`, and cargo-cyclonedx reads a source tree.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    if let Some(argument) = arguments.first() {
        return Err(Failure::Usage(format!("unexpected argument {argument:?}")));
    }
    project.build_release()?;
    let folder = project.target.join("bench").join("sbom");
    fs::create_dir_all(&folder).map_err(|source| Failure::Io { path: folder.clone(), source })?;
    let file = file(project, &folder)?;
    let mut contenders = ours(project, &folder);
    contenders.extend(others(project)?);
    for round in 0..=ROUNDS {
        for contender in &mut contenders {
            let files: &[&Path] = if contender.takes_file { &[&file] } else { &[] };
            let usage = measure(project, Calls::Once, &contender.command, files)?;
            // The first round fills the caches.
            if round > 0 {
                contender.rounds.push(usage);
            }
        }
    }
    print(&contenders);
    let slow: Vec<String> = contenders
        .iter()
        .filter_map(|contender| Some((contender, contender.limit_ms?)))
        .filter(|(contender, limit_ms)| contender.processor() > *limit_ms)
        .map(|(contender, limit_ms)| format!("{} takes more than {limit_ms} ms", contender.name))
        .collect();
    if slow.is_empty() { Ok(()) } else { Err(Failure::Wrong(slow.join("; "))) }
}

/// An object file with nothing but the list in it, so that the time to digest a large file does not hide the rest.
fn file(project: &Project, folder: &Path) -> Result<PathBuf, Failure> {
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
    let (graph, file) = (folder.join("graph.json"), folder.join("app.o"));
    fs::write(&graph, json).map_err(|source| Failure::Io { path: graph.clone(), source })?;
    let mut object = project.command(project.release_program("auditable"));
    run_program(object.arg("object").arg("--graph").arg(graph).arg("--output").arg(&file))?;
    Ok(file)
}

/// A program that is measured.
struct Contender {
    name: String,
    command: Command,
    /// Whether it reads the file, rather than a source tree.
    takes_file: bool,
    /// What the whole process may take of the processor, if that was promised.
    limit_ms: Option<f64>,
    rounds: Vec<Usage>,
}

impl Contender {
    fn new(name: impl Into<String>, command: Command) -> Self {
        Self { name: name.into(), command, takes_file: true, limit_ms: None, rounds: Vec::new() }
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
        let limit_ms = if format == "spdx3-json" { SPDX3_LIMIT_MS } else { LIMIT_MS };
        Contender { limit_ms: Some(limit_ms), ..Contender::new(format!("auditable sbom, {format}"), command) }
    };
    ["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tv", "spdx3-json"].map(contender).into()
}

fn others(project: &Project) -> Result<Vec<Contender>, Failure> {
    let auditable2cdx = project.command(AUDITABLE2CDX.install(project)?);
    // It writes its document beside the manifest.
    let tree = Subject::large(&project.target.join("bench"))?;
    let mut cyclonedx = project.command(CARGO_CYCLONEDX.install(project)?);
    cyclonedx.args(["cyclonedx", "--quiet", "--format", "json", "--manifest-path"]);
    cyclonedx.arg(tree.folder.join("Cargo.toml"));
    let mut contenders = vec![
        Contender::new("auditable2cdx", auditable2cdx),
        Contender { takes_file: false, ..Contender::new("cargo cyclonedx, a tree of 200", cyclonedx) },
    ];
    let is_there = Command::new("syft").arg("--version").stdout(Stdio::null()).status();
    if is_there.is_ok_and(|status| status.success()) {
        let mut syft = project.command("syft");
        syft.args(["--quiet", "--output", "cyclonedx-json"]).env("SYFT_CHECK_FOR_APP_UPDATE", "false");
        contenders.push(Contender::new("Syft, cyclonedx-json", syft));
    } else {
        println!("SKIPPED: Syft, which is not on the PATH");
    }
    Ok(contenders)
}

fn print(contenders: &[Contender]) {
    println!("\na file with {PACKAGES} packages; medians of {ROUNDS} rounds, in each of which all are run\n");
    println!("{:36} {:>12} {:>10} {:>10}", "", "processor ms", "wall ms", "peak MiB");
    for contender in contenders {
        let wall = median(contender.rounds.iter().map(|usage| milliseconds(usage.wall)));
        let peak = median(contender.rounds.iter().map(|usage| usage.peak_bytes as f64 / f64::from(1 << 20)));
        println!("{:36} {:>12.1} {wall:>10.1} {peak:>10.1}", contender.name, contender.processor());
    }
}

const AUDITABLE2CDX: Tool = Tool { name: "auditable2cdx", version: "0.1.0" };
const CARGO_CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };

/// As many as a large program has.
const PACKAGES: u32 = 567;

const LIMIT_MS: f64 = 15.0;

/// The text is four times as long as that of the other formats.
const SPDX3_LIMIT_MS: f64 = 30.0;

const ROUNDS: usize = 21;
