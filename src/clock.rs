//! What time it is, for those who write it into documents or judge by it.

use crate::words::Failure;
use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970: those of SOURCE_DATE_EPOCH (reproducible-builds.org) if it is set, else of the clock.
///
/// # Errors
///
/// If SOURCE_DATE_EPOCH is no number.
pub(crate) fn unix_seconds() -> Result<u64, Failure> {
    match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text.parse().map_err(|error| {
            Failure::new(format!("SOURCE_DATE_EPOCH is set to {text:?}, which is no number of seconds"))
                .cause(error)
        }),
        _ => Ok(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())),
    }
}
