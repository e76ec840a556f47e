//! Writes one document of every kind for every case of the tests' table into a folder, for validators:
//!
//! ```sh
//! cargo run --package auditable-sbom --example specimens -- FOLDER
//! python sbom/tests/validators/validate.py FOLDER
//! ```
//!
//! With embedded lists as further arguments, as files of JSON, it writes the documents about those instead.

use auditable_graph::Graph;
use auditable_sbom::Document;
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
        for (name, document) in graphs::documents() {
            write_all(folder, &name, &document)?;
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
    for (extension, text) in graphs::encodings(document) {
        fs::write(folder.join(format!("{name}.{extension}")), text)?;
    }
    Ok(())
}
