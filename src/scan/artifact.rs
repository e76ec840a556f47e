//! One file, and the binaries in it.

use crate::scan::open::OpenFile;
use crate::scan::options::option_for;
use crate::scan::place::Place;
use crate::words::Failure;
use auditable_graph::Graph;
use auditable_inspect::archive::{
    self, Content, Library, Summary, VisitLimits, Visited, WayIn, WindowMemory,
};
use auditable_inspect::{Binary, Error, ReadAt, binaries};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;

/// A file, or a member of an archive, that consists of binaries.
pub(crate) struct Artifact<'a> {
    pub(crate) place: &'a Place,
    /// Whether it was named itself, and not found in a folder, an archive or a list of files.
    pub(crate) is_named: bool,
    /// What it is an object of, if it is one in a library without a list.
    pub(crate) library: Option<Library>,
    /// Its bytes.
    pub(crate) source: &'a dyn ReadAt,
    /// At least one.
    pub(crate) binaries: Vec<Found>,
    pub(super) told: RefCell<Vec<Failure>>,
}

impl Artifact<'_> {
    /// Tells the user of something in it that could not be read, and goes on with the rest.
    pub(crate) fn tell(&self, failure: Failure) {
        self.told.borrow_mut().push(failure);
    }

    /// What was read of a binary in it; nothing if that failed, which is told to the user unless the binary is known to be
    /// damaged.
    pub(crate) fn told<T>(&self, found: &Found, read: Result<T, Error>) -> Option<T> {
        if let Err(error) = read {
            if found.error().is_none() {
                self.tell(Failure::new(found.title(self.place)).cause(error));
            }
            return None;
        }
        read.ok()
    }
}

/// A binary, and the lists in it.
pub(crate) struct Found {
    /// With the lists as they are in the file, sound or not.
    pub(crate) binary: Binary,
    /// The sound lists, in the order of the file.
    pub(crate) graphs: Vec<Graph>,
    /// Why there are no further ones.
    unsound: Option<Error>,
}

impl Found {
    fn new(binary: Binary) -> Self {
        let mut graphs = Vec::new();
        let mut unsound = None;
        for list in binary.lists.iter().flatten() {
            match list.graph() {
                Ok(graph) => graphs.push(graph),
                Err(error) => {
                    unsound = Some(error);
                    break;
                }
            }
        }
        Self { binary, graphs, unsound }
    }

    /// Why its lists, or some of them, could not be read. It is told to the user by whoever scans.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.binary.lists.as_ref().err().or(self.unsound.as_ref())
    }

    /// The same as something to tell the user.
    pub(super) fn into_failure(self, place: &Place) -> Option<Failure> {
        let title = self.title(place);
        let error = self.binary.lists.err().or(self.unsound)?;
        Some(Failure::new(title).cause(error))
    }

    /// Where the binary is, fit for a terminal: the file, and which of the binaries in it if there are several.
    pub(crate) fn title(&self, place: &Place) -> String {
        match &self.binary.location {
            Some(location) => format!("{place} ({location}, {})", self.binary.architecture),
            None => place.to_string(),
        }
    }
}

/// How files are read.
pub(crate) struct Reader {
    pub(crate) limits: VisitLimits,
    /// The architecture of the binaries that count; all if there is none.
    pub(crate) architecture: Option<String>,
}

/// What there is in a file.
pub(crate) enum Inside<'a> {
    Artifact(Artifact<'a>),
    Problem(Place, Failure),
}

impl Reader {
    /// Shows what is in a file, or in standard input for `-`. What is neither a binary nor an archive shows nothing,
    /// unless it was named.
    pub(crate) fn file(
        &self,
        path: &Path,
        is_named: bool,
        memory: &dyn WindowMemory,
        show: &mut dyn FnMut(Inside<'_>) -> ControlFlow<()>,
    ) {
        let source = match OpenFile::open(path, self.limits.spooled_bytes) {
            Ok(source) => source,
            Err(error) => return self.problem(path, error, show),
        };
        let visited = archive::visit_sharing(&source, &self.limits, memory, &mut |visited| {
            self.visited(path, is_named, visited, show)
        });
        match visited {
            // An object of COFF, which must be named since it has no first bytes to be told by, or an error that says
            // what it is instead.
            Ok(Summary { content: Content::Other, .. }) if is_named => {
                let place = Place::new(path.to_owned(), WayIn::default());
                // Nothing follows in this file.
                let _ = self.artifact(place, &source, is_named, None, show);
            }
            Ok(_) => {}
            Err(error) => self.problem(path, error, show),
        }
    }

    /// Shows what is in a folder with an image.
    pub(crate) fn image(
        &self,
        path: &Path,
        memory: &dyn WindowMemory,
        show: &mut dyn FnMut(Inside<'_>) -> ControlFlow<()>,
    ) {
        let visited = archive::visit_folder_image(path, &self.limits, memory, &mut |visited| {
            self.visited(path, false, visited, show)
        });
        if let Err(error) = visited {
            self.problem(path, error, show);
        }
    }

    /// Shows that a file cannot be read.
    pub(crate) fn problem(
        &self,
        path: &Path,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
        show: &mut dyn FnMut(Inside<'_>) -> ControlFlow<()>,
    ) {
        let place = Place::new(path.to_owned(), WayIn::default());
        let failure = Failure::new(place.to_string()).cause(cause);
        // Nothing follows in this file.
        let _ = show(Inside::Problem(place, failure));
    }

    fn visited(
        &self,
        path: &Path,
        is_named: bool,
        visited: Visited<'_>,
        show: &mut dyn FnMut(Inside<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match visited {
            Visited::Artifact(artifact) => {
                let place = Place::new(path.to_owned(), artifact.path.clone());
                let is_named = is_named && artifact.path.is_outer_file();
                self.artifact(place, artifact.source, is_named, artifact.library, show)
            }
            Visited::Problem { path: way_in, error } => {
                let place = Place::new(path.to_owned(), way_in.clone());
                let hint = match &error {
                    Error::VisitLimit { what, .. } => option_for(*what),
                    _ => None,
                };
                let mut failure = Failure::new(place.to_string()).cause(error);
                if let Some(option) = hint {
                    failure = failure.hint(format!("if the file is trusted, {option} allows more"));
                }
                show(Inside::Problem(place, failure))
            }
        }
    }

    fn artifact(
        &self,
        place: Place,
        source: &dyn ReadAt,
        is_named: bool,
        library: Option<Library>,
        show: &mut dyn FnMut(Inside<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let failure = match binaries(source) {
            Ok(all) => match self.of_architecture(all, is_named) {
                Ok(binaries) if binaries.is_empty() => return ControlFlow::Continue(()),
                Ok(binaries) => {
                    let binaries = binaries.into_iter().map(Found::new).collect();
                    let told = RefCell::default();
                    return show(Inside::Artifact(Artifact {
                        place: &place,
                        is_named,
                        library,
                        source,
                        binaries,
                        told,
                    }));
                }
                Err(cause) => Failure::new(place.to_string()).cause(cause),
            },
            // A DOS program begins like a PE file.
            Err(Error::NotABinary { .. }) if !is_named => return ControlFlow::Continue(()),
            Err(error) => Failure::new(place.to_string()).cause(error),
        };
        show(Inside::Problem(place, failure))
    }

    fn of_architecture(&self, mut all: Vec<Binary>, is_named: bool) -> Result<Vec<Binary>, String> {
        let Some(wanted) = &self.architecture else { return Ok(all) };
        let there: Vec<String> = all.iter().map(|binary| binary.architecture.to_string()).collect();
        all.retain(|binary| binary.architecture.to_string() == *wanted);
        if all.is_empty() && is_named {
            return Err(format!("no binary for {wanted} is in it, only for {}", there.join(", ")));
        }
        Ok(all)
    }
}
