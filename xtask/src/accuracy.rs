use crate::bench::ESTABLISHED;
use crate::failure::Failure;
use crate::project::{self, Project};

/// Builds real programs from crates.io and compares their lists with what was compiled, beside those of the established
/// wrapper. Arguments are the programs, as `tests/truth_real.rs` names them; without any, all.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let peer = ESTABLISHED.install(project)?;
    let programs = if arguments.is_empty() { "all".to_owned() } else { arguments.join(",") };
    let test = ["test", "--locked", "--test", "truth_real", "--", "--nocapture"];
    project::run(
        project.cargo().args(test).env("AUDITABLE_REAL_CRATES", programs).env("AUDITABLE_PEER", peer),
    )
}
