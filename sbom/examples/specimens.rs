//! Writes one document of every kind for every graph of the tests' table into a folder, for validators:
//!
//! ```sh
//! cargo run --package auditable-sbom --example specimens -- FOLDER
//! python sbom/tests/validators/validate.py FOLDER
//! ```
//!
//! With embedded lists as further arguments, as files of JSON, it writes the documents about those instead.

use auditable_graph::Graph;
use auditable_sbom::{Document, cyclonedx, spdx2};
use std::error::Error;
use std::fs;
use std::path::Path;

#[path = "../tests/graphs/mod.rs"]
mod graphs;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().ok_or("usage: specimens FOLDER [LIST.json...]")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let lists: Vec<_> = arguments.collect();
    if lists.is_empty() {
        for (name, graph) in graphs::table() {
            write_all(folder, name, &graphs::document(&graph))?;
        }
        for (number, name) in graphs::HOSTILE_NAMES.iter().enumerate() {
            write_all(folder, &format!("about-hostile-{number}"), &graphs::document_about(name, name))?;
        }
    }
    for list in lists {
        let list = Path::new(&list);
        let name = list.file_stem().unwrap_or_default().to_string_lossy();
        write_all(folder, &name, &graphs::document(&Graph::from_json(&fs::read(list)?)?))?;
    }
    Ok(())
}

fn write_all(folder: &Path, name: &str, document: &Document) -> Result<(), Box<dyn Error>> {
    for version in cyclonedx::Version::ALL {
        let mut json = Vec::new();
        cyclonedx::write_json(document, version, &mut json)?;
        fs::write(folder.join(format!("{name}.{version}.cdx.json")), json)?;
    }
    let (mut json, mut tag_value) = (Vec::new(), Vec::new());
    spdx2::write_json(document, &mut json)?;
    fs::write(folder.join(format!("{name}.spdx.json")), json)?;
    spdx2::write_tag_value(document, &mut tag_value)?;
    fs::write(folder.join(format!("{name}.spdx")), tag_value)?;
    Ok(())
}
