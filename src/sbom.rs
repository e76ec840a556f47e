//! `auditable sbom`: a software bill of materials for each binary.

use crate::Outcome;
use crate::files::Input;
use crate::output::{self, Output, could_not_write};
use crate::words::{Failure, Words, printable};
use auditable_graph::Graph;
use auditable_inspect::{Architecture, Container, Location};
use auditable_sbom::{Artifact, Document, Subject, Timestamp, Tool, cyclonedx, spdx2};
use clap::ValueEnum;
use sha2::{Digest as _, Sha256, Sha512};
use std::collections::HashSet;
use std::error::Error;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

/// Write a software bill of materials of binaries
///
/// The document says what the binary itself proves: the crates that were compiled into it, and the digests of the
/// file. With SOURCE_DATE_EPOCH set, the same file gives the same bytes.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// Format of the document
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Version of the format: 1.4, 1.5, 1.6 (default) or 1.7 of CycloneDX, 2.3 of SPDX
    #[arg(long, value_name = "VERSION")]
    spec_version: Option<String>,

    #[command(flatten)]
    output: Output,

    /// Programs, libraries or modules; - is standard input. For more than one document, --output names a folder
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// CycloneDX as JSON
    #[default]
    CyclonedxJson,
    /// SPDX 2.3 as JSON
    SpdxJson,
    /// SPDX 2.3 as tag-value text
    SpdxTv,
}

const EXAMPLES: &str = "\
Examples:
  auditable sbom target/release/app -o app.cdx.json
  auditable sbom --format spdx-json target/release/app -o app.spdx.json
  auditable sbom --format cyclonedx-json --spec-version 1.5 app.exe | jq .components[].purl
  auditable sbom -o sboms/ dist/app-linux dist/app-macos dist/app.exe

Exit status:
  0  every file has a list
  1  a file has none, and no document was written for it
  2  a file could not be read, or a document could not be written";

/// A document in a chosen format and version.
#[derive(Clone, Copy)]
enum Writer {
    CycloneDx(cyclonedx::Version),
    SpdxJson,
    SpdxTagValue,
}

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let writer = Writer::new(options.format, options.spec_version.as_deref())?;
    let timestamp = timestamp()?;
    let mut outcome = Outcome::Clean;
    let mut documents = Documents::new(&options.output, &options.paths)?;
    for path in &options.paths {
        match Input::open(path).and_then(|input| of_file(&input, writer, timestamp)) {
            Ok(of_file) if of_file.is_empty() => {
                words.note(&format_args!("{}: no list of crates", printable(&path.display().to_string())));
                outcome = outcome.max(Outcome::Finding);
            }
            Ok(of_file) => of_file.into_iter().try_for_each(|document| documents.add(document))?,
            Err(failure) => {
                words.error(&failure);
                outcome = Outcome::Failed;
            }
        }
    }
    documents.finish()?;
    Ok(outcome)
}

/// A document and a name for its file.
type Named = (String, Vec<u8>);

/// A list, and what tells it from the others in its file.
struct Found {
    container: Container,
    architecture: Architecture,
    location: Option<Location>,
    /// Counted within the binary, from 0: a linker can put several lists together.
    number: usize,
    graph: Graph,
}

/// One document for each different list in the file, with a name for it.
fn of_file(input: &Input, writer: Writer, timestamp: Timestamp) -> Result<Vec<Named>, Failure> {
    let mut found: Vec<Found> = Vec::new();
    for binary in input.binaries()? {
        let lists = binary.lists.map_err(|error| input.failure(error))?;
        for (number, list) in lists.iter().enumerate() {
            let graph = list.graph().map_err(|error| input.failure(error))?;
            if !found.iter().any(|known| known.graph == graph) {
                found.push(Found {
                    container: binary.container,
                    architecture: binary.architecture,
                    location: binary.location.clone(),
                    number,
                    graph,
                });
            }
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (sha256, sha512) = digests(input)?;
    let is_only = found.len() == 1;
    let mut documents = Vec::new();
    for one in &found {
        let mut subject = Subject::new(input.name(), sha256, sha512);
        subject.container = Some(one.container.to_string());
        subject.architecture = Some(one.architecture.to_string());
        let tool = Tool { name: "auditable".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let artifact = Artifact::new(one.graph.clone(), subject);
        let document = Document::new(&artifact, auditable_sbom::Options::new(tool, timestamp));
        let bytes = writer.bytes(&document).map_err(|error| input.failure(error))?;
        let mut name = input.name();
        if let Some(location) = one.location.as_ref().filter(|_| !is_only) {
            name = format!("{name}.{}", location.to_string().replace(' ', "-"));
        }
        if one.number > 0 {
            name = format!("{name}.list-{}", one.number);
        }
        documents.push((format!("{name}.{}", writer.extension()), bytes));
    }
    Ok(documents)
}

/// Where documents go: several into a folder, each as soon as it is there; a single one to standard output or into the
/// file that is named.
enum Documents<'a> {
    Folder { folder: &'a Path, inputs: &'a [PathBuf], names: HashSet<String> },
    Single { writer: output::Writer, document: Option<Vec<u8>> },
}

impl<'a> Documents<'a> {
    fn new(output: &'a Output, inputs: &'a [PathBuf]) -> Result<Self, Failure> {
        match output.output.as_deref().filter(|path| path.is_dir() || names_folder(path)) {
            Some(folder) => Ok(Self::Folder { folder, inputs, names: HashSet::new() }),
            None => Ok(Self::Single { writer: output.writer(inputs)?, document: None }),
        }
    }

    fn add(&mut self, (name, bytes): Named) -> Result<(), Failure> {
        match self {
            Self::Single { document: document @ None, .. } => *document = Some(bytes),
            Self::Single { .. } => {
                return Err(Failure::new(
                    "there is more than one document: name a folder for them with --output FOLDER/",
                ));
            }
            Self::Folder { folder, inputs, names } => {
                let path = folder.join(&name);
                if names.contains(&name) {
                    return Err(Failure::new(format!(
                        "two files would both be described in {}",
                        printable(&name)
                    )));
                }
                output::refuse_input(&path, inputs)?;
                fs::create_dir_all(*folder).map_err(|error| could_not_write(folder, error))?;
                fs::write(&path, bytes).map_err(|error| could_not_write(&path, error))?;
                names.insert(name);
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Single { mut writer, document: Some(document) } => {
                writer.write(&document)?;
                writer.finish()
            }
            _ => Ok(()),
        }
    }
}

/// `sboms/` is to be a folder, also if it is not there yet.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

impl Writer {
    fn new(format: Format, spec_version: Option<&str>) -> Result<Self, Failure> {
        match (format, spec_version) {
            (Format::CyclonedxJson, None) => Ok(Self::CycloneDx(cyclonedx::Version::default())),
            (Format::CyclonedxJson, Some(asked)) => cyclonedx::Version::ALL
                .into_iter()
                .find(|version| version.as_str() == asked)
                .map(Self::CycloneDx)
                .ok_or_else(|| unknown_version(asked, "CycloneDX", "1.4, 1.5, 1.6 and 1.7")),
            (Format::SpdxJson, None | Some(SPDX_VERSION)) => Ok(Self::SpdxJson),
            (Format::SpdxTv, None | Some(SPDX_VERSION)) => Ok(Self::SpdxTagValue),
            (Format::SpdxJson | Format::SpdxTv, Some(asked)) => {
                Err(unknown_version(asked, "SPDX", SPDX_VERSION))
            }
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::CycloneDx(_) => "cdx.json",
            Self::SpdxJson => "spdx.json",
            Self::SpdxTagValue => "spdx",
        }
    }

    fn bytes(self, document: &Document) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::CycloneDx(version) => cyclonedx::write_json(document, version, &mut bytes)?,
            Self::SpdxJson => spdx2::write_json(document, &mut bytes)?,
            Self::SpdxTagValue => spdx2::write_tag_value(document, &mut bytes)?,
        }
        Ok(bytes)
    }
}

fn unknown_version(asked: &str, format: &str, known: &str) -> Failure {
    Failure::new(format!("{format} {asked} is not supported; supported: {known}"))
}

const SPDX_VERSION: &str = "2.3";

/// SHA-256 and SHA-512 of the whole file, read once in pieces.
fn digests(input: &Input) -> Result<([u8; 32], [u8; 64]), Failure> {
    let failed = |error: io::Error| input.failure(error);
    let (mut sha256, mut sha512) = (Sha256::new(), Sha512::new());
    let mut file = &input.file;
    file.rewind().map_err(failed)?;
    let mut buffer = vec![0u8; 1 << 16];
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => return Ok((sha256.finalize().into(), sha512.finalize().into())),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        sha256.update(piece);
        sha512.update(piece);
    }
}

/// The time of the document: SOURCE_DATE_EPOCH (reproducible-builds.org) if it is set, else now.
fn timestamp() -> Result<Timestamp, Failure> {
    let (seconds, origin) = match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            let seconds = text.parse().map_err(|error| {
                Failure::new(format!("SOURCE_DATE_EPOCH is set to {text:?}, which is no number of seconds"))
                    .cause(error)
            })?;
            (seconds, "SOURCE_DATE_EPOCH")
        }
        _ => (
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            "the clock of this machine",
        ),
    };
    Timestamp::from_unix_seconds(seconds)
        .ok_or_else(|| Failure::new(format!("{origin} is after the year 9999, which no document can say")))
}
