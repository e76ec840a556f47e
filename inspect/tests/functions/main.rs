//! Functions in programs that the compiler at hand makes, of which it is known what they call.
//!
//! `tests/functions/run.py` does the same with crates of advisories.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod absence;
mod built;
mod evidence;
