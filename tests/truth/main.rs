//! Whether the embedded list is the truth: each test builds a project under a log of all calls of rustc, and compares
//! the lists that are read back from what was linked with what the log says was compiled.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod features;
mod folders;
mod kinds;
mod packages;
mod rebuilds;
mod rungs;
mod sources;
mod targets;
mod unstable;
