//! What our programs cost: `build` measures the wrapper in whole builds, against plain cargo and against the established
//! wrapper; `inspect` the reading of files; `audit` the audit of files, against the established one; `sbom` the writing of documents.

mod audit;
mod inspect;
mod sbom;
mod subject;
mod timing;
mod usage;

use crate::failure::Failure;
use crate::project::Project;
use crate::tools::Tool;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;
use subject::Subject;
use timing::{Samples, Times};

pub(crate) const ESTABLISHED: Tool = Tool { name: "cargo-auditable", version: "0.7.7" };

/// Measures what the first argument says.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    match arguments.split_first() {
        Some((what, [])) if what == "build" => build(project),
        Some((what, arguments)) if what == "audit" => audit::run(project, arguments),
        Some((what, arguments)) if what == "inspect" => inspect::run(project, arguments),
        Some((what, arguments)) if what == "sbom" => sbom::run(project, arguments),
        Some((what, arguments)) if what == usage::HELPER => usage::helper(arguments),
        _ => Err(Failure::Usage(
            "say what to measure: `cargo xtask bench build`, `bench inspect`, `bench audit` or `bench sbom`"
                .into(),
        )),
    }
}

/// Measures and prints one table. The single runs go to `target/bench/build.csv`.
fn build(project: &Project) -> Result<(), Failure> {
    project.build_release()?;
    let established = ESTABLISHED.install(project)?;
    let bench = Bench { project, ours: project.release_program("cargo-auditable"), established };
    let folder = project.target.join("bench");
    let large = Subject::large(&folder)?;
    let small = Subject::small(&folder)?;
    bench.warm_up(&large)?;
    bench.warm_up(&small)?;
    let all = [
        bench.measure("nothing to do, 200 crates", &large, Before::Nothing, 21)?,
        bench.measure("one program linked, 200 crates", &large, Before::Touch, 15)?,
        bench.measure("everything, 12 crates", &small, Before::Clean, 21)?,
    ];
    let file = folder.join("build.csv");
    let csv =
        [timing::CSV_HEADER.to_owned()].into_iter().chain(all.iter().map(Samples::csv)).collect::<String>();
    fs::write(&file, csv).map_err(|source| Failure::Io { path: file.clone(), source })?;
    print(&all);
    println!("\nthe single runs: {}", file.display());
    Ok(())
}

/// Who builds.
#[derive(Clone, Copy)]
enum Builder {
    Cargo,
    Ours,
    Established,
}

impl Builder {
    const ALL: [Self; 3] = [Self::Cargo, Self::Ours, Self::Established];

    const fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Ours => "ours",
            Self::Established => "established",
        }
    }
}

/// What happens before the build that is timed.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// The program's source gets a new time.
    Touch,
    /// What was built is removed.
    Clean,
}

struct Bench<'a> {
    project: &'a Project,
    ours: PathBuf,
    established: PathBuf,
}

impl Bench<'_> {
    /// Builds once, so that everything is downloaded and compiled.
    fn warm_up(&self, subject: &Subject) -> Result<(), Failure> {
        println!("building {} in three ways", subject.folder.display());
        for builder in Builder::ALL {
            timing::time(&mut self.command(subject, builder))?;
        }
        Ok(())
    }

    /// Rounds of one build by each in turn, so that whatever else the machine does meets all of them.
    fn measure(
        &self,
        what: &'static str,
        subject: &Subject,
        before: Before,
        rounds: usize,
    ) -> Result<Samples, Failure> {
        println!("measuring {rounds} rounds: {what}");
        let mut samples = Samples { what, rounds: Vec::with_capacity(rounds) };
        for round in 0..rounds {
            let mut times = Times::default();
            let mut order = Builder::ALL;
            // What one run leaves in the caches helps the next, so each is first at times.
            order.rotate_left(round % Builder::ALL.len());
            for builder in order {
                match before {
                    Before::Nothing => {}
                    Before::Touch => touch(&subject.program)?,
                    Before::Clean => remove(&subject.target_dir(builder.name()))?,
                }
                let time = timing::time(self.command(subject, builder).arg("--offline"))?;
                match builder {
                    Builder::Cargo => times.cargo = time,
                    Builder::Ours => times.ours = time,
                    Builder::Established => times.established = time,
                }
            }
            samples.rounds.push(times);
        }
        Ok(samples)
    }

    /// A wrapper is called directly: the time in which cargo finds a subcommand is not the wrapper's.
    fn command(&self, subject: &Subject, builder: Builder) -> Command {
        let wrapper = |program: &Path| {
            let mut command = self.project.command(program);
            command.arg("auditable");
            command
        };
        let mut command = match builder {
            Builder::Cargo => self.project.cargo(),
            Builder::Ours => wrapper(&self.ours),
            Builder::Established => wrapper(&self.established),
        };
        command
            .args(["build", "--quiet", "--target-dir"])
            .arg(subject.target_dir(builder.name()))
            .current_dir(&subject.folder)
            .env_remove("CARGO_TARGET_DIR")
            .stdout(Stdio::null());
        command
    }
}

fn touch(file: &Path) -> Result<(), Failure> {
    let touched =
        File::options().write(true).open(file).and_then(|open| open.set_modified(SystemTime::now()));
    touched.map_err(|source| Failure::Io { path: file.to_owned(), source })
}

fn remove(folder: &Path) -> Result<(), Failure> {
    fs::remove_dir_all(folder).map_err(|source| Failure::Io { path: folder.to_owned(), source })
}

fn print(all: &[Samples]) {
    println!("\nmedians; what a wrapper adds to cargo's time is compared within a round\n");
    println!("{:32} {:>10} {:>11} {:>17} {:>7}", "build", "cargo", "ours adds", "established adds", "ratio");
    for samples in all {
        let (ours, established) =
            (samples.added(|times| times.ours), samples.added(|times| times.established));
        let ratio = if established < NOISE_MS {
            // A ratio of two nothings would mean nothing.
            "-".to_owned()
        } else if ours < NOISE_MS {
            format!(">{:.1}", established / NOISE_MS)
        } else {
            format!("{:.1}", established / ours)
        };
        println!(
            "{:32} {:>7.0} ms {:>8.1} ms {:>14.1} ms {:>7}",
            samples.what,
            samples.median(),
            ours,
            established,
            ratio,
        );
    }
}

/// The least difference of two medians that means something, on a machine that does nothing else.
const NOISE_MS: f64 = 2.0;
