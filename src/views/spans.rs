//! Spans of time as people read them, in the zone of the page.
use super::times::{Times, offset};
use crate::base::{DAY_MS, MINUTE_MS, Millis};
use crate::model::time::Local;

impl Times<'_> {
    /// `Sun 22 Nov 2026`, `16 Nov 2026 – 22 Nov 2026`, `22 Nov 2026, 18:05–18:10`. The end is
    /// exclusive. Near a change of the clock the offsets are there too.
    pub fn span(&self, from: Millis, until: Millis) -> String {
        let last = until - 1;
        let (first_day, last_day) = (self.zone.day(from), self.zone.day(last));
        let is_days =
            self.zone.day_start(first_day) == from && self.zone.day_end(last_day) == until;
        if is_days && first_day == last_day {
            let weekday = self.weekday_date(from);
            return format!("{weekday:.3} {}", self.dated(from));
        }
        if is_days {
            return format!("{} – {}", self.dated(from), self.dated(last));
        }
        let seconds = from % MINUTE_MS != 0 || until % MINUTE_MS != 0;
        // A clock shows an end as the moment after it, so 24:00 is not written 00:00 of a day
        // that is not in the span.
        let start = self.clock_at(from, seconds);
        let end = self.clock_at(until, seconds);
        if self.date(from) == self.date(last) {
            return format!("{}, {start}–{end}", self.dated(from));
        }
        format!(
            "{}, {start} – {}, {end}",
            self.dated(from),
            self.dated(until)
        )
    }

    /// `22 Nov 2026`.
    pub fn dated(&self, ms: Millis) -> String {
        format!("{} {}", self.short_date(ms), self.zone.local(ms).year)
    }

    /// `18:05`.
    pub fn minute(&self, ms: Millis) -> String {
        let it = self.zone.local(ms);
        format!("{:02}:{:02}", it.hour, it.minute)
    }

    fn clock_at(&self, ms: Millis, seconds: bool) -> String {
        let clock = if seconds {
            self.clock(ms)
        } else {
            self.minute(ms)
        };
        let offset_at = |ms: Millis| -> i16 {
            let Local { offset_min, .. } = self.zone.local(ms);
            offset_min
        };
        if offset_at(ms - DAY_MS) == offset_at(ms + DAY_MS) {
            return clock;
        }
        format!("{clock} {}", offset(offset_at(ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Zone;
    use crate::model::time::parse_rfc3339;

    #[test]
    fn a_span_reads_as_days_or_as_clocks() {
        fn case(from: &str, until: &str, text: &str) {
            let at = |text| parse_rfc3339(text).unwrap().0;
            let zone = Zone::parse("Europe/Berlin").unwrap();
            let times = Times {
                now: 0,
                zone: &zone,
            };
            assert_eq!(times.span(at(from), at(until)), text);
        }
        case(
            "2026-11-21T23:00:00Z",
            "2026-11-22T23:00:00Z",
            "Sun 22 Nov 2026",
        );
        case(
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
            "Sun 25 Oct 2026",
        );
        case(
            "2026-11-15T23:00:00Z",
            "2026-11-22T23:00:00Z",
            "16 Nov 2026 – 22 Nov 2026",
        );
        case(
            "2026-11-22T17:05:00Z",
            "2026-11-22T17:10:00Z",
            "22 Nov 2026, 18:05–18:10",
        );
        case(
            "2026-11-22T22:00:00Z",
            "2026-11-22T23:00:00Z",
            "22 Nov 2026, 23:00–00:00",
        );
        case(
            "2026-11-22T22:59:00.5Z",
            "2026-11-23T08:00:00Z",
            "22 Nov 2026, 23:59:00 – 23 Nov 2026, 09:00:00",
        );
        case(
            "2026-10-25T00:00:00Z",
            "2026-10-25T01:00:00Z",
            "25 Oct 2026, 02:00 +02:00–02:00 +01:00",
        );
    }
}
