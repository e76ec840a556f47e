use std::fmt;

/// Revision of the list: where it was taken from, and so how far it can be trusted.
///
/// The number is the JSON key `format`. All revisions have the same layout. A number that is not known counts as
/// the nearest known one below it, which is the rule of every reader of this format, so that a later number can
/// refine an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Format(pub u32);

impl Format {
    /// Taken from `cargo metadata`; procedural macros and their dependencies are listed as runtime dependencies.
    pub const METADATA_V0: Self = Self(0);
    /// Taken from `cargo metadata`; procedural macros and their dependencies are build dependencies.
    pub const METADATA: Self = Self(1);
    /// Taken from cargo's SBOM precursor files, which list what was compiled.
    pub const PRECURSOR: Self = Self(8);
    /// Taken from cargo's own records of the build (its fingerprints), which name what was compiled. Readers that
    /// do not know the number take it for [`Format::PRECURSOR`], whose promise it keeps.
    pub const RECORDS: Self = Self(9);
    /// Taken from cargo's unit graph, which names what the same command compiles. As exact as [`Format::RECORDS`].
    pub const UNIT_GRAPH: Self = Self(10);

    /// The nearest known revision at or below this number.
    pub const fn known(self) -> Self {
        match self.0 {
            0 => Self::METADATA_V0,
            1..=7 => Self::METADATA,
            8 => Self::PRECURSOR,
            9 => Self::RECORDS,
            10.. => Self::UNIT_GRAPH,
        }
    }

    /// Whether the list is exactly what was compiled. `cargo metadata` can name crates that were not compiled,
    /// and under another feature resolution it can miss some.
    pub const fn is_exact(self) -> bool {
        self.0 >= Self::PRECURSOR.0
    }

    /// The source of the list in the words of the user, such as `cargo metadata`.
    pub const fn description(self) -> &'static str {
        match self.known() {
            Self::PRECURSOR => "cargo's SBOM precursor",
            Self::RECORDS => "cargo's build records",
            Self::UNIT_GRAPH => "cargo's unit graph",
            _ => "cargo metadata",
        }
    }
}

/// As the number.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({}, {})", self.0, self.description())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_number_counts_as_the_known_one_below() {
        assert_eq!(Format(0).known(), Format::METADATA_V0);
        assert_eq!(Format(7).known(), Format::METADATA);
        assert_eq!(Format(8).known(), Format::PRECURSOR);
        assert_eq!(Format(9).known(), Format::RECORDS);
        assert_eq!(Format(u32::MAX).known(), Format::UNIT_GRAPH);
        assert!(!Format(7).is_exact());
        assert!(Format(8).is_exact() && Format(99).is_exact());
    }
}
