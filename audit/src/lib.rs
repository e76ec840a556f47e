//! What is known against the crates of a binary: an inventory of packages is held against advisories, and each finding
//! says whether the weakness is in the binary, and how that is known.
//!
//! ```text
//!  a list, an SBOM  --> Inventory --+
//!  what it runs on  --> Target -----+--> [ audit ] --> Finding --> Policy --> Report --> JSON, SARIF, VEX
//!  RustSec, OSV     --> Advisories -+        ^
//!  debug information --> CodeEvidence -------+
//! ```
//!
//! The crate reads no files, knows no clock and no network: callers hand in bytes, the day, and answers about code.
//!
//! ```
//! use auditable_audit::{Collection, Database, Inventory, NoEvidence, Target, Verdict, audit, rustsec};
//! use auditable_graph::Graph;
//!
//! let advisory = "```toml\n[advisory]\nid = \"RUSTSEC-2020-9001\"\npackage = \"frob\"\ndate = \"2020-01-31\"\n\
//!     [versions]\npatched = [\">= 1.2.0\"]\n```\n# It turns the wrong way\n";
//! let database: Database = [rustsec::parse(advisory, Collection::Crates)?].into_iter().collect();
//! let list = br#"{"packages":[{"name":"frob","version":"1.1.0","source":"crates.io"}]}"#;
//! let inventory = Inventory::from(&Graph::from_json(list)?);
//! let findings = audit(&inventory, &Target::unknown(), &database, &NoEvidence::new("not searched"));
//! assert_eq!(findings[0].verdict, Verdict::Unknown);
//! assert_eq!(findings[0].fixed.as_deref(), Some(">= 1.2.0"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::panic
    )
)]

mod advisory;
mod bundled;
mod database;
mod date;
mod error;
mod evidence;
mod finding;
mod inventory;
pub mod limits;
mod matching;
pub mod osv;
mod policy;
mod ranges;
pub mod records;
pub mod report;
pub mod rustsec;
pub mod sbom;
mod score;
mod target;
mod verdict;
mod ways;

// The public interface is:
pub use crate::advisory::{Advisory, AdvisoryKind, Affected, AffectedFunction, Collection, is_address};
pub use crate::bundled::Bundled;
pub use crate::database::{Advisories, Database};
pub use crate::date::{Date, Moment};
pub use crate::error::{ReadError, SyntaxError};
pub use crate::evidence::{Answer, CodeEvidence, Evidence, EvidenceKind, NoEvidence, Question, Verdict};
pub use crate::finding::{Finding, Funnel};
pub use crate::inventory::{Component, Inventory, Origin, Unmatched, UnmatchedReason};
pub use crate::matching::audit;
pub use crate::policy::{Decision, Ignore, Level, Policy, PolicyError, PolicyFinding};
pub use crate::ranges::{End, Event, RangeError, Ranges};
pub use crate::score::{Score, Severity};
pub use crate::target::Target;
pub use crate::ways::Ways;
