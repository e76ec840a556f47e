//! `auditable audit` from end to end, over made-up binaries and advisories.
//!
//! - `findings`: what is found, how it is shown, the exit status
//! - `databases`: every form in which advisories come, and damage to them
//! - `updates`: how they are fetched
//! - `code`: verdicts on functions, from real programs
//! - `formats`: SARIF and VEX
//! - `inputs`: SBOMs, archives, several lists
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod advisories;
mod code;
mod databases;
mod findings;
mod formats;
mod inputs;
#[path = "../scan/specimen.rs"]
mod specimen;
mod updates;
