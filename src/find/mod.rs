//! `auditable find`: which files contain a crate.

mod wanted;
mod way;

use crate::Outcome;
use crate::output::Output;
use crate::records::{Layout, Records};
use crate::recovery::{Recovery, confidence};
use crate::scan::{Artifact, Found, Inputs, Place, Scanned, scan};
use crate::words::{Failure, Words, printable};
use auditable_graph::{Graph, Kind, Package, Source};
use auditable_inspect::Recovered;
use clap::ValueEnum;
use serde::Serialize;
use std::error::Error;
use std::fmt::Write as _;
use wanted::Wanted;
use way::Ways;

/// Find the binaries that contain a crate
///
/// Shows for each binary the versions it contains and the shortest way from its root package to them. In a binary without
/// a list it can only be found by the paths in its messages, which name a part of what was compiled; such a find is told
/// apart.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// The crate, and the versions in question as a requirement in the manner of Cargo.toml
    ///
    /// A pre-release is found wherever its order puts it: <2.0.0 finds 2.0.0-rc.1.
    #[arg(value_name = "CRATE[@REQ]")]
    wanted: Wanted,

    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    recovery: Recovery,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    inputs: Inputs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    #[default]
    Human,
    /// A JSON array with an object for each find
    Json,
    /// The same objects, each on a line
    Ndjson,
}

const EXAMPLES: &str = "\
Examples:
  auditable find serde target/release/app
  auditable find 'openssl@<0.10.55' /usr/local/bin images/*.tar
  auditable find 'time@=0.1.43' --format ndjson dist/ | jq -r .path

Exit status:
  0  it was found
  1  it was not found
  2  something could not be read";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let writer = options.output.writer(&options.inputs.named())?;
    let mut records = Records::new(options.format.layout(), writer);
    let mut is_found = false;
    let summary = scan(
        &options.inputs,
        words,
        |artifact| options.artifact(artifact),
        |scanned| {
            let Scanned::Artifact(_, finds) = scanned else { return Ok(()) };
            is_found |= !finds.is_empty();
            finds.iter().try_for_each(|find| records.write(find))
        },
    )?;
    records.finish()?;
    Ok(match (summary.failures, is_found) {
        (0, true) => Outcome::Clean,
        (0, false) => Outcome::Finding,
        _ => Outcome::Failed,
    })
}

impl Format {
    fn layout(self) -> Layout {
        match self {
            Self::Human => Layout::Text,
            Self::Json => Layout::Array,
            Self::Ndjson => Layout::Lines,
        }
    }
}

impl Options {
    fn artifact(&self, artifact: &Artifact<'_>) -> Result<Vec<Vec<u8>>, Failure> {
        let mut finds = Vec::new();
        let mut steps_left = MAX_STEPS;
        for found in &artifact.binaries {
            let mut known: Vec<&Graph> = Vec::new();
            for graph in &found.graphs {
                // A linker may have put the same list in twice.
                if !known.contains(&graph) {
                    known.push(graph);
                    self.listed(graph, artifact, found, &mut steps_left, &mut finds)?;
                }
            }
            for recovered in self.recovery.of(artifact, found).iter().flatten() {
                if self.wanted.is(&recovered.name, recovered.version.as_ref()) {
                    finds.push(self.show(
                        &Find::recovered(recovered, artifact.place, found),
                        artifact,
                        found,
                    )?);
                }
            }
        }
        Ok(finds)
    }

    fn listed(
        &self,
        graph: &Graph,
        artifact: &Artifact<'_>,
        found: &Found,
        steps_left: &mut usize,
        finds: &mut Vec<Vec<u8>>,
    ) -> Result<(), Failure> {
        let mut ways = None;
        for (index, package) in (0u32..).zip(graph.packages()) {
            if self.wanted.is(&package.name, Some(&package.version)) {
                let way = ways.get_or_insert_with(|| Ways::new(graph)).to(index, *steps_left);
                *steps_left = way.as_ref().map_or(0, |way| steps_left.saturating_sub(way.len()));
                let way = way.unwrap_or_default();
                finds.push(self.show(
                    &Find::listed(package, &way, artifact.place, found),
                    artifact,
                    found,
                )?);
            }
        }
        Ok(())
    }

    fn show(&self, find: &Find, artifact: &Artifact<'_>, found: &Found) -> Result<Vec<u8>, Failure> {
        match self.format {
            Format::Human => Ok(find.text(&found.title(artifact.place)).into_bytes()),
            Format::Json | Format::Ndjson => self.format.layout().object(find),
        }
    }
}

/// A crate in a binary, as JSON (`docs/json.md`). Every key is always there.
#[derive(Serialize)]
struct Find {
    schema: &'static str,
    path: String,
    member: Option<String>,
    location: Option<String>,
    name: String,
    version: Option<String>,
    /// `list` or `recovered`.
    evidence: &'static str,
    /// `likely` or `certain`, of what was recovered.
    confidence: Option<&'static str>,
    source: Option<String>,
    kind: Option<&'static str>,
    /// From the root to the crate; empty of what was recovered, and beyond [`MAX_STEPS`].
    way: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    name: String,
    version: String,
}

impl Find {
    fn new(name: &str, place: &Place, found: &Found) -> Self {
        Self {
            schema: SCHEMA,
            path: place.file.display().to_string(),
            member: place.member(),
            location: found.binary.location.as_ref().map(ToString::to_string),
            name: name.to_owned(),
            version: None,
            evidence: "list",
            confidence: None,
            source: None,
            kind: None,
            way: Vec::new(),
        }
    }

    fn listed(package: &Package, way: &[&Package], place: &Place, found: &Found) -> Self {
        let step =
            |package: &&Package| Step { name: package.name.clone(), version: package.version.to_string() };
        Self {
            version: Some(package.version.to_string()),
            source: Some(package.source.to_string()),
            kind: Some(package.kind.as_str()),
            way: way.iter().map(step).collect(),
            ..Self::new(&package.name, place, found)
        }
    }

    fn recovered(recovered: &Recovered, place: &Place, found: &Found) -> Self {
        Self {
            version: recovered.version.as_ref().map(ToString::to_string),
            evidence: "recovered",
            confidence: Some(confidence(recovered)),
            ..Self::new(&recovered.name, place, found)
        }
    }

    fn text(&self, title: &str) -> String {
        let version = self.version.as_deref().unwrap_or("(version unknown)");
        let mut text = format!("{title}: {} {version}", printable(&self.name));
        if let Some(source) = self.source.as_deref().filter(|source| *source != Source::CratesIo.as_str()) {
            let _ = write!(text, " ({})", printable(source));
        }
        if self.kind == Some(Kind::Build.as_str()) {
            text.push_str(" [build]");
        }
        if let Some(confidence) = self.confidence {
            let _ = write!(text, " [recovered, {confidence}]");
        }
        text.push('\n');
        if let [_, _, ..] = &*self.way {
            let steps: Vec<String> =
                self.way.iter().map(|step| format!("{} {}", printable(&step.name), step.version)).collect();
            let _ = writeln!(text, "  {}", steps.join(" > "));
        }
        text
    }
}

/// Most packages in the ways that are shown of one file. A hostile list may be a chain of 65,536 packages of one name,
/// whose ways are gigabytes; those of real ones have a few dozen.
const MAX_STEPS: usize = 1 << 16;

/// As that of `inspect`.
const SCHEMA: &str = "auditable.find/1";
