use std::fmt;

/// What holds other files, or one other file in compressed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// `.a`, `.rlib`, `.lib`, `.deb`.
    Ar,
    /// bzip2.
    Bzip2,
    /// Of the newc and odc kinds; the payload of `.rpm`.
    Cpio,
    /// gzip.
    Gzip,
    /// An image in the layout of OCI or of `docker save`.
    Image,
    /// A package of RPM.
    Rpm,
    /// tar of any kind.
    Tar,
    /// Of static libraries, one for each architecture.
    Universal,
    /// xz.
    Xz,
    /// `.zip`, `.whl`, `.jar`, `.apk` of Android, `.nupkg`.
    Zip,
    /// Zstandard.
    Zstd,
}

impl Format {
    /// A word for it, such as `zip`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::Bzip2 => "bzip2",
            Self::Cpio => "cpio",
            Self::Gzip => "gzip",
            Self::Image => "image",
            Self::Rpm => "rpm",
            Self::Tar => "tar",
            Self::Universal => "universal",
            Self::Xz => "xz",
            Self::Zip => "zip",
            Self::Zstd => "zstd",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
