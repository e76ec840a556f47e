//! The chain of statements that certifies a version for a criterion.

use super::{Criteria, Kind, Publications, Records};
use std::collections::{HashMap, HashSet, VecDeque};

/// The statements about a crate that hold for one criterion.
pub(super) struct Steps<'a> {
    records: &'a Records,
    /// Statements about a whole version, which a chain begins with, by version.
    whole: HashMap<&'a str, Vec<usize>>,
    /// Statements about a difference, by the version that it leads to.
    differences: HashMap<&'a str, Vec<(usize, &'a str)>>,
    /// Numbers of those that are about whatever an account publishes.
    publications: Vec<(usize, &'a Publications)>,
    exemptions: HashSet<usize>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(records: &'a Records, criterion: &str, criteria: &Criteria) -> Self {
        let mut steps = Self {
            records,
            whole: HashMap::new(),
            differences: HashMap::new(),
            publications: Vec::new(),
            exemptions: HashSet::new(),
        };
        for (number, statement) in records.statements.iter().enumerate() {
            if !criteria.closure(&statement.criteria).contains(criterion) {
                continue;
            }
            match &statement.kind {
                Kind::Full { version } => steps.whole.entry(version).or_default().push(number),
                Kind::Exemption { version } => {
                    steps.exemptions.insert(number);
                    steps.whole.entry(version).or_default().push(number);
                }
                Kind::Delta { from, to } => steps.differences.entry(to).or_default().push((number, from)),
                Kind::Wildcard(by) | Kind::Trusted(by) => steps.publications.push((number, by)),
                Kind::Violation { .. } => {}
            }
        }
        steps
    }

    /// The statements that together certify a version, each by its number and with the version that it leads to; none if
    /// they do not. The shortest chain is taken, and one with an exemption only if there is no other.
    pub(super) fn chain_to<'v>(&self, version: &'v str) -> Vec<(usize, &'v str)>
    where
        'a: 'v,
    {
        self.shortest(version, false).or_else(|| self.shortest(version, true)).unwrap_or_default()
    }

    /// Goes back from a version, difference by difference, to one that a statement speaks of as a whole.
    fn shortest<'v>(&self, version: &'v str, with_exemptions: bool) -> Option<Vec<(usize, &'v str)>>
    where
        'a: 'v,
    {
        // How each version was reached: the statement, and the version that it leads to.
        let mut ways: HashMap<&'v str, Option<(usize, &'v str)>> = HashMap::from([(version, None)]);
        let mut open = VecDeque::from([version]);
        while let Some(at) = open.pop_front() {
            if let Some(beginning) = self.beginning(at, with_exemptions) {
                let mut chain = vec![(beginning, at)];
                let mut reached = at;
                while let Some(&Some((number, next))) = ways.get(reached) {
                    chain.push((number, next));
                    reached = next;
                }
                return Some(chain);
            }
            for &(number, from) in self.differences.get(at).into_iter().flatten() {
                if !ways.contains_key(from) {
                    ways.insert(from, Some((number, at)));
                    open.push_back(from);
                }
            }
        }
        None
    }

    fn beginning(&self, version: &str, with_exemptions: bool) -> Option<usize> {
        let whole = self.whole.get(version).into_iter().flatten().copied();
        let published = self.records.published(version);
        let by_publication = self.publications.iter().filter_map(|(number, by)| {
            let entry = published?;
            let is_in_time = by.start <= entry.when && entry.when <= by.end;
            (entry.account() == by.account && is_in_time).then_some(*number)
        });
        let mut beginnings =
            whole.chain(by_publication).filter(|number| with_exemptions || !self.exemptions.contains(number));
        beginnings.next()
    }
}
