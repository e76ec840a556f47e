use cvss::Cvss;
use std::fmt;

/// How severe a weakness is, by the Common Vulnerability Scoring System.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    vector: String,
    tenths: u8,
}

impl Score {
    /// Reads a vector of CVSS 3.0, 3.1 or 4.0, such as `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`.
    ///
    /// `None` if it is damaged, or of another version.
    pub fn of_vector(vector: &str) -> Option<Self> {
        if vector.len() > MAX_VECTOR_BYTES || !is_complete(vector) {
            return None;
        }
        let score = vector.parse::<Cvss>().ok()?.score();
        // A score has one decimal. Whole tenths have an order and are equal to themselves.
        let tenths = (0..=100).min_by(|a, b| {
            let distance = |tenths: u8| (f64::from(tenths) / 10.0 - score).abs();
            distance(*a).total_cmp(&distance(*b))
        })?;
        Some(Self { vector: vector.to_owned(), tenths })
    }

    /// The vector, as it was given.
    pub fn vector(&self) -> &str {
        &self.vector
    }

    /// The score, 0.0 to 10.0.
    pub fn value(&self) -> f64 {
        f64::from(self.tenths) / 10.0
    }

    /// The word for the score, the same in CVSS 3 and 4.
    pub fn severity(&self) -> Severity {
        match self.tenths {
            0 => Severity::None,
            1..=39 => Severity::Low,
            40..=69 => Severity::Medium,
            70..=89 => Severity::High,
            _ => Severity::Critical,
        }
    }

    /// The version of the system: `3.0`, `3.1` or `4.0`.
    pub fn system(&self) -> &str {
        self.vector.strip_prefix("CVSS:").and_then(|rest| rest.split('/').next()).unwrap_or("3.1")
    }
}

/// As `9.8 critical`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} {}", self.value(), self.severity().as_str())
    }
}

/// The qualitative scale of [CVSS 3.1](https://www.first.org/cvss/v3.1/specification-document), section 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 0.0.
    None,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// `none`, `low`, `medium`, `high` or `critical`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Whether all metrics are there that must be. One that is left out would count as harmless.
fn is_complete(vector: &str) -> bool {
    let mandatory: &[&str] = match vector.split_once('/') {
        Some(("CVSS:3.0" | "CVSS:3.1", _)) => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        Some(("CVSS:4.0", _)) => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        _ => return false,
    };
    let has = |name: &str| vector.split('/').any(|metric| metric.split(':').next() == Some(name));
    mandatory.iter().all(|name| has(name))
}

/// A vector with every metric of CVSS 4.0 has about 250 bytes.
const MAX_VECTOR_BYTES: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors_have_their_published_scores() {
        // From the examples of FIRST for CVSS 3.1 and 4.0.
        for (vector, score, severity) in [
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "6.1", Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "6.4", Severity::Medium),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "3.1", Severity::Low),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "7.5", Severity::High),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "10.0", Severity::Critical),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "0.0", Severity::None),
            ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "7.3", Severity::High),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "10.0", Severity::Critical),
        ] {
            let parsed = Score::of_vector(vector).unwrap();
            assert_eq!(
                (format!("{:.1}", parsed.value()), parsed.severity()),
                (score.to_owned(), severity),
                "{vector}"
            );
            assert_eq!(parsed.system(), &vector[5..8]);
        }
    }

    #[test]
    fn a_damaged_vector_has_no_score() {
        for vector in [
            "",
            "9.8",
            "CVSS:3.1",
            "CVSS:3.1/",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L",
            "CVSS:4.0/AV:N/AV:N",
            "CVSS:9.9/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "AV:N/AC:L/Au:N/C:P/I:P/A:P",
        ] {
            assert_eq!(Score::of_vector(vector), None, "{vector}");
        }
        assert_eq!(Score::of_vector(&"CVSS:3.1/".repeat(1_000)), None);
    }
}
