//! How much is read of what strangers wrote, at most. The largest real ones are far below.

/// Most bytes of one advisory: 1 MiB. The longest of the RustSec database has 16 kB.
pub const MAX_ADVISORY_BYTES: usize = 1 << 20;

/// Most bytes of one file that is a whole database, or of what it expands to: 64 MiB. All advisories about crates are
/// 3 MB of JSON.
pub const MAX_DATABASE_BYTES: u64 = 64 << 20;

/// Most advisories in one database. There are 1,300 about crates.
pub const MAX_ADVISORIES: usize = 1 << 17;

/// Most bytes of an SBOM: 64 MiB. One of a program with 567 crates has 1 MB.
pub const MAX_SBOM_BYTES: u64 = 64 << 20;

/// Most characters of something wrong that an error quotes.
pub const MAX_QUOTED_CHARS: usize = 160;
