//! From answers about code to a verdict.

use crate::{Answer, Evidence, EvidenceKind, Question, Verdict};

/// Answers, put together.
#[derive(Default)]
pub(crate) struct Weighed {
    present: Vec<Evidence>,
    absent: Vec<Evidence>,
    unknown: Vec<Evidence>,
    /// What is known of the package as a whole.
    package: Option<Answer>,
}

impl Weighed {
    /// Takes in an answer; the title is that of the advisory.
    pub(crate) fn add(&mut self, question: &Question, answer: Answer, title: &str) {
        let path = match question {
            Question::Function { path, .. } => path,
            Question::Package { .. } => {
                self.package = Some(answer);
                return;
            }
        };
        match answer {
            Answer::Present(evidence) => self.present.push(evidence.about(path)),
            Answer::Unknown(evidence) => self.unknown.push(evidence.about(path)),
            Answer::Absent(evidence) => match leaves_no_name(path, title) {
                None => self.absent.push(evidence.about(path)),
                Some(why) => self.unknown.push(Evidence::new(EvidenceKind::Advisory, why).about(path)),
            },
        }
    }

    /// The verdict, and what it rests on.
    pub(crate) fn verdict(mut self, names_no_function: bool, limits: Limits) -> (Verdict, Vec<Evidence>) {
        if !self.present.is_empty() {
            let rest = self.unknown.into_iter().chain(self.absent);
            return (Verdict::Present, self.present.into_iter().chain(rest).collect());
        }
        let whole = self.package.take();
        if let Some(why) = limits.why_absence_proves_nothing() {
            for absent in &mut self.absent {
                absent.text = format!("{}, but {why}", absent.text);
            }
            self.unknown.append(&mut self.absent);
        }
        let whole = whole.map(|answer| limits.judged(answer));
        if names_no_function {
            let mut evidence = vec![Evidence::new(EvidenceKind::Advisory, "the advisory names no function")];
            return match whole {
                Some(Answer::Absent(absent)) => (Verdict::CrateHasNoCode, vec![absent]),
                Some(Answer::Present(other) | Answer::Unknown(other)) => {
                    evidence.push(other);
                    (Verdict::Unknown, evidence)
                }
                None => (Verdict::Unknown, evidence),
            };
        }
        if self.unknown.is_empty() && !self.absent.is_empty() {
            return match whole {
                Some(Answer::Absent(absent)) => {
                    (Verdict::CrateHasNoCode, [absent].into_iter().chain(self.absent).collect())
                }
                _ => (Verdict::NotLinked, self.absent),
            };
        }
        let mut all: Vec<Evidence> = self.unknown.into_iter().chain(self.absent).collect();
        if all.is_empty() {
            all.push(Evidence::new(EvidenceKind::None, "nothing was looked for"));
        }
        (Verdict::Unknown, all)
    }
}

/// What a search for functions cannot tell about a component.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits {
    /// Its paths are re-exports, which have other names in a binary, as most of the standard library's.
    pub(crate) has_other_names: bool,
    /// It brings code along that is not Rust.
    pub(crate) has_foreign_code: bool,
    /// It is nothing but macros, whose code is in the crates that use them.
    pub(crate) is_macros: bool,
}

impl Limits {
    /// An answer about the package as a whole, which absence may not prove.
    fn judged(self, answer: Answer) -> Answer {
        match (answer, self.why_absence_proves_nothing()) {
            (Answer::Absent(absent), Some(why)) => {
                let text = format!("{}, but {why}", absent.text);
                Answer::Unknown(Evidence { text, ..absent })
            }
            (answer, _) => answer,
        }
    }

    fn why_absence_proves_nothing(self) -> Option<&'static str> {
        match self {
            Self { has_other_names: true, .. } => Some("its functions have other names in a binary"),
            Self { has_foreign_code: true, .. } => Some("it brings code along that is not Rust"),
            Self { is_macros: true, .. } => Some("macros leave their code in the crates that use them"),
            _ => None,
        }
    }
}

/// Why it proves nothing that a path is not in a binary: some "functions" of advisories are none.
fn leaves_no_name(path: &str, title: &str) -> Option<&'static str> {
    let last = path.rsplit("::").next().unwrap_or(path);
    if path.contains('!') || title.contains(&format!("{last}!")) {
        Some("a macro leaves no function of its name")
    } else if last.starts_with(|first: char| first.is_ascii_uppercase()) {
        Some("a type leaves no function of its name")
    } else {
        None
    }
}
