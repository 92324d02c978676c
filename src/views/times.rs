//! Times and numbers as people read them, in the zone of the page.
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis};
use crate::model::time::{self, Local, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The moment and the zone that a page is rendered for.
#[derive(Clone, Copy)]
pub struct Times<'a> {
    pub now: Millis,
    pub zone: &'a Zone,
}

impl Times<'_> {
    /// `18:31:47`.
    pub fn clock(&self, ms: Millis) -> String {
        let it = self.zone.local(ms);
        format!("{:02}:{:02}:{:02}", it.hour, it.minute, it.second)
    }

    /// `2026-11-22`.
    pub fn date(&self, ms: Millis) -> String {
        let it = self.zone.local(ms);
        format!("{:04}-{:02}-{:02}", it.year, it.month, it.day)
    }

    /// `2026-11-22 18:31:47`.
    pub fn date_clock(&self, ms: Millis) -> String {
        format!("{} {}", self.date(ms), self.clock(ms))
    }

    /// `22 Nov`.
    pub fn short_date(&self, ms: Millis) -> String {
        let it = self.zone.local(ms);
        format!("{} {:.3}", it.day, month(&it))
    }

    /// `22 November 2026`.
    pub fn long_date(&self, ms: Millis) -> String {
        let it = self.zone.local(ms);
        format!("{} {} {}", it.day, month(&it), it.year)
    }

    /// `Sunday 22 November 2026`.
    pub fn weekday_date(&self, ms: Millis) -> String {
        let weekday = usize::from(self.zone.local(ms).weekday);
        let name = WEEKDAYS.get(weekday).unwrap_or(&"");
        format!("{name} {}", self.long_date(ms))
    }

    /// `12 min ago`. Only beside the absolute time: on an old page it would mislead.
    pub fn ago(&self, ms: Millis) -> String {
        match self.now - ms {
            ..MINUTE_MS => "just now".to_owned(),
            it @ ..HOUR_MS => format!("{} min ago", it / MINUTE_MS),
            it @ ..DAY_MS => format!("{} h ago", it / HOUR_MS),
            it => format!("{} d ago", count(it.unsigned_abs() / DAY_MS.unsigned_abs())),
        }
    }

    pub fn zone_name(&self) -> &str {
        self.zone.name()
    }

    /// The last part of the zone's name, for narrow places: `Berlin`.
    pub fn zone_short(&self) -> String {
        let name = self.zone_name();
        let last = name.rsplit('/').next().unwrap_or(name);
        last.replace('_', " ")
    }

    pub fn is_utc(&self) -> bool {
        self.zone_name() == "UTC"
    }
}

/// `2026-11-22T18:31:47.000Z`, for machines.
pub fn machine(ms: Millis) -> String {
    time::rfc3339(ms)
}

/// `+02:00`.
pub fn offset(minutes: i16) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    let it = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", it / 60, it % 60)
}

/// `1,381`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 event`, `1,381 events`.
pub fn counted(number: u64, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {noun}{end}", count(number))
}

fn month(local: &Local) -> &'static str {
    let place = usize::from(local.month).wrapping_sub(1);
    MONTHS.get(place).unwrap_or(&"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_372_951_204;

    #[test]
    fn times_read_in_the_zone_of_the_page() {
        let zone = Zone::utc();
        let times = Times {
            now: NOW,
            zone: &zone,
        };
        assert_eq!(times.date_clock(NOW), "2026-11-22 18:42:31");
        assert_eq!(times.weekday_date(NOW), "Sunday 22 November 2026");
        assert_eq!(times.short_date(NOW), "22 Nov");
        assert_eq!(times.ago(NOW - 12 * MINUTE_MS), "12 min ago");
        assert_eq!(times.ago(NOW + 12 * MINUTE_MS), "just now");
        assert_eq!(times.ago(NOW - 3 * DAY_MS), "3 d ago");
    }

    #[test]
    fn numbers_have_separators() {
        fn case(number: u64, text: &str) {
            assert_eq!(count(number), text);
        }
        case(0, "0");
        case(999, "999");
        case(1381, "1,381");
        case(1_000_000, "1,000,000");
        assert_eq!(counted(1, "event"), "1 event");
        assert_eq!(offset(-210), "−03:30");
    }
}
