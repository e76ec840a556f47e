//! `auditable diff`: what changed between two releases.

mod change;
mod difference;
mod names;
mod row;
mod side;
mod text;

use crate::Outcome;
use crate::output::{Output, Writer};
use crate::records::{Layout, Records};
use crate::scan::Reading;
use crate::words::{Failure, Words};
use clap::ValueEnum;
use difference::{Difference, compare};
use std::error::Error;
use std::path::PathBuf;

/// Show what changed between two releases
///
/// Compares the lists of crates of two files, or of the files in two folders, archives or images. There a file is compared
/// with the one of the same name; a version or hash in a name may differ, and the folder too if there is only one such
/// file.
#[derive(clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    output: Output,

    /// The earlier release: a program, a library, an archive, a package, an image, or a folder with them
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The later one
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    #[default]
    Human,
    /// A JSON array with an object for each change
    Json,
    /// The same objects, each on a line
    Ndjson,
}

const EXAMPLES: &str = "\
Examples:
  auditable diff app-1.0 app-1.1
  auditable diff app_1.0_amd64.deb app_1.1_amd64.deb
  auditable diff --format ndjson old-image.tar new-image.tar | jq -r 'select(.change == \"crate-added\").name'

Exit status:
  0  both contain the same crates
  1  something changed
  2  something could not be read";

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    let inputs = [options.old.clone(), options.new.clone()];
    let writer = options.output.writer(&inputs)?;
    let (old, is_old_read) = side::read(&options.old, &options.reading, words)?;
    let (new, is_new_read) = side::read(&options.new, &options.reading, words)?;
    let differences = compare(&old, &new);
    match options.format {
        Format::Human => {
            let mut records = Records::new(Layout::Text, writer);
            differences
                .iter()
                .try_for_each(|difference| records.write(text::paragraph(difference).as_bytes()))?;
            records.finish()?;
        }
        Format::Json => write(&differences, Layout::Array, writer)?,
        Format::Ndjson => write(&differences, Layout::Lines, writer)?,
    }
    Ok(match differences.is_empty() {
        _ if !(is_old_read && is_new_read) => Outcome::Failed,
        true => Outcome::Clean,
        false => Outcome::Finding,
    })
}

fn write(differences: &[Difference<'_>], layout: Layout, writer: Writer) -> Result<(), Failure> {
    let mut records = Records::new(layout, writer);
    for row in differences.iter().flat_map(row::rows) {
        records.write(&layout.object(&row)?)?;
    }
    records.finish()
}
