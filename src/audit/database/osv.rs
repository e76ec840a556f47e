//! Advisories in the OSV format, read all at once: the name of a file does not say which package it is about.

use crate::audit::database::texts::Text;
use crate::words::{Failure, printable};
use auditable_audit::limits::MAX_ADVISORIES;
use auditable_audit::{Advisory, osv};
use std::collections::HashMap;
use std::thread;

/// All advisories that can be read. What is wrong with the others, and ids that are there twice, are told as failures.
pub(super) fn parse_all(texts: &[Text], failures: &mut Vec<Failure>) -> Vec<Advisory> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = texts.len().div_ceil(threads).max(1);
    let parsed: Vec<Parsed> = thread::scope(|scope| {
        let workers: Vec<_> = texts
            .chunks(part)
            .enumerate()
            .map(|(number, texts)| scope.spawn(move || parse(number * part, texts)))
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut advisories: Vec<Advisory> = Vec::new();
    let mut first: HashMap<String, usize> = HashMap::new();
    for part in parsed {
        failures.extend(part.failures);
        for (at, advisory) in part.advisories {
            match first.get(&advisory.id).and_then(|&before| texts.get(before)) {
                Some(before) => {
                    if let Some(text) = texts.get(at) {
                        let cause = format!("{} is also in {}, which counts", advisory.id, before.place);
                        failures.push(text.failure(printable(&cause)));
                    }
                }
                None if advisories.len() == MAX_ADVISORIES => {
                    if let Some(text) = texts.get(at) {
                        let cause = format!("more than {MAX_ADVISORIES} advisories: the rest is left out");
                        failures.push(text.failure(cause));
                    }
                    return advisories;
                }
                None => {
                    first.insert(advisory.id.clone(), at);
                    advisories.push(advisory);
                }
            }
        }
    }
    advisories
}

/// What a thread has read.
#[derive(Default)]
struct Parsed {
    /// Each with the number of its text.
    advisories: Vec<(usize, Advisory)>,
    failures: Vec<Failure>,
}

fn parse(first: usize, texts: &[Text]) -> Parsed {
    let mut parsed = Parsed::default();
    for (number, text) in texts.iter().enumerate() {
        match osv::parse_file(&text.bytes) {
            Ok(records) => {
                for record in records {
                    match record {
                        Ok(advisory) => parsed.advisories.push((first + number, advisory)),
                        Err(error) => parsed.failures.push(text.failure(error)),
                    }
                }
            }
            Err(error) => parsed.failures.push(text.failure(error)),
        }
    }
    parsed
}
