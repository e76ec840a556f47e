use crate::Error;
use crate::archive::image::{Blobs, malformed};
use crate::window::to_u64;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What an image consists of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Image {
    /// The lowest first.
    pub(super) layers: Vec<Blob>,
}

/// A layer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blob {
    /// Its path in the layout.
    pub(super) path: String,
    /// Whether the manifest says where else it is kept, so that it need not be in the layout.
    pub(super) is_elsewhere: bool,
}

/// All images. Those that an index names and that are not there are left out, if there is at least one: an index
/// is often that of all platforms, with one of them in the archive.
pub(super) fn images(blobs: &dyn Blobs) -> Result<Vec<Image>, Error> {
    let mut images = Vec::new();
    if let Some(index) = json::<Manifest>(blobs, "index.json")? {
        of_index(blobs, index, 0, &mut images)?;
    }
    if images.is_empty() {
        for image in json::<Vec<DockerImage>>(blobs, "manifest.json")?.unwrap_or_default() {
            let layers = image.layers.into_iter().map(|path| Blob { path, is_elsewhere: false });
            add(&mut images, Image { layers: layers.collect() })?;
        }
    }
    if images.is_empty() {
        return Err(malformed("there is no image in it: all manifests are missing"));
    }
    Ok(images)
}

/// An index of OCI, or the manifest of one image: which it is shows by what is in it, since old ones do not say.
#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    manifests: Vec<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(default, rename = "mediaType")]
    media_type: String,
    digest: String,
    /// `null` if a program in Go had none.
    #[serde(default)]
    urls: Option<Vec<String>>,
}

/// An entry of `manifest.json`, as `docker save` writes it.
#[derive(Deserialize)]
struct DockerImage {
    #[serde(rename = "Layers")]
    layers: Vec<String>,
}

fn of_index(blobs: &dyn Blobs, index: Manifest, depth: usize, images: &mut Vec<Image>) -> Result<(), Error> {
    if depth > MAX_INDEX_DEPTH {
        return Err(malformed("indexes of images are nested too deep"));
    }
    for descriptor in index.manifests {
        let Some(path) = path(&descriptor.digest) else { return Err(malformed("a digest is none")) };
        let Some(manifest) = json::<Manifest>(blobs, &path)? else { continue };
        if !manifest.manifests.is_empty() {
            of_index(blobs, manifest, depth.saturating_add(1), images)?;
            continue;
        }
        // Statements about images are packed like images.
        let layers = manifest.layers.iter().filter(|layer| is_layer(&layer.media_type));
        let layers: Option<Vec<Blob>> = layers.map(blob).collect();
        let layers = layers.ok_or_else(|| malformed("a digest is none"))?;
        if !layers.is_empty() {
            add(images, Image { layers })?;
        }
    }
    Ok(())
}

/// Adds an image once: an index has an entry for each of its tags.
fn add(images: &mut Vec<Image>, image: Image) -> Result<(), Error> {
    if images.contains(&image) {
        return Ok(());
    }
    let layers: usize = images.iter().map(|image| image.layers.len()).sum();
    if images.len() >= MAX_IMAGES || layers.saturating_add(image.layers.len()) > MAX_LAYERS {
        let limit = to_u64(MAX_LAYERS);
        let what = "layers of images";
        return Err(Error::Limit { what, limit, actual: limit.saturating_add(1), offset: 0 });
    }
    images.push(image);
    Ok(())
}

/// Whether this is a layer of a file system. Those of before OCI and those that must not be passed on have other
/// names, and what is encrypted has one more.
fn is_layer(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.oci.image.layer.")
        || media_type.starts_with("application/vnd.docker.image.rootfs.")
}

fn blob(layer: &Descriptor) -> Option<Blob> {
    let is_elsewhere = layer.urls.as_ref().is_some_and(|urls| !urls.is_empty());
    Some(Blob { path: path(&layer.digest)?, is_elsewhere })
}

/// Where what has a digest is: `sha256:abcd` in `blobs/sha256/abcd`.
fn path(digest: &str) -> Option<String> {
    let (algorithm, hash) = digest.split_once(':')?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_word(algorithm) && is_word(hash)).then(|| format!("blobs/{algorithm}/{hash}"))
}

/// Reads a JSON file of the layout; `None` if it is not there.
fn json<T: DeserializeOwned>(blobs: &dyn Blobs, path: &str) -> Result<Option<T>, Error> {
    let Some(blob) = blobs.open(path)? else { return Ok(None) };
    let io = |error| Error::Io { error, offset: 0 };
    let size = blob.size().map_err(io)?;
    if size > MAX_MANIFEST_BYTES {
        let what = "bytes of the manifest of an image";
        return Err(Error::Limit { what, limit: MAX_MANIFEST_BYTES, actual: size, offset: 0 });
    }
    let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
    blob.read_exact_at(0, &mut bytes).map_err(io)?;
    serde_json::from_slice(&bytes).map(Some).map_err(Error::Manifest)
}

/// What registries accept of a manifest.
const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// An index of all platforms in the index of a layout is one.
const MAX_INDEX_DEPTH: usize = 3;

/// Of all platforms and versions of something.
const MAX_IMAGES: usize = 1000;

/// Of all images. One image has at most 127 with the file systems that there are.
const MAX_LAYERS: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_names_nothing_outside() {
        assert_eq!(path("sha256:ab12").as_deref(), Some("blobs/sha256/ab12"));
        for digest in ["sha256", "sha256:", ":ab", "sha256:../x", "../x:ab", "sha256:a/b", "sha256:a\\b"] {
            assert_eq!(path(digest), None, "{digest}");
        }
    }

    #[test]
    fn statements_about_images_are_no_layers() {
        assert!(is_layer("application/vnd.oci.image.layer.v1.tar+gzip"));
        assert!(is_layer("application/vnd.oci.image.layer.nondistributable.v1.tar"));
        assert!(is_layer("application/vnd.docker.image.rootfs.diff.tar.gzip"));
        assert!(!is_layer("application/vnd.in-toto+json"));
    }
}
