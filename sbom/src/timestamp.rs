use std::fmt;

/// A moment to the second, in UTC, in the years 1970 to 9999.
///
/// Displayed as RFC 3339 with `Z`, such as `2023-11-14T22:13:20Z`: the form that SPDX demands and that CycloneDX
/// allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    unix_seconds: u64,
}

impl Timestamp {
    /// The moment so many seconds after 1970-01-01T00:00:00Z, as in the environment variable `SOURCE_DATE_EPOCH`;
    /// `None` after the year 9999, which RFC 3339 cannot write.
    pub const fn from_unix_seconds(unix_seconds: u64) -> Option<Self> {
        if unix_seconds > LAST_UNIX_SECOND { None } else { Some(Self { unix_seconds }) }
    }
}

impl fmt::Display for Timestamp {
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the constructor keeps the seconds below the year 10000, so nothing overflows or goes below zero"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.unix_seconds / 86_400, self.unix_seconds % 86_400);
        // Days are counted from 0000-03-01, so that the leap day is the last day of a year and of the four, hundred
        // and four hundred years that it belongs to.
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // Five months from March on have 153 days, twice in a year.
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = 400 * era + year_of_era + u64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// 9999-12-31T23:59:59Z.
const LAST_UNIX_SECOND: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (unix_seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_700_000_000, "2023-11-14T22:13:20Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (LAST_UNIX_SECOND, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_unix_seconds(unix_seconds).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let date = |day: u64| {
            let text = Timestamp::from_unix_seconds(day * 86_400).unwrap().to_string();
            let number = |range: std::ops::Range<usize>| text[range].parse::<u64>().unwrap();
            (number(0..4), number(5..7), number(8..10))
        };
        for day in 0..200 * 365 {
            let (year, month, day_of_month) = date(day);
            let next = date(day + 1);
            let is_next = next == (year, month, day_of_month + 1)
                || next == (year, month + 1, 1) && day_of_month >= 28
                || next == (year + 1, 1, 1) && (month, day_of_month) == (12, 31);
            assert!(is_next, "{next:?} after {year}-{month}-{day_of_month}");
        }
    }

    #[test]
    fn the_year_10000_is_refused() {
        assert!(Timestamp::from_unix_seconds(LAST_UNIX_SECOND + 1).is_none());
        assert!(Timestamp::from_unix_seconds(u64::MAX).is_none());
    }
}
