use crate::{Advisory, Evidence, Verdict};
use std::sync::Arc;

/// A weakness of a component, and whether it is in the binary.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The weakness, as the preferred database describes it.
    pub advisory: Arc<Advisory>,
    /// Other records of the same weakness.
    pub others: Vec<Arc<Advisory>>,
    /// The component: an index into those of the inventory.
    pub component: u32,
    /// Whether it is in the binary.
    pub verdict: Verdict,
    /// What the verdict rests on; never empty.
    pub evidence: Vec<Evidence>,
    /// What to upgrade to: the least version after this one that has not the weakness, as `>= 1.6.1`. `None` if there
    /// is none.
    pub fixed: Option<String>,
    /// The functions that the advisory names at this version.
    pub functions: Vec<String>,
}

impl Finding {
    /// All names of the weakness: that of the advisory first, the others in order.
    pub fn names(&self) -> Vec<&str> {
        let records = || std::iter::once(&self.advisory).chain(&self.others);
        let mut names: Vec<&str> = records()
            .flat_map(|record| std::iter::once(&record.id).chain(&record.aliases))
            .map(String::as_str)
            .filter(|name| *name != self.advisory.id)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.insert(0, &self.advisory.id);
        names
    }

    /// Whether this is a name of the weakness.
    pub fn is_called(&self, name: &str) -> bool {
        std::iter::once(&self.advisory).chain(&self.others).any(|record| record.is_called(name))
    }
}

/// How many weaknesses are left after each question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Funnel {
    /// Advisories about a version that is in the inventory.
    pub listed: usize,
    /// Of these, those that can apply to the binary's system and machine.
    pub on_target: usize,
    /// Of these, those whose crate may have left code.
    pub with_code: usize,
    /// Of these, those whose functions may be linked.
    pub with_functions: usize,
}

impl Funnel {
    /// Counts findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut funnel = Self::default();
        for finding in findings {
            let reached = match finding.verdict {
                Verdict::NotApplicable => 1,
                Verdict::CrateHasNoCode => 2,
                Verdict::NotLinked => 3,
                Verdict::Present | Verdict::Unknown => 4,
            };
            let counts = [
                &mut funnel.listed,
                &mut funnel.on_target,
                &mut funnel.with_code,
                &mut funnel.with_functions,
            ];
            for count in counts.into_iter().take(reached) {
                *count = count.saturating_add(1);
            }
        }
        funnel
    }

    /// Adds the counts of another file.
    pub fn add(&mut self, other: Self) {
        self.listed = self.listed.saturating_add(other.listed);
        self.on_target = self.on_target.saturating_add(other.on_target);
        self.with_code = self.with_code.saturating_add(other.with_code);
        self.with_functions = self.with_functions.saturating_add(other.with_functions);
    }
}
