use crate::{Date, Ranges, Score};
use auditable_graph::Version;
use std::fmt;

/// What is known of one weakness: a record of an advisory database.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Advisory {
    /// Its name in the database, such as `RUSTSEC-2021-0003`.
    pub id: String,
    /// Names of the same weakness elsewhere, such as `CVE-2021-25900`.
    pub aliases: Vec<String>,
    /// What it is about, in one line.
    pub title: String,
    /// What kind of record it is.
    pub kind: AdvisoryKind,
    /// The day it was published.
    pub date: Date,
    /// The day it was changed last, where the database says so.
    pub modified: Option<Date>,
    /// How severe it is; `None` where nobody has judged that, or in a way that is not understood.
    pub score: Option<Score>,
    /// A page with more, where there is one.
    pub url: Option<String>,
    /// The licence of its text, as an SPDX identifier; RustSec's default is `CC0-1.0`.
    pub license: Option<String>,
    /// Whether it was taken back: then it is about nothing.
    pub is_withdrawn: bool,
    /// Whether the crate was removed from crates.io because of it, as is done with malicious ones.
    pub is_removal: bool,
    /// The packages that it is about. Advisories of RustSec have one.
    pub affected: Vec<Affected>,
}

impl Advisory {
    /// An advisory about nothing yet.
    pub fn new(id: impl Into<String>, date: Date) -> Self {
        Self {
            id: id.into(),
            aliases: Vec::new(),
            title: String::new(),
            kind: AdvisoryKind::Vulnerability,
            date,
            modified: None,
            score: None,
            url: None,
            license: None,
            is_withdrawn: false,
            is_removal: false,
            affected: Vec::new(),
        }
    }

    /// Who gave the id: `RUSTSEC`, `GHSA`, `CVE`.
    pub(crate) fn series(&self) -> &str {
        self.id.split_once('-').map_or(self.id.as_str(), |(series, _)| series)
    }

    /// Whether this is a name of it.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether both are records of the same weakness: one is a name of the other, or a third name is shared by records
    /// of different series. Two records of one series, such as two of RUSTSEC, are never the same, also if a CVE covers
    /// both.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let shares = || self.aliases.iter().any(|alias| other.aliases.contains(alias));
        self.id == other.id
            || self.series() != other.series()
                && (self.is_called(&other.id) || other.is_called(&self.id) || shares())
    }

    /// The CVE, if it has one.
    pub fn cve(&self) -> Option<&str> {
        [&self.id].into_iter().chain(&self.aliases).find(|name| name.starts_with("CVE-")).map(String::as_str)
    }

    /// Where people can read it. Whoever wrote the record chose its id and its page, so both must look like what they
    /// should be.
    pub fn page(&self) -> Option<String> {
        let is_plain = self.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match self.series() {
            "RUSTSEC" if is_plain => Some(format!("https://rustsec.org/advisories/{}.html", self.id)),
            "GHSA" if is_plain => Some(format!("https://github.com/advisories/{}", self.id)),
            "CVE" if is_plain => Some(format!("https://www.cve.org/CVERecord?id={}", self.id)),
            _ => self.url.clone().filter(|url| is_address(url)),
        }
    }

    /// What is affected of a package.
    pub fn of<'a>(&'a self, collection: Collection, package: &'a str) -> impl Iterator<Item = &'a Affected> {
        self.affected
            .iter()
            .filter(move |affected| affected.collection == collection && affected.package == package)
    }
}

/// What a record says of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AdvisoryKind {
    /// It can be attacked.
    Vulnerability,
    /// Safe code can cause undefined behaviour with it.
    Unsound,
    /// Nobody looks after it any more.
    Unmaintained,
    /// Any other news, such as a yanked version.
    Notice,
}

impl AdvisoryKind {
    /// All of them, worst first.
    pub const ALL: [Self; 4] = [Self::Vulnerability, Self::Unsound, Self::Unmaintained, Self::Notice];

    /// `vulnerability`, `unsound`, `unmaintained` or `notice`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vulnerability => "vulnerability",
            Self::Unsound => "unsound",
            Self::Unmaintained => "unmaintained",
            Self::Notice => "notice",
        }
    }

    /// Whether something can be attacked or go wrong, and is not only out of date.
    pub const fn is_weakness(self) -> bool {
        matches!(self, Self::Vulnerability | Self::Unsound)
    }

    /// From the word that RustSec uses for what is no vulnerability. An unknown word is a notice.
    pub(crate) fn of_informational(word: &str) -> Self {
        match word {
            "unsound" => Self::Unsound,
            "unmaintained" => Self::Unmaintained,
            _ => Self::Notice,
        }
    }
}

impl fmt::Display for AdvisoryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a package is found: the names of one collection say nothing about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Collection {
    /// The crates of crates.io.
    Crates,
    /// The parts of Rust itself: `std`, `cargo`, `rustdoc` and `rustc`, which have the version of the toolchain.
    Rust,
}

/// A package that an advisory is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affected {
    /// Where the package is found.
    pub collection: Collection,
    /// Its name.
    pub package: String,
    /// The versions.
    pub versions: Ranges,
    /// The functions in which the weakness lies; empty where the advisory names none.
    pub functions: Vec<AffectedFunction>,
    /// The only operating systems, as in `target_os`; empty for all.
    pub systems: Vec<String>,
    /// The only architectures, as in `target_arch`; empty for all.
    pub architectures: Vec<String>,
}

impl Affected {
    /// All functions, on all systems and architectures.
    pub fn new(collection: Collection, package: impl Into<String>, versions: Ranges) -> Self {
        Self {
            collection,
            package: package.into(),
            versions,
            functions: Vec::new(),
            systems: Vec::new(),
            architectures: Vec::new(),
        }
    }

    /// The functions with the weakness at a version.
    ///
    /// Where the advisory names functions, but none at this version, the answer is empty as if it named none: that it
    /// forgot one is more likely than that it is about nothing.
    pub fn functions_at<'a>(&'a self, version: &'a Version) -> impl Iterator<Item = &'a str> {
        let named = self.functions.iter().filter(|function| function.versions.contains(version));
        named.map(|function| function.path.as_str())
    }
}

/// A function that an advisory names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AffectedFunction {
    /// Its path as one would write it in Rust, beginning with the name of the library: `smallvec::SmallVec::insert_many`.
    pub path: String,
    /// The versions at which it has this path and the weakness.
    pub versions: Ranges,
}

impl AffectedFunction {
    /// A function at some versions.
    pub fn new(path: impl Into<String>, versions: Ranges) -> Self {
        Self { path: path.into(), versions }
    }
}

/// Whether a text is an address of the web, of no more than the characters that RFC 3986 has.
pub fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(id: &str, aliases: &[&str]) -> Advisory {
        Advisory {
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            ..Advisory::new(id, Date::parse("2021-01-08").unwrap())
        }
    }

    #[test]
    fn records_of_one_weakness_are_known_by_their_names() {
        let rustsec = advisory("RUSTSEC-2021-0001", &["CVE-2021-1", "GHSA-aaaa-bbbb-cccc"]);
        assert!(rustsec.is_same_as(&rustsec));
        for other in [
            advisory("GHSA-aaaa-bbbb-cccc", &[]),
            advisory("CVE-2021-1", &[]),
            advisory("OTHER-1", &["RUSTSEC-2021-0001"]),
            advisory("OTHER-2", &["CVE-2021-1"]),
        ] {
            assert!(rustsec.is_same_as(&other) && other.is_same_as(&rustsec), "{}", other.id);
        }
        for other in [advisory("RUSTSEC-2021-0002", &["CVE-2021-1"]), advisory("GHSA-dddd", &["CVE-2021-2"])]
        {
            assert!(!rustsec.is_same_as(&other) && !other.is_same_as(&rustsec), "{}", other.id);
        }
    }

    #[test]
    fn a_page_is_an_address_whatever_the_record_says() {
        let page = |id: &str, url: &str| Advisory { url: Some(url.to_owned()), ..advisory(id, &[]) }.page();
        assert_eq!(
            page("RUSTSEC-2021-0001", "").unwrap(),
            "https://rustsec.org/advisories/RUSTSEC-2021-0001.html"
        );
        assert_eq!(page("X-1", "https://example.com/a?b=c#d").unwrap(), "https://example.com/a?b=c#d");
        assert_eq!(page("CVE-2021-1 \n<a>", "https://example.com").unwrap(), "https://example.com");
        for url in
            ["", "https://", "javascript:alert(1)", "https://example.com/a b", "https://example.com/\u{e4}"]
        {
            assert_eq!(page("X-1", url), None, "{url}");
        }
    }

    #[test]
    fn the_cve_may_be_the_name_or_an_alias() {
        assert_eq!(advisory("CVE-2021-1", &[]).cve(), Some("CVE-2021-1"));
        assert_eq!(advisory("RUSTSEC-2021-0001", &["GHSA-a", "CVE-2021-2"]).cve(), Some("CVE-2021-2"));
        assert_eq!(advisory("RUSTSEC-2021-0001", &[]).cve(), None);
    }
}
