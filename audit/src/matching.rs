//! From components and advisories to findings.

use crate::verdict::{Limits, Weighed};
use crate::{
    Advisories, Advisory, Affected, Answer, CodeEvidence, Collection, Component, Evidence, EvidenceKind,
    Finding, Inventory, Question, Target, Verdict,
};
use auditable_graph::{Kind, Version};
use std::collections::HashMap;
use std::sync::Arc;

/// Looks up advisories for each component from crates.io and each part of the toolchain, and gives a verdict on each.
///
/// Withdrawn advisories are left out. Records of one weakness become one finding. The findings are in the order of the
/// components' names, versions and the advisories' ids.
pub fn audit(
    inventory: &Inventory,
    target: &Target,
    advisories: &dyn Advisories,
    code: &dyn CodeEvidence,
) -> Vec<Finding> {
    let mut open: Vec<Open> = Vec::new();
    let behind_build = inventory.behind_build();
    for (index, component) in inventory.matched() {
        let mut weaknesses = Weaknesses::default();
        for record in advisories.about(component.collection, &component.package.name) {
            if record.is_withdrawn {
                continue;
            }
            let affected = concerned(&record, component);
            if affected.is_empty() {
                continue;
            }
            let ruled_out: Vec<Option<String>> = affected.iter().map(|one| target.rules_out(one)).collect();
            let candidate = Open {
                functions: functions(&affected, &component.package.version),
                fixed: fixed(&affected, &component.package.version),
                ruled_out: ruled_out
                    .into_iter()
                    .collect::<Option<Vec<String>>>()
                    .and_then(|texts| texts.into_iter().next()),
                record,
                others: Vec::new(),
                component: index,
                is_behind_build: is_at(&behind_build, index),
            };
            let number = weaknesses.number(&candidate.record, open.len());
            match open.get_mut(number) {
                Some(known) => known.join(candidate),
                None => open.push(candidate),
            }
        }
    }
    let questions: Vec<Vec<Question>> = open.iter().map(|open| open.questions(inventory)).collect();
    let answers =
        if questions.iter().all(Vec::is_empty) { Vec::new() } else { code.answers(&questions.concat()) };
    let mut answers = answers.into_iter();
    let mut findings: Vec<Finding> = open
        .into_iter()
        .zip(questions)
        .map(|(open, questions)| {
            let answers: Vec<Answer> =
                questions.iter().map(|_| answers.next().unwrap_or_else(no_answer)).collect();
            open.conclude(inventory, &questions, answers)
        })
        .collect();
    let key = |finding: &Finding| {
        let package = inventory.component(finding.component).map(|component| &component.package);
        (package.map(|package| (package.name.clone(), package.version.clone())), finding.advisory.id.clone())
    };
    findings.sort_by_cached_key(key);
    findings
}

/// A finding without a verdict.
struct Open {
    /// The preferred one.
    record: Arc<Advisory>,
    others: Vec<Arc<Advisory>>,
    component: u32,
    functions: Vec<String>,
    fixed: Option<String>,
    /// Whether the component took part only in building, and only for packages that did so too.
    is_behind_build: bool,
    /// Why it does not apply to the target.
    ruled_out: Option<String>,
}

impl Open {
    fn records(&self) -> impl Iterator<Item = &Arc<Advisory>> {
        std::iter::once(&self.record).chain(&self.others)
    }

    /// Adds another record of the same weakness. Few databases say which systems and functions are affected, so what
    /// one of them says counts for all.
    fn join(&mut self, other: Self) {
        self.others.push(other.record);
        for function in other.functions {
            if !self.functions.contains(&function) {
                self.functions.push(function);
            }
        }
        self.fixed = self.fixed.take().or(other.fixed);
        self.ruled_out = self.ruled_out.take().or(other.ruled_out);
    }

    /// What to ask about the code of the binary: nothing where the answer would not matter.
    fn questions(&self, inventory: &Inventory) -> Vec<Question> {
        let Some(component) = inventory.component(self.component) else { return Vec::new() };
        if self.ruled_out.is_some() || component.package.kind == Kind::Build {
            return Vec::new();
        }
        let (package, version) = (&component.package.name, &component.package.version);
        let functions = self.functions.iter().map(|path| Question::Function {
            path: path.clone(),
            package: package.clone(),
            version: version.clone(),
        });
        let whole = Question::Package { package: package.clone(), version: version.clone() };
        functions.chain([whole]).collect()
    }

    fn conclude(self, inventory: &Inventory, questions: &[Question], answers: Vec<Answer>) -> Finding {
        let (verdict, evidence) = self.verdict(inventory, questions, answers);
        Finding {
            advisory: self.record,
            others: self.others,
            component: self.component,
            verdict,
            evidence,
            fixed: self.fixed,
            functions: self.functions,
        }
    }

    fn verdict(
        &self,
        inventory: &Inventory,
        questions: &[Question],
        answers: Vec<Answer>,
    ) -> (Verdict, Vec<Evidence>) {
        if let Some(text) = &self.ruled_out {
            return (Verdict::NotApplicable, vec![Evidence::new(EvidenceKind::Target, text.clone())]);
        }
        if let Some(verdict) = self.verdict_on_build(inventory) {
            return verdict;
        }
        let mut weighed = Weighed::default();
        for (question, answer) in questions.iter().zip(answers) {
            weighed.add(question, answer, &self.record.title);
        }
        weighed.verdict(self.functions.is_empty(), limits(inventory.component(self.component)))
    }

    /// What took part only in building has left no code of its own.
    fn verdict_on_build(&self, inventory: &Inventory) -> Option<(Verdict, Vec<Evidence>)> {
        let component = inventory.component(self.component)?;
        if component.package.kind != Kind::Build {
            return None;
        }
        let is_removal = self.records().any(|record| record.is_removal);
        let (verdict, text) = if component.collection == Collection::Rust {
            (Verdict::Unknown, "the compiler made the code that is in the binary")
        } else if is_removal {
            (
                Verdict::Unknown,
                "took part only in building, but was removed from crates.io: it may have done anything there",
            )
        } else if self.is_behind_build {
            (Verdict::CrateHasNoCode, "took part only in building, and only for packages that did so too")
        } else {
            (
                Verdict::Unknown,
                "took part only in building; what it generated, as a macro or a build script does, may be in the binary",
            )
        };
        Some((verdict, vec![Evidence::new(EvidenceKind::List, text)]))
    }
}

/// The weaknesses of one component, by the names of their records: however many there are, each is found at once.
#[derive(Default)]
struct Weaknesses {
    by_id: HashMap<String, usize>,
    /// Of each name the first records that have it, of two series at most: those of one series are never the same, and
    /// one of two is always of another series.
    by_name: HashMap<String, Vec<(String, usize)>>,
}

impl Weaknesses {
    /// The number of the weakness that a record is about, in the sense of [`Advisory::is_same_as`]; a new one if none is
    /// known. The record is one of it from now on.
    fn number(&mut self, record: &Advisory, new: usize) -> usize {
        let names = || std::iter::once(&record.id).chain(&record.aliases);
        let of_other_series = |name: &String| {
            self.by_name
                .get(name)?
                .iter()
                .find(|(series, _)| series != record.series())
                .map(|(_, number)| *number)
        };
        let known = self.by_id.get(&record.id).copied().or_else(|| names().find_map(of_other_series));
        let number = known.unwrap_or(new);
        self.by_id.insert(record.id.clone(), number);
        for name in names() {
            let known = self.by_name.entry(name.clone()).or_default();
            if known.len() < 2 && known.iter().all(|(series, _)| series != record.series()) {
                known.push((record.series().to_owned(), number));
            }
        }
        number
    }
}

fn is_at(marks: &[bool], index: u32) -> bool {
    usize::try_from(index).ok().and_then(|index| marks.get(index)).copied().unwrap_or(false)
}

fn concerned<'a>(record: &'a Advisory, component: &'a Component) -> Vec<&'a Affected> {
    let package = &component.package;
    record
        .of(component.collection, &package.name)
        .filter(|affected| affected.versions.contains(&package.version))
        .collect()
}

fn functions(affected: &[&Affected], version: &Version) -> Vec<String> {
    let mut functions: Vec<String> =
        affected.iter().flat_map(|affected| affected.functions_at(version)).map(str::to_owned).collect();
    functions.sort();
    functions.dedup();
    functions
}

/// Where all of these have ended: the last of the ends.
fn fixed(affected: &[&Affected], version: &Version) -> Option<String> {
    let ends: Option<Vec<_>> = affected.iter().map(|affected| affected.versions.end_after(version)).collect();
    ends?.into_iter().max_by(|a, b| a.version().cmp(b.version())).map(|end| end.to_string())
}

/// What a search for functions cannot tell about a component.
fn limits(component: Option<&Component>) -> Limits {
    let Some(component) = component else { return Limits::default() };
    let name = component.package.name.as_str();
    Limits {
        has_other_names: component.collection == Collection::Rust,
        has_foreign_code: ["-sys", "_sys", "-src"].iter().any(|end| name.ends_with(end))
            || FOREIGN.contains(&name),
        is_macros: name.contains("macro") || name.contains("derive") || MACROS.contains(&name),
    }
}

fn no_answer() -> Answer {
    Answer::Unknown(Evidence::new(EvidenceKind::None, "there is no answer"))
}

/// Crates with much code in assembly or C, apart from those whose names say so.
const FOREIGN: [&str; 4] = ["blake3", "mozjpeg", "psm", "ring"];

/// Crates that are nothing but macros and constants, apart from those whose names say so.
const MACROS: [&str; 10] = [
    "bitflags",
    "cell-project",
    "cfg-if",
    "lazy_static",
    "maplit",
    "matches",
    "memoffset",
    "paste",
    "quick-error",
    "static_assertions",
];
