//! The one way in which every command gets at the binaries that its words name.
//!
//! ```text
//! words --walk--> files, in order --pipeline--> open, visit archives, read lists --> in order again --> the command
//! ```
//!
//! [`walk`] says which files, [`artifact`] what is in one, [`pipeline`] spreads the work over threads. What is kept in
//! memory does not depend on how much there is to read. Errors are told as they come, each with its file, and never
//! stop the rest.

mod artifact;
mod folder;
mod list;
mod open;
mod options;
mod pipeline;
mod place;
mod progress;
mod walk;

pub(crate) use artifact::{Artifact, Found};
pub(crate) use options::{Inputs, Reading};
pub(crate) use place::Place;
pub(crate) use walk::is_standard_input;

use crate::Outcome;
use crate::words::{Failure, Words, printable};
use artifact::{Inside, Reader};
use auditable_inspect::archive::Library;
use pipeline::{Turn, in_order};
use progress::{Counts, Progress};
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use walk::{Job, Word};

/// What a command is given, in the order of the words, of the names in folders, of the members in archives.
pub(crate) enum Scanned<T> {
    /// What the command made of an artifact.
    Artifact(Place, T),
    /// Something could not be read; the user was told.
    Unreadable(Place, Failure),
}

/// Reads everything that the words name.
///
/// `per_artifact` is called for each file or member that consists of binaries, on several threads; what it makes of
/// it should be as small as it can; what is said with [`Artifact::tell`] is an error without being the end of it.
/// `each` is called on this thread, in an order that is always the same. An error of a binary, or one that
/// `per_artifact` returns, is told to the user here; the artifact with a damaged binary is given all the same.
///
/// At the end of each word it is noted how many binaries had no list.
///
/// # Errors
///
/// What `each` returns, which ends the work; if a list of files cannot be opened.
pub(crate) fn scan<T: Send>(
    inputs: &Inputs,
    words: &Words,
    per_artifact: impl Fn(&Artifact<'_>) -> Result<T, Failure> + Sync,
    mut each: impl FnMut(Scanned<T>) -> Result<(), Failure>,
) -> Result<Summary, Failure> {
    let reader = inputs.reader();
    let counts = Counts::default();
    let mut progress = Progress::new(words.is_quiet());
    let mut tally = Tally::default();
    let mut summary = Summary::default();
    in_order(
        inputs.threads(),
        inputs.walk()?,
        |job, turn| run(job, &reader, &counts, &per_artifact, turn),
        |event| {
            if event.is_some() {
                progress.clear();
            }
            match event {
                None => {}
                Some(Event::Word(word)) => summary.end(tally.begin(word), words),
                Some(Event::Artifact { place, value, has_list, library, failures }) => {
                    tally.add(has_list, library.map(|library| (&place, library)), &failures);
                    failures.iter().for_each(|failure| words.error(failure));
                    each(Scanned::Artifact(place, value))?;
                }
                Some(Event::Problem(place, failure)) => {
                    tally.failures += 1;
                    words.error(&failure);
                    each(Scanned::Unreadable(place, failure))?;
                }
            }
            progress.draw(&counts);
            Ok(())
        },
    )?;
    progress.clear();
    summary.end(tally, words);
    Ok(summary)
}

/// What was read.
#[derive(Default)]
pub(crate) struct Summary {
    /// What could not be read, and binaries that are damaged.
    pub(crate) failures: u64,
    /// Words that have no list of crates: neither in the file that they name nor in anything in it.
    pub(crate) words_without_list: u64,
}

impl Summary {
    /// [`Outcome::Failed`] if something could not be read, [`Outcome::Finding`] if a word has no list.
    pub(crate) fn outcome(&self) -> Outcome {
        match (self.failures, self.words_without_list) {
            (0, 0) => Outcome::Clean,
            (0, _) => Outcome::Finding,
            _ => Outcome::Failed,
        }
    }

    /// Takes in a word that was read to its end, and notes what has no list.
    fn end(&mut self, tally: Tally, words: &Words) {
        self.failures += tally.failures;
        let Some(word) = tally.word else { return };
        let shown = printable(&word.path.display().to_string());
        let binaries = if tally.artifacts == 1 { "binary" } else { "binaries" };
        match tally {
            Tally { with_list: 0, failures: 1.., .. } => return,
            Tally { with_list: 0, artifacts: 0, has_rust_library: true, .. } => words.note(&format_args!(
                "{shown}: no list of crates: a library for rustc (.rlib) has none, what it is linked into has"
            )),
            Tally { with_list: 0, artifacts: 0, .. } => words.note(&format_args!("{shown}: no binaries")),
            Tally { with_list: 0, artifacts: 1, .. } if word.is_file => {
                words.note(&format_args!("{shown}: no list of crates"));
            }
            Tally { with_list: 0, artifacts, .. } => {
                words.note(&format_args!("{shown}: no list of crates in {artifacts} {binaries}"));
            }
            Tally { with_list, artifacts, .. } if with_list < artifacts => {
                let without = artifacts - with_list;
                words
                    .note(&format_args!("{shown}: no list of crates in {without} of {artifacts} {binaries}"));
            }
            _ => {}
        }
        self.words_without_list += u64::from(tally.with_list == 0);
    }
}

/// What was read of one word so far.
#[derive(Default)]
struct Tally {
    word: Option<Word>,
    artifacts: u64,
    with_list: u64,
    failures: u64,
    /// The last library without a list.
    library: Option<Place>,
    /// Whether there was a library for rustc.
    has_rust_library: bool,
}

impl Tally {
    /// Begins with a new word, and returns what was counted of the one before.
    fn begin(&mut self, word: Word) -> Self {
        std::mem::replace(self, Self { word: Some(word), ..Self::default() })
    }

    /// `object` is the place of what is an object of a library, and which kind of library. All objects together count
    /// as one binary, and those for rustc as none: they have no list by design.
    fn add(&mut self, has_list: bool, object: Option<(&Place, Library)>, failures: &[Failure]) {
        self.failures += failures.len() as u64;
        if !has_list && matches!(object, Some((_, Library::Rust))) {
            self.has_rust_library = true;
            return;
        }
        let library = object.and_then(|(place, _)| place.archive());
        let is_further = library.is_some() && library == self.library;
        if is_further && !has_list {
            return;
        }
        if !has_list && failures.is_empty() {
            self.library = library;
        }
        // What is damaged is told, and is not said to have no list.
        self.artifacts += u64::from(has_list || failures.is_empty());
        self.with_list += u64::from(has_list);
    }
}

/// What workers say.
enum Event<T> {
    Word(Word),
    /// `library` if it is an object in one.
    Artifact {
        place: Place,
        value: T,
        has_list: bool,
        library: Option<Library>,
        failures: Vec<Failure>,
    },
    Problem(Place, Failure),
}

fn run<T>(
    job: Job,
    reader: &Reader,
    counts: &Counts,
    per_artifact: impl Fn(&Artifact<'_>) -> Result<T, Failure>,
    turn: &Turn<'_, Event<T>>,
) {
    let mut show = |inside: Inside<'_>| -> ControlFlow<()> {
        let artifact = match inside {
            Inside::Artifact(artifact) => artifact,
            Inside::Problem(place, failure) => return turn.emit(Event::Problem(place, failure)),
        };
        let has_list = artifact.binaries.iter().any(|found| !found.graphs.is_empty());
        counts.binaries.fetch_add(1, Ordering::Relaxed);
        counts.lists.fetch_add(u64::from(has_list), Ordering::Relaxed);
        let value = match per_artifact(&artifact) {
            Ok(value) => value,
            Err(failure) => return turn.emit(Event::Problem(artifact.place.clone(), failure)),
        };
        let (place, library) = (artifact.place.clone(), artifact.library);
        let damaged = artifact.binaries.into_iter().filter_map(|found| found.into_failure(&place));
        let failures = damaged.chain(artifact.told.into_inner()).collect();
        turn.emit(Event::Artifact { place, value, has_list, library, failures })
    };
    match job {
        Job::Word(word) => {
            // Whether anybody listens shows with the next job.
            let _ = turn.emit(Event::Word(word));
        }
        Job::File { path, is_named } => {
            reader.file(&path, is_named, turn, &mut show);
            counts.files.fetch_add(1, Ordering::Relaxed);
        }
        Job::Image { path } => reader.image(&path, turn, &mut show),
        Job::Problem { path, error } => reader.problem(&path, error, &mut show),
    }
}
