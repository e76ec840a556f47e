//! `auditable inspect`: what is in a file.

use crate::Outcome;
use crate::files::Input;
use crate::output::Output;
use crate::report::{BinaryReport, FileReport, ListReport};
use crate::tree;
use crate::words::{Failure, Words, printable};
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
    let mut shown = Shown::new(options.format);
    for path in &options.paths {
        let found = Input::open(path).and_then(|input| {
            let mut binaries = input.binaries()?;
            if let Some(architecture) = &options.arch {
                binaries.retain(|binary| binary.architecture.to_string() == *architecture);
            }
            Ok((input, binaries))
        });
        let of_file = match found {
            Ok((input, binaries)) => shown.file(&input, &binaries, words),
            Err(failure) => {
                shown.unreadable(path.display().to_string(), &failure);
                words.error(&failure);
                Outcome::Failed
            }
        };
        outcome = outcome.max(of_file);
    }
    options.output.write(&shown.finish()?)?;
    Ok(outcome)
}

/// What has been found, in the form in which it is asked for.
struct Shown {
    format: Format,
    text: String,
    raw: Vec<List>,
    reports: Vec<FileReport>,
}

impl Shown {
    fn new(format: Format) -> Self {
        Self { format, text: String::new(), raw: Vec::new(), reports: Vec::new() }
    }

    fn file(&mut self, input: &Input, binaries: &[Binary], words: &Words) -> Outcome {
        let mut outcome = Outcome::Clean;
        let mut report =
            FileReport { path: input.path.display().to_string(), binaries: Vec::new(), error: None };
        let mut has_list = false;
        for binary in binaries {
            let (binary_report, error) = self.binary(input, binary);
            has_list |= !binary_report.lists.is_empty();
            report.binaries.push(binary_report);
            if let Some(error) = error {
                words.error(&error);
                outcome = Outcome::Failed;
            }
        }
        self.reports.push(report);
        if outcome == Outcome::Clean && !has_list {
            words.note(&format_args!("{}: no list of crates", printable(&input.path.display().to_string())));
            outcome = Outcome::Finding;
        }
        outcome
    }

    fn binary(&mut self, input: &Input, binary: &Binary) -> (BinaryReport, Option<Failure>) {
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
                return (report, Some(failure));
            }
        };
        for list in lists {
            // The bytes are shown as they are, also when they are no sound list.
            if self.format == Format::Raw {
                self.raw.push(list.clone());
            }
            match list.graph() {
                Ok(graph) => {
                    self.tree(&title(input, binary), &graph);
                    report.lists.push(ListReport::from(&graph));
                }
                Err(error) => {
                    report.error = Some(error.to_string());
                    return (report, Some(Failure::new(title(input, binary)).cause(error)));
                }
            }
        }
        (report, None)
    }

    fn tree(&mut self, title: &str, graph: &Graph) {
        if self.format != Format::Tree {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{}: {}", printable(title), summary(graph));
        tree::write(graph, &mut self.text);
    }

    fn unreadable(&mut self, path: String, failure: &Failure) {
        let error = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
        self.reports.push(FileReport { path, binaries: Vec::new(), error: Some(error) });
    }

    fn finish(self) -> Result<Vec<u8>, Box<dyn Error>> {
        match self.format {
            Format::Tree => Ok(self.text.into_bytes()),
            Format::Json => {
                let mut json = serde_json::to_vec_pretty(&self.reports)?;
                json.push(b'\n');
                Ok(json)
            }
            Format::Raw => {
                let mut lists: Vec<Vec<u8>> = self.raw.into_iter().map(|list| list.json).collect();
                lists.dedup();
                match <[Vec<u8>; 1]>::try_from(lists) {
                    Ok([json]) => Ok(json),
                    Err(lists) if lists.is_empty() => Ok(Vec::new()),
                    Err(lists) => Err(Failure::new(format!(
                        "there are {} different lists, and --format raw writes one byte for byte: \
                         name one file, with --arch if it holds several binaries",
                        lists.len()
                    ))
                    .into()),
                }
            }
        }
    }
}

/// The file, and which binary in it if there are several.
fn title(input: &Input, binary: &Binary) -> String {
    let path = input.path.display();
    match &binary.location {
        Some(location) => format!("{path} ({location}, {})", binary.architecture),
        None => path.to_string(),
    }
}

/// One line about a list.
pub(crate) fn summary(graph: &Graph) -> String {
    let count = graph.packages().len();
    let build = graph.packages().iter().filter(|package| package.kind == Kind::Build).count();
    let quality = if graph.format().is_exact() { "exact" } else { "may list crates that were not compiled" };
    format!(
        "{count} crate{}, {build} of them only for building; from {} ({quality})",
        if count == 1 { "" } else { "s" },
        graph.format().description()
    )
}
