use semver::{Comparator, Op, Prerelease, Version, VersionReq};
use std::cmp::Ordering;
use std::{error, fmt};

/// The versions that an advisory is about: half-open intervals in the order of [`Version`], which is the order of
/// [semver](https://semver.org/#spec-item-11) and puts versions that differ in build metadata one after the other.
///
/// Advisories of RustSec say which versions are *not* affected, as requirements of cargo. Those are never matched as
/// cargo matches them, since a requirement leaves out pre-releases: `1.0.0-rc.1` does not fulfil `< 1.0.0`, and would
/// count as affected or not depending on the way around that the question is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// In ascending order, not empty, and with something between them.
    intervals: Vec<Interval>,
}

impl Ranges {
    /// All versions.
    pub fn everything() -> Self {
        Self { intervals: vec![Interval { introduced: None, fixed: None }] }
    }

    /// No version.
    pub fn nothing() -> Self {
        Self { intervals: Vec::new() }
    }

    /// What lies in at least one of the requirements.
    ///
    /// # Errors
    ///
    /// If a requirement has no meaning as a range; see [`RangeError`].
    pub fn within(requirements: &[VersionReq]) -> Result<Self, RangeError> {
        let intervals = requirements.iter().map(Interval::of_requirement).collect::<Result<_, _>>()?;
        Ok(Self::union(intervals))
    }

    /// What lies in none of the requirements.
    ///
    /// # Errors
    ///
    /// As [`Ranges::within`].
    pub fn outside(requirements: &[VersionReq]) -> Result<Self, RangeError> {
        Ok(Self::within(requirements)?.complement())
    }

    /// The meaning of the events of an OSV range, in any order: see
    /// [evaluation](https://ossf.github.io/osv-schema/#evaluation).
    pub fn of_events(mut events: Vec<Event>) -> Self {
        events.sort_by(|a, b| a.position().cmp(&b.position()));
        let mut intervals = Vec::new();
        let mut open: Option<Option<Version>> = None;
        for event in events {
            match event {
                Event::Introduced(version) if open.is_none() => open = Some(version),
                Event::Introduced(_) => {}
                Event::Fixed(version) => {
                    if let Some(introduced) = open.take() {
                        intervals.push(Interval { introduced, fixed: Some(version) });
                    }
                }
                Event::LastAffected(version) => {
                    if let Some(introduced) = open.take() {
                        intervals.push(Interval { introduced, fixed: next(&version) });
                    }
                }
            }
        }
        if let Some(introduced) = open {
            intervals.push(Interval { introduced, fixed: None });
        }
        Self::union(intervals)
    }

    /// What lies in one or the other.
    pub fn or(mut self, other: Self) -> Self {
        self.intervals.extend(other.intervals);
        Self::union(self.intervals)
    }

    /// Whether it is one of these versions.
    pub fn contains(&self, version: &Version) -> bool {
        self.intervals.iter().any(|interval| interval.contains(version))
    }

    /// Where the versions end that this one is among: the next one that is not among them. `None` if there is no
    /// end, or if the version is not among them.
    pub fn end_after(&self, version: &Version) -> Option<End<'_>> {
        let interval = self.intervals.iter().find(|interval| interval.contains(version))?;
        interval.fixed.as_ref().map(End)
    }

    /// All versions at which something begins or ends, in ascending order.
    pub fn boundaries(&self) -> impl Iterator<Item = &Version> {
        self.intervals.iter().flat_map(|interval| [&interval.introduced, &interval.fixed]).flatten()
    }

    fn union(mut intervals: Vec<Interval>) -> Self {
        intervals.retain(|interval| !interval.is_empty());
        // `None` sorts before all versions, which is right for a beginning.
        intervals.sort_by(|a, b| a.introduced.cmp(&b.introduced));
        let mut united: Vec<Interval> = Vec::with_capacity(intervals.len());
        for interval in intervals {
            match united.last_mut() {
                Some(last) if last.touches(&interval) => {
                    if last.fixed.is_some() && (interval.fixed.is_none() || interval.fixed > last.fixed) {
                        last.fixed = interval.fixed;
                    }
                }
                _ => united.push(interval),
            }
        }
        Self { intervals: united }
    }

    fn complement(self) -> Self {
        let mut intervals = Vec::new();
        // Where the next gap begins; `None` when there is none.
        let mut gap = Some(None);
        for interval in self.intervals {
            if let (Some(introduced), Some(_)) = (gap, &interval.introduced) {
                intervals.push(Interval { introduced, fixed: interval.introduced });
            }
            gap = interval.fixed.map(Some);
        }
        if let Some(introduced) = gap {
            intervals.push(Interval { introduced, fixed: None });
        }
        Self { intervals }
    }
}

/// As `>= 1.0.0, < 1.2.3 || >= 2.0.0`; `*` for everything and `none` for nothing.
impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.intervals.is_empty() {
            return f.write_str("none");
        }
        for (index, interval) in self.intervals.iter().enumerate() {
            if index > 0 {
                f.write_str(" || ")?;
            }
            match (&interval.introduced, &interval.fixed) {
                (None, None) => f.write_str("*")?,
                (Some(introduced), None) => write!(f, "{}", End(introduced))?,
                (None, Some(fixed)) => write!(f, "{}", Below(fixed))?,
                (Some(introduced), Some(fixed)) => write!(f, "{}, {}", End(introduced), Below(fixed))?,
            }
        }
        Ok(())
    }
}

/// The first version after a range. Displayed as people would write it: `>= 1.2.3`, or `> 1.2.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End<'a>(&'a Version);

impl End<'_> {
    /// The version itself; the lowest possible pre-release where the range includes its last version.
    pub fn version(&self) -> &Version {
        self.0
    }
}

impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match before(self.0) {
            Some(last) => write!(f, "> {last}"),
            None => write!(f, ">= {}", self.0),
        }
    }
}

/// A change of state in an OSV range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Affected from here on; `None` is from the beginning.
    Introduced(Option<Version>),
    /// Not affected from here on.
    Fixed(Version),
    /// Not affected after this.
    LastAffected(Version),
}

impl Event {
    /// What happens at one version happens in this order: an end before a beginning, but a last affected version
    /// that is also the first is affected.
    fn position(&self) -> impl Ord + '_ {
        match self {
            Self::Introduced(version) => (version.as_ref(), 1),
            Self::Fixed(version) => (Some(version), 0),
            Self::LastAffected(version) => (Some(version), 2),
        }
    }
}

/// Why a requirement is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeError {
    /// Two comparators that limit the same side, or one that limits both and is not alone, such as `^1, < 1.5`.
    Ambiguous(String),
    /// No version can fulfil it, such as `>= 2, < 1`.
    Empty(String),
    /// An operator that has no meaning here, such as the wildcard of `1.*`.
    Operator(String),
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous(text) => write!(f, "the versions {text:?} are bounded twice on one side"),
            Self::Empty(text) => write!(f, "the versions {text:?} end before they begin"),
            Self::Operator(text) => {
                write!(f, "the versions {text:?} have an operator that has no meaning here")
            }
        }
    }
}

impl error::Error for RangeError {}

/// From a version, included, to a version, excluded; `None` is without a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Interval {
    introduced: Option<Version>,
    fixed: Option<Version>,
}

impl Interval {
    /// The meaning of a requirement in an advisory, which is that of the `rustsec` crate: a part of the version that
    /// is left out is 0, also after `>` and `<=`.
    fn of_requirement(requirement: &VersionReq) -> Result<Self, RangeError> {
        let ambiguous = || RangeError::Ambiguous(requirement.to_string());
        let (mut introduced, mut fixed) = (None, None);
        let bound = |side: &mut Option<Option<Version>>, version: Option<Version>| match side {
            Some(_) => Err(ambiguous()),
            None => {
                *side = Some(version);
                Ok(())
            }
        };
        for comparator in &requirement.comparators {
            let version = lowest(comparator);
            match comparator.op {
                Op::GreaterEq => bound(&mut introduced, Some(version))?,
                Op::Greater => bound(&mut introduced, next(&version))?,
                Op::Less => bound(&mut fixed, Some(version))?,
                Op::LessEq => bound(&mut fixed, next(&version))?,
                Op::Exact | Op::Caret | Op::Tilde => {
                    let end = match comparator.op {
                        Op::Exact => next(&version),
                        Op::Caret => end_of_caret(comparator),
                        _ => end_of_tilde(comparator),
                    };
                    bound(&mut introduced, Some(version))?;
                    bound(&mut fixed, end)?;
                }
                _ => return Err(RangeError::Operator(requirement.to_string())),
            }
        }
        let interval = Self { introduced: introduced.flatten(), fixed: fixed.flatten() };
        if interval.is_empty() { Err(RangeError::Empty(requirement.to_string())) } else { Ok(interval) }
    }

    fn contains(&self, version: &Version) -> bool {
        self.introduced.as_ref().is_none_or(|introduced| version >= introduced)
            && self.fixed.as_ref().is_none_or(|fixed| version < fixed)
    }

    fn is_empty(&self) -> bool {
        matches!((&self.introduced, &self.fixed), (Some(introduced), Some(fixed)) if introduced >= fixed)
    }

    /// Whether nothing lies between this and one that does not begin before it.
    fn touches(&self, later: &Self) -> bool {
        match (&self.fixed, &later.introduced) {
            (Some(fixed), Some(introduced)) => fixed.cmp(introduced) != Ordering::Less,
            _ => true,
        }
    }
}

/// The end of a range, from below.
struct Below<'a>(&'a Version);

impl fmt::Display for Below<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match before(self.0) {
            Some(last) => write!(f, "<= {last}"),
            None => write!(f, "< {}", self.0),
        }
    }
}

fn lowest(comparator: &Comparator) -> Version {
    let (minor, patch) = (comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0));
    Version { pre: comparator.pre.clone(), ..Version::new(comparator.major, minor, patch) }
}

/// `^1.2` ends with all pre-releases of 2.0.0, and `^0.1.2` with those of 0.2.0. `None` is beyond all versions.
fn end_of_caret(comparator: &Comparator) -> Option<Version> {
    let (major, minor, patch) = match (comparator.major, comparator.minor, comparator.patch) {
        (0, Some(0), Some(patch)) => (0, 0, patch.checked_add(1)?),
        (0, Some(minor), _) => (0, minor.checked_add(1)?, 0),
        (major, _, _) => (major.checked_add(1)?, 0, 0),
    };
    Some(Version { pre: lowest_prerelease()?, ..Version::new(major, minor, patch) })
}

/// `~1.2.3` and `~1.2` end with all pre-releases of 1.3.0, and `~1` with those of 2.0.0.
fn end_of_tilde(comparator: &Comparator) -> Option<Version> {
    let (major, minor) = match comparator.minor {
        Some(minor) => (comparator.major, minor.checked_add(1)?),
        None => (comparator.major.checked_add(1)?, 0),
    };
    Some(Version { pre: lowest_prerelease()?, ..Version::new(major, minor, 0) })
}

/// The lowest version above this one and all that differ from it in build metadata only; `None` if there is none.
fn next(version: &Version) -> Option<Version> {
    let mut next = Version::new(version.major, version.minor, version.patch);
    if version.pre.is_empty() {
        next.patch = next.patch.checked_add(1)?;
        next.pre = lowest_prerelease()?;
    } else {
        // More fields are a higher version if all before them are equal, and 0 is the lowest field.
        next.pre = Prerelease::new(&format!("{}.0", version.pre)).ok()?;
    }
    Some(next)
}

/// The version that [`next`] makes this one of, if it is a release.
fn before(version: &Version) -> Option<Version> {
    let is_next = version.pre.as_str() == "0" && version.build.is_empty();
    let patch = version.patch.checked_sub(1).filter(|_| is_next)?;
    Some(Version::new(version.major, version.minor, patch))
}

/// Of all pre-releases of a version, the lowest is `-0`.
fn lowest_prerelease() -> Option<Prerelease> {
    Prerelease::new("0").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    fn requirements(texts: &[&str]) -> Vec<VersionReq> {
        texts.iter().map(|text| VersionReq::parse(text).unwrap()).collect()
    }

    fn outside(texts: &[&str]) -> Ranges {
        Ranges::outside(&requirements(texts)).unwrap()
    }

    #[test]
    fn what_is_patched_or_was_never_affected_is_outside() {
        let ranges = outside(&[">= 0.6.14, < 1.0.0", ">= 1.6.1", "< 0.6.3"]);
        assert_eq!(ranges.to_string(), ">= 0.6.3, < 0.6.14 || >= 1.0.0, < 1.6.1");
        for affected in ["0.6.3", "0.6.13", "0.6.14-beta", "1.0.0", "1.6.0", "1.6.1-rc.1"] {
            assert!(ranges.contains(&version(affected)), "{affected}");
        }
        for fine in ["0.6.2", "0.6.3-alpha", "0.6.14", "0.9.0", "1.0.0-rc.1", "1.6.1", "2.0.0-0"] {
            assert!(!ranges.contains(&version(fine)), "{fine}");
        }
    }

    #[test]
    fn without_requirements_everything_is_outside_and_nothing_is_within() {
        assert_eq!(outside(&[]), Ranges::everything());
        assert_eq!(Ranges::within(&[]).unwrap(), Ranges::nothing());
        assert_eq!(outside(&["*"]), Ranges::nothing());
    }

    #[test]
    fn pre_releases_are_judged_by_their_place_in_the_order() {
        // As a requirement, `>= 1.0.0` is not fulfilled by any of these.
        let ranges = outside(&[">= 1.0.0"]);
        assert!(!ranges.contains(&version("1.1.0-beta.1")));
        assert!(ranges.contains(&version("1.0.0-beta.1")));
        let ranges = outside(&["> 0.0.0"]);
        assert!(!ranges.contains(&version("0.1.0-alpha")));
    }

    #[test]
    fn operators_mean_what_they_mean_to_rustsec() {
        for (requirement, range) in [
            ("^1.2.3", ">= 1.2.3, < 2.0.0-0"),
            ("1.2", ">= 1.2.0, < 2.0.0-0"),
            ("^0", ">= 0.0.0, < 1.0.0-0"),
            ("^0.2.3", ">= 0.2.3, < 0.3.0-0"),
            ("^0.0.3", ">= 0.0.3, <= 0.0.3"),
            ("^0.0", ">= 0.0.0, < 0.1.0-0"),
            ("~1.2.3", ">= 1.2.3, < 1.3.0-0"),
            ("~1", ">= 1.0.0, < 2.0.0-0"),
            ("=1.0", ">= 1.0.0, <= 1.0.0"),
            ("> 1.2", "> 1.2.0"),
            ("<= 1.2", "<= 1.2.0"),
            ("> 1.0.0-rc.1", ">= 1.0.0-rc.1.0"),
        ] {
            assert_eq!(Ranges::within(&requirements(&[requirement])).unwrap().to_string(), range);
        }
    }

    #[test]
    fn build_metadata_does_not_lead_out_of_a_range() {
        let ranges = outside(&["> 1.2.3"]);
        assert!(ranges.contains(&version("1.2.3+with.metadata")));
        assert!(!outside(&[">= 1.2.3"]).contains(&version("1.2.3+with.metadata")));
    }

    #[test]
    fn overlapping_requirements_count_once() {
        assert_eq!(outside(&[">= 1.0.0", ">= 0.5.0, < 2.0.0"]).to_string(), "< 0.5.0");
        assert_eq!(outside(&[">= 1.0.0, < 1.1.0", ">= 1.1.0"]).to_string(), "< 1.0.0");
    }

    #[test]
    fn what_is_no_range_is_an_error() {
        let error = |text| Ranges::within(&requirements(&[text])).unwrap_err().to_string();
        assert_eq!(error(">= 2, < 1"), r#"the versions ">=2, <1" end before they begin"#);
        assert_eq!(error("> 1, >= 2"), r#"the versions ">1, >=2" are bounded twice on one side"#);
        assert_eq!(error("^1, < 1.5"), r#"the versions "^1, <1.5" are bounded twice on one side"#);
        assert_eq!(error("1.*"), r#"the versions "1.*" have an operator that has no meaning here"#);
    }

    #[test]
    fn the_largest_versions_do_not_overflow() {
        let largest = format!("{0}.{0}.{0}", u64::MAX);
        let within = |text: String| Ranges::within(&requirements(&[&text])).unwrap();
        for operator in ["=", "^", "~", ">", "<="] {
            within(format!("{operator}{largest}"));
        }
        assert!(within(format!("<={largest}")).contains(&version(&largest)));
    }

    #[test]
    fn events_of_osv() {
        let introduced = |text| Event::Introduced(Some(version(text)));
        let fixed = |text| Event::Fixed(version(text));
        let ranges = Ranges::of_events(vec![
            fixed("1.6.1"),
            introduced("1.0.0"),
            fixed("0.6.14"),
            introduced("0.6.3"),
        ]);
        assert_eq!(ranges.to_string(), ">= 0.6.3, < 0.6.14 || >= 1.0.0, < 1.6.1");
        assert_eq!(Ranges::of_events(vec![Event::Introduced(None)]), Ranges::everything());
        assert_eq!(Ranges::of_events(vec![fixed("1.0.0")]), Ranges::nothing());
        let last = Ranges::of_events(vec![introduced("1.0.0"), Event::LastAffected(version("1.0.0"))]);
        assert_eq!(last.to_string(), ">= 1.0.0, <= 1.0.0");
        let again = Ranges::of_events(vec![Event::Introduced(None), fixed("1.0.0"), introduced("1.0.0")]);
        assert_eq!(again, Ranges::everything());
    }

    #[test]
    fn the_end_of_the_range_is_what_to_upgrade_to() {
        let ranges = outside(&[">= 0.6.14, < 1.0.0", ">= 1.6.1", "> 2.0.0"]);
        let end = |text| ranges.end_after(&version(text)).map(|end| end.to_string());
        assert_eq!(end("0.6.3").as_deref(), Some(">= 0.6.14"));
        assert_eq!(end("1.5.0").as_deref(), Some(">= 1.6.1"));
        assert_eq!(end("0.7.0"), None);
        assert_eq!(outside(&["> 2.0.0"]).end_after(&version("1.0.0")).unwrap().to_string(), "> 2.0.0");
        assert_eq!(Ranges::everything().end_after(&version("1.0.0")), None);
    }
}
