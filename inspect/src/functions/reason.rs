//! Why there is no telling whether a function is linked.

use std::fmt;

/// Why there is no telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There is neither debug information nor a symbol table.
    Stripped,
    /// Only the symbol table is there, or only the standard library brought debug information along.
    OnlySymbols,
    /// Some crates were compiled without debug information.
    SomeWithoutDebugInfo,
    /// Without a symbol table nothing shows whether all crates have debug information.
    NoSymbolTable,
    /// The debug information is in a PDB, or in another file that the binary names.
    SeparateDebugInfo,
    /// The debug information is in `.dwo` or `.dwp` files.
    SplitDebugInfo,
    /// The debug information is compressed in an unknown way, or larger than what is read.
    UnreadableDebugInfo,
    /// The debug information is damaged.
    DamagedDebugInfo,
    /// A function of the same name and type is linked from another crate: the path may be that of a re-export.
    PerhapsReexported,
    /// A function of this name is linked whose source does not lie in the crate: a macro of another crate made it, it
    /// implements a trait of this one elsewhere, or it may be of the copy in the standard library.
    SourceElsewhere,
    /// The linker may have optimised, and nothing shows that this crate and all that use it have debug information: what
    /// has none may be inlined without a trace.
    NoDependencyDebugInfo,
    /// A function of this name is linked from the crate, at another path: advisories name aliases and types that do not
    /// have the function.
    OtherPath,
    /// The function may leave no instructions of its own, by what its name promises.
    MayLeaveNoCode,
    /// Functions of a library are linked of which nothing tells the package.
    UnknownLibrary,
    /// Functions of crates are in a shared library of Rust.
    SharedLibrary,
    /// The file is yet to be linked: an object file.
    NotLinkedYet,
    /// The path is that of a type, which may be used without any function of its own.
    NamesType,
}

impl Reason {
    /// A stable name for machines, such as `only-symbols`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stripped => "stripped",
            Self::OnlySymbols => "only-symbols",
            Self::SomeWithoutDebugInfo => "some-without-debug-info",
            Self::NoSymbolTable => "no-symbol-table",
            Self::SeparateDebugInfo => "separate-debug-info",
            Self::SplitDebugInfo => "split-debug-info",
            Self::UnreadableDebugInfo => "unreadable-debug-info",
            Self::DamagedDebugInfo => "damaged-debug-info",
            Self::PerhapsReexported => "perhaps-reexported",
            Self::SourceElsewhere => "source-elsewhere",
            Self::NoDependencyDebugInfo => "no-dependency-debug-info",
            Self::OtherPath => "other-path",
            Self::MayLeaveNoCode => "may-leave-no-code",
            Self::UnknownLibrary => "unknown-library",
            Self::SharedLibrary => "shared-library",
            Self::NotLinkedYet => "not-linked-yet",
            Self::NamesType => "names-type",
        }
    }
}

/// For people, as the end of a sentence: `the binary is stripped`.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stripped => "the binary is stripped",
            Self::OnlySymbols => "the program's own crates have no debug information, only symbols",
            Self::SomeWithoutDebugInfo => "some crates were compiled without debug information",
            Self::NoSymbolTable => "there is no symbol table to hold the debug information against",
            Self::SeparateDebugInfo => "the debug information is in another file",
            Self::SplitDebugInfo => "the debug information is in .dwo or .dwp files",
            Self::UnreadableDebugInfo => {
                "the debug information is too large, or compressed in an unknown way"
            }
            Self::DamagedDebugInfo => "the debug information is damaged",
            Self::SourceElsewhere => {
                "functions of this name are linked whose source does not lie in the crate, as macros make them"
            }
            Self::NoDependencyDebugInfo => {
                "nothing shows that the crate and all that use it were compiled with debug information"
            }
            Self::OtherPath => "the crate has a function of this name in it, at another path",
            Self::MayLeaveNoCode => "functions of such names may leave no instructions of their own",
            Self::UnknownLibrary => "it has a library in it of which nothing tells the package",
            Self::SharedLibrary => "functions of crates are in a shared library",
            Self::NotLinkedYet => "it is an object file, which is yet to be linked",
            Self::NamesType => "the path names a type and not a function",
            Self::PerhapsReexported => {
                "another crate has a function of this name, which may be the same one re-exported"
            }
        })
    }
}
