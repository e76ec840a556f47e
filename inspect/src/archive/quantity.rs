use std::fmt;

/// What [`VisitLimits`](crate::archive::VisitLimits) limit. Displayed with its unit, such as `bytes in temporary files`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quantity {
    /// Levels of archives and compression.
    Depth,
    /// Members of archives.
    Entries,
    /// Bytes that come out of decompression.
    ExpandedBytes,
    /// The same for each byte of the outer file.
    ExpandedRatio,
    /// Bytes of binaries, which may be the same bytes many times, for each byte of the outer file.
    BinariesRatio,
    /// Bytes in temporary files.
    SpooledBytes,
    /// Bytes that a decompressor looks back.
    WindowBytes,
    /// Milliseconds for the outer file.
    Time,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "levels of archives",
            Self::Entries => "entries in archives",
            Self::ExpandedBytes => "expanded bytes",
            Self::ExpandedRatio => "expanded bytes for each byte of the file",
            Self::BinariesRatio => "bytes of binaries for each byte of the file",
            Self::SpooledBytes => "bytes in temporary files",
            Self::WindowBytes => "bytes of a window to decompress with",
            Self::Time => "milliseconds for one file",
        })
    }
}
