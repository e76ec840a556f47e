use auditable_graph::Version;
use std::fmt;

/// Whoever knows what code is in a binary: its debug information, its symbols, or a list of functions made at the link.
pub trait CodeEvidence {
    /// One answer for each question, in their order. A missing answer counts as [`Answer::Unknown`].
    ///
    /// All questions about a binary come at once, so that it need be searched only once.
    fn answers(&self, questions: &[Question]) -> Vec<Answer>;
}

/// What an audit wants to know of a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// Whether a function is linked.
    Function {
        /// The path in the advisory: `smallvec::SmallVec::insert_many`. Its first segment is the name of the library,
        /// which may differ from that of the package.
        path: String,
        /// Name of the package.
        package: String,
        /// Version of the package.
        version: Version,
    },
    /// Whether anything of a package is linked.
    Package {
        /// Name of the package.
        package: String,
        /// Version of the package.
        version: Version,
    },
}

/// What is known about a question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is there: not that it is ever run.
    Present(Evidence),
    /// It is not there, and it would have been seen.
    Absent(Evidence),
    /// Nothing is known.
    Unknown(Evidence),
}

/// What a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Evidence {
    /// Where it was found.
    pub kind: EvidenceKind,
    /// The function that it is about, as the advisory names it; `None` if it is about the package.
    pub function: Option<String>,
    /// What was found, in words.
    pub text: String,
}

impl Evidence {
    /// Evidence about a package.
    pub fn new(kind: EvidenceKind, text: impl Into<String>) -> Self {
        Self { kind, function: None, text: text.into() }
    }

    /// The same, about a function.
    pub fn about(mut self, function: impl Into<String>) -> Self {
        self.function = Some(function.into());
        self
    }
}

/// Where evidence was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// What the headers of the binary say of the system and the machine that it is for.
    Target,
    /// The list of crates, or whatever stands in its place.
    List,
    /// Debug information: names of all functions, inlined ones too.
    DebugInfo,
    /// The symbol table: never complete.
    Symbols,
    /// A list of the functions that were linked.
    FunctionManifest,
    /// The advisory itself.
    Advisory,
    /// Nothing was found, or nothing was looked for.
    None,
}

impl EvidenceKind {
    /// One word for machines, such as `debug-info`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::List => "list",
            Self::DebugInfo => "debug-info",
            Self::Symbols => "symbols",
            Self::FunctionManifest => "function-manifest",
            Self::Advisory => "advisory",
            Self::None => "none",
        }
    }
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the weakness is in the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A function that the advisory names is linked; not that it is ever run.
    Present,
    /// Nothing proves one or the other: the advisory names no function, or the binary has no evidence of functions.
    Unknown,
    /// No function that the advisory names is linked.
    NotLinked,
    /// Nothing of the package is linked.
    CrateHasNoCode,
    /// The advisory is about other systems or machines.
    NotApplicable,
}

impl Verdict {
    /// All of them, from the one that weighs most.
    pub const ALL: [Self; 5] =
        [Self::Present, Self::Unknown, Self::NotLinked, Self::CrateHasNoCode, Self::NotApplicable];

    /// `present`, `unknown`, `not-linked`, `crate-has-no-code` or `not-applicable`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Unknown => "unknown",
            Self::NotLinked => "not-linked",
            Self::CrateHasNoCode => "crate-has-no-code",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Knows nothing, and says why: for what is no binary, or has been stripped.
#[derive(Clone, Debug)]
pub struct NoEvidence {
    reason: String,
}

impl NoEvidence {
    /// The reason completes the sentence "nothing is known of its functions: ...".
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl CodeEvidence for NoEvidence {
    fn answers(&self, questions: &[Question]) -> Vec<Answer> {
        let nothing = || Answer::Unknown(Evidence::new(EvidenceKind::None, self.reason.clone()));
        questions.iter().map(|_| nothing()).collect()
    }
}
