//! `auditable inspect`: what is in a file.

use crate::Outcome;
use crate::files::Input;
use crate::output::{Output, Writer};
use crate::report::{BinaryReport, FileReport, ListReport};
use crate::tree;
use crate::words::{Failure, Words};
use auditable_graph::{Graph, Kind};
use auditable_inspect::{Binary, List};
use clap::ValueEnum;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Show the list of crates in binaries
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Only binaries for this architecture, such as x86_64 or aarch64: for files that hold several
    #[arg(long, value_name = "NAME")]
    arch: Option<String>,

    #[command(flatten)]
    output: Output,

    /// Programs, libraries or modules; - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree for people
    #[default]
    Tree,
    /// A JSON array with an object for each file
    Json,
    /// The embedded JSON itself, byte for byte
    Raw,
}

const EXAMPLES: &str = "\
Examples:
  auditable inspect target/release/app
  auditable inspect --format json *.exe | jq -r '.[].binaries[].lists[].packages[].name'
  auditable inspect --format raw app | sha256sum

Exit status:
  0  every file has a list
  1  a file has none
  2  a file could not be read";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let mut outcome = Outcome::Clean;
    let mut shown = Shown::new(options.format, options.output.writer(&options.paths)?);
    for path in &options.paths {
        let found = Input::open(path).and_then(|input| {
            let mut binaries = input.binaries()?;
            if let Some(architecture) = &options.arch {
                let all: Vec<String> =
                    binaries.iter().map(|binary| binary.architecture.to_string()).collect();
                binaries.retain(|binary| binary.architecture.to_string() == *architecture);
                if binaries.is_empty() {
                    let cause = format!("no binary for {architecture} is in it, only for {}", all.join(", "));
                    return Err(input.failure(cause));
                }
            }
            Ok((input, binaries))
        });
        let of_file = match found {
            Ok((input, binaries)) => shown.file(&input, &binaries, words)?,
            Err(failure) => {
                shown.unreadable(path.display().to_string(), &failure)?;
                words.error(&failure);
                Outcome::Failed
            }
        };
        outcome = outcome.max(of_file);
    }
    shown.finish()?;
    Ok(outcome)
}

/// Shows what is found, file by file, in the form in which it is asked for.
struct Shown {
    format: Format,
    writer: Writer,
    /// How many trees or reports were written.
    count: usize,
    /// The first list, if it is to be written byte for byte, and how many others there are.
    raw: Option<(Vec<u8>, usize)>,
}

impl Shown {
    fn new(format: Format, writer: Writer) -> Self {
        Self { format, writer, count: 0, raw: None }
    }

    fn file(&mut self, input: &Input, binaries: &[Binary], words: &Words) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::Clean;
        let mut report =
            FileReport { path: input.path.display().to_string(), binaries: Vec::new(), error: None };
        let mut has_list = false;
        for binary in binaries {
            let (binary_report, error) = self.binary(input, binary)?;
            has_list |= !binary_report.lists.is_empty();
            report.binaries.push(binary_report);
            if let Some(error) = error {
                words.error(&error);
                outcome = Outcome::Failed;
            }
        }
        self.report(&report)?;
        if outcome == Outcome::Clean && !has_list {
            words.note(&format_args!("{}: no list of crates", input.shown()));
            outcome = Outcome::Finding;
        }
        Ok(outcome)
    }

    fn binary(&mut self, input: &Input, binary: &Binary) -> Result<(BinaryReport, Option<Failure>), Failure> {
        let mut report = BinaryReport {
            location: binary.location.as_ref().map(ToString::to_string),
            container: binary.container.to_string(),
            architecture: binary.architecture.to_string(),
            lists: Vec::new(),
            error: None,
        };
        let lists = match &binary.lists {
            Ok(lists) => lists.as_slice(),
            Err(error) => {
                let failure = Failure::new(title(input, binary)).cause(error.to_string());
                report.error = Some(error.to_string());
                return Ok((report, Some(failure)));
            }
        };
        for list in lists {
            self.raw(list);
            match list.graph() {
                Ok(graph) => {
                    self.tree(&title(input, binary), &graph)?;
                    report.lists.push(ListReport::from(&graph));
                }
                Err(error) => {
                    report.error = Some(error.to_string());
                    return Ok((report, Some(Failure::new(title(input, binary)).cause(error))));
                }
            }
        }
        Ok((report, None))
    }

    /// Keeps a list as it is, also if it is not sound.
    fn raw(&mut self, list: &List) {
        match &mut self.raw {
            _ if self.format != Format::Raw => {}
            None => self.raw = Some((list.json.clone(), 0)),
            Some((first, others)) => *others += usize::from(*first != list.json),
        }
    }

    fn tree(&mut self, title: &str, graph: &Graph) -> Result<(), Failure> {
        if self.format != Format::Tree {
            return Ok(());
        }
        let mut text = String::new();
        if self.count > 0 {
            text.push('\n');
        }
        self.count += 1;
        let _ = writeln!(text, "{title}: {}", summary(graph));
        tree::write(graph, &mut text);
        self.writer.write(text.as_bytes())
    }

    fn unreadable(&mut self, path: String, failure: &Failure) -> Result<(), Failure> {
        let error = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
        self.report(&FileReport { path, binaries: Vec::new(), error: Some(error) })
    }

    fn report(&mut self, report: &FileReport) -> Result<(), Failure> {
        if self.format != Format::Json {
            return Ok(());
        }
        let json = serde_json::to_string_pretty(report)
            .map_err(|error| Failure::new(report.path.clone()).cause(error))?;
        self.writer.write(if self.count == 0 { b"[\n" } else { b",\n" })?;
        self.count += 1;
        self.writer.write(json.as_bytes())
    }

    fn finish(mut self) -> Result<(), Failure> {
        match (self.format, self.raw.take()) {
            (Format::Json, _) => self.writer.write(b"\n]\n")?,
            (Format::Raw, Some((_, others))) if others > 0 => {
                return Err(Failure::new(
                    "there are lists that differ, and --format raw writes one byte for byte: name one file, \
                     with --arch if it holds several binaries",
                ));
            }
            (Format::Raw, Some((json, _))) => self.writer.write(&json)?,
            (Format::Raw | Format::Tree, _) => {}
        }
        self.writer.finish()
    }
}

/// The file, and which binary in it if there are several.
fn title(input: &Input, binary: &Binary) -> String {
    match &binary.location {
        Some(location) => format!("{} ({location}, {})", input.shown(), binary.architecture),
        None => input.shown(),
    }
}

/// One line about a list.
pub(crate) fn summary(graph: &Graph) -> String {
    let count = graph.packages().len();
    let build = graph.packages().iter().filter(|package| package.kind == Kind::Build).count();
    let crates = if count == 1 { "crate" } else { "crates" };
    let exactness = if graph.format().is_exact() { "exact" } else { "inexact" };
    format!("{count} {crates} ({build} build-only); {exactness}, from {}", graph.format().description())
}
