//! What must hold for any input. The fuzz targets call these functions, and so does the test that replays the corpora.

mod archive;
mod binary;

pub use archive::{archive, bzip2, gzip, image, tar, xz, zstd};
pub use binary::{elf, inflate, macho, pe, wasm};

use auditable_graph::Graph;

/// All properties, by the names of their targets and of the folders of their corpora.
pub const PROPERTIES: [(&str, fn(&[u8])); 13] = [
    ("archive", archive),
    ("bzip2", bzip2),
    ("elf", elf),
    ("graph", graph),
    ("gzip", gzip),
    ("image", image),
    ("inflate", inflate),
    ("macho", macho),
    ("pe", pe),
    ("tar", tar),
    ("wasm", wasm),
    ("xz", xz),
    ("zstd", zstd),
];

/// What is read as a list is written as the same list.
pub fn graph(json: &[u8]) {
    let Ok(graph) = Graph::from_json(json) else { return };
    for package in graph.packages() {
        assert!(graph.dependencies(package).count() <= graph.packages().len());
    }
    // What is read may be larger than what is written.
    if let Ok(written) = graph.to_json() {
        assert_eq!(Graph::from_json(&written).expect("it was written"), graph);
    }
}
