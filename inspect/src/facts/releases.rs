//! Releases of Rust by the commits that they were built from.
//!
//! The paths of the standard library name the commit and not the version, and in stripped files for Windows and Apple
//! systems they are all that is left of the compiler. Each line is what `rustc --version` of that release prints. A
//! release that is missing here is shown by its commit.

use auditable_graph::Version;

/// The release that was built from a commit, of which at least 9 digits are given.
pub(super) fn of_commit(commit: &str) -> Option<Version> {
    let short = commit.get(..COMMIT_DIGITS)?;
    let (minor, patch, _) = RELEASES.iter().find(|(.., known)| *known == short)?;
    Some(Version::new(1, *minor, *patch))
}

/// As `rustc --version` shortens them.
const COMMIT_DIGITS: usize = 9;

/// Minor version, patch, commit.
const RELEASES: [(u64, u64, &str); 64] = [
    (56, 0, "09c42c458"),
    (56, 1, "59eed8a2a"),
    (57, 0, "f1edd0429"),
    (58, 0, "02072b482"),
    (58, 1, "db9d1b20b"),
    (59, 0, "9d1b2106e"),
    (60, 0, "7737e0b5c"),
    (61, 0, "fe5b13d68"),
    (62, 0, "a8314ef7d"),
    (62, 1, "e092d0b6b"),
    (63, 0, "4b91a6ea7"),
    (64, 0, "a55dd71d5"),
    (65, 0, "897e37553"),
    (66, 0, "69f9c33d7"),
    (66, 1, "90743e729"),
    (67, 0, "fc594f156"),
    (67, 1, "d5a82bbd2"),
    (68, 0, "2c8cc3432"),
    (68, 1, "8460ca823"),
    (68, 2, "9eb3afe9e"),
    (69, 0, "84c898d65"),
    (70, 0, "90c541806"),
    (71, 0, "8ede3aae2"),
    (71, 1, "eb26296b5"),
    (72, 0, "5680fa18f"),
    (72, 1, "d5c2e9c34"),
    (73, 0, "cc66ad468"),
    (74, 0, "79e9716c9"),
    (74, 1, "a28077b28"),
    (75, 0, "82e1608df"),
    (76, 0, "07dca489a"),
    (77, 0, "aedd173a2"),
    (77, 1, "7cf61ebde"),
    (77, 2, "25ef9e3d8"),
    (78, 0, "9b00956e5"),
    (79, 0, "129f3b996"),
    (80, 0, "051478957"),
    (80, 1, "3f5fd8dd4"),
    (81, 0, "eeb90cda1"),
    (82, 0, "f6e511eec"),
    (83, 0, "90b35a623"),
    (84, 0, "9fc6b4312"),
    (84, 1, "e71f9a9a9"),
    (85, 0, "4d91de4e4"),
    (85, 1, "4eb161250"),
    (86, 0, "05f9846f8"),
    (87, 0, "17067e9ac"),
    (88, 0, "6b00bc388"),
    (89, 0, "29483883e"),
    (90, 0, "1159e78c4"),
    (91, 0, "f8297e351"),
    (91, 1, "ed61e7d7e"),
    (92, 0, "ded5c06cf"),
    (93, 0, "254b59607"),
    (93, 1, "01f6ddf75"),
    (94, 0, "4a4ef493e"),
    (95, 0, "59807616e"),
    (96, 0, "ac68faa20"),
    (97, 1, "8bab26f4f"),
    (98, 0, "88d9e12ae"),
    (98, 1, "48a229cea"),
    (99, 0, "b940084d7"),
    (99, 1, "58cf8f9c3"),
    (100, 0, "0ef1bc386"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_found_by_its_commit() {
        let version = of_commit("59807616e1fa2540724bfbac14d7976d7e4a3860").unwrap();
        assert_eq!(version, Version::new(1, 95, 0));
        assert_eq!(of_commit("59807616e"), Some(version));
        assert_eq!(of_commit("59807616"), None);
        assert_eq!(of_commit("0000000000000000000000000000000000000000"), None);
    }

    #[test]
    fn the_table_is_in_order_and_no_commit_is_in_it_twice() {
        assert!(RELEASES.is_sorted_by_key(|(minor, patch, _)| (*minor, *patch)));
        for (index, (.., commit)) in RELEASES.iter().enumerate() {
            assert!(
                commit.len() == COMMIT_DIGITS && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{commit}"
            );
            assert!(RELEASES[..index].iter().all(|(.., other)| other != commit), "{commit}");
        }
    }
}
