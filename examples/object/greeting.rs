//! The library, as a build system compiles it once for each of its users.

pub fn text() -> &'static str {
    "hello"
}

/// For users in C.
#[unsafe(no_mangle)]
pub extern "C" fn greeting_length() -> u32 {
    u32::try_from(text().len()).unwrap_or(u32::MAX)
}
