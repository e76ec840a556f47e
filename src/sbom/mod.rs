//! `auditable sbom`: software bills of materials of binaries.
//!
//! [`enrichment`] finds what is known about the crates, [`mod@format`] writes a document, [`documents`] puts it where it belongs.

mod contact;
mod documents;
mod enrichment;
mod format;

use crate::Outcome;
use crate::clock;
use crate::digest::sha256_and_sha512;
use crate::output::Output;
use crate::scan::{self, Found, Inputs, Scanned, scan};
use crate::words::{Failure, Words};
use auditable_graph::Graph;
use auditable_inspect::facts;
use auditable_sbom::{Artifact, Contact, Document, Release, Subject, Timestamp, Tool, is_shown_whole};
use documents::{Documents, name_of};
use enrichment::{Enrichment, Facts};
use format::{Format, Writer};
use std::error::Error;
use std::path::PathBuf;

/// Write a software bill of materials of binaries
///
/// By itself the document says what the binary proves: the crates that were compiled into it, and the digests of the
/// file. With the lock file of the build it also says what is known about the crates. With SOURCE_DATE_EPOCH set, the
/// same file and options give the same bytes on every machine.
///
/// A single document goes to standard output or the file of --output; several go into the folder of --output, which is
/// there or has a / behind its name.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// Formats of the documents, separated by commas
    #[arg(
        long, value_enum, value_delimiter = ',', default_values_t = [Format::default()], value_name = "FORMAT"
    )]
    format: Vec<Format>,

    /// Versions of the formats, separated by commas: 1.4, 1.5, 1.6 (default) or 1.7 of CycloneDX
    #[arg(long, value_delimiter = ',', value_name = "VERSION")]
    spec_version: Vec<String>,

    /// Who answers for the document: a name, a mail address, or `NAME <MAIL>`; may be given several times
    #[arg(long, value_parser = contact::parse, value_name = "CONTACT")]
    author: Vec<Contact>,

    /// Who supplies the binary: a name, a mail address or URL, `NAME <MAIL>` or `NAME <URL>`
    #[arg(long, value_parser = contact::parse, value_name = "CONTACT")]
    supplier: Option<Contact>,

    /// The target triple that the binaries were built for, which they do not say themselves
    #[arg(long, value_parser = target, value_name = "TRIPLE")]
    target: Option<String>,

    /// Describe all binaries in one document, as a release of this name and, behind an @, version
    #[arg(long, value_parser = release, value_name = "NAME")]
    merge: Option<Release>,

    /// Wrap each document in an in-toto Statement about the file, ready to be signed
    #[arg(long)]
    attest: bool,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    enrichment: Enrichment,
}

const EXAMPLES: &str = "\
Examples:
  auditable sbom target/release/app -o app.cdx.json
  auditable sbom --format spdx-json target/release/app -o app.spdx.json
  auditable sbom --format cyclonedx-json --spec-version 1.5 app.exe | jq .components[].purl
  auditable sbom --manifest-path Cargo.toml --supplier 'Example <https://example.com>' target/release/app
  auditable sbom --format cyclonedx-json,spdx-json -o sboms/ dist/
  auditable sbom --merge app@1.2.0 --attest -o app.cdx.intoto.json dist/app-linux dist/app.exe

Exit status:
  0  every PATH has a list: the file, or something in the folder, archive or list of files
  1  a PATH has none, and no document was written for it
  2  something could not be read, does not agree with the lock file, or could not be written";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let job = Job::new(options)?;
    let paths = &options.inputs.named();
    let mut documents = Documents::new(writers(options)?, &options.output, paths)?;
    let mut parts = Vec::new();
    let summary = scan(
        &options.inputs,
        words,
        |artifact| job.describe(artifact, paths),
        |scanned| {
            let Scanned::Artifact(place, made) = scanned else { return Ok(()) };
            for Described { name, content, has_secrets } in made {
                if has_secrets {
                    words.note(&format_args!(
                        "{place}: its list has an address with an account, or that is not public, which the document \
                         leaves out; everyone can read it in the file"
                    ));
                }
                match content {
                    Content::Document(document) => documents.add(&name, document)?,
                    Content::Part(part) => parts.push(*part),
                }
            }
            Ok(())
        },
    )?;
    if let Some(release) = &job.release
        && !parts.is_empty()
    {
        if summary.failures > 0 {
            return Err(
                Failure::new("no document about the release: not all of it could be described").into()
            );
        }
        let document = Document::of_release(release, &parts, job.about.clone());
        drop(parts);
        documents.add(&file_name_of(release), Box::new(document))?;
    }
    documents.finish()?;
    Ok(summary.outcome())
}

/// What is done with each artifact.
struct Job {
    release: Option<Release>,
    target: Option<String>,
    about: auditable_sbom::Options,
    facts: Facts,
}

/// What became of a list.
struct Described {
    /// Of the files of its document, without their ending.
    name: PathBuf,
    content: Content,
    /// Whether something in the list is not shown.
    has_secrets: bool,
}

enum Content {
    Document(Box<Document>),
    /// A part of a release, of which there is one document at the end.
    Part(Box<Artifact>),
}

impl Job {
    fn new(options: &Options) -> Result<Self, Failure> {
        let tool = Tool { name: "auditable".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let mut about = auditable_sbom::Options::new(tool, timestamp()?);
        about.authors.clone_from(&options.author);
        about.supplier.clone_from(&options.supplier);
        Ok(Self {
            release: options.merge.clone(),
            target: options.target.clone(),
            about,
            facts: Facts::new(&options.enrichment)?,
        })
    }

    /// One document for each different list in the file.
    fn describe(&self, file: &scan::Artifact<'_>, inputs: &[PathBuf]) -> Result<Vec<Described>, Failure> {
        let failure = |error| Failure::new(file.place.to_string()).cause(error);
        let lists = different_lists(&file.binaries);
        if lists.is_empty() {
            return Ok(Vec::new());
        }
        let (sha256, sha512) = sha256_and_sha512(file.source).map_err(failure)?;
        let mut made = Vec::new();
        for list in &lists {
            let mut subject = Subject::new(file.place.name(), sha256, sha512);
            subject.container = Some(list.found.binary.container.to_string());
            subject.architecture = Some(list.found.binary.architecture.to_string());
            subject.target.clone_from(&self.target);
            // What cannot be told is not known.
            let rustc = facts(file.source, &list.found.binary).unwrap_or_default().rustc;
            subject.rustc = rustc.iter().map(ToString::to_string).collect();
            let known = self.facts.of_graph(list.graph);
            let mut known =
                known.map_err(|error| Failure::new(file.place.to_string()).cause(error))?.into_iter();
            let artifact =
                Artifact::new(list.graph.clone(), subject).with_facts(|_| known.next().unwrap_or_default());
            let mut name = name_of(file.place, inputs).into_os_string();
            if lists.len() > 1 {
                name.push(list.suffix());
            }
            let content = if self.release.is_some() {
                Content::Part(Box::new(artifact))
            } else {
                Content::Document(Box::new(Document::new(&artifact, self.about.clone())))
            };
            let has_secrets = list.graph.packages().iter().any(|package| !is_shown_whole(&package.source));
            made.push(Described { name: name.into(), content, has_secrets });
        }
        Ok(made)
    }
}

/// How documents are written.
fn writers(options: &Options) -> Result<Vec<Writer>, Failure> {
    let writers = Writer::chosen(&options.format, &options.spec_version)?;
    if !options.attest {
        return Ok(writers);
    }
    let attested: Option<Vec<Writer>> = writers.into_iter().map(Writer::attested).collect();
    attested.ok_or_else(|| Failure::new("attestations are JSON, and so must be the documents in them"))
}

fn file_name_of(release: &Release) -> PathBuf {
    let name = match &release.version {
        Some(version) => format!("{}-{version}", release.name),
        None => release.name.clone(),
    };
    documents::file_name(&name).into()
}

/// A list, and what tells it from the others in its file.
struct List<'a> {
    found: &'a Found,
    graph: &'a Graph,
    /// Counted within the binary, from 0: a linker can put several lists together.
    number: usize,
}

impl List<'_> {
    /// What is put behind the name of a file with several different lists.
    fn suffix(&self) -> String {
        let location = self.found.binary.location.as_ref();
        let location = location.map(|location| format!(".{}", location.to_string().replace(' ', "-")));
        let number = if self.number > 0 { format!(".list-{}", self.number) } else { String::new() };
        format!("{}{number}", location.unwrap_or_default())
    }
}

/// The lists of a file, each once.
fn different_lists(binaries: &[Found]) -> Vec<List<'_>> {
    let mut lists: Vec<List<'_>> = Vec::new();
    for found in binaries {
        for (number, graph) in found.graphs.iter().enumerate() {
            if !lists.iter().any(|known| known.graph == graph) {
                lists.push(List { found, graph, number });
            }
        }
    }
    lists
}

/// `NAME` or `NAME@VERSION`; a name may begin with `@`, as those of npm do.
///
/// # Errors
///
/// In words for the user.
fn release(text: &str) -> Result<Release, String> {
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_control) {
        return Err("a name is needed, such as app or app@1.2.0".to_owned());
    }
    Ok(match text.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() && !version.is_empty() => {
            let mut release = Release::new(name);
            release.version = Some(version.to_owned());
            release
        }
        _ => Release::new(text),
    })
}

/// A target triple, such as `x86_64-unknown-linux-gnu`.
///
/// # Errors
///
/// In words for the user.
fn target(text: &str) -> Result<String, String> {
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    };
    // The shortest have two parts, such as `wasm32-wasip1`.
    if text.split('-').count() < 2 || !text.split('-').all(is_name) {
        return Err("a target triple is needed, such as x86_64-unknown-linux-gnu".to_owned());
    }
    Ok(text.to_owned())
}

/// The time of the document.
fn timestamp() -> Result<Timestamp, Failure> {
    Timestamp::from_unix_seconds(clock::unix_seconds()?).ok_or_else(|| {
        Failure::new("the clock, or SOURCE_DATE_EPOCH, is after the year 9999, which no document can say")
    })
}
