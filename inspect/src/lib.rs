//! Reads what a Rust binary was made from: the read path.
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

mod architecture;
mod container;
mod detect;
mod error;
mod inflate;
mod input;
pub mod limits;
mod read;
mod window;

// The public interface is:
pub use crate::architecture::Architecture;
pub use crate::container::Container;
pub use crate::error::Error;
pub use crate::input::{ReadAt, Seekable};
pub use crate::read::{Binary, List, Location, binaries, read, read_file, read_slice};
