use crate::archive::image::Blobs;
use crate::archive::input::{CHUNK_BYTES, Input, Part};
use crate::archive::meter::Meter;
use crate::archive::name::relative;
use crate::archive::tar::{Member, MemberKind, Members};
use crate::window::to_u64;
use crate::{Error, ReadAt};
use std::collections::HashMap;
use std::ops::Range;

/// An image in a tar archive.
pub(in crate::archive) struct Tarball<'a> {
    source: &'a dyn ReadAt,
    members: HashMap<String, Place>,
}

enum Place {
    At(Range<u64>),
    /// The same as another member: layers without content are all the same.
    SameAs(String),
}

impl<'a> Tarball<'a> {
    /// `None` if the archive is no image, which usually its first file tells. A damaged one is none.
    pub(in crate::archive) fn open(source: &'a dyn ReadAt, size: u64, meter: &Meter<'_>) -> Option<Self> {
        let mut input = Input::of_source(source, 0..size);
        let mut tarball = Self { source, members: HashMap::new() };
        let mut members = Members::default();
        while let Ok(Some(member)) = members.next(&mut input) {
            let count = to_u64(tarball.members.len());
            if !belongs_to_image(&member) || count >= meter.limits.entries.min(MAX_MEMBERS) {
                return None;
            }
            let start = input.position();
            let place = match member.kind {
                MemberKind::File => Place::At(start..start.checked_add(member.size)?),
                MemberKind::HardLink(target) => Place::SameAs(target),
                MemberKind::SymbolicLink(target) => Place::SameAs(resolve(&member.path, &target)),
                _ => continue,
            };
            tarball.members.insert(member.path, place);
        }
        let has = |name| tarball.members.contains_key(name);
        (has("manifest.json") || has("oci-layout") && has("index.json")).then_some(tarball)
    }
}

impl Blobs for Tarball<'_> {
    fn open(&self, path: &str) -> Result<Option<Box<dyn ReadAt + '_>>, Error> {
        let path = relative(path.as_bytes());
        let place = match self.members.get(&path) {
            Some(Place::SameAs(target)) => self.members.get(target),
            place => place,
        };
        Ok(match place {
            Some(Place::At(range)) => Some(Box::new(Part::new(self.source, range.clone()))),
            _ => None,
        })
    }
}

/// Whether what an input begins with may be an image, which is read at any position. The first file tells.
pub(in crate::archive) fn may_begin(input: &mut Input<'_>) -> Result<bool, Error> {
    let start = input.peek(CHUNK_BYTES)?;
    let mut start = Input::of_source(&start, 0..to_u64(start.len()));
    let mut members = Members::default();
    // An error is only that the next member lies further on.
    while let Ok(Some(member)) = members.next(&mut start) {
        if !belongs_to_image(&member) {
            return Ok(false);
        }
        if member.kind == MemberKind::File {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether images have members of such a name. Each program has its own, but all have hashes for what is large.
fn belongs_to_image(member: &Member) -> bool {
    let (folder, name) = member.path.split_once('/').unwrap_or(("", &member.path));
    if member.kind == MemberKind::Folder {
        return matches!(folder, "" | "blobs")
            && (matches!(name, "" | "blobs" | "sha256" | "sha512") || is_hash(name));
    }
    let stem = name.split('.').next().unwrap_or_default();
    match folder {
        "" => {
            matches!(name, "manifest.json" | "index.json" | "oci-layout" | "repositories" | "config.json")
                || is_hash(stem)
        }
        "blobs" => true,
        _ => is_hash(folder) || name == "layer.tar",
    }
}

/// A SHA-256, alone or with its name before it.
fn is_hash(text: &str) -> bool {
    let text = text.strip_prefix("sha256:").unwrap_or(text);
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What a symbolic link leads to. None leads outside: there is nothing.
fn resolve(link: &str, target: &str) -> String {
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Each layer has at most three files.
const MAX_MEMBERS: u64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_resolved_inside() {
        assert_eq!(resolve("a/layer.tar", "../b/layer.tar"), "b/layer.tar");
        assert_eq!(resolve("a/layer.tar", "./b.tar"), "a/b.tar");
        assert_eq!(resolve("layer.tar", "../../../etc/passwd"), "etc/passwd");
    }
}
