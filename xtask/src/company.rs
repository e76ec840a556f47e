use crate::failure::Failure;
use crate::project::{self, Project};
use crate::python;

/// Builds a project together with the other tools of a Rust build. Arguments are those of `tests/company/run.py`.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    project.build_release()?;
    let programs = project.release_program("auditable");
    let python = python::environment(project)?;
    let mut command = project.command(python);
    command.arg("tests/company/run.py").args(arguments);
    if let Some(folder) = programs.parent() {
        command.arg("--programs").arg(folder);
    }
    project::run(&mut command)
}
