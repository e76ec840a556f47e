//! The environment variables that the program reads, and those by which its two roles speak to each other.

use crate::report::Problem;
use serde::{Deserialize, Serialize};
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// Set by the user: `off`, `strict`, or nothing.
pub(crate) const MODE: &str = "CARGO_AUDITABLE";

/// Set by the cargo role for the wrapper role: how cargo was called, as the JSON of [`CargoCall`]. That it is set
/// is also how the wrapper role is recognised.
pub(crate) const CARGO_CALL: &str = "CARGO_AUDITABLE_CALL";

/// Set by the cargo role: the workspace wrapper that the user had set, which the wrapper role runs in turn.
pub(crate) const INNER_WRAPPER: &str = "CARGO_AUDITABLE_INNER_WRAPPER";

/// Cargo's own variable for the wrapper of the workspace's packages. Unlike `RUSTC_WRAPPER` it is not called for
/// dependencies, and it is part of the name of what cargo builds, so what was built without it is built again.
pub(crate) const WORKSPACE_WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

/// What the user asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Embed; what fails is a warning.
    On,
    /// Embed; what fails is an error.
    Strict,
    /// Only run cargo.
    Off,
}

impl Mode {
    /// The mode that [`MODE`] asks for.
    ///
    /// # Errors
    ///
    /// A word that is not known, with the mode to go on with.
    pub(crate) fn from_environment() -> Result<Self, (Self, Problem)> {
        match env::var_os(MODE) {
            None => Ok(Self::On),
            Some(word) if word.is_empty() || word == "on" => Ok(Self::On),
            Some(word) if word == "strict" => Ok(Self::Strict),
            Some(word) if word == "off" => Ok(Self::Off),
            Some(word) => Err((
                Self::On,
                Problem::new(format!("{MODE} is set to {:?}, which has no meaning", word.display()))
                    .hint("set it to on, strict or off, or not at all"),
            )),
        }
    }
}

/// How the user called cargo: what a further call of cargo needs in order to see the same project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct CargoCall {
    /// The folder of the call: cargo reads configuration from there, and relative paths in arguments start there.
    pub(crate) directory: PathBuf,
    /// Cargo's arguments, without those that are not Unicode.
    pub(crate) arguments: Vec<String>,
}

impl CargoCall {
    /// What [`CARGO_CALL`] says; nothing if it is damaged, since it is only a help.
    pub(crate) fn from_environment() -> Self {
        let json = env::var(CARGO_CALL).unwrap_or_default();
        serde_json::from_str(&json).unwrap_or_default()
    }
}

/// Whether this process was started as a rustc wrapper.
pub(crate) fn is_wrapper_role() -> bool {
    env::var_os(CARGO_CALL).is_some()
}

/// The workspace wrapper that the user had set beside ours.
pub(crate) fn inner_wrapper() -> Option<OsString> {
    env::var_os(INNER_WRAPPER).filter(|wrapper| !wrapper.is_empty())
}
