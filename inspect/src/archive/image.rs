//! Images of containers: what their file system has in the end, without unpacking them.
//!
//! ```text
//! OCI layout:   oci-layout  index.json -> manifest (or an index of manifests) -> layers, all in blobs/sha256/
//! docker save:  manifest.json -> layers, named there
//! ```
//!
//! Both are folders or tar archives, and newer versions of `docker save` write both in one. A layer is a tar
//! archive, maybe compressed. Layers are named by their place: `layer-1` is the lowest. If there are several
//! images, the path begins with `image-1`, in the order of the index, as in `image-2/layer-1/usr/bin/app`.
//!
//! Sources: the Image Format Specification of OCI 1.1 and the "Docker Image Specification" 1.2. Digests are not
//! checked: they say nothing about who wrote the image, compressed layers have checksums of their own, and of layers that
//! are not compressed little more than the headers is read.

mod folder;
mod hidden;
mod layers;
mod lost_targets;
mod manifest;
mod path_hash;
mod symbolic_links;
mod tarball;

pub(super) use folder::Folder;
pub(super) use tarball::{Tarball, may_begin};

use crate::archive::Format;
use crate::archive::walker::{Halt, Walker};
use crate::{Error, ReadAt};

/// Where the parts of an image are.
pub(super) trait Blobs {
    /// A file of the layout, by its path in it; `None` if it is not there.
    fn open(&self, path: &str) -> Result<Option<Box<dyn ReadAt + '_>>, Error>;
}

/// Visits the files of the images.
pub(super) fn visit(walker: &mut Walker<'_>, blobs: &dyn Blobs) -> Result<(), Halt> {
    walker.is_image();
    let images = manifest::images(blobs)?;
    let has_several = images.len() > 1;
    for (number, image) in (1u32..).zip(&images) {
        let prefix = if has_several { format!("image-{number}/") } else { String::new() };
        layers::visit(walker, blobs, &image.layers, &prefix)?;
    }
    Ok(())
}

fn malformed(what: &'static str) -> Error {
    Error::MalformedArchive { format: Format::Image, what, offset: 0 }
}
