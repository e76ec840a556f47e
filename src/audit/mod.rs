//! `auditable audit`: what is known against the crates in shipped files.

mod code;
mod database;
mod documents;
mod human;
mod subject;
mod target;

pub(crate) use database::{Databases, default_path, or_default};

use crate::Outcome;
use crate::clock;
use crate::output::{Output, Writer};
use crate::recovery::Recovery;
use crate::scan::{Inputs, Scanned, scan};
use crate::words::{Failure, Words, printable};
use auditable_audit::records::Records;
use auditable_audit::report::{
    FileReport, Report, Tool, Totals, VexOptions, csaf, cyclonedx, json, openvex, sarif,
};
use auditable_audit::{Level, Moment, Policy, PolicyFinding, is_address};
use clap::ValueEnum;
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use subject::Auditor;

/// Audit the crates in binaries against known vulnerabilities
///
/// Looks up the crates of each binary in databases of advisories, which are read from disk: RustSec's as a checkout, and
/// OSV as JSON. Nothing is fetched; `auditable db update` does that. A file that is an SBOM (CycloneDX or SPDX, as JSON)
/// can be named in the place of a binary, and so can what `auditable inspect` wrote as JSON.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// A database of advisories: a checkout of RustSec's, a folder or an archive with OSV, a JSON file; may be repeated.
    /// If not given, the one in cargo's home that cargo-audit also uses
    #[arg(long, value_name = "PATH")]
    db: Vec<PathBuf>,

    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// What to deny, to warn of and to ignore; auditable.toml in this folder if it is there and nothing is given
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Deny a database whose newest advisory is older than so many days
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u64>,

    /// Who speaks in VEX documents; CSAF demands it
    #[arg(long, value_name = "NAME", value_parser = author)]
    author: Option<String>,

    /// A page of the author's; CSAF demands it
    #[arg(long, value_name = "URL", value_parser = author_url)]
    author_url: Option<String>,

    /// In VEX documents, take it for not affected if debug information shows no affected function
    #[arg(long)]
    trust_code_evidence: bool,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    recovery: Recovery,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    #[default]
    Human,
    /// Everything, as JSON: docs/audit.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// OpenVEX 0.2.0
    Openvex,
    /// CycloneDX 1.6 with vulnerabilities
    CyclonedxVex,
    /// CSAF 2.0, profile VEX
    Csaf,
}

const EXAMPLES: &str = "\
Examples:
  auditable db update
  auditable audit target/release/app
  auditable audit --format sarif dist/ -o audit.sarif
  auditable audit --db advisory-db --db osv-crates.zip app.exe
  auditable audit --format openvex --author 'Example Inc.' app.cdx.json

Exit status:
  0  nothing that the policy denies
  1  something that it denies, or a named file has no list
  2  something could not be read or written";

pub(crate) fn run(options: &mut Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let vex = options.vex()?;
    let moment = Moment::from_unix_seconds(clock::unix_seconds()?)
        .ok_or_else(|| Failure::new("it is after the year 9999, which no document can say"))?;
    let mut policy = policy(options.config.as_deref())?;
    policy.max_age_days = options.max_age.or(policy.max_age_days);
    let paths = or_default(&options.db)?;
    let databases = Databases::open(&paths)?;
    let mut report = Report {
        tool: Tool { name: "auditable".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        moment,
        databases: databases.used(),
        files: Vec::new(),
        policy: Vec::new(),
    };
    for used in &report.databases {
        let path = printable(&used.path);
        if let Some(newest) = used.newest {
            let age = moment.date().days_since(newest);
            words.note(&format_args!("{path}: newest advisory of {newest}, {age} days old"));
        }
        report.policy.extend(policy.review_age(&path, used.newest, moment.date()));
    }
    let read = [options.inputs.named(), paths, vec![options.config.clone().unwrap_or(POLICY_FILE.into())]];
    let writer = options.output.writer(&read.concat())?;
    let documents = documents::take(&mut options.inputs);
    let mut shown = Shown {
        format: options.format,
        words,
        writer,
        has_reader: true,
        totals: Totals::default(),
        decisions: Vec::new(),
        report,
        vex,
    };
    let auditor = Auditor {
        databases: &databases,
        policy: &policy,
        today: moment.date(),
        is_hashed: options.format != Format::Human,
        recovery: &options.recovery,
    };
    let mut outcome = Outcome::Clean;
    for path in &documents {
        let records = match documents::read(path) {
            Ok(records) => records,
            Err(failure) => {
                words.error(&failure);
                outcome = Outcome::Failed;
                continue;
            }
        };
        outcome = outcome.max(listed(path, &records, words));
        for (subject, inventory) in records.described {
            shown.file(auditor.described(subject, &inventory))?;
        }
        for failure in records.unread.into_iter().map(unread) {
            words.error(&failure);
            outcome = Outcome::Failed;
        }
    }
    let summary = scan(
        &options.inputs,
        words,
        |artifact| auditor.artifact(artifact),
        |scanned| match scanned {
            Scanned::Artifact(_, files) => files.into_iter().try_for_each(|file| shown.file(file)),
            Scanned::Unreadable(..) => Ok(()),
        },
    )?;
    outcome = outcome.max(summary.outcome());
    for failure in databases.take_failures() {
        words.error(&failure);
        outcome = Outcome::Failed;
    }
    Ok(outcome.max(shown.finish(&policy)?))
}

impl Options {
    /// # Errors
    ///
    /// If the format demands more.
    fn vex(&self) -> Result<VexOptions, Failure> {
        if self.format == Format::Csaf && (self.author.is_none() || self.author_url.is_none()) {
            return Err(Failure::new(
                "CSAF demands to know who publishes it: give --author NAME and --author-url URL",
            ));
        }
        let mut vex = VexOptions::default();
        vex.author = self.author.clone();
        vex.author_url = self.author_url.clone();
        vex.trusts_code_evidence = self.trust_code_evidence;
        Ok(vex)
    }
}

fn author(text: &str) -> Result<String, &'static str> {
    let is_name = !text.trim().is_empty() && !text.contains(char::is_control);
    if is_name { Ok(text.to_owned()) } else { Err("a name is needed") }
}

fn author_url(text: &str) -> Result<String, &'static str> {
    if is_address(text) {
        Ok(text.to_owned())
    } else {
        Err("an address is needed, such as https://example.com")
    }
}

/// Notes which files of a document have no list of crates; it is a finding if none has one, as it is of the files.
fn listed(path: &Path, records: &Records, words: &Words) -> Outcome {
    let Records { files, without_list, .. } = *records;
    let shown = printable(&path.display().to_string());
    if without_list > 0 {
        words.note(&format_args!("{shown}: no list of crates in {without_list} of {files} files"));
    } else if files == 0 && records.unread.is_empty() {
        words.note(&format_args!("{shown}: no binaries"));
    }
    if files == without_list { Outcome::Finding } else { Outcome::Clean }
}

/// What `inspect` could not read cannot be audited either.
fn unread((place, cause): (String, String)) -> Failure {
    Failure::new(printable(&place)).cause(cause)
}

/// The policy that is named, or the one in this folder, or the default.
fn policy(path: Option<&Path>) -> Result<Policy, Failure> {
    let failed = |path: &Path| Failure::new(printable(&path.display().to_string()));
    let (path, text) = match path {
        Some(path) => (path, fs::read_to_string(path).map_err(|error| failed(path).cause(error))?),
        None => match fs::read_to_string(POLICY_FILE) {
            Ok(text) => (Path::new(POLICY_FILE), text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Policy::default()),
            Err(error) => return Err(failed(Path::new(POLICY_FILE)).cause(error)),
        },
    };
    Policy::parse(&text).map_err(|error| failed(path).cause(error))
}

/// Shows what is found: text as it comes, documents at the end.
struct Shown<'a> {
    format: Format,
    words: &'a Words,
    writer: Writer,
    /// Whether somebody still reads what is written. If not, the exit status is all that is left to say.
    has_reader: bool,
    totals: Totals,
    decisions: Vec<auditable_audit::Decision>,
    /// With the files, unless they are shown as they come.
    report: Report,
    vex: VexOptions,
}

impl Shown<'_> {
    fn file(&mut self, file: FileReport) -> Result<(), Failure> {
        self.totals.add(&file);
        self.decisions.extend(file.found.iter().map(|found| found.decision.clone()));
        if self.format == Format::Human {
            let text = human::file(&file, self.words.is_quiet());
            return self.write(text.as_bytes());
        }
        self.report.files.push(file);
        Ok(())
    }

    fn write(&mut self, data: &[u8]) -> Result<(), Failure> {
        if !self.has_reader {
            return Ok(());
        }
        match self.writer.write(data) {
            Err(failure) if self.words.is_closed_pipe(&failure) => {
                self.has_reader = false;
                Ok(())
            }
            written => written,
        }
    }

    fn finish(mut self, policy: &Policy) -> Result<Outcome, Failure> {
        self.report.policy.extend(policy.review(&self.decisions));
        let document = match self.format {
            Format::Human => {
                let text = human::totals(self.totals, &self.report.policy);
                self.write(text.as_bytes())?;
                None
            }
            Format::Json => Some(json::report(&self.report)),
            Format::Sarif => Some(sarif::log(&self.report)),
            Format::Openvex => openvex::document(&self.report, &self.vex),
            Format::CyclonedxVex => Some(cyclonedx::document(&self.report, &self.vex)),
            Format::Csaf => csaf::document(&self.report, &self.vex),
        };
        match document {
            Some(document) => self.write(&bytes(&document)?)?,
            None if self.format == Format::Human => {}
            None => self.words.note(&"no weakness was found, and this format has no document that says so"),
        }
        let is_denied = |finding: &PolicyFinding| finding.level == Level::Deny;
        let is_denied = self.totals.denied > 0 || self.report.policy.iter().any(is_denied);
        if self.has_reader
            && let Err(failure) = self.writer.finish()
            && !self.words.is_closed_pipe(&failure)
        {
            return Err(failure);
        }
        Ok(if is_denied { Outcome::Finding } else { Outcome::Clean })
    }
}

fn bytes(document: &Value) -> Result<Vec<u8>, Failure> {
    let mut text = serde_json::to_vec_pretty(document)
        .map_err(|error| Failure::new("the document cannot be written").cause(error))?;
    text.push(b'\n');
    Ok(text)
}

/// Where a policy is looked for.
const POLICY_FILE: &str = "auditable.toml";
