//! What the commands do with many files: folders, lists of files, archives, and what they say of them.
//!
//! - [`folders`], [`lists`], [`archives`]: where files come from, and in which order
//! - [`hostile`]: names and files that want to do harm
//! - [`inspect`], [`find`], [`diff`], [`verify`]: what each command makes of them
//! - [`schema`]: JSON against the schemas of `docs/`
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod archives;
mod diff;
mod find;
mod folders;
mod hostile;
mod inspect;
mod lists;
mod schema;
mod specimen;
mod verify;
