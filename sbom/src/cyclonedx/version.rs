use std::fmt;

/// A version of the specification. New ones are added as they appear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 1.4, of January 2022.
    V1_4,
    /// 1.5, of June 2023: adds the phase of the life cycle and evidence of identity.
    V1_5,
    /// 1.6, of April 2024, the first edition of ECMA-424. The default: the newest that most readers know.
    #[default]
    V1_6,
    /// 1.7, of October 2025.
    V1_7,
}

impl Version {
    /// All versions that can be written, oldest first.
    pub const ALL: [Self; 4] = [Self::V1_4, Self::V1_5, Self::V1_6, Self::V1_7];

    /// The number as documents state it, such as `1.6`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_4 => "1.4",
            Self::V1_5 => "1.5",
            Self::V1_6 => "1.6",
            Self::V1_7 => "1.7",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
