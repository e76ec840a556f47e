//! Finds the binaries in archives, packages and images, without unpacking them.
//!
//! | format | what |
//! |---|---|
//! | ar | static libraries of GNU, BSD and Windows, `.rlib`; `.deb` |
//! | cpio | newc and odc; `.rpm`, versions 4 and 6 |
//! | universal | static libraries of Apple for several architectures |
//! | tar | ustar and older, GNU, pax; images of OCI and `docker save`, layer by layer |
//! | zip | `.whl`, `.jar`, `.nupkg`, `.apk` of Android; stored, deflate, bzip2, xz, zstd; zip64 |
//! | gzip, bzip2, xz, zstd | around any of these, or around one binary; several streams in a row, as in `.apk` of Alpine |
//!
//! All of them may be nested. What a file is, its first bytes decide, never its name. Not read: 7z, lzma without xz,
//! binary cpio, and archives after something else such as a script. Object files of COFF, which have no first bytes to be
//! told by, are found in libraries only. Of a library in which an object has the list, the objects without are not shown.
//!
//! What is stored as it is, is read in place. What is compressed is read forwards through a small window, and a binary
//! that comes out of it is kept in memory up to 256 KiB, in an unnamed temporary file beyond that, until the visitor has
//! seen it. A thread needs about 1 MiB besides the windows of the decompressors, whose size the file chooses up to
//! [`VisitLimits::window_bytes`]; packages of distributions choose 8 MiB. [`WindowMemory`] bounds those of several visits
//! together.
//!
//! ```no_run
//! use auditable_inspect::archive::{VisitLimits, Visited, visit};
//! use auditable_inspect::binaries;
//! use std::fs::File;
//! use std::ops::ControlFlow;
//!
//! let image = File::open("image.tar")?;
//! let summary = visit(&image, &VisitLimits::default(), &mut |visited| {
//!     match visited {
//!         Visited::Artifact(artifact) => {
//!             let count = binaries(artifact.source).map_or(0, |binaries| binaries.len());
//!             println!("image.tar{}: {count} binaries", artifact.path.suffix());
//!         }
//!         Visited::Problem { path, error } => eprintln!("image.tar{}: {error}", path.suffix()),
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! println!("{} entries", summary.entries);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ar;
mod cpio;
mod decode;
mod format;
mod image;
mod input;
mod kind;
mod memory;
mod meter;
mod name;
mod pax;
mod quantity;
mod rpm;
mod spool;
mod tar;
mod universal;
mod visit;
mod walker;
mod way_in;
mod zip;

pub use format::Format;
pub use memory::{Unshared, WindowMemory};
pub use quantity::Quantity;
pub use visit::{
    Artifact, Content, Library, Summary, VisitLimits, Visited, is_image_folder, visit, visit_all,
    visit_folder_image, visit_sharing,
};
pub use way_in::WayIn;
