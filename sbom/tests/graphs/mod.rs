//! Graphs made by hand, one for each property that a document must keep, and the document about them.

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::{Artifact, Document, Options, Subject, Timestamp, Tool};

/// Name and graph. Names can stand in a file name.
pub(crate) fn table() -> Vec<(&'static str, Graph)> {
    vec![
        ("one-package", graph(8, vec![root("app", &[])])),
        ("no-packages", graph(0, vec![])),
        (
            "no-root",
            graph(0, vec![package("a", &[1]), package("b", &[]), build("c", &[1]), package("d", &[])]),
        ),
        ("root-from-crates-io", graph(8, vec![Package { source: Source::CratesIo, ..root("app", &[]) }])),
        (
            "build-dependencies",
            graph(
                8,
                vec![
                    root("app", &[1, 2]),
                    package("both", &[]),
                    build("cc", &[1, 3]),
                    build("shlex", &[]),
                    build("unused", &[]),
                ],
            ),
        ),
        ("inexact", graph(1, vec![root("app", &[1, 2]), package("a", &[2]), package("b", &[])])),
        ("later-format", graph(77, vec![root("app", &[1]), package("a", &[])])),
        (
            "two-versions",
            graph(
                8,
                vec![
                    root("app", &[1, 2]),
                    version("rand", "0.8.5"),
                    version("rand", "0.9.0-rc.1"),
                    version("zstd-sys", "2.0.15+zstd.1.5.7"),
                ],
            ),
        ),
        (
            "two-sources",
            graph(
                8,
                vec![
                    root("app", &[1, 2, 3, 4, 5, 6]),
                    package("foo", &[]),
                    sourced("foo", Source::Git),
                    sourced("foo", Source::Local),
                    sourced("foo", Source::Registry),
                    sourced("foo", Source::Other("sparse+moon:?#x".into())),
                    Package { kind: Kind::Build, ..sourced("foo", Source::Git) },
                ],
            ),
        ),
        (
            // Names that fall together in the characters that an SPDX identifier may have, and some that look like
            // the number that keeps such identifiers apart.
            "alike",
            graph(
                8,
                vec![
                    root("app", &[1, 2, 3, 4, 5, 6]),
                    package("a_b", &[]),
                    package("a-b", &[]),
                    version("a-b", "1.0.0-2"),
                    package("a-b", &[]),
                    sourced("file:app", Source::Local),
                    sourced("DOCUMENT", Source::Local),
                ],
            ),
        ),
        ("five-hundred", graph(8, five_hundred())),
        ("hostile", graph(8, hostile())),
    ]
}

/// The document about a file `hello` with this list in it.
pub(crate) fn document(graph: &Graph) -> Document {
    let mut subject = Subject::new("hello", [0x5a; 32], [0xa5; 64]);
    subject.container = Some("ELF".into());
    subject.architecture = Some("x86_64".into());
    Document::new(&Artifact::new(graph.clone(), subject), options())
}

/// The document about a file of such a name, written by a tool of such a name.
pub(crate) fn document_about(file_name: &str, tool: &str) -> Document {
    let graph = graph(0, vec![package("a", &[])]);
    let mut subject = Subject::new(file_name, [0x5a; 32], [0xa5; 64]);
    subject.container = Some(file_name.into());
    let mut options = options();
    options.tool.name = tool.into();
    Document::new(&Artifact::new(graph, subject), options)
}

/// Those of all documents of the table.
pub(crate) fn options() -> Options {
    let tool = Tool { name: "auditable".into(), version: "0.1.0".into() };
    Options::new(tool, Timestamp::from_unix_seconds(1_700_000_000).expect("2023 is in range"))
}

/// Half of them build dependencies, each depending on up to three later ones.
fn five_hundred() -> Vec<Package> {
    let mut packages: Vec<Package> = (0u32..500)
        .map(|number| {
            let dependencies: Vec<u32> =
                [1, 7, 61].into_iter().map(|step| number + step).filter(|&next| next < 500).collect();
            let name = format!("crate-{number:03}");
            if number % 2 == 0 { package(&name, &dependencies) } else { build(&name, &dependencies) }
        })
        .collect();
    packages.push(root("app", &[0, 1, 2]));
    packages
}

fn hostile() -> Vec<Package> {
    let long = "x".repeat(300);
    let names = || HOSTILE_NAMES.iter().copied().chain([long.as_str()]);
    let mut packages: Vec<Package> = names().map(|name| package(name, &[])).collect();
    packages.extend(names().map(|name| sourced("foo", Source::from(name))));
    let all: Vec<u32> = (0..).zip(&packages).map(|(index, _)| index).collect();
    packages.push(root("</text>\n\"app\"", &all));
    packages
}

fn graph(format: u32, packages: Vec<Package>) -> Graph {
    Graph::new(packages, Format(format)).expect("the graphs of this table are sound")
}

fn package(name: &str, dependencies: &[u32]) -> Package {
    Package { dependencies: dependencies.to_vec(), ..version(name, "1.0.0") }
}

fn version(name: &str, version: &str) -> Package {
    Package::new(name, Version::parse(version).expect("a version"), Source::CratesIo)
}

fn sourced(name: &str, source: Source) -> Package {
    Package { source, ..package(name, &[]) }
}

fn build(name: &str, dependencies: &[u32]) -> Package {
    Package { kind: Kind::Build, ..package(name, dependencies) }
}

fn root(name: &str, dependencies: &[u32]) -> Package {
    Package { source: Source::Local, is_root: true, ..package(name, dependencies) }
}

/// Whatever a list or a file may claim to be called.
pub(crate) const HOSTILE_NAMES: &[&str] = &[
    "",
    " ",
    "\u{feff}",
    " padded ",
    "quo\"te",
    "back\\slash",
    "line\nPackageName: forged\r\nSPDXID: SPDXRef-DOCUMENT",
    "nul\0",
    "\u{1b}[31mred\u{7f}\u{9b}",
    "<text>",
    "</text>",
    "a<text>b</text>c",
    "<<text>text>",
    "]]><!--&amp;",
    "größe-数-🦀",
    "\u{202e}right-to-left",
    "\u{2028}\u{85}\u{fffe}",
    "a@1.0.0?x=y&z#w",
    "pkg:cargo/foo@1.0.0",
    "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1",
    "SPDXRef-DOCUMENT",
    "%2F../..",
];
