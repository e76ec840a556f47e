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
    pub(crate) fn add(&mut self, question: &Question, answer: Answer) {
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
            Answer::Absent(evidence) => match leaves_no_name(path) {
                None => self.absent.push(evidence.about(path)),
                Some(why) => self.unknown.push(Evidence::new(EvidenceKind::Advisory, why).about(path)),
            },
        }
    }

    /// The verdict, and what it rests on.
    pub(crate) fn verdict(self, names_no_function: bool, is_rust: bool) -> (Verdict, Vec<Evidence>) {
        if !self.present.is_empty() {
            let rest = self.unknown.into_iter().chain(self.absent);
            return (Verdict::Present, self.present.into_iter().chain(rest).collect());
        }
        if names_no_function {
            let mut evidence = vec![Evidence::new(EvidenceKind::Advisory, "the advisory names no function")];
            return match self.package {
                Some(Answer::Absent(absent)) if !is_rust => (Verdict::CrateHasNoCode, vec![absent]),
                Some(Answer::Absent(other) | Answer::Present(other) | Answer::Unknown(other)) => {
                    evidence.push(other);
                    (Verdict::Unknown, evidence)
                }
                None => (Verdict::Unknown, evidence),
            };
        }
        // The paths of the standard library are mostly re-exports, which have other names in a binary.
        if self.unknown.is_empty() && !is_rust {
            return match self.package {
                Some(Answer::Absent(absent)) => {
                    (Verdict::CrateHasNoCode, [absent].into_iter().chain(self.absent).collect())
                }
                _ => (Verdict::NotLinked, self.absent),
            };
        }
        let all: Vec<Evidence> = self.unknown.into_iter().chain(self.absent).collect();
        (
            Verdict::Unknown,
            if all.is_empty() {
                vec![Evidence::new(EvidenceKind::None, "nothing was looked for")]
            } else {
                all
            },
        )
    }
}

/// Why it proves nothing that a path is not in a binary: some "functions" of advisories are none.
fn leaves_no_name(path: &str) -> Option<&'static str> {
    let last = path.rsplit("::").next().unwrap_or(path);
    if path.contains('!') {
        Some("a macro leaves no function of its name")
    } else if last.starts_with(|first: char| first.is_ascii_uppercase()) {
        Some("a type leaves no function of its name")
    } else {
        None
    }
}
