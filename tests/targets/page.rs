//! `docs/targets.md`, whose tables are made of the results. The words around them are written by hand.

use crate::targets;
use std::env;
use std::path::Path;
use std::sync::Mutex;

/// A part of the page that tests write: what stands between two comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    /// How many targets were linked without a standard library.
    Linked,
    /// The table of them.
    LinkedTable,
    /// The targets that were not linked.
    NotLinked,
    /// The table of those with the standard library.
    Executed,
}

impl Region {
    fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::LinkedTable => "linked table",
            Self::NotLinked => "not linked",
            Self::Executed => "executed",
        }
    }

    /// The page before the region, the region, and the page behind it.
    fn split(self, page: &str) -> [&str; 3] {
        let begin = format!("<!-- begin: {} -->\n", self.name());
        let end = format!("<!-- end: {} -->", self.name());
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page lacks {begin}"));
        let start = before.len() + begin.len();
        let length = rest.find(&end).unwrap_or_else(|| panic!("the page lacks {end}"));
        [&page[..start], &rest[..length], &rest[length..]]
    }
}

/// Writes a region if the page is to be written and all of it is known; otherwise looks whether it says the same, line
/// by line, of what is known.
///
/// # Panics
///
/// If it says something else.
pub(crate) fn check(region: Region, text: &str, is_all: bool) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/targets.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let [before, own, behind] = region.split(&page);
    if is_all && targets::are_all() && env::var_os("BLESS").is_some() {
        std::fs::write(&path, [before, text, behind].concat()).expect("the page can be written");
        return;
    }
    let missing: Vec<&str> = text.lines().filter(|line| !own.lines().any(|own| own == *line)).collect();
    assert!(
        missing.is_empty(),
        "docs/targets.md is not up to date (AUDITABLE_TEST_TARGETS=all BLESS=1 writes it):\n{}",
        missing.join("\n")
    );
}

/// Whether the page is about this version of rustc; otherwise its tables may differ.
pub(crate) fn is_about(release: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/targets.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let is = Region::Linked.split(&page)[1].contains(release);
    let is_written = targets::are_all() && env::var_os("BLESS").is_some();
    if !is && !is_written {
        eprintln!("skipped: docs/targets.md is about another version of rustc");
    }
    is || is_written
}

/// Names in lines of the page's width.
pub(crate) fn wrapped(names: &[&str]) -> String {
    let mut lines = vec![String::new()];
    for name in names {
        let last = lines.last_mut().expect("there is one");
        if last.len() + name.len() + 2 > 118 {
            lines.push((*name).to_owned());
        } else {
            if !last.is_empty() {
                last.push_str(", ");
            }
            last.push_str(name);
        }
    }
    lines.join(",\n")
}
