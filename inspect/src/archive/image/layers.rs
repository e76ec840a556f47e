//! Layers, from the uppermost downwards, so that what is replaced or removed above is known below.

use crate::archive::Format;
use crate::archive::decode::Decoder;
use crate::archive::image::hidden::Hidden;
use crate::archive::image::{Blobs, malformed};
use crate::archive::input::Input;
use crate::archive::kind::Kind;
use crate::archive::tar::{self, Member, MemberKind, Members};
use crate::archive::walker::{Halt, Walker, start};
use crate::{Error, ReadAt};
use std::collections::{HashMap, HashSet};

/// Visits the files that are there in the end.
pub(super) fn visit(
    walker: &mut Walker<'_>,
    blobs: &dyn Blobs,
    layers: &[String],
    prefix: &str,
) -> Result<(), Halt> {
    let mut hidden = Hidden::default();
    let mut visited = HashSet::new();
    for (index, path) in layers.iter().enumerate().rev() {
        // The same layer above has replaced all of it. A manifest may name one many thousand times.
        if !visited.insert(path) {
            continue;
        }
        let name = format!("{prefix}layer-{}", index.saturating_add(1));
        let mut layer = Layer {
            name,
            above: hidden,
            // Nothing is below the lowest.
            own: None,
            lost_targets: HashMap::new(),
        };
        if index > 0 {
            layer.own = Some(layer.above.new_layer());
        }
        let result = layer.visit(walker, blobs, path);
        if let Err(Halt::Damage(error)) = result {
            walker.at(&layer.name, |walker| walker.problem(error))?;
        } else {
            result?;
        }
        hidden = layer.above;
        if let Some(own) = layer.own {
            hidden.extend(own);
        }
    }
    Ok(())
}

struct Layer {
    name: String,
    /// What the layers above hide.
    above: Hidden,
    /// What this layer hides in those below, if there are any.
    own: Option<Hidden>,
    /// Hidden files, with another name that is not: their content is reached by that name only.
    lost_targets: HashMap<String, String>,
}

impl Layer {
    fn visit(&mut self, walker: &mut Walker<'_>, blobs: &dyn Blobs, path: &str) -> Result<(), Halt> {
        let blob = blobs.open(path)?.ok_or_else(|| malformed("the layer is missing"))?;
        read(walker, &*blob, &mut |walker, input, member| self.visit_member(walker, input, member))?;
        if self.lost_targets.is_empty() {
            return Ok(());
        }
        read(walker, &*blob, &mut |walker, input, member| match self.lost_targets.get(&member.path) {
            Some(link) if member.kind == MemberKind::File => self.show(walker, input, member, link),
            _ => Ok(()),
        })
    }

    fn visit_member(
        &mut self,
        walker: &mut Walker<'_>,
        input: &mut Input<'_>,
        member: &Member,
    ) -> Result<(), Halt> {
        let (folder, name) = member.path.rsplit_once('/').unwrap_or(("", &member.path));
        if let Some(removed) = name.strip_prefix(WHITEOUT) {
            if let Some(own) = &mut self.own {
                match removed {
                    OPAQUE => own.empty(folder),
                    // Files of the file system that had whiteouts first.
                    _ if removed.starts_with(WHITEOUT) => {}
                    _ if folder.is_empty() => own.remove(removed),
                    _ => own.remove(&format!("{folder}/{removed}")),
                }
            }
            return Ok(walker.meter.add_entry(member.offset)?);
        }
        if let Some(own) = &mut self.own {
            match member.kind {
                MemberKind::Folder => own.add_folder(&member.path),
                _ => own.remove(&member.path),
            }
        }
        if self.above.has(&member.path) {
            return Ok(walker.meter.add_entry(member.offset)?);
        }
        if let MemberKind::HardLink(target) = &member.kind
            && self.above.has(target)
            && self.lost_targets.len() < MAX_LOST_TARGETS
        {
            self.lost_targets.insert(target.clone(), member.path.clone());
        }
        self.show(walker, input, member, &member.path)
    }

    fn show(
        &self,
        walker: &mut Walker<'_>,
        input: &mut Input<'_>,
        member: &Member,
        path: &str,
    ) -> Result<(), Halt> {
        tar::visit_member(walker, input, member, &format!("{}/{path}", self.name))
    }
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

/// Hard links to what was removed later are rare.
const MAX_LOST_TARGETS: usize = 10_000;
