//! Layers, from the uppermost downwards, so that what is replaced or removed above is known below.
//!
//! The file system is the one that overlayfs shows, with which containerd, Docker and Podman run containers. Each layer
//! is extracted into a folder of its own, so a path that goes through a symbolic link is put where the link leads if the
//! link is in the same layer. A link in a layer below is not there to be followed: a folder of the same name hides it,
//! and what it leads to stays as it was. Tools that extract all layers into one folder, such as umoci, follow that link
//! too, and would replace or remove what is behind it.
//!
//! A layer must not have the same name twice. If one has, both files are shown, though only the last is there in the end:
//! a layer is shown while it is read, and to know what comes later it would have to be decompressed twice.

use crate::archive::Format;
use crate::archive::decode::Decoder;
use crate::archive::image::hidden::Hidden;
use crate::archive::image::lost_targets::LostTargets;
use crate::archive::image::manifest::Blob;
use crate::archive::image::path_hash::PathHash;
use crate::archive::image::symbolic_links::SymbolicLinks;
use crate::archive::image::{Blobs, malformed};
use crate::archive::input::Input;
use crate::archive::kind::Kind;
use crate::archive::tar::{self, Member, MemberKind, Members};
use crate::archive::walker::{Halt, Walker, start};
use crate::{Error, ReadAt};
use std::collections::HashSet;

/// Visits the files that are there in the end.
pub(super) fn visit(
    walker: &mut Walker<'_>,
    blobs: &dyn Blobs,
    layers: &[Blob],
    prefix: &str,
) -> Result<(), Halt> {
    let mut above = Hidden::default();
    let mut lost_targets = LostTargets::default();
    let mut visited = HashSet::new();
    for (index, blob) in layers.iter().enumerate().rev() {
        // The same layer above has replaced all of it. A manifest may name one many thousand times.
        if !visited.insert(&blob.path) {
            continue;
        }
        let mut layer = Layer {
            name: format!("{prefix}layer-{}", index.saturating_add(1)),
            own: (index > 0).then(|| above.new_layer()),
            links: SymbolicLinks::new(above.hasher().clone()),
            folder: Folder::new("", &above),
            above,
            lost_above: lost_targets,
            lost_here: LostTargets::default(),
            lost_below: LostTargets::default(),
        };
        let result = layer.visit(walker, blobs, blob);
        if let Err(Halt::Damage(error)) = result {
            walker.at(&layer.name, |walker| walker.problem(error))?;
        } else {
            result?;
        }
        above = layer.above;
        if let Some(own) = layer.own {
            above.extend(own);
        }
        lost_targets = layer.lost_above;
        lost_targets.extend(layer.lost_below);
    }
    Ok(())
}

struct Layer {
    name: String,
    /// What the layers above hide.
    above: Hidden,
    /// What this layer hides in those below; `None` of the lowest.
    own: Option<Hidden>,
    links: SymbolicLinks,
    /// That of the last member.
    folder: Folder,
    /// What links in the layers above lead to, if it was not met yet. It may have its own name too.
    lost_above: LostTargets,
    /// What links in this layer lead to in this layer, and what is hidden.
    lost_here: LostTargets,
    /// What links in this layer lead to in the layers below.
    lost_below: LostTargets,
}

impl Layer {
    fn visit(&mut self, walker: &mut Walker<'_>, blobs: &dyn Blobs, blob: &Blob) -> Result<(), Halt> {
        let Some(source) = blobs.open(&blob.path)? else { return Err(missing(blob).into()) };
        read(walker, &*source, &mut |walker, input, member| self.visit_member(walker, input, member))?;
        if self.lost_here.is_empty() {
            return Ok(());
        }
        let hasher = self.above.hasher();
        let mut links = SymbolicLinks::new(hasher.clone());
        read(walker, &*source, &mut |walker, input, member| {
            let path = links.resolve(&member.path);
            links.see(hasher.hash(&path), &member.kind);
            match self.lost_here.name(&path) {
                Some(name) if member.kind == MemberKind::File => {
                    tar::visit_member(walker, input, member, name)
                }
                _ => Ok(()),
            }
        })
    }

    fn visit_member(
        &mut self,
        walker: &mut Walker<'_>,
        input: &mut Input<'_>,
        member: &Member,
    ) -> Result<(), Halt> {
        let path = self.links.resolve(&member.path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if self.folder.path != folder {
            self.folder = Folder::new(folder, &self.above);
        }
        if let Some(removed) = name.strip_prefix(WHITEOUT) {
            if let Some(own) = &mut self.own {
                match removed {
                    OPAQUE => own.empty(self.folder.hash.finish()),
                    // Files of the file system that had whiteouts first.
                    _ if removed.starts_with(WHITEOUT) => {}
                    _ => own.remove(self.folder.hash.of(removed)),
                }
            }
            return Ok(walker.meter.add_entry(member.offset)?);
        }
        let hash = self.folder.hash.of(name);
        self.links.see(hash, &member.kind);
        if let Some(own) = &mut self.own {
            match member.kind {
                MemberKind::Folder => own.add_folder(hash),
                _ => own.remove(hash),
            }
        }
        // It is met: whatever is in the same place further below is something else.
        let kept_name = self.lost_above.take(&path);
        let is_hidden = self.folder.is_hidden || self.above.has_itself(hash);
        let name = if is_hidden { kept_name } else { Some(self.name_of(&member.path)) };
        let Some(name) = name else { return Ok(walker.meter.add_entry(member.offset)?) };
        if let MemberKind::HardLink(target) = &member.kind {
            let target = self.links.resolve(target);
            if self.own.as_ref().is_some_and(|own| !own.has_replaced(&target)) {
                self.lost_below.add(target.into_owned(), name.clone());
            } else if self.above.has(&target) {
                self.lost_here.add(target.into_owned(), name.clone());
            }
        }
        tar::visit_member(walker, input, member, &name)
    }

    fn name_of(&self, path: &str) -> String {
        format!("{}/{path}", self.name)
    }
}

/// A folder that members are in, with what holds for all of them: they come folder by folder.
struct Folder {
    path: String,
    hash: PathHash,
    /// Whether the layers above hide all that is in it.
    is_hidden: bool,
}

impl Folder {
    fn new(path: &str, above: &Hidden) -> Self {
        let hash = above.hasher().state(path);
        Self { path: path.to_owned(), hash, is_hidden: above.has_all_in(path) }
    }
}

/// The error that the image does not have a layer.
fn missing(blob: &Blob) -> Error {
    if blob.is_elsewhere {
        let what = "the layer is not in the image, only the addresses (`urls`) where it is kept: \
                    fetch it into the image, as the file in `blobs` that its digest names";
        return Error::UnsupportedArchive { format: Format::Image, what, offset: 0 };
    }
    malformed("the layer is missing: export the image again, with all layers")
}

type Visit<'v> = dyn FnMut(&mut Walker<'_>, &mut Input<'_>, &Member) -> Result<(), Halt> + 'v;

/// Reads a layer from its start to its end.
fn read(walker: &mut Walker<'_>, blob: &dyn ReadAt, visit: &mut Visit<'_>) -> Result<(), Halt> {
    let size = blob.size().map_err(|error| Error::Io { error, offset: 0 })?;
    let mut input = Input::of_source(blob, 0..size);
    match Kind::of(start(blob)?.as_slice()) {
        Kind::Archive(Format::Tar) => read_tar(walker, &mut input, visit),
        Kind::Archive(format @ (Format::Bzip2 | Format::Gzip | Format::Xz | Format::Zstd)) => {
            let mut decoder = Decoder::new(format, &mut input, walker.meter)?;
            read_tar(walker, &mut Input::of_stream(&mut decoder), visit)
        }
        // A tar archive without members: zeros.
        Kind::Other if start(blob)?.as_slice().iter().all(|&byte| byte == 0) => Ok(()),
        _ => Err(malformed("the layer is no tar archive").into()),
    }
}

fn read_tar(walker: &mut Walker<'_>, input: &mut Input<'_>, visit: &mut Visit<'_>) -> Result<(), Halt> {
    let mut members = Members::default();
    while let Some(member) = members.next(input)? {
        visit(walker, input, &member)?;
    }
    Ok(())
}

/// What the name of a file begins with that says what is removed.
const WHITEOUT: &str = ".wh.";

/// What follows that if all of the folder is.
const OPAQUE: &str = ".wh..opq";
