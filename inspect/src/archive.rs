//! Finds the binaries in archives, packages and images, without unpacking them.
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
mod meter;
mod name;
mod pax;
mod rpm;
mod spool;
mod tar;
mod visit;
mod walker;
mod way_in;
mod zip;

pub use format::Format;
pub use visit::{
    Artifact, Content, Summary, VisitLimits, Visited, is_image_folder, visit, visit_all, visit_folder_image,
};
pub use way_in::WayIn;
