use serde::Serialize;

/// What several files are shipped together as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Release {
    /// Its name.
    pub name: String,
    /// Its version, where it has one.
    pub version: Option<String>,
}

impl Release {
    /// A release of that name, without a version.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), version: None }
    }
}
