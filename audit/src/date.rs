use std::fmt;

/// A day of the Gregorian calendar, in the years 1 to 9999. Displayed as `2021-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2021-01-31`, also where a time of day follows after `T`, as in RFC 3339; the time is left out.
    ///
    /// `None` if it is no such text, or no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let date = match text.split_once(['T', 't', ' ']) {
            Some((date, _)) => date,
            None => text,
        };
        let mut parts = date.split('-');
        let mut number = |digits: usize| -> Option<u16> {
            let part = parts.next()?;
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { part.parse().ok() } else { None }
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let is_day = year >= 1 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        (parts.next().is_none() && is_day).then_some(Self { year, month, day })
    }

    /// The day of so many seconds after 1970-01-01T00:00:00Z, in UTC; `None` after the year 9999.
    pub fn from_unix_seconds(unix_seconds: u64) -> Option<Self> {
        let mut days = unix_seconds.checked_div(SECONDS_A_DAY)?;
        let mut year = 1970;
        while days >= days_of_year(year) {
            days = days.checked_sub(days_of_year(year))?;
            year = year.checked_add(1).filter(|year| *year <= 9999)?;
        }
        let mut month = 1;
        while days >= u64::from(days_in(year, month)) {
            days = days.checked_sub(u64::from(days_in(year, month)))?;
            month = month.checked_add(1)?;
        }
        Some(Self { year, month, day: u8::try_from(days).ok()?.checked_add(1)? })
    }

    /// How many days it is from an earlier day to this one; 0 if that one is not earlier.
    pub fn days_since(self, earlier: Self) -> u64 {
        self.day_number().saturating_sub(earlier.day_number())
    }

    /// Counted from the first day of the year 1.
    fn day_number(self) -> u64 {
        let years: u64 = (1..self.year).map(days_of_year).sum();
        let months: u64 = (1..self.month).map(|month| u64::from(days_in(self.year, month))).sum();
        years.saturating_add(months).saturating_add(u64::from(self.day))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A moment to the second, in UTC. Displayed as RFC 3339 with `Z`: `2021-01-31T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    date: Date,
    second_of_day: u64,
}

impl Moment {
    /// The moment so many seconds after 1970-01-01T00:00:00Z; `None` after the year 9999.
    pub fn from_unix_seconds(unix_seconds: u64) -> Option<Self> {
        let second_of_day = unix_seconds.checked_rem(SECONDS_A_DAY)?;
        Some(Self { date: Date::from_unix_seconds(unix_seconds)?, second_of_day })
    }

    /// Its day.
    pub fn date(self) -> Date {
        self.date
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Divisors other than zero: no arithmetic here can fail.
        let part = |unit: u64, most: u64| {
            self.second_of_day.checked_div(unit).and_then(|units| units.checked_rem(most)).unwrap_or_default()
        };
        write!(f, "{}T{:02}:{:02}:{:02}Z", self.date, part(3_600, 24), part(60, 60), part(1, 60))
    }
}

fn days_of_year(year: u16) -> u64 {
    if is_leap_year(year) { 366 } else { 365 }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap_year(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const SECONDS_A_DAY: u64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_dates() {
        for text in ["2021-01-31", "2020-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Date::parse("2021-01-08T12:00:00Z").unwrap().to_string(), "2021-01-08");
        for text in ["", "2021-1-31", "2021-02-29", "1900-02-29", "2021-13-01", "2021-00-01", "2021-01-00"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for text in ["0000-01-01", "2021-01-31-1", "+021-01-01", "2021/01/31", "20210131"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn unix_seconds_give_the_day_in_utc() {
        for (unix_seconds, text) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_700_000_000, "2023-11-14"),
            (253_402_300_799, "9999-12-31"),
        ] {
            assert_eq!(Date::from_unix_seconds(unix_seconds).unwrap().to_string(), text);
        }
        assert_eq!(Date::from_unix_seconds(253_402_300_800), None);
        assert_eq!(Date::from_unix_seconds(u64::MAX), None);
    }

    #[test]
    fn moments() {
        for (unix_seconds, text) in [(0, "1970-01-01T00:00:00Z"), (1_700_000_000, "2023-11-14T22:13:20Z")] {
            assert_eq!(Moment::from_unix_seconds(unix_seconds).unwrap().to_string(), text);
        }
    }

    #[test]
    fn days_between() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(date("2024-03-01").days_since(date("2024-02-28")), 2);
        assert_eq!(date("2025-01-01").days_since(date("2024-01-01")), 366);
        assert_eq!(date("2024-01-01").days_since(date("2025-01-01")), 0);
    }
}
