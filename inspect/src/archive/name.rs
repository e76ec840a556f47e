//! Names from archives, which may be anything.

/// Replaces what is not UTF-8.
pub(super) fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// A path from the root of an archive, without `.` and empty parts: `./usr//bin/app` is `usr/bin/app`. Parts `..`
/// are kept, since nothing is written anywhere.
pub(super) fn relative(path: &[u8]) -> String {
    let mut relative = String::new();
    for part in path.split(|&byte| byte == b'/').filter(|part| !matches!(*part, b"" | b".")) {
        if !relative.is_empty() {
            relative.push('/');
        }
        relative.push_str(&String::from_utf8_lossy(part));
    }
    relative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root() {
        for path in ["./usr/bin/app", "/usr/bin/app", "usr//bin/./app", "//usr/bin/app/"] {
            assert_eq!(relative(path.as_bytes()), "usr/bin/app");
        }
        assert_eq!(relative(b"../a\xff"), "../a\u{fffd}");
        assert_eq!(relative(b"./"), "");
    }
}
