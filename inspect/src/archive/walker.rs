//! From one file to all that are in it.

use crate::archive::decode::Decoder;
use crate::archive::input::{Input, Limited};
use crate::archive::kind::{Kind, START_BYTES};
use crate::archive::meter::Meter;
use crate::archive::spool::Spool;
use crate::archive::{
    Artifact, Content, Format, Library, Quantity, Summary, Visited, WayIn, ar, cpio, image, rpm, tar,
    universal, zip,
};
use crate::window::to_u64;
use crate::{Error, ReadAt};
use std::ops::ControlFlow;

/// Why the reading of an archive ends before its end.
pub(super) enum Halt {
    /// The visitor broke off, or a limit for all together is used up.
    Stop,
    /// The archive is damaged. Whoever began to read it reports this.
    Damage(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Damage(error)
    }
}

/// Goes through a file and shows what it finds to the visitor.
pub(super) struct Walker<'v> {
    pub(super) meter: &'v Meter<'v>,
    visitor: &'v mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
    /// Whether members that are neither binaries nor archives are shown too.
    shows_all: bool,
    path: WayIn,
    /// What the next thing to be shown is an object of.
    library: Option<Library>,
    depth: usize,
    content: Content,
    artifacts: u64,
    problems: u64,
}

impl<'v> Walker<'v> {
    pub(super) fn new(
        meter: &'v Meter<'v>,
        visitor: &'v mut dyn FnMut(Visited<'_>) -> ControlFlow<()>,
    ) -> Self {
        Self {
            meter,
            visitor,
            shows_all: false,
            path: WayIn::default(),
            library: None,
            depth: 0,
            content: Content::Other,
            artifacts: 0,
            problems: 0,
        }
    }

    /// Whether members that are neither binaries nor archives are shown too.
    pub(super) fn shows_all(&mut self, shows_all: bool) {
        self.shows_all = shows_all;
    }

    pub(super) fn summary(&self) -> Summary {
        Summary {
            content: self.content,
            artifacts: self.artifacts,
            problems: self.problems,
            entries: self.meter.entries(),
            expanded_bytes: self.meter.expanded_bytes(),
        }
    }

    /// Visits the outer file.
    pub(super) fn outer(&mut self, kind: Kind, source: &dyn ReadAt) {
        self.content = match kind {
            Kind::Binary | Kind::Universal => Content::Binary,
            Kind::Archive(format) => Content::Archive(format),
            Kind::Other => Content::Other,
        };
        let result = self.found(kind, source);
        // What stopped it was shown, or the visitor knows it.
        let _ = self.reported(result);
    }

    /// Visits an image in a folder.
    pub(super) fn outer_image(&mut self, blobs: &dyn image::Blobs) {
        let result = self.nested(|walker| image::visit(walker, blobs));
        let _ = self.reported(result);
    }

    /// What is being visited turned out to be an image.
    pub(super) fn is_image(&mut self) {
        if self.depth == 1 {
            self.content = Content::Archive(Format::Image);
        }
    }

    /// What is being visited turned out to be a universal file of libraries.
    pub(super) fn is_universal(&mut self) {
        if self.depth == 1 {
            self.content = Content::Archive(Format::Universal);
        }
    }

    /// Visits something at any position, by what it is.
    pub(super) fn found(&mut self, kind: Kind, source: &dyn ReadAt) -> Result<(), Halt> {
        match kind {
            Kind::Binary => self.artifact(source),
            Kind::Universal => universal::visit(self, source),
            Kind::Archive(format) => self.nested(|walker| walker.archive(format, source)),
            Kind::Other if self.shows_all => self.artifact(source),
            Kind::Other => Ok(()),
        }
    }

    /// Visits a part of a file, or a file that was spooled.
    pub(super) fn source(&mut self, source: &dyn ReadAt) -> Result<(), Halt> {
        let kind = start(source).map(|start| Kind::of(start.as_slice()));
        match kind {
            Ok(kind) => self.found(kind, source),
            Err(error) => self.problem(error),
        }
    }

    /// Visits what a decompressor gives, or anything else that is read forwards. Whoever calls this has counted
    /// the level.
    pub(super) fn input(&mut self, input: &mut Input<'_>) -> Result<(), Halt> {
        let kind = Kind::of(input.peek(START_BYTES)?);
        match kind {
            Kind::Other if !self.shows_all => Ok(()),
            Kind::Other | Kind::Binary | Kind::Universal | Kind::Archive(Format::Zip) => {
                self.spooled(kind, input)
            }
            Kind::Archive(Format::Tar) if image::may_begin(input)? => self.spooled(kind, input),
            Kind::Archive(Format::Ar) if !ar::is_package(input)? => self.spooled(kind, input),
            Kind::Archive(format) => self.nested(|walker| walker.archive_in_input(format, input)),
        }
    }

    /// Visits a member of an archive, which is the next `size` bytes of an input. The input is left somewhere in
    /// the member, or at its end.
    pub(super) fn member(&mut self, name: &str, input: &mut Input<'_>, size: u64) -> Result<(), Halt> {
        self.meter.add_entry(input.position())?;
        self.at(name, |walker| walker.anonymous_member(input, size))
    }

    /// As [`member`](Self::member), without a name and without being counted.
    pub(super) fn anonymous_member(&mut self, input: &mut Input<'_>, size: u64) -> Result<(), Halt> {
        let start_bytes = usize::try_from(size).unwrap_or(usize::MAX).min(START_BYTES);
        let kind = Kind::of(input.peek(start_bytes)?);
        self.member_of_kind(kind, input, size)
    }

    /// Visits an object of a library, as [`member`](Self::member).
    pub(super) fn object(
        &mut self,
        (name, library): (&str, Library),
        input: &mut Input<'_>,
        size: u64,
    ) -> Result<(), Halt> {
        self.meter.add_entry(input.position())?;
        self.library = Some(library);
        let result = self.at(name, |walker| walker.member_of_kind(Kind::Binary, input, size));
        self.library = None;
        result
    }

    fn member_of_kind(&mut self, kind: Kind, input: &mut Input<'_>, size: u64) -> Result<(), Halt> {
        match (kind, input.part(size)) {
            (Kind::Other, _) if !self.shows_all => Ok(()),
            (_, Some(part)) => self.found(kind, &part),
            (kind, None) => {
                let mut limited = Limited::new(input, size);
                let result = match kind {
                    Kind::Binary | Kind::Universal | Kind::Other => self.cut_binary(kind, &mut limited),
                    _ => self.input(&mut Input::of_stream(&mut limited)),
                };
                match result {
                    // It is what the archive is read from that is damaged.
                    Err(Halt::Damage(error)) if !limited.has_failed() => self.problem(error),
                    result => result,
                }
            }
        }
    }

    /// Does something with a name added to the way in.
    pub(super) fn at<T>(&mut self, name: &str, visit: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name);
        let result = visit(self);
        self.path.pop();
        result
    }

    /// Shows a problem with what is being visited.
    pub(super) fn problem(&mut self, error: Error) -> Result<(), Halt> {
        self.problems = self.problems.saturating_add(1);
        let flow = (self.visitor)(Visited::Problem { path: &self.path, error });
        if flow.is_break() || self.meter.is_exhausted() { Err(Halt::Stop) } else { Ok(()) }
    }

    /// Shows damage as a problem, and goes on.
    pub(super) fn reported(&mut self, result: Result<(), Halt>) -> Result<(), Halt> {
        match result {
            Err(Halt::Damage(error)) => self.problem(error),
            other => other,
        }
    }

    /// Visits what must be read at any position.
    fn spooled(&mut self, kind: Kind, input: &mut Input<'_>) -> Result<(), Halt> {
        let spool = Spool::fill(input, self.meter)?;
        self.found(kind, &spool)
    }

    /// A binary that the archive has only a part of is not shown: the archive reports that it ends there.
    fn cut_binary(&mut self, kind: Kind, limited: &mut Limited<'_, '_>) -> Result<(), Halt> {
        let spool = Spool::fill(&mut Input::of_stream(limited), self.meter)?;
        if limited.is_at_end() { self.found(kind, &spool) } else { Ok(()) }
    }

    pub(super) fn artifact(&mut self, source: &dyn ReadAt) -> Result<(), Halt> {
        self.meter.add_shown(source.size().map_err(|error| Error::Io { error, offset: 0 })?)?;
        self.artifacts = self.artifacts.saturating_add(1);
        let flow =
            (self.visitor)(Visited::Artifact(Artifact { path: &self.path, source, library: self.library }));
        if flow.is_break() { Err(Halt::Stop) } else { Ok(()) }
    }

    /// Goes one level deeper. Compression is a level, or else what unpacks to itself would never end.
    pub(super) fn nested(&mut self, visit: impl FnOnce(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        let limit = self.meter.limits.depth;
        if self.depth >= limit {
            let (limit, actual) = (to_u64(limit), to_u64(limit).saturating_add(1));
            return self.problem(Error::VisitLimit { what: Quantity::Depth, limit, actual, offset: 0 });
        }
        self.depth = self.depth.saturating_add(1);
        let result = visit(self);
        self.depth = self.depth.saturating_sub(1);
        self.reported(result)
    }

    fn archive(&mut self, format: Format, source: &dyn ReadAt) -> Result<(), Halt> {
        let size = source.size().map_err(|error| Error::Io { error, offset: 0 })?;
        match format {
            Format::Zip => zip::visit(self, source, size),
            Format::Ar => ar::visit_library(self, source, size),
            Format::Tar => match image::Tarball::open(source, size, self.meter) {
                Some(tarball) => image::visit(self, &tarball),
                None => tar::visit(self, &mut Input::of_source(source, 0..size)),
            },
            _ => self.archive_in_input(format, &mut Input::of_source(source, 0..size)),
        }
    }

    fn archive_in_input(&mut self, format: Format, input: &mut Input<'_>) -> Result<(), Halt> {
        match format {
            Format::Ar => ar::visit(self, input),
            Format::Cpio => cpio::visit(self, input, None),
            Format::Rpm => rpm::visit(self, input),
            Format::Tar => tar::visit(self, input),
            Format::Bzip2 | Format::Gzip | Format::Xz | Format::Zstd => {
                let mut decoder = Decoder::new(format, input, self.meter)?;
                self.input(&mut Input::of_stream(&mut decoder))
            }
            // They are read at any position.
            Format::Image | Format::Universal | Format::Zip => Ok(()),
        }
    }
}

/// The first bytes of a source.
pub(super) fn start(source: &dyn ReadAt) -> Result<Start, Error> {
    let size = source.size().map_err(|error| Error::Io { error, offset: 0 })?;
    let mut start = Start { bytes: [0; START_BYTES], count: START_BYTES, source_bytes: size };
    start.count = usize::try_from(size).unwrap_or(START_BYTES).min(START_BYTES);
    let bytes = start.bytes.get_mut(..start.count).unwrap_or_default();
    source.read_exact_at(0, bytes).map_err(|error| Error::Io { error, offset: 0 })?;
    Ok(start)
}

/// Up to [`START_BYTES`] of them.
pub(super) struct Start {
    bytes: [u8; START_BYTES],
    count: usize,
    /// Of the source.
    pub(super) source_bytes: u64,
}

impl Start {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.count).unwrap_or_default()
    }
}
