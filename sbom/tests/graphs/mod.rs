//! Graphs made by hand, one for each property that a document must keep, and the document about them.

use auditable_graph::{Format, Graph, Kind, Package, Source, Version};
use auditable_sbom::{
    Artifact, Audit, AuditKind, Contact, Document, License, Options, Origin, PackageFacts, Publisher,
    Release, Subject, Timestamp, Tool, cyclonedx, spdx2, spdx3,
};

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

/// Documents of every kind, with names that can stand in a file name. In those whose name begins with `known`, nothing
/// is unknown that public checkers ask for.
pub(crate) fn documents() -> Vec<(String, Document)> {
    let mut documents: Vec<(String, Document)> =
        table().into_iter().map(|(name, graph)| (name.to_owned(), document(&graph))).collect();
    for (number, name) in HOSTILE_NAMES.iter().enumerate() {
        documents.push((format!("about-hostile-{number}"), document_about(name, name)));
    }
    documents.push(("known".into(), known()));
    documents.push(("release".into(), release()));
    documents.push(("facts-hostile".into(), hostile_facts()));
    documents
}

/// The document in every encoding of every version of every format, each with the extension of its file.
pub(crate) fn encodings(document: &Document) -> Vec<(String, Vec<u8>)> {
    let mut encodings = Vec::new();
    let mut add = |extension: String, write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut text = Vec::new();
        write(&mut text).expect("memory takes everything");
        encodings.push((extension, text));
    };
    for version in cyclonedx::Version::ALL {
        add(format!("{version}.cdx.json"), &|sink| cyclonedx::write_json(document, version, sink));
        add(format!("{version}.cdx.xml"), &|sink| cyclonedx::write_xml(document, version, sink));
    }
    add("spdx.json".into(), &|sink| spdx2::write_json(document, sink));
    add("spdx".into(), &|sink| spdx2::write_tag_value(document, sink));
    add("spdx3.json".into(), &|sink| spdx3::write_json(document, sink));
    encodings
}

/// The document about a file `hello` with this list in it.
pub(crate) fn document(graph: &Graph) -> Document {
    Document::new(&Artifact::new(graph.clone(), subject()), options())
}

fn subject() -> Subject {
    let mut subject = Subject::new("hello", [0x5a; 32], [0xa5; 64]);
    subject.container = Some("ELF".into());
    subject.architecture = Some("x86_64".into());
    subject
}

/// A document about a crate of each source, with all that can be known.
pub(crate) fn known() -> Document {
    let artifact = Artifact::new(graph(9, every_source()), subject()).with_facts(facts);
    Document::new(&artifact, known_options())
}

/// A release of two binaries, which have `serde` in common, and `log` with other dependencies.
pub(crate) fn release() -> Document {
    let mut server = subject();
    server.file_name = "hello-server".into();
    server.sha256 = [0x1f; 32];
    server.target = Some("x86_64-unknown-linux-musl".into());
    let packages = vec![
        Package { name: "server".into(), ..root("app", &[1, 2]) },
        Package { version: Version::new(0, 4, 27), source: Source::Git, ..package("log", &[2]) },
        version("serde", "1.0.219"),
    ];
    let artifacts = [
        Artifact::new(graph(9, packages), server).with_facts(facts),
        Artifact::new(graph(9, every_source()), subject()).with_facts(facts),
    ];
    let mut release = Release::new("hello");
    release.version = Some("1.2.3".into());
    Document::of_release(&release, &artifacts, known_options())
}

pub(crate) fn every_source() -> Vec<Package> {
    vec![
        root("app", &[1, 2, 3, 4, 5]),
        version("serde", "1.0.219"),
        Package { version: Version::new(0, 4, 27), ..sourced("log", Source::Git) },
        sourced("private", Source::Registry),
        Package { dependencies: vec![1], ..sourced("member", Source::Local) },
        Package { dependencies: vec![6], ..build("cc", &[]) },
        build("shlex", &[]),
    ]
}

fn known_options() -> Options {
    let mut options = options();
    let contact = |name: &str, email: &str, url: &str| {
        let mut contact = Contact::new(name);
        contact.email = Some(email.into());
        contact.url = Some(url.into());
        contact
    };
    options.authors = vec![contact("Jane Doe (releases)", "jane@example.com", "https://example.com/jane")];
    options.supplier = Some(contact("Example Ltd", "security@example.com", "https://example.com"));
    options
}

/// What is known about each package of the documents above.
pub(crate) fn facts(package: &Package) -> PackageFacts {
    let mut facts = PackageFacts::default();
    facts.license = License::declared(match package.name.as_str() {
        "log" => "MIT/Apache-2.0",
        "private" => "Proprietary, see contract",
        "member" => "LicenseRef-Example OR GPL-3.0+",
        "shlex" => "MIT",
        _ => "MIT OR Apache-2.0",
    });
    facts.repository = Some(format!("https://github.com/example/{}.git", package.name));
    facts.description = Some(format!("About {}:\n  it is an example.\n", package.name));
    facts.homepage = Some("https://example.com/home".into());
    facts.documentation = Some(format!("https://docs.example.com/{}", package.name));
    match package.source {
        Source::CratesIo => {
            facts.crate_sha256 = Some([0x12; 32]);
            facts.crate_sha512 = Some([0x34; 64]);
            facts.authors =
                vec!["Erika Mustermann <erika@example.com>".into(), "The Example Developers".into()];
            let mut publisher = Publisher::new("erika");
            publisher.name = Some("Erika Mustermann".into());
            facts.publisher = Some(publisher);
            let mut full = Audit::new(AuditKind::Full, vec!["safe-to-run".into(), "safe-to-deploy".into()]);
            full.by = vec!["Max <max@example.com>".into()];
            full.import = Some("example".into());
            full.notes = Some("Read all\nof it.".into());
            let delta = AuditKind::Delta { from: "0.9.9".into() };
            let trusted = AuditKind::Trusted { publisher: "erika".into() };
            let wildcard = AuditKind::Wildcard { publisher: "erika".into() };
            facts.audits = [delta, trusted, wildcard, AuditKind::Exemption, AuditKind::Violation]
                .map(|kind| Audit::new(kind, vec!["safe-to-deploy".into()]))
                .into();
            facts.audits.insert(0, full);
        }
        Source::Git => {
            let revision = Some("c7e4a10b3c2f4d5e6f708192a3b4c5d6e7f80912".into());
            facts.origin =
                Some(Origin::Git { repository: "https://github.com/example/log".into(), revision });
        }
        Source::Registry => {
            facts.origin =
                Some(Origin::Registry { index: "https://user:secret@crates.example.com/index/".into() });
        }
        _ => {}
    }
    facts
}

/// A document with hostile text in every fact about a crate and in every option.
pub(crate) fn hostile_facts() -> Document {
    let names = HOSTILE_NAMES.iter().chain(HOSTILE_TEXTS);
    let mut texts: Vec<String> = names.map(|&name| name.to_owned()).collect();
    texts.push("x".repeat(5_000));
    let mut packages: Vec<Package> = Vec::new();
    for number in 0..texts.len() {
        let name = format!("crate-{number}");
        let source = [Source::CratesIo, Source::Git, Source::Registry][number % 3].clone();
        packages.push(sourced(&name, source));
    }
    let all: Vec<u32> = (0..).zip(&packages).map(|(index, _)| index).collect();
    packages.push(root("app", &all));
    let artifact = Artifact::new(graph(9, packages), subject()).with_facts(|package| {
        let number = package.name.strip_prefix("crate-").and_then(|number| number.parse::<usize>().ok());
        let text = &texts[number.unwrap_or(0)];
        let mut facts = PackageFacts::default();
        facts.license = License::declared(text);
        facts.authors = vec![text.clone(), format!("{text} <jane@example.com>"), format!("Jane <{text}>")];
        facts.description = Some(text.clone());
        facts.homepage = Some(text.clone());
        facts.repository = Some(format!("https://example.com/{text}"));
        facts.documentation = Some(format!("https://{text}"));
        facts.origin = Some(match package.source {
            Source::Git => Origin::Git {
                repository: format!("https://example.com/{text}"),
                revision: Some(text.clone()),
            },
            _ => Origin::Registry { index: text.clone() },
        });
        let mut publisher = Publisher::new(text.clone());
        publisher.name = Some(text.clone());
        facts.publisher = Some(publisher);
        let mut audit = Audit::new(AuditKind::Delta { from: text.clone() }, vec![text.clone()]);
        audit.by = vec![text.clone()];
        audit.import = Some(text.clone());
        audit.notes = Some(text.clone());
        facts.audits = vec![audit];
        facts
    });
    let mut options = options();
    options.authors = texts
        .iter()
        .map(|text| {
            let mut contact = Contact::new(text.clone());
            contact.email = Some(text.clone());
            contact.url = Some(text.clone());
            contact
        })
        .collect();
    options.supplier = options.authors.get(7).cloned();
    Document::new(&artifact, options)
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

/// Half of them build dependencies, each depending on up to three later ones, by ways that are not deep: some validators
/// take minutes over deep ones.
fn five_hundred() -> Vec<Package> {
    let mut packages: Vec<Package> = (0u32..500)
        .map(|number| {
            let dependencies: Vec<u32> = [2 * number + 1, 2 * number + 2, number + 250]
                .into_iter()
                .filter(|&next| next < 500)
                .collect();
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

/// Whatever a manifest may claim.
const HOSTILE_TEXTS: &[&str] = &[
    "MIT OR (Apache-2.0",
    "LicenseRef-a/LicenseRef-b",
    "MIT WITH nothing",
    "NOASSERTION",
    "NONE",
    "Person: Jane (jane@example.com)",
    "Jane (jane@example.com) ()",
    "https://example.com/\"><script>",
    "ssh://git@example.com:22/a b",
    "user:secret@example.com",
    "deadbeef",
];
