//! Every target that rustc makes object files for: what the list's object file says of itself, and what becomes of it
//! in every link that a stock toolchain can do.
//!
//! - [`headers`]: the object file and one that rustc itself writes say the same of the target
//! - [`links`]: programs and C libraries of a project without a standard library, for which rustc's own linker is all
//!   that is needed; and the page `docs/targets.md`, which is made of the results
//! - [`variants`]: linkers, their options, and what strips the section afterwards
//! - [`static_library`]: the member of an archive
//! - [`executed`]: programs with the standard library for other systems, linked by the tools that Debian has, and run
//! - [`example`]: `examples/object`, the object file without cargo
//! - [`own_programs`]: our programs on these systems
//!
//! By default the targets in [`targets::SAMPLE`] are linked, and no programs of other systems: their standard libraries
//! must first be compiled, which takes a minute or two each. `AUDITABLE_TEST_TARGETS=all` tests all that rustc knows and
//! the machine has the tools for, and with `BLESS=1` writes the page anew; `AUDITABLE_TEST_TARGETS=a,b` tests those named.
//! `cargo xtask test --targets all` is the same.

#![expect(clippy::print_stderr, reason = "a test that skips something says so")]
#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "programs of other systems are run on Linux only")
)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod example;
#[cfg(target_os = "linux")]
mod executed;
mod headers;
mod links;
#[cfg(target_os = "linux")]
mod own_programs;
mod page;
mod project;
mod readers;
mod runner;
mod stand_ins;
#[cfg(target_os = "linux")]
mod static_library;
mod std_targets;
#[cfg(target_os = "linux")]
mod sysroot;
mod targets;
mod tools;
#[cfg(target_os = "linux")]
mod variants;
