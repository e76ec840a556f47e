//! Crates of binaries that have no list.

use crate::scan::{Artifact, Found};
use auditable_inspect::{Confidence, Recovered, recover};

/// Whether they are looked for.
#[derive(clap::Args)]
pub(crate) struct Recovery {
    /// Do not look for the crates that paths in a binary without a list name, which reads most of the file
    #[arg(long)]
    no_recover: bool,
}

impl Recovery {
    /// Whether they are looked for in a binary: if it is sound, and has no list.
    pub(crate) fn is_wanted(&self, found: &Found) -> bool {
        !self.no_recover && found.graphs.is_empty() && found.error().is_none()
    }

    /// The crates that paths in a binary name; nothing if they are not looked for, or if the binary cannot be read,
    /// which is told to the user.
    pub(crate) fn of(&self, artifact: &Artifact<'_>, found: &Found) -> Option<Vec<Recovered>> {
        self.is_wanted(found).then(|| artifact.told(found, recover(artifact.source, &found.binary))).flatten()
    }
}

/// How sure a recovered crate is, as a word.
pub(crate) fn confidence(recovered: &Recovered) -> &'static str {
    match recovered.confidence {
        Confidence::Certain => "certain",
        _ => "likely",
    }
}
