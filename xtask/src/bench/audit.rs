//! What an audit costs, next to `cargo audit bin` over the same files and the same database, and whether both find the
//! same.

use crate::bench::timing::{median, milliseconds};
use crate::bench::usage::{Calls, Usage, measure};
use crate::failure::Failure;
use crate::peers::CARGO_AUDIT;
use crate::project::{Project, output};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Measures and prints; fails if a promise does not hold. `FOLDER` is a corpus as `tests/corpus/run.py` fetches it,
/// `DATABASE` a git checkout of the RustSec database.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let [corpus, database] = arguments else {
        return Err(Failure::Usage(
            "name a folder of binaries, such as target/corpus of `tests/corpus/run.py --select all`, and a git \
             checkout of the RustSec database"
                .into(),
        ));
    };
    project.build_release()?;
    let here = env::current_dir().map_err(|source| Failure::Io { path: ".".into(), source })?;
    let bench = Bench {
        project,
        ours: project.release_program("auditable"),
        theirs: CARGO_AUDIT.install(project)?,
        database: here.join(database),
    };
    let files = files_in(&here.join(corpus))?;
    bench.compare(&files)?;
    bench.measure(&files)
}

struct Bench<'a> {
    project: &'a Project,
    ours: PathBuf,
    theirs: PathBuf,
    database: PathBuf,
}

/// An advisory, and the package and version that it was found for.
type Finding = (String, String, String);

impl Bench<'_> {
    fn ours(&self, format: &str) -> Command {
        let mut command = self.project.command(&self.ours);
        command.args(["audit", "--quiet", "--format", format, "--db"]).arg(&self.database);
        command
    }

    fn theirs(&self) -> Command {
        let mut command = self.project.command(&self.theirs);
        command
            .args(["audit", "--no-fetch", "--stale", "--no-yanked", "--quiet", "--db"])
            .arg(&self.database);
        command
    }

    /// Whether both find the same in each file that has a list.
    fn compare(&self, files: &[PathBuf]) -> Result<(), Failure> {
        let (mut lists, mut findings, mut differences) = (0u32, 0usize, 0u32);
        for file in files {
            let Ok(stdout) = output(self.ours("json").arg(file), &[0, 1]) else { continue };
            let Some(ours) = of_list(&json(&stdout)?) else { continue };
            let stdout = output(self.theirs().arg("--json").arg("bin").arg(file), &[0, 1])?;
            let theirs = of_theirs(&json(&stdout)?);
            lists += 1;
            findings += ours.len();
            for (id, name, version) in ours.symmetric_difference(&theirs) {
                let who = if ours.contains(&(id.clone(), name.clone(), version.clone())) {
                    "ours"
                } else {
                    "theirs"
                };
                println!("{}: only {who}: {id} in {name} {version}", file.display());
                differences += 1;
            }
        }
        println!("\n{lists} files with a list, {findings} findings, {differences} differences\n");
        if differences == 0 { Ok(()) } else { Err(Failure::Wrong("the findings differ".into())) }
    }

    fn measure(&self, files: &[PathBuf]) -> Result<(), Failure> {
        let mut theirs = self.theirs();
        theirs.arg("bin");
        let one = files.get(..1).unwrap_or_default();
        let contenders = [
            ("auditable audit", self.ours("human"), files),
            ("auditable audit --format json", self.ours("json"), files),
            ("cargo audit bin", theirs, files),
            ("auditable audit, one file", self.ours("human"), one),
        ];
        let mut rounds: Vec<Vec<Usage>> = contenders.iter().map(|_| Vec::new()).collect();
        for round in 0..=ROUNDS {
            // All in turn, so that whatever else the machine does meets all of them.
            for ((_, command, files), usages) in contenders.iter().zip(&mut rounds) {
                let usage = measure(self.project, Calls::Once, command, files)?;
                // The first round fills the caches.
                if round > 0 {
                    usages.push(usage);
                }
            }
        }
        println!("{:32} {:>12} {:>10} {:>10}", "", "processor", "wall", "peak");
        let mut all = Vec::new();
        for ((name, ..), usages) in contenders.iter().zip(&rounds) {
            let middle = |of: fn(&Usage) -> f64| median(usages.iter().map(of));
            let processor = middle(|usage| milliseconds(usage.processor));
            let wall = middle(|usage| milliseconds(usage.wall));
            let peak = middle(|usage| usage.peak_bytes as f64 / f64::from(1 << 20));
            println!("{name:32} {processor:>9.1} ms {wall:>7.1} ms {peak:>6.1} MiB");
            all.push((processor, wall, peak));
        }
        let mut broken = Vec::new();
        if let [human, json, theirs, one] = all.as_slice() {
            println!("\n{:.1} times less processor time than cargo audit", theirs.0 / human.0);
            if theirs.0 < 5.0 * human.0 {
                broken.push("cargo audit takes less than 5 times the processor time");
            }
            if one.1 >= 40.0 {
                broken.push("one file takes 40 ms or more");
            }
            if human.2.max(json.2) >= 64.0 {
                broken.push("64 MiB of memory or more");
            }
        }
        if broken.is_empty() { Ok(()) } else { Err(Failure::Wrong(broken.join("; "))) }
    }
}

/// The findings in a file, if all that it has is one list or several.
fn of_list(report: &Value) -> Option<BTreeSet<Finding>> {
    let files = report["files"].as_array().filter(|files| !files.is_empty())?;
    if files.iter().any(|file| file["origin"] != "list") {
        return None;
    }
    let findings = files.iter().filter_map(|file| file["findings"].as_array()).flatten();
    // Cargo audit does not ask about the standard library.
    Some(findings.filter(|finding| finding["package"]["purl"].is_string()).filter_map(finding).collect())
}

fn of_theirs(report: &Value) -> BTreeSet<Finding> {
    let warnings = report["warnings"].as_object().into_iter().flat_map(|kinds| kinds.values());
    let lists = warnings.chain([&report["vulnerabilities"]["list"]]);
    let all = lists.filter_map(Value::as_array).flatten();
    all.filter_map(|found| {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let package = &found["package"];
        Some((text(&found["advisory"]["id"])?, text(&package["name"])?, text(&package["version"])?))
    })
    .collect()
}

fn finding(finding: &Value) -> Option<Finding> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let package = &finding["package"];
    Some((text(&finding["id"])?, text(&package["name"])?, text(&package["version"])?))
}

fn json(bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|source| Failure::Json { command: "audit".into(), source })
}

/// The files in a folder, by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |source| Failure::Io { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_file() && !is_hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

const ROUNDS: usize = 9;
