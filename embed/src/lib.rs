//! The write path: a cargo wrapper that leaves, in each program and C library, the list of crates that were compiled
//! into it.
//!
//! ```text
//!  cargo auditable build                            the cargo role ([`cargo`]): sets itself up as a rustc
//!    └─ cargo build                                 wrapper and steps out of the way
//!         ├─ rustc (dependencies)                   not seen at all
//!         └─ cargo-auditable rustc (own packages)   the wrapper role ([`wrapper`])
//!              ├─ compiles, checks, build scripts   become rustc at once
//!              └─ links a program or C library:
//!                   rustc begins to load ([`early_start`]), and meanwhile
//!                   [`rustc_args`] what is linked -> [`resolve`] what it is made of -> JSON -> [`compress`]
//!                   -> [`object_file`] for the [`target`] -> one more object for rustc ([`linker`], [`link`])
//!                   -> [`read_back`]; into a static library by [`static_library`]
//! ```
//!
//! Two rules shape everything: what cannot be found out is a warning, never a failed build; and the
//! wrapper role starts for each rustc call of the workspace, so it does nothing before it knows that it must.

#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

mod artifact;
mod cargo;
mod cargo_config;
#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        reason = "tables and sums of bounded size, over bytes that this program has written itself"
    )
)]
mod compress;
mod early_start;
mod environment;
mod exec;
mod freshness;
mod link;
mod linker;
mod object_file;
mod read_back;
mod report;
mod resolve;
mod rustc_args;
mod static_library;
mod target;
mod wrapper;

use crate::object_file::Place;
use crate::rustc_args::RustcArgs;
use crate::target::Target;
use auditable_graph::Graph;
use std::env;
use std::ffi::OsStr;
use std::process::ExitCode;

// The public interface is two functions and:
pub use crate::report::Problem;

/// Makes an object file with a list in it, for build systems other than cargo.
///
/// `target` is a triple or the path of a custom target's JSON, `None` the host. `rustc` is asked what that is like,
/// which takes some 30 ms. The linker must be told to keep the symbol
/// [`section::SYMBOL`](auditable_graph::section::SYMBOL).
///
/// # Errors
///
/// If the list cannot be written, rustc cannot be asked, or the target's object files cannot carry a list.
pub fn object(graph: &Graph, target: Option<&str>, rustc: &OsStr) -> Result<Vec<u8>, Problem> {
    let json = graph.to_json().map_err(|error| Problem::new("the list cannot be written").cause(error))?;
    let args = RustcArgs { target: target.map(str::to_owned), ..RustcArgs::default() };
    object_file::object_file(&Target::of(rustc, &args)?, &compress::compress(&json), Place::Link)
}

/// The whole program `cargo-auditable`: takes its arguments and environment from the process, and returns the exit
/// status of the cargo or rustc that it ran.
///
/// Which of the two roles it has is told by an environment variable that the cargo role sets, not guessed from the
/// arguments: `cargo-auditable rustc --lib` is a cargo command, and tools do call it that way.
#[must_use]
pub fn main() -> ExitCode {
    let mut arguments: Vec<_> = env::args_os().skip(1).collect();
    // Cargo calls a subcommand by its name: `cargo-auditable auditable build`.
    let as_subcommand = arguments.first().is_some_and(|first| first == "auditable");
    if as_subcommand {
        arguments.remove(0);
    } else if environment::is_wrapper_role(&arguments) {
        return wrapper::run(arguments);
    }
    cargo::run(arguments, as_subcommand)
}
