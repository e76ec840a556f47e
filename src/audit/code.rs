//! Answers about the code of a binary, from its debug information and its symbols.

use auditable_audit::{Answer, CodeEvidence, Evidence, EvidenceKind, Question};
use auditable_inspect::{self as inspect, Binary, FunctionPath, Query, ReadAt, search};

/// A binary to search. It is read only if there is something to ask.
pub(crate) struct Searched<'a> {
    pub(crate) source: &'a dyn ReadAt,
    pub(crate) binary: &'a Binary,
}

impl CodeEvidence for Searched<'_> {
    fn answers(&self, questions: &[Question]) -> Vec<Answer> {
        let queries: Vec<Result<Query, Answer>> = questions.iter().map(query).collect();
        let askable: Vec<Query> = queries.iter().flatten().cloned().collect();
        let mut found = match search(self.source, self.binary, &askable) {
            Ok(search) => {
                search.answers.into_iter().zip(&askable).map(|(one, query)| answer(one, query)).collect()
            }
            // What the headers of a damaged binary hide is not known; the list was read all the same.
            Err(error) => vec![unknown(format!("the functions cannot be read: {error}")); askable.len()],
        }
        .into_iter();
        queries
            .into_iter()
            .map(|query| match query {
                Ok(_) => found.next().unwrap_or_else(|| unknown("there is no answer")),
                Err(answer) => answer,
            })
            .collect()
    }
}

fn query(question: &Question) -> Result<Query, Answer> {
    match question {
        Question::Function { path, package, version } => match FunctionPath::parse(path) {
            Ok(function) => Ok(Query::function(package, Some(version.clone()), function)),
            Err(error) => Err(Answer::Unknown(Evidence::new(
                EvidenceKind::Advisory,
                format!("it cannot be looked for: {error}"),
            ))),
        },
        Question::Package { package, version } => Ok(Query::any_code(package, Some(version.clone()))),
        _ => Err(unknown("this cannot be looked for")),
    }
}

fn answer(answer: inspect::Answer, query: &Query) -> Answer {
    match answer {
        inspect::Answer::Present(found) => {
            let kind = match found.evidence {
                inspect::Evidence::Dwarf => EvidenceKind::DebugInfo,
                _ => EvidenceKind::Symbols,
            };
            let inlined = if found.is_inlined { ", inlined" } else { "" };
            let how =
                if query.function.is_some() { "linked as" } else { "the crate has code in it, such as" };
            Answer::Present(Evidence::new(kind, format!("{how} {}{inlined}", found.symbol)))
        }
        inspect::Answer::Absent => {
            Answer::Absent(Evidence::new(EvidenceKind::DebugInfo, "debug information shows nothing of it"))
        }
        inspect::Answer::Unknown(reason) => unknown(reason.to_string()),
        _ => unknown("the answer is of a kind that is not understood"),
    }
}

fn unknown(reason: impl Into<String>) -> Answer {
    Answer::Unknown(Evidence::new(EvidenceKind::None, reason))
}
