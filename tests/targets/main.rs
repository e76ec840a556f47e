//! Every target that rustc makes object files for: what the list's object file says of itself, and what becomes of it
//! in every link that a stock toolchain can do.
//!
//! - [`headers`]: the object file and one that rustc itself writes say the same of the target
//! - [`links`]: programs and C libraries of a project without a standard library, for which rustc's own linker is all
//!   that is needed; and the page `docs/targets.md`, which is made of the results
//! - [`variants`]: linkers, their options, and what strips the section afterwards
//! - [`example`]: `examples/object`, the object file without cargo
//!
//! By default the targets in [`targets::SAMPLE`] are tested. `AUDITABLE_TEST_TARGETS=all` tests all that rustc knows,
//! in some minutes, and with `BLESS=1` writes the page anew; `AUDITABLE_TEST_TARGETS=a,b` tests those named.

#![expect(clippy::print_stderr, reason = "a test that skips something says so")]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod example;
mod headers;
mod links;
mod page;
mod project;
mod readers;
mod targets;
#[cfg(target_os = "linux")]
mod variants;
