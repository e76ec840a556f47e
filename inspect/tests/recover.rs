//! Recovered crates of shipped binaries against the lists in them: nothing may be named that is not there.
//!
//! `AUDITABLE_CORPUS` is a folder of binaries, such as `target/corpus` after `tests/corpus/run.py`. Without it there
//! is nothing to compare.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that reports what it measured")]

use auditable_inspect::{Confidence, Recovered, binaries, recover};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

#[test]
fn nothing_is_recovered_that_the_list_does_not_have() {
    let Some(corpus) = std::env::var_os("AUDITABLE_CORPUS") else {
        eprintln!("skipped: AUDITABLE_CORPUS does not name a folder of binaries");
        return;
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let results: Vec<Comparison> = paths.iter().flat_map(|path| compare(path)).collect();
    let wrong: Vec<String> = results.iter().flat_map(|result| result.wrong.clone()).collect();
    assert!(wrong.is_empty(), "recovered and not in the list:\n{}", wrong.join("\n"));
    assert!(results.iter().any(|result| result.found > 0), "no file of the corpus has a list and paths");
}

struct Comparison {
    found: usize,
    wrong: Vec<String>,
}

/// Says what was recovered of each binary in a file, and compares it with the list if there is one.
fn compare(path: &Path) -> Vec<Comparison> {
    let name = path.file_name().unwrap().to_string_lossy();
    if !path.is_file() {
        return Vec::new();
    }
    let file = File::open(path).unwrap();
    let Ok(found) = binaries(&file) else { return Vec::new() };
    let mut results = Vec::new();
    for binary in found {
        let recovered = recover(&file, &binary).unwrap();
        let certain = recovered.iter().filter(|found| found.confidence == Confidence::Certain).count();
        let lists = binary.lists.as_ref().unwrap();
        let Some(list) = lists.first() else {
            println!(
                "{name} {}: {certain} certain, {} likely",
                binary.architecture,
                recovered.len() - certain
            );
            if std::env::var_os("AUDITABLE_CORPUS_SHOW").is_some() {
                recovered.iter().for_each(|found| println!("    {found:?}"));
            }
            continue;
        };
        let graph = list.graph().unwrap();
        let listed: BTreeSet<(String, String)> = graph
            .packages()
            .iter()
            .filter(|package| package.kind == auditable_graph::Kind::Runtime)
            .map(|package| (package.name.clone(), package.version.to_string()))
            .collect();
        let is_listed = |found: &&Recovered| {
            listed.iter().any(|(name, version)| {
                *name == found.name
                    && found.version.as_ref().is_none_or(|found| found.to_string() == *version)
            })
        };
        let (right, wrong): (Vec<&Recovered>, Vec<&Recovered>) = recovered.iter().partition(is_listed);
        println!(
            "{name} {}: {certain} certain, {} likely; {} of {} in the list ({:.2}), {} wrong",
            binary.architecture,
            recovered.len() - certain,
            right.len(),
            listed.len(),
            right.len() as f64 / listed.len() as f64,
            wrong.len()
        );
        let wrong = wrong.iter().map(|found| format!("{name}: {found:?}")).collect();
        results.push(Comparison { found: right.len(), wrong });
    }
    results
}
