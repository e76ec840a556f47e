use crate::failure::Failure;
use crate::project::{self, Project};
use crate::tools::Tool;

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Runs cargo-deny with `deny.toml`. Without arguments it checks what needs no advisory database from the network;
/// `cargo xtask deny check advisories` fetches one.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let program = CARGO_DENY.install(project)?;
    let default = ["check", "bans", "licenses", "sources"].map(String::from);
    let arguments = if arguments.is_empty() { &default[..] } else { arguments };
    project::run(project.command(program).args(arguments))
}
