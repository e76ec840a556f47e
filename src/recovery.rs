//! Crates of binaries that have no list.

use crate::scan::{Artifact, Found};
use crate::words::Failure;
use auditable_inspect::{Confidence, Recovered, recover};

/// Whether they are looked for.
#[derive(clap::Args)]
pub(crate) struct Recovery {
    /// Do not look for the crates that paths in a binary without a list name, which reads most of the file
    #[arg(long)]
    no_recover: bool,
}

impl Recovery {
    /// The crates that paths in a sound binary without a list name; nothing if there is a list, if they are not looked
    /// for, or if the binary cannot be read, which is told to the user.
    pub(crate) fn of(&self, artifact: &Artifact<'_>, found: &Found) -> Option<Vec<Recovered>> {
        if self.no_recover || !found.graphs.is_empty() || found.error().is_some() {
            return None;
        }
        recover(artifact.source, &found.binary)
            .map_err(|error| artifact.tell(Failure::new(found.title(artifact.place)).cause(error)))
            .ok()
    }
}

/// How sure a recovered crate is, as a word.
pub(crate) fn confidence(recovered: &Recovered) -> &'static str {
    match recovered.confidence {
        Confidence::Certain => "certain",
        _ => "likely",
    }
}
