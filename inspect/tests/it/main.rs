//! Tests of the public interface, one file for each promise. The binaries are put together by `support` byte
//! by byte, so that each test says what is in its file.
#![expect(clippy::unwrap_used, reason = "an error here is a failed test")]

mod absence;
mod agreement;
mod containers;
mod content;
mod cost;
mod damage;
mod several;
mod source;
mod support;
