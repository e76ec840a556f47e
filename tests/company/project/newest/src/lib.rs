//! Finds the newest of several versions.

use semver::Version;
use std::ffi::{CStr, c_char};

/// The newest of the versions in a JSON array of strings.
pub fn newest(json: &str) -> Option<Version> {
    serde_json::from_str::<Vec<Version>>(json).ok()?.into_iter().max()
}

/// The major number of the newest version, or -1.
///
/// # Safety
///
/// `json` is a valid C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn newest_major(json: *const c_char) -> i64 {
    // SAFETY: the caller's duty.
    let json = unsafe { CStr::from_ptr(json) };
    let found = json.to_str().ok().and_then(newest);
    found.and_then(|version| i64::try_from(version.major).ok()).unwrap_or(-1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_newest_is_not_the_longest() {
        assert_eq!(super::newest(r#"["1.9.0", "1.10.0", "1.2.345"]"#).unwrap().minor, 10);
    }
}
