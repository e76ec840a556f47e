use crate::archive::image::Blobs;
use crate::archive::meter::Meter;
use crate::{Error, ReadAt};
use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

/// An image in a folder.
pub(in crate::archive) struct Folder<'m> {
    root: PathBuf,
    meter: &'m Meter<'m>,
}

impl<'m> Folder<'m> {
    pub(in crate::archive) fn new(root: &Path, meter: &'m Meter<'m>) -> Self {
        Self { root: root.to_owned(), meter }
    }
}

impl Blobs for Folder<'_> {
    fn open(&self, path: &str) -> Result<Option<Box<dyn ReadAt + '_>>, Error> {
        // `manifest.json` names any path.
        if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_))) {
            return Ok(None);
        }
        let path = self.root.join(path);
        // Only files are opened: opening a pipe waits for its other end. Links are followed, since builders of images
        // leave layouts of links to their caches.
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => {
                self.meter.add_source(metadata.len());
                Ok(Some(Box::new(File::open(path).map_err(Error::Open)?)))
            }
            _ => Ok(None),
        }
    }
}
