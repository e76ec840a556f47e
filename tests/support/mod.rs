//! What the end-to-end tests are made of: small projects in a folder of their own, built by the real programs.
//!
//! ```text
//! let project = Project::new().package("app", "1.0.0", "[dependencies]\ndep.path = '../dep'").main("app", "dep::f()")...
//! project.auditable(["build"]).succeeds();     cargo auditable build, with a clean environment and no network
//! project.check(Format::RECORDS);              every list that was embedded is what rustc was called for
//! ```
//!
//! - [`project`]: the folders and files
//! - [`command`]: cargo, with and without the wrapper
//! - [`truth`]: what was compiled, from a log of all calls of rustc
//! - [`listing`]: lists, and how two of them differ
//! - [`module`]: the smallest binary with a list
//! - [`registry`], [`git`]: where dependencies come from that are no paths
#![allow(dead_code, unused_imports, reason = "each test target uses another part")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

pub(crate) mod command;
pub(crate) mod git;
pub(crate) mod listing;
pub(crate) mod module;
pub(crate) mod project;
pub(crate) mod registry;
pub(crate) mod toolchain;
pub(crate) mod truth;

pub(crate) use auditable_graph::{Format, Kind};
pub(crate) use command::{Outcome, Run};
pub(crate) use listing::Listing;
pub(crate) use module::module;
pub(crate) use project::Project;
pub(crate) use toolchain::Toolchain;
