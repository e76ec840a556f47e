//! A program that prints its own SBOM: no build script and no generated file, since the list of crates lies in the
//! program itself once it was built by `cargo auditable`.
//!
//! ```sh
//! cargo auditable run --example own_sbom > own_sbom.cdx.json
//! ```
//!
//! Most programs would do this for an option such as `--sbom`.

use auditable_sbom::{Artifact, Document, Options, Subject, Timestamp, Tool, cyclonedx};
use sha2::{Digest as _, Sha256, Sha512};
use std::error::Error;
use std::path::Path;
use std::{env, fs, io};

fn main() -> Result<(), Box<dyn Error>> {
    print_sbom(&env::current_exe()?, io::stdout().lock())
}

/// Writes the SBOM of a program as CycloneDX.
pub(crate) fn print_sbom(program: &Path, output: impl io::Write) -> Result<(), Box<dyn Error>> {
    let graph = auditable_inspect::read_file(program)?
        .ok_or("this program has no list of crates: build it with `cargo auditable`")?;
    // A program is small enough to be read at once, by itself.
    let bytes = fs::read(program)?;
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    let subject = Subject::new(name, Sha256::digest(&bytes).into(), Sha512::digest(&bytes).into());
    let tool = Tool { name: "own_sbom".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    // The same program says the same each time. A program of your own can say when it was released.
    let timestamp = Timestamp::from_unix_seconds(0).ok_or("1970 is a year that documents know")?;
    let document = Document::new(&Artifact::new(graph, subject), Options::new(tool, timestamp));
    cyclonedx::write_json(&document, cyclonedx::Version::default(), output)?;
    Ok(())
}
