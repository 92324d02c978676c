//! A calendar day, and the count of days since 1970 that arithmetic is done in.
use std::fmt;

use crate::base::Millis;

/// A real day between 1970-01-01 and 9999-12-31.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

/// 9999-12-31T23:59:59.999Z. Times beyond it, on either side of 1970, are nobody's.
pub const MS_MAX: Millis = 253_402_300_799_999;

const DAYS_MAX: i64 = 2_932_896;

impl Date {
    pub const FIRST: Self = Self {
        year: 1970,
        month: 1,
        day: 1,
    };
    pub const LAST: Self = Self {
        year: 9999,
        month: 12,
        day: 31,
    };

    /// None: no such day, or outside 1970–9999.
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let fits = (1970..=9999).contains(&year) && (1..=days_in(year, month)).contains(&day);
        fits.then_some(Self { year, month, day })
    }

    /// Accepts exactly what `Display` prints: `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = i16::try_from(number(&bytes[..4])?).ok()?;
        let month = u8::try_from(number(&bytes[5..7])?).ok()?;
        let day = u8::try_from(number(&bytes[8..])?).ok()?;
        Self::new(year, month, day)
    }

    /// Clamps to 1970–9999.
    pub fn from_days(days: i64) -> Self {
        let (year, month, day) = civil(days.clamp(0, DAYS_MAX));
        Self { year, month, day }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        days(i64::from(self.year), self.month, self.day)
    }

    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }

    /// 0 is Monday.
    pub fn weekday(self) -> u8 {
        weekday(self.days())
    }

    pub fn next(self) -> Option<Self> {
        (self < Self::LAST).then(|| Self::from_days(self.days() + 1))
    }

    #[cfg(test)]
    pub fn previous(self) -> Option<Self> {
        (self > Self::FIRST).then(|| Self::from_days(self.days() - 1))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Year, month and day of a count of days since 1970, for any day of years −9999 to 9999 and a
/// little beyond. Years run from March, so that the leap day is the last one of a year.
pub fn civil(days: i64) -> (i16, u8, u8) {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let since_0000_03_01 = days + 719_468;
    let era = since_0000_03_01.div_euclid(DAYS_IN_400_YEARS);
    let day_of_era = since_0000_03_01.rem_euclid(DAYS_IN_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let small = |it: i64| u8::try_from(it).unwrap_or_default();
    (
        i16::try_from(year).unwrap_or(i16::MAX),
        small(month),
        small(day),
    )
}

/// The count of days since 1970 of a day that exists.
pub fn days(year: i64, month: u8, day: u8) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// 0 is Monday; 1970 began on a Thursday.
pub fn weekday(days: i64) -> u8 {
    u8::try_from((days + 3).rem_euclid(7)).unwrap_or_default()
}

/// Zero for a month that does not exist.
pub fn days_in(year: i16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Digits and nothing else: `str::parse` would take a sign.
pub fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_days_of_1970_to_9999_are_dates() {
        fn case(text: &str, real: bool) {
            let parsed = Date::parse(text);
            assert_eq!(parsed.is_some(), real, "{text}");
            if let Some(date) = parsed {
                assert_eq!(date.to_string(), text);
            }
        }
        case("1970-01-01", true);
        case("9999-12-31", true);
        case("2024-02-29", true);
        case("2000-02-29", true);
        case("2100-02-29", false);
        case("2023-02-29", false);
        case("2026-04-31", false);
        case("2026-00-10", false);
        case("2026-13-10", false);
        case("2026-01-00", false);
        case("1969-12-31", false);
        case("0000-01-01", false);
        case("10000-01-01", false);
        case("2026-1-01", false);
        case("2026/01/01", false);
        case("+026-01-01", false);
        case("2026-01-01 ", false);
        case("٢٠٢٦-01", false);
        case("", false);
    }

    #[test]
    fn days_and_dates_are_inverse_and_in_order() {
        let mut date = Date::FIRST;
        for count in 0..=DAYS_MAX {
            assert_eq!(date.days(), count);
            assert_eq!(Date::from_days(count), date);
            assert!(date.day() <= days_in(date.year(), date.month()));
            let Some(next) = date.next() else { break };
            assert!(next > date);
            assert_eq!(next.previous(), Some(date));
            date = next;
        }
        assert_eq!(date, Date::LAST);
        assert_eq!(Date::FIRST.previous(), None);
    }

    #[test]
    fn weekdays_begin_on_monday() {
        fn case(text: &str, weekday: u8) {
            assert_eq!(Date::parse(text).unwrap().weekday(), weekday, "{text}");
        }
        case("1970-01-01", 3);
        case("2026-11-23", 0);
        case("2026-11-29", 6);
    }
}
