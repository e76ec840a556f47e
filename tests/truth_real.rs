//! The same comparison as in `truth`, for programs from crates.io: not only of lists from cargo's records, but also of
//! those from `cargo metadata`, and of those that another `cargo-auditable` makes.
//!
//! Takes long and needs the network, so it does nothing unless it is asked to:
//!
//! ```text
//! AUDITABLE_REAL_CRATES=all cargo test --test truth_real -- --nocapture
//! AUDITABLE_REAL_CRATES=hexyl,bat AUDITABLE_PEER=/path/to/another/cargo-auditable cargo test ...
//! ```
//!
//! Prints the table of `docs/accuracy.md`. Fails if one list from cargo's records differs from the truth.

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use support::listing::Difference;
use support::project::Linked;
use support::{Format, Listing, Project};

/// Programs that are in wide use, of all sizes, at one version each; some with C code, macros and build scripts in
/// plenty. Installed without the lock file of their package where `--locked` is not there, as most people do.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("hexyl@0.14.0", &[]),
    ("sd@1.0.0", &["--locked"]),
    ("ripgrep@14.1.1", &["--locked"]),
    ("fd-find@10.2.0", &["--locked", "--no-default-features", "--features", "completions"]),
    ("hyperfine@1.19.0", &["--locked"]),
    ("just@1.40.0", &["--locked"]),
    ("tokei@12.1.2", &[]),
    ("bat@0.25.0", &["--locked"]),
    ("xh@0.24.0", &["--locked"]),
    ("mdbook@0.4.48", &["--locked"]),
    ("miniserve@0.29.0", &["--locked"]),
];

#[test]
fn real_programs() {
    let Ok(wanted) = env::var("AUDITABLE_REAL_CRATES") else {
        eprintln!("skipped: AUDITABLE_REAL_CRATES is not set");
        return;
    };
    let peer = env::var_os("AUDITABLE_PEER").map(PathBuf::from);
    let mut rows = vec![
        "| program | crates | records | `cargo metadata` | the other |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    let mut wrong = Vec::new();
    for (program, arguments) in PROGRAMS {
        let name = program.split('@').next().unwrap_or(program);
        if wanted != "all" && !wanted.split(',').any(|word| word == name) {
            continue;
        }
        for row in rows_of(program, arguments, peer.as_deref()) {
            eprintln!("{}", row.text);
            if !row.is_exact {
                wrong.push(row.text.clone());
            }
            rows.push(row.text);
        }
    }
    println!("{}", rows.join("\n"));
    assert!(wrong.is_empty(), "lists that are not the truth:\n{}", wrong.join("\n"));
}

struct Row {
    text: String,
    is_exact: bool,
}

/// Installs a program three times into one folder, where its dependencies are compiled once.
fn rows_of(program: &str, arguments: &[&str], peer: Option<&Path>) -> Vec<Row> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let project = Project::new().with_home(home.expect("there is a home"));
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_cargo-auditable"));
    // Under another path it counts as another wrapper, by which cargo links anew.
    let copy = project.beside("copy").join(ours.file_name().expect("a program has a name"));
    fs::create_dir_all(copy.parent().expect("it was made so")).expect("folders can be made");
    fs::copy(&ours, &copy).expect("programs can be copied");

    let install = |wrapper: &Path, log: &str| {
        project
            .auditable_of(
                wrapper,
                ["install", program, "--debug", "--force", "--target-dir", "built", "--root", log],
            )
            .args(arguments)
            .online()
    };
    let mut problems: Vec<String> = Vec::new();
    let outcome = install(&ours, "ours").run();
    if !outcome.status.success() {
        return vec![Row { text: format!("{program} does not build:\n{outcome}"), is_exact: false }];
    }
    install(&copy, "metadata").without_records().succeeds();
    if let Some(peer) = peer {
        let outcome = install(peer, "peer").run();
        if !outcome.status.success() {
            problems.push("does not build".to_owned());
        }
    }

    let linked = project.linked();
    let of = |wrapper: &Path, name: &str| {
        let found = linked.iter().find(|linked| linked.wrapper == wrapper && linked.name == name);
        found.map(|linked| (linked, Listing::of_binary(&linked.file)))
    };
    let mut rows = Vec::new();
    for Linked { name, truth, .. } in linked.iter().filter(|linked| linked.wrapper == ours) {
        let cell = |wrapper: &Path| match of(wrapper, name) {
            Some((linked, Some((listing, format)))) => {
                let is_root_right = listing.root == linked.truth.root;
                // The source of the root is one mistake, not one for each way that leads from it.
                let difference = listing.with_source_of_root(&linked.truth.root).compare(&linked.truth);
                (verdict(&difference, is_root_right, format), is_root_right && difference.is_empty())
            }
            Some((_, None)) => ("no list".to_owned(), false),
            None => (problems.first().cloned().unwrap_or_else(|| "-".to_owned()), false),
        };
        let (records, is_exact) = cell(&ours);
        let is_exact = is_exact && records.contains(&format!("({})", Format::RECORDS));
        let peer_cell = peer.map_or_else(|| "-".to_owned(), |peer| cell(peer).0);
        let build = truth.kinds.values().filter(|kind| **kind == support::Kind::Build).count();
        let text = format!(
            "| {program} `{name}`{} | {} ({build} build) | {records} | {} | {peer_cell} |",
            if arguments.contains(&"--locked") { "" } else { ", not locked" },
            truth.kinds.len(),
            cell(&copy).0,
        );
        rows.push(Row { text, is_exact });
    }
    rows
}

/// In words, with the format's number.
fn verdict(difference: &Difference, is_root_right: bool, format: Format) -> String {
    let mut words: Vec<String> = Vec::new();
    for (word, count) in [
        ("missing", difference.missing.len()),
        ("extra", difference.extra.len()),
        ("wrong kind", difference.wrong_kind.len()),
        ("edges missing", difference.missing_edges.len()),
        ("edges extra", difference.extra_edges.len()),
    ] {
        if count > 0 {
            words.push(format!("{count} {word}"));
        }
    }
    if !is_root_right {
        words.push("wrong root".to_owned());
    }
    let words = if words.is_empty() { "exact".to_owned() } else { words.join(", ") };
    format!("{words} ({format})")
}
