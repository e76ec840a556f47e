//! The model that all formats are made from.

mod component;
mod merge;

pub(crate) use self::component::{Binary, Component, Listed, Role};

use crate::identity::document_uuid;
use crate::{Artifact, Options, Release};
use uuid::Uuid;

/// What is known about a binary, or about several that are shipped together, in the terms of no format.
///
/// The root of a list is the application, since the binary is what became of it. A list without a root describes
/// the file itself, which then depends on the packages that nothing else depends on.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) uuid: Uuid,
    pub(crate) options: Options,
    /// What the document describes, then what that is made of: the binaries of a release, then crates in the order of
    /// the list. Never empty.
    pub(crate) components: Vec<Component>,
}

impl Document {
    /// The document about a file.
    pub fn new(artifact: &Artifact, options: Options) -> Self {
        let options = options.tidy();
        Self::of_components(component::of_artifact(artifact, &options), options)
    }

    /// The document about several files that are shipped together, in the order of their names and digests.
    ///
    /// A crate that several files have in common is listed once, if it and all that it depends on are the same in
    /// them: a crate has other dependencies with other features, and what each file is made of stays apart.
    pub fn of_release(release: &Release, artifacts: &[Artifact], options: Options) -> Self {
        let options = options.tidy();
        Self::of_components(merge::of_release(release, artifacts, &options), options)
    }

    /// The UUID of the document as a URN. Documents that say the same have the same, whatever format and moment they are
    /// written in.
    pub fn serial_number(&self) -> String {
        self.uuid.urn().to_string()
    }

    fn of_components(components: Vec<Component>, options: Options) -> Self {
        Self { uuid: document_uuid(&components, &options), options, components }
    }

    /// What the document describes.
    pub(crate) fn described(&self) -> Option<&Component> {
        self.components.first()
    }
}
