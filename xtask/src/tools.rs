use crate::failure::Failure;
use crate::project::{Project, program_file, run};
use std::path::PathBuf;

/// A program from crates.io that a chore needs.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// Installs the program into `target/tools` unless this version of it is there, and returns its path.
    pub(crate) fn install(&self, project: &Project) -> Result<PathBuf, Failure> {
        // One folder for each version, so that a raised version is not mistaken for the one that is there.
        let folder = project.target.join("tools").join(format!("{}-{}", self.name, self.version));
        let program = folder.join("bin").join(program_file(self.name));
        if !program.exists() {
            println!("installing {} {} from crates.io into {}", self.name, self.version, folder.display());
            run(project
                .cargo()
                .args(["install", "--locked", self.name, "--version", self.version, "--root"])
                .arg(&folder)
                // Not where ours are built: the established wrapper has the same name.
                .arg("--target-dir")
                .arg(project.target.join("tools").join("build")))?;
        }
        Ok(program)
    }
}
