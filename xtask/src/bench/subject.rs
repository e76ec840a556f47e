use crate::failure::Failure;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A cargo project to build.
pub(crate) struct Subject {
    pub(crate) folder: PathBuf,
    /// Source of its program.
    pub(crate) program: PathBuf,
}

impl Subject {
    /// A program with 200 crates in its graph: generated ones, each of which depends on some before it, and real ones
    /// with build scripts and procedural macros. None but the program is of the workspace, as most crates of most
    /// programs.
    pub(crate) fn large(folder: &Path) -> Result<Self, Failure> {
        let real = "anyhow = \"1\"\nlibc = \"0.2\"\nserde = { version = \"1\", features = [\"derive\"] }\nthiserror = \"2\"\n";
        Self::generate(folder.join("large"), 188, real, "[workspace]\nexclude = [\"crates\"]\n")
    }

    /// A workspace of a program and eleven libraries, for each of which cargo calls the wrapper.
    pub(crate) fn small(folder: &Path) -> Result<Self, Failure> {
        Self::generate(folder.join("small"), 11, "", "[workspace]\n")
    }

    /// Where one who builds it has what is built.
    pub(crate) fn target_dir(&self, builder: &str) -> PathBuf {
        self.folder.join("target").join(builder)
    }

    fn generate(folder: PathBuf, libraries: usize, real: &str, workspace: &str) -> Result<Self, Failure> {
        for index in 0..libraries {
            let library = folder.join("crates").join(name(index));
            // Three further back each, so that the graph is wide and deep.
            let dependencies: Vec<usize> =
                [1, 7, 30].iter().filter_map(|back| index.checked_sub(*back)).collect();
            let mut manifest = manifest(&name(index));
            let mut source = String::from("pub fn sum(n: u64) -> u64 {\n    n");
            for dependency in dependencies {
                let name = name(dependency);
                // Writing to a string does not fail.
                let _ = writeln!(manifest, "{name} = {{ path = \"../{name}\" }}");
                let _ = write!(source, ".wrapping_mul(3) ^ {name}::sum(n / 2)");
            }
            source.push_str("\n}\n");
            write(&library.join("Cargo.toml"), &manifest)?;
            write(&library.join("src/lib.rs"), &source)?;
        }
        let mut manifest = manifest("program");
        manifest.push_str(real);
        for index in 0..libraries {
            let name = name(index);
            let _ = writeln!(manifest, "{name} = {{ path = \"crates/{name}\" }}");
        }
        manifest.push('\n');
        manifest.push_str(workspace);
        write(&folder.join("Cargo.toml"), &manifest)?;
        let program = folder.join("src/main.rs");
        let last = name(libraries.saturating_sub(1));
        write(&program, &format!("fn main() {{\n    println!(\"{{}}\", {last}::sum(9));\n}}\n"))?;
        Ok(Self { folder, program })
    }
}

fn name(index: usize) -> String {
    format!("library_{index:03}")
}

/// A manifest that ends where its dependencies begin.
fn manifest(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[dependencies]\n")
}

/// Writes a file with its folders, unless it is there: what is written again is compiled again.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |source| Failure::Io { path: path.to_owned(), source };
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}
