//! What must hold for any input. The fuzz targets call these functions, and so does the test that replays the corpora.

mod archive;
mod binary;

pub use archive::{archive, bzip2, gzip, image, tar, xz, zstd};
pub use binary::{coff, elf, inflate, macho, pe, wasm};

use auditable_graph::Graph;

/// Something that must hold.
pub struct Property {
    /// The name of its target, and of the folder of its corpus.
    pub name: &'static str,
    /// Panics if it does not hold.
    pub check: fn(&[u8]),
}

/// All of them.
pub const PROPERTIES: [Property; 14] = [
    Property { name: "archive", check: archive },
    Property { name: "bzip2", check: bzip2 },
    Property { name: "coff", check: coff },
    Property { name: "elf", check: elf },
    Property { name: "graph", check: graph },
    Property { name: "gzip", check: gzip },
    Property { name: "image", check: image },
    Property { name: "inflate", check: inflate },
    Property { name: "macho", check: macho },
    Property { name: "pe", check: pe },
    Property { name: "tar", check: tar },
    Property { name: "wasm", check: wasm },
    Property { name: "xz", check: xz },
    Property { name: "zstd", check: zstd },
];

/// What is read as a list is written as the same list, and is the same in any other form of JSON.
pub fn graph(json: &[u8]) {
    let read = Graph::from_json(json);
    // With a space it is not in the form that is read faster.
    let spaced = Graph::from_json(&[b" ", json].concat());
    assert_eq!(read.as_ref().ok(), spaced.as_ref().ok());
    let Ok(graph) = read else { return };
    for package in graph.packages() {
        assert!(graph.dependencies(package).count() <= graph.packages().len());
    }
    // What is read may be larger than what is written.
    if let Ok(written) = graph.to_json() {
        assert_eq!(Graph::from_json(&written).expect("it was written"), graph);
    }
}
