//! What an audit found, and the forms in which it is written.
//!
//! All of them say the same. [`json`] is our own and says everything; [`sarif`] is for code scanning; the others are
//! VEX, which say of each vulnerability whether a product is affected: [`openvex`], [`cyclonedx`] and [`csaf`].

pub mod csaf;
pub mod cyclonedx;
mod identity;
pub mod json;
mod model;
pub mod openvex;
pub mod sarif;
mod status;

pub use model::{FileReport, Found, Mark, Report, Subject, Tool, Totals, UsedDatabase};
pub use status::{Justification, Statement, Status, VexOptions};
