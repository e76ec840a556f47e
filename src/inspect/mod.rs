//! `auditable inspect`: what is in files.

mod dot;
mod report;
mod text;

pub(crate) use text::summary;

use crate::Outcome;
use crate::digest::sha256;
use crate::output::{Output, Writer};
use crate::scan::{Artifact, Found, Inputs, Place, Scanned, scan};
use crate::words::{Failure, Words};
use auditable_inspect::{Facts, Recovered, facts, recover};
use clap::ValueEnum;
use report::{BinaryReport, Report};
use std::error::Error;

/// Show the list of crates in binaries
///
/// Of a binary without a list it shows the crates that the paths in its messages name, told apart from a list: they are
/// a part of what was compiled.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Show also compilers, linker, debug information and build id; JSON has them always
    #[arg(long)]
    facts: bool,

    /// Compute the SHA-256 of each file
    #[arg(long)]
    sha256: bool,

    /// Do not look for crates in binaries without a list, which reads most of the file
    #[arg(long)]
    no_recover: bool,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree for people
    #[default]
    Tree,
    /// A JSON array with an object for each file that is or should be a binary
    Json,
    /// The same objects, each on a line
    Ndjson,
    /// The embedded JSON itself, byte for byte
    Raw,
    /// A graph for Graphviz
    Dot,
}

const EXAMPLES: &str = "\
Examples:
  auditable inspect target/release/app
  auditable inspect --facts image.tar
  auditable inspect --format json *.exe | jq -r '.[].binaries[].lists[].packages[].name'
  auditable inspect --format raw app | sha256sum
  auditable inspect --format dot app | dot -Tsvg > app.svg
  find /srv -name '*.so' -print0 | auditable inspect --format ndjson -0 --files-from - > fleet.ndjson

Exit status:
  0  every PATH has a list: the file, or something in the folder, archive or list of files
  1  a PATH has none
  2  something could not be read";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let mut shown = Shown::new(options.format, options.output.writer(&options.inputs.paths)?);
    let summary = scan(
        &options.inputs,
        words,
        |artifact| options.artifact(artifact),
        |scanned| match scanned {
            Scanned::Artifact(_, pieces) => pieces.into_iter().try_for_each(|piece| shown.write(piece)),
            Scanned::Unreadable(place, failure) => match options.unreadable(&place, &failure) {
                Some(piece) => shown.write(piece?),
                None => Ok(()),
            },
        },
    )?;
    shown.finish()?;
    Ok(summary.outcome())
}

/// A part of the output that belongs together.
type Piece = Vec<u8>;

impl Options {
    fn artifact(&self, artifact: &Artifact<'_>) -> Result<Vec<Piece>, Failure> {
        let place = artifact.place;
        match self.format {
            Format::Raw => {
                let lists = artifact.binaries.iter().flat_map(|found| found.binary.lists.iter().flatten());
                Ok(lists.map(|list| list.json.clone()).collect())
            }
            Format::Dot => Ok(artifact.binaries.iter().flat_map(|found| dot::graphs(found, place)).collect()),
            Format::Tree => {
                let sha256 = self.sha256(artifact)?;
                let mut pieces = Vec::new();
                for found in &artifact.binaries {
                    let facts = if self.facts { Some(self.facts_of(artifact, found)?) } else { None };
                    let recovered = self.recovered(artifact, found)?;
                    pieces.extend(text::binary(
                        found,
                        place,
                        recovered.as_deref(),
                        facts.as_ref(),
                        sha256.as_deref(),
                    ));
                }
                Ok(pieces)
            }
            Format::Json | Format::Ndjson => {
                let mut report = Report::new(place);
                report.bytes = artifact.source.size().ok();
                report.sha256 = self.sha256(artifact)?;
                for found in &artifact.binaries {
                    // What is damaged is said of the lists; one damage needs no second word.
                    let facts = self.facts_of(artifact, found).ok();
                    let recovered = self.recovered(artifact, found)?;
                    report.binaries.push(BinaryReport::new(found, recovered.as_deref(), facts));
                }
                Ok(vec![self.json(&report, place)?])
            }
        }
    }

    fn unreadable(&self, place: &Place, failure: &Failure) -> Option<Result<Piece, Failure>> {
        if !matches!(self.format, Format::Json | Format::Ndjson) {
            return None;
        }
        let mut report = Report::new(place);
        report.error = Some(failure.source().map_or_else(|| failure.to_string(), ToString::to_string));
        Some(self.json(&report, place))
    }

    fn json(&self, report: &Report, place: &Place) -> Result<Piece, Failure> {
        let json = if self.format == Format::Json {
            serde_json::to_vec_pretty(report)
        } else {
            serde_json::to_vec(report)
        };
        json.map_err(|error| Failure::new(place.to_string()).cause(error))
    }

    fn sha256(&self, artifact: &Artifact<'_>) -> Result<Option<String>, Failure> {
        let digest = self.sha256.then(|| sha256(artifact.source)).transpose();
        digest.map_err(|error| Failure::new(artifact.place.to_string()).cause(error))
    }

    fn facts_of(&self, artifact: &Artifact<'_>, found: &Found) -> Result<Facts, Failure> {
        facts(artifact.source, &found.binary)
            .map_err(|error| Failure::new(found.title(artifact.place)).cause(error))
    }

    /// The crates that paths in a sound binary without a list name.
    fn recovered(&self, artifact: &Artifact<'_>, found: &Found) -> Result<Option<Vec<Recovered>>, Failure> {
        if self.no_recover || !found.graphs.is_empty() || found.error().is_some() {
            return Ok(None);
        }
        recover(artifact.source, &found.binary)
            .map(Some)
            .map_err(|error| Failure::new(found.title(artifact.place)).cause(error))
    }
}

/// Puts the pieces together, in the form in which they are asked for.
struct Shown {
    format: Format,
    writer: Writer,
    /// How many pieces were written.
    count: u64,
    /// The first list, if it is to be written byte for byte.
    raw: Option<Piece>,
    has_other_lists: bool,
}

impl Shown {
    fn new(format: Format, writer: Writer) -> Self {
        Self { format, writer, count: 0, raw: None, has_other_lists: false }
    }

    fn write(&mut self, piece: Piece) -> Result<(), Failure> {
        let is_first = self.count == 0;
        self.count += 1;
        match self.format {
            Format::Raw => match &self.raw {
                None => self.raw = Some(piece),
                Some(first) => self.has_other_lists |= *first != piece,
            },
            Format::Tree | Format::Dot => {
                self.writer.write(if is_first { b"" } else { b"\n" })?;
                self.writer.write(&piece)?;
            }
            Format::Json => {
                self.writer.write(if is_first { b"[\n" } else { b",\n" })?;
                self.writer.write(&piece)?;
            }
            Format::Ndjson => {
                self.writer.write(&piece)?;
                self.writer.write(b"\n")?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), Failure> {
        match (self.format, self.raw.take()) {
            (Format::Json, _) => self.writer.write(if self.count == 0 { b"[]\n" } else { b"\n]\n" })?,
            (Format::Raw, Some(_)) if self.has_other_lists => {
                return Err(Failure::new(
                    "there are lists that differ, and --format raw writes one byte for byte: name one file, \
                     with --arch if it holds several binaries",
                ));
            }
            (Format::Raw, Some(json)) => self.writer.write(&json)?,
            _ => {}
        }
        self.writer.finish()
    }
}
