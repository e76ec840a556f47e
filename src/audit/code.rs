//! Answers about the code of a binary, from its debug information and its symbols.

use auditable_audit::{Answer, CodeEvidence, Evidence, EvidenceKind, Question};
use auditable_inspect::{
    self as inspect, Binary, DebugInfo, Facts, FunctionPath, Query, ReadAt, Reason, search,
};

/// A binary to search. It is read only if there is something to ask.
pub(crate) struct Searched<'a> {
    pub(crate) source: &'a dyn ReadAt,
    pub(crate) binary: &'a Binary,
    pub(crate) facts: &'a Facts,
}

impl CodeEvidence for Searched<'_> {
    fn answers(&self, questions: &[Question]) -> Vec<Answer> {
        let queries: Vec<Result<Query, Answer>> =
            questions.iter().map(|question| self.query(question)).collect();
        let askable: Vec<Query> = queries.iter().flatten().cloned().collect();
        let mut found = self.search(&askable).into_iter();
        queries
            .into_iter()
            .map(|query| match query {
                Ok(_) => found.next().unwrap_or_else(|| unknown("there is no answer")),
                Err(answer) => answer,
            })
            .collect()
    }
}

impl Searched<'_> {
    /// What to search for, or the answer to what need not be searched for.
    fn query(&self, question: &Question) -> Result<Query, Answer> {
        match question {
            // To find no more than that a crate is there, all symbols would have to be demangled.
            Question::Package { .. } if !self.can_show_absence() => Err(unknown(self.why_not().to_string())),
            question => query(question),
        }
    }

    fn search(&self, queries: &[Query]) -> Vec<Answer> {
        if queries.is_empty() {
            return Vec::new();
        }
        match search(self.source, self.binary, queries) {
            Ok(search) => {
                search.answers.into_iter().zip(queries).map(|(one, query)| answer(one, query)).collect()
            }
            // What the headers of a damaged binary hide is not known; the list was read all the same.
            Err(error) => vec![unknown(format!("the functions cannot be read: {error}")); queries.len()],
        }
    }

    /// Whether the binary may tell that functions are not in it.
    pub(crate) fn can_show_absence(&self) -> bool {
        matches!(self.facts.debug_info, DebugInfo::Functions | DebugInfo::Full)
    }

    /// Why absence cannot be shown.
    fn why_not(&self) -> Reason {
        match self.facts.debug_info {
            DebugInfo::Separate => Reason::SeparateDebugInfo,
            DebugInfo::Split => Reason::SplitDebugInfo,
            _ if self.facts.is_stripped => Reason::Stripped,
            _ => Reason::OnlySymbols,
        }
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
