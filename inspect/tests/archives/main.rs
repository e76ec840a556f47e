//! Tests of the reading of archives, packages and images, one file for each promise. The archives are put together
//! by `support` byte by byte; those of `independent` are written by Python.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod cost;
mod damage;
mod formats;
mod images;
mod independent;
mod limits;
mod nesting;
mod support;
