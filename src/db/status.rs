//! `auditable db status`.

use crate::Outcome;
use crate::audit::{Databases, or_default};
use crate::clock;
use crate::output::Output;
use crate::words::{Words, printable};
use auditable_audit::{Date, Level, Policy};
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Tell how many advisories databases have, and how old they are
///
/// The age is that of the newest advisory. What is wrong with single advisories is told by audits, which read them.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// A database; may be repeated. If not given, advisory-db in cargo's home
    #[arg(long, value_name = "PATH")]
    db: Vec<PathBuf>,

    /// Fail if the newest advisory is older than so many days
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u64>,

    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  auditable db status
  auditable db status --max-age 30 || auditable db update

Exit status:
  0  all can be read
  1  one is older than --max-age
  2  one cannot be read";

pub(super) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let paths = or_default(&options.db)?;
    let today = Date::from_unix_seconds(clock::unix_seconds()?)
        .ok_or("it is after the year 9999, which no document can say")?;
    let mut policy = Policy::default();
    policy.max_age_days = options.max_age;
    let databases = Databases::open(&paths)?;
    let mut outcome = Outcome::Clean;
    let mut text = String::new();
    for database in databases.used() {
        let path = printable(&database.path);
        let age = match database.newest {
            Some(newest) => format!("newest of {newest}, {} days old", today.days_since(newest)),
            None => "of unknown age".to_owned(),
        };
        let count = database.advisories;
        let advisories = if count == 1 { "advisory" } else { "advisories" };
        let _ = writeln!(text, "{path}: {}, {count} {advisories}, {age}", database.format);
        let finding = policy.review_age(&path, database.newest, today);
        if let Some(finding) = finding.filter(|finding| finding.level == Level::Deny) {
            words.note(&finding.text);
            outcome = Outcome::Finding;
        }
    }
    let mut writer = options.output.writer(&paths)?;
    writer.write(text.as_bytes())?;
    writer.finish()?;
    for failure in databases.take_failures() {
        words.error(&failure);
        outcome = Outcome::Failed;
    }
    Ok(outcome)
}
