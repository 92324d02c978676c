//! The days and clocks of a time zone.
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::date::{Date, MS_MAX, civil, weekday};
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};

/// A time zone of the IANA database that this program carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Zone(TimeZone);

/// What a clock on a wall of the zone showed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Local {
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 is Monday.
    pub weekday: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub milli: u16,
    /// East of UTC. Rounded towards zero for the few old offsets with seconds.
    pub offset_min: i16,
}

impl Zone {
    /// Any name of the database, old ones too. Case does not matter.
    pub fn parse(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        zone.iana_name()?;
        Some(Self(zone))
    }

    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// As the database spells it: `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The names to choose from: `UTC`, then today's name of every place in alphabetical order.
    pub fn names() -> &'static [String] {
        static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
            let all = TimeZoneDatabase::bundled();
            let mut names: Vec<String> = all
                .available()
                .filter_map(|name| all.get(name.as_str()).ok())
                .filter(|zone| zone.is_primary() && zone.location().is_some())
                .filter_map(|zone| zone.iana_name().map(str::to_owned))
                .collect();
            names.sort_unstable();
            names.insert(0, "UTC".to_owned());
            names
        });
        &NAMES
    }

    pub fn local(&self, ms: Millis) -> Local {
        let ms = ms.clamp(-MS_MAX, MS_MAX);
        let offset_ms = self.offset_ms(ms);
        let shown = ms + offset_ms;
        let day_count = shown.div_euclid(DAY_MS);
        let of_day = shown.rem_euclid(DAY_MS);
        let (year, month, day) = civil(day_count);
        let small = |it: Millis| u8::try_from(it).unwrap_or_default();
        Local {
            year,
            month,
            day,
            weekday: weekday(day_count),
            hour: small(of_day / HOUR_MS),
            minute: small(of_day / MINUTE_MS % 60),
            second: small(of_day / SECOND_MS % 60),
            milli: u16::try_from(of_day % SECOND_MS).unwrap_or_default(),
            offset_min: i16::try_from(offset_ms / MINUTE_MS).unwrap_or_default(),
        }
    }

    /// The day's first instant: after the gap if midnight is skipped, the earlier one if it
    /// occurs twice.
    pub fn day_start(&self, date: Date) -> Millis {
        self.first_at(date, 0)
    }

    /// The first instant of the day at which a clock shows this hour, 0 to 23, or a later one.
    pub fn first_at(&self, date: Date, hour: u8) -> Millis {
        let shown_ms = date.days() * DAY_MS + i64::from(hour) * HOUR_MS;
        match self.offset_at(date, hour) {
            AmbiguousOffset::Unambiguous { offset }
            | AmbiguousOffset::Fold { before: offset, .. } => {
                shown_ms - i64::from(offset.seconds()) * SECOND_MS
            }
            AmbiguousOffset::Gap { before, after } => {
                // Usually the gap begins at this hour, but it may begin before.
                let latest_ms = shown_ms - i64::from(before.seconds()) * SECOND_MS;
                let earliest_ms = shown_ms - i64::from(after.seconds()) * SECOND_MS;
                self.0
                    .following(timestamp(earliest_ms))
                    .next()
                    .map_or(latest_ms, |it| it.timestamp().as_millisecond())
                    .min(latest_ms)
            }
        }
    }

    /// The first instant that no longer belongs to the day.
    pub fn day_end(&self, date: Date) -> Millis {
        match date.next() {
            Some(next) => self.day_start(next),
            None => self.day_start(date) + DAY_MS,
        }
    }

    /// The day whose instants hold this one. Where a clock was set back across midnight it shows
    /// the old date again, and the day stays the new one. Clamps to 1970–9999.
    pub fn day(&self, ms: Millis) -> Date {
        let ms = ms.clamp(-MS_MAX, MS_MAX);
        let shown = Date::from_days((ms + self.offset_ms(ms)).div_euclid(DAY_MS));
        match shown.next() {
            Some(next) if self.day_start(next) <= ms => next,
            Some(_) | None => shown,
        }
    }

    fn offset_ms(&self, ms: Millis) -> Millis {
        i64::from(self.0.to_offset(timestamp(ms)).seconds()) * SECOND_MS
    }

    fn offset_at(&self, date: Date, hour: u8) -> AmbiguousOffset {
        let (month, day) = (date.month().cast_signed(), date.day().cast_signed());
        let shown = DateTime::new(date.year(), month, day, hour.cast_signed(), 0, 0, 0);
        // A `Date` is a real day, so there is always such an hour.
        self.0
            .to_ambiguous_timestamp(shown.unwrap_or_default())
            .offset()
    }
}

/// The library's instants end a day before year 10000; offsets do not change there.
fn timestamp(ms: Millis) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::time::{parse_rfc3339, rfc3339};
    use super::*;

    const BERLIN: &str = "Europe/Berlin";

    /// Changes at or across midnight, of half an hour, of a whole day, several a year.
    const ODD_ZONES: [&str; 8] = [
        "America/St_Johns",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "America/Havana",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Africa/Cairo",
    ];

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap().0
    }

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn days_have_the_hours_the_zone_gave_them() {
        fn case(zone: &str, day: &str, starts: &str, minutes: i64) {
            let zone = Zone::parse(zone).unwrap();
            let day = date(day);
            let (start, end) = (zone.day_start(day), zone.day_end(day));
            assert_eq!(rfc3339(start), starts, "{} {day}", zone.name());
            assert_eq!((end - start) / MINUTE_MS, minutes, "{} {day}", zone.name());
            assert_eq!(zone.day(start), day);
            assert_eq!(zone.day(end - 1), day);
            assert_ne!(zone.day(start - 1), day);
            assert!(zone.day(end) != day || day == Date::LAST);
        }
        case("UTC", "2026-11-22", "2026-11-22T00:00:00.000Z", 1440);
        case(BERLIN, "2026-10-25", "2026-10-24T22:00:00.000Z", 1500);
        case(BERLIN, "2026-03-29", "2026-03-28T23:00:00.000Z", 1380);
        case(BERLIN, "9999-12-31", "9999-12-30T23:00:00.000Z", 1440);
        // Midnight is skipped: 00:00 becomes 01:00.
        case(
            "America/Sao_Paulo",
            "2018-11-04",
            "2018-11-04T03:00:00.000Z",
            1380,
        );
        case(
            "Asia/Beirut",
            "2024-03-31",
            "2024-03-30T22:00:00.000Z",
            1380,
        );
        // Midnight occurs twice: 01:00 becomes 00:00.
        case(
            "America/Havana",
            "2024-11-03",
            "2024-11-03T04:00:00.000Z",
            1500,
        );
        // 00:01 became 23:01 of the day before.
        case(
            "America/St_Johns",
            "2006-10-29",
            "2006-10-29T02:30:00.000Z",
            1500,
        );
        case(
            "Pacific/Apia",
            "2011-12-31",
            "2011-12-30T10:00:00.000Z",
            1440,
        );
    }

    #[test]
    fn a_day_that_a_zone_skipped_is_empty() {
        let apia = Zone::parse("Pacific/Apia").unwrap();
        let skipped = date("2011-12-30");
        assert_eq!(apia.day_start(skipped), apia.day_end(skipped));
    }

    #[test]
    fn every_instant_belongs_to_exactly_one_day() {
        for name in ODD_ZONES {
            let zone = Zone::parse(name).unwrap();
            let mut day = date("2005-01-01");
            let mut start = zone.day_start(day);
            while day < date("2015-01-01") {
                let end = zone.day_end(day);
                assert!(start <= end, "{name} {day}");
                if start < end {
                    assert_eq!(zone.day(start), day, "{name}");
                    assert_eq!(zone.day(end - 1), day, "{name}");
                }
                (day, start) = (day.next().unwrap(), end);
            }
        }
    }

    #[test]
    fn the_clock_on_the_wall_is_shown() {
        fn case(zone: &str, text: &str, shown: &str) {
            let it = Zone::parse(zone).unwrap().local(at(text));
            let date = format!(
                "{:04}-{:02}-{:02}/{}",
                it.year, it.month, it.day, it.weekday
            );
            let time = format!(
                "{:02}:{:02}:{:02}.{:03}",
                it.hour, it.minute, it.second, it.milli
            );
            assert_eq!(format!("{date} {time} {}", it.offset_min), shown);
        }
        case(
            "UTC",
            "2026-11-22T18:29:40.123Z",
            "2026-11-22/6 18:29:40.123 0",
        );
        case(
            BERLIN,
            "2026-10-25T00:59:59.999Z",
            "2026-10-25/6 02:59:59.999 120",
        );
        case(
            BERLIN,
            "2026-10-25T01:00:00Z",
            "2026-10-25/6 02:00:00.000 60",
        );
        case(
            BERLIN,
            "2026-11-22T22:59:59.999Z",
            "2026-11-22/6 23:59:59.999 60",
        );
        case(
            "America/New_York",
            "1970-01-01T00:00:00Z",
            "1969-12-31/2 19:00:00.000 -300",
        );
        case(
            "Pacific/Auckland",
            "9999-12-31T23:59:59.999Z",
            "10000-01-01/5 12:59:59.999 780",
        );
        case(
            "Asia/Kathmandu",
            "2026-01-01T00:00:00Z",
            "2026-01-01/3 05:45:00.000 345",
        );
    }

    #[test]
    fn zones_are_found_by_name_and_offered_once_each() {
        assert_eq!(Zone::utc().name(), "UTC");
        assert_eq!(Zone::parse("europe/berlin").unwrap().name(), BERLIN);
        assert!(Zone::parse("Asia/Calcutta").is_some());
        assert!(Zone::parse("Mars/Olympus").is_none());
        assert!(Zone::parse("").is_none());
        let names = Zone::names();
        assert_eq!(names[0], "UTC");
        assert!(names.len() > 300 && names.len() < 460, "{}", names.len());
        assert!(names[1..].is_sorted());
        assert!(names.contains(&"Asia/Kolkata".to_owned()));
        assert!(!names.contains(&"Asia/Calcutta".to_owned()));
        assert!(names.iter().all(|it| Zone::parse(it).is_some()));
    }
}
