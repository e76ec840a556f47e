//! `auditable db`: the databases of advisories on this machine.

mod git;
mod status;
mod update;

use crate::Outcome;
use crate::words::Words;
use std::error::Error;

/// Fetch databases of advisories, and tell how old they are
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    Update(update::Options),
    Status(status::Options),
}

pub(crate) fn run(options: &Options, words: &Words) -> Result<Outcome, Box<dyn Error>> {
    match &options.action {
        Action::Update(options) => update::run(options, words),
        Action::Status(options) => status::run(options, words),
    }
}
