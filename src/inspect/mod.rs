//! `auditable inspect`: what is in files.

mod dot;
mod report;
mod text;

pub(crate) use text::summary;

use crate::Outcome;
use crate::digest::sha256;
use crate::output::{Output, Writer};
use crate::records::{Layout, Records};
use crate::recovery::Recovery;
use crate::scan::{Artifact, Found, Inputs, Scanned, scan};
use crate::words::{Failure, Words};
use auditable_inspect::{Facts, Recovered, facts, facts_and_recovered};
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

    #[command(flatten)]
    recovery: Recovery,

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
    let mut shown = Shown::new(options.format, options.output.writer(&options.inputs.named())?);
    let summary = scan(
        &options.inputs,
        words,
        |artifact| options.artifact(artifact),
        |scanned| match scanned {
            Scanned::Artifact(_, pieces) => pieces.into_iter().try_for_each(|piece| shown.write(piece)),
            Scanned::Unreadable(place, failure) => match options.format {
                Format::Json | Format::Ndjson => {
                    shown.write(options.format.layout().object(&Report::unreadable(&place, &failure))?)
                }
                Format::Tree | Format::Raw | Format::Dot => Ok(()),
            },
        },
    )?;
    shown.finish()?;
    Ok(summary.outcome())
}

/// A part of the output that belongs together.
type Piece = Vec<u8>;

impl Format {
    fn layout(self) -> Layout {
        match self {
            Self::Tree | Self::Dot => Layout::Paragraphs,
            Self::Json => Layout::Array,
            Self::Ndjson => Layout::Lines,
            Self::Raw => Layout::Text,
        }
    }
}

impl Options {
    fn artifact(&self, artifact: &Artifact<'_>) -> Result<Vec<Piece>, Failure> {
        let place = artifact.place;
        let binaries = &artifact.binaries;
        match self.format {
            Format::Raw => {
                let lists = binaries.iter().flat_map(|found| found.binary.lists.iter().flatten());
                Ok(lists.map(|list| list.json.clone()).collect())
            }
            Format::Dot => Ok(binaries.iter().flat_map(|found| dot::graphs(found, place)).collect()),
            Format::Tree => {
                let sha256 = self.sha256(artifact)?;
                let text = |found| {
                    let (facts, recovered) = if self.facts {
                        self.facts_and_recovered(artifact, found)
                    } else {
                        (None, self.recovery.of(artifact, found))
                    };
                    let recovered = recovered.unwrap_or_default();
                    text::binary(found, place, &recovered, facts.as_ref(), sha256.as_deref())
                };
                Ok(binaries.iter().flat_map(text).collect())
            }
            Format::Json | Format::Ndjson => {
                let report = |found| {
                    let (facts, recovered) = self.facts_and_recovered(artifact, found);
                    BinaryReport::new(found, recovered.as_deref(), facts)
                };
                let binaries = binaries.iter().map(report).collect();
                let report =
                    Report::new(place, artifact.source.size().ok(), self.sha256(artifact)?, binaries);
                Ok(vec![self.format.layout().object(&report)?])
            }
        }
    }

    /// What cannot be read is told to the user.
    fn facts_and_recovered(
        &self,
        artifact: &Artifact<'_>,
        found: &Found,
    ) -> (Option<Facts>, Option<Vec<Recovered>>) {
        if !self.recovery.is_wanted(found) {
            return (artifact.told(found, facts(artifact.source, &found.binary)), None);
        }
        match artifact.told(found, facts_and_recovered(artifact.source, &found.binary)) {
            Some(both) => (artifact.told(found, both.facts), artifact.told(found, both.recovered)),
            None => (None, None),
        }
    }

    fn sha256(&self, artifact: &Artifact<'_>) -> Result<Option<String>, Failure> {
        let digest = self.sha256.then(|| sha256(artifact.source)).transpose();
        digest.map_err(|error| Failure::new(artifact.place.to_string()).cause(error))
    }
}

/// Puts the pieces together, in the form in which they are asked for.
enum Shown {
    Records(Records),
    /// The first list, to be written byte for byte once it is known that there is no other.
    Raw {
        first: Option<Piece>,
        has_others: bool,
        writer: Writer,
    },
}

impl Shown {
    fn new(format: Format, writer: Writer) -> Self {
        match format {
            Format::Raw => Self::Raw { first: None, has_others: false, writer },
            _ => Self::Records(Records::new(format.layout(), writer)),
        }
    }

    fn write(&mut self, piece: Piece) -> Result<(), Failure> {
        match self {
            Self::Records(records) => records.write(&piece)?,
            Self::Raw { first: first @ None, .. } => *first = Some(piece),
            Self::Raw { first: Some(first), has_others, .. } => *has_others |= *first != piece,
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Records(records) => records.finish(),
            Self::Raw { has_others: true, .. } => Err(Failure::new(
                "there are lists that differ, and --format raw writes one byte for byte: name one file, \
                 with --arch if it holds several binaries",
            )),
            Self::Raw { first, mut writer, .. } => {
                writer.write(&first.unwrap_or_default())?;
                writer.finish()
            }
        }
    }
}
