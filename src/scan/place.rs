//! Where something was found.

use crate::words::printable;
use auditable_inspect::archive::WayIn;
use std::fmt;
use std::path::{Path, PathBuf};

/// A file, or a member of an archive. Displayed as `dist/image.tar!layer-3/usr/bin/app`, fit for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file on disk, as it was named or found; `-` is standard input.
    pub(crate) file: PathBuf,
    way_in: WayIn,
}

impl Place {
    pub(crate) fn new(file: PathBuf, way_in: WayIn) -> Self {
        Self { file, way_in }
    }

    /// Where the archive is that a member is in; nothing if it is the file itself.
    pub(crate) fn archive(&self) -> Option<Self> {
        Some(Self::new(self.file.clone(), self.way_in.parent()?))
    }

    /// The way from the file to the member, its steps joined by `!`; nothing if it is the file itself. Exact, and so
    /// for data only: names in archives may hold anything.
    pub(crate) fn member(&self) -> Option<String> {
        (!self.way_in.is_outer_file()).then(|| self.way_in.segments().join("!"))
    }

    /// The last name of the path, for documents about it. Exact, as [`Place::member`].
    pub(crate) fn name(&self) -> String {
        let member =
            self.way_in.segments().last().map(|last| Path::new(last).file_name().unwrap_or(last.as_ref()));
        let name = member.unwrap_or_else(|| self.file.file_name().unwrap_or(self.file.as_os_str()));
        name.to_string_lossy().into_owned()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", printable(&self.file.display().to_string()), self.way_in.suffix())
    }
}
