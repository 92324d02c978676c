//! The spans of time that the bars of the histogram stand for, in the reader's zone.
use super::time::{Date, Zone};
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis};

/// More bars than this cannot be told apart.
pub const BARS_MAX: usize = 62;

/// 1990, the earliest time that an event may have; a day before, for zones east of UTC.
const EARLIEST_MS: Millis = 631_152_000_000 - DAY_MS;

/// How much time one bar covers. Days and longer follow the calendar of the zone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    Minute,
    Minutes5,
    Minutes15,
    Hour,
    Hours3,
    Hours6,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// The spans between each two of `edges`, which ascend: at most 62.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Buckets {
    pub step: Step,
    pub edges: Vec<Millis>,
}

/// How many matching events there are in each span.
pub struct Histogram {
    pub step: Step,
    pub bars: Vec<Bar>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bar {
    pub from: Millis,
    /// Exclusive.
    pub until: Millis,
    pub events: u64,
    pub failures: u64,
}

impl Buckets {
    /// The finest buckets that cover a span which is not empty. The first and the last may
    /// reach beyond it.
    pub fn over(span: (Millis, Millis), zone: &Zone) -> Self {
        let fine = Step::ALL.into_iter().filter(|it| it.is_worth_a_try(span));
        let bounded = |step: &Step| edges(*step, span, zone).len() <= BARS_MAX + 1;
        let step = fine.clone().find(bounded).unwrap_or(Step::Year);
        Self {
            step,
            edges: edges(step, span, zone),
        }
    }

    /// The span that a histogram shows: from the filter's beginning, or the oldest match, until
    /// its end, or now. An hour at least where the filter does not begin.
    pub fn extent(
        filtered: (Millis, Millis),
        (oldest, newest): (Millis, Millis),
        now: Millis,
    ) -> (Millis, Millis) {
        let end = filtered.1.min(now.max(newest) + 1);
        let start = if filtered.0 == Millis::MIN {
            oldest.min(end - HOUR_MS)
        } else {
            filtered.0.max(EARLIEST_MS).min(oldest)
        };
        (start, end)
    }
}

impl Step {
    const ALL: [Self; 11] = [
        Self::Minute,
        Self::Minutes5,
        Self::Minutes15,
        Self::Hour,
        Self::Hours3,
        Self::Hours6,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// "day", after "Counts per".
    pub fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Minutes5 => "5 minutes",
            Self::Minutes15 => "15 minutes",
            Self::Hour => "hour",
            Self::Hours3 => "3 hours",
            Self::Hours6 => "6 hours",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// About, where the calendar decides.
    fn length_ms(self) -> Millis {
        match self {
            Self::Minute => MINUTE_MS,
            Self::Minutes5 => 5 * MINUTE_MS,
            Self::Minutes15 => 15 * MINUTE_MS,
            Self::Hour => HOUR_MS,
            Self::Hours3 => 3 * HOUR_MS,
            Self::Hours6 => 6 * HOUR_MS,
            Self::Day => DAY_MS,
            Self::Week => 7 * DAY_MS,
            Self::Month => 30 * DAY_MS,
            Self::Quarter => 91 * DAY_MS,
            Self::Year => 365 * DAY_MS,
        }
    }

    /// Whether it may come out at so few bars: a hopeless step would make thousands of edges.
    fn is_worth_a_try(self, (start, end): (Millis, Millis)) -> bool {
        let bars = (end - start) / self.length_ms();
        usize::try_from(bars).is_ok_and(|it| it <= BARS_MAX + 2)
    }

    /// The first day of the span of days that a day belongs to.
    fn first_day(self, day: Date) -> Date {
        match self {
            Self::Week => Date::from_days(day.days() - i64::from(day.weekday())),
            Self::Month => first_of(day.year(), day.month()),
            Self::Quarter => first_of(day.year(), (day.month() - 1) / 3 * 3 + 1),
            Self::Year => first_of(day.year(), 1),
            _ => day,
        }
    }

    /// The first day of the span of days after the one that begins with `first`.
    fn next_day(self, first: Date) -> Date {
        let days = match self {
            Self::Week => 7,
            Self::Month => 31,
            Self::Quarter => 92,
            Self::Year => 366,
            _ => 1,
        };
        // Never past the span after the next, since all of them are about as long.
        self.first_day(Date::from_days(first.days() + days))
    }
}

/// From the last edge at or before the span to the first at or after its end.
fn edges(step: Step, (start, end): (Millis, Millis), zone: &Zone) -> Vec<Millis> {
    let mut edges = Vec::new();
    let mut day = step.first_day(zone.day(start));
    loop {
        push_day(step, day, zone, &mut edges);
        let next = step.next_day(day);
        let is_past = edges.last().is_some_and(|it| *it >= end);
        if is_past || next <= day {
            break;
        }
        day = next;
    }
    let first = edges.partition_point(|it| *it <= start).saturating_sub(1);
    edges.drain(..first);
    let inside = edges.partition_point(|it| *it < end);
    edges.truncate(inside + 1);
    // The calendar ends in 9999; whatever comes, the span is covered.
    if let Some(first) = edges.first_mut() {
        *first = start.min(*first);
    }
    if edges.last().is_some_and(|it| *it < end) {
        edges.push(end);
    }
    edges
}

/// The edges of one day, of which the longer steps have one.
fn push_day(step: Step, day: Date, zone: &Zone, edges: &mut Vec<Millis>) {
    let mut push = |edge: Millis| {
        // A day that a zone skipped is empty, and so may hours be.
        if edges.last().is_none_or(|it| *it < edge) {
            edges.push(edge);
        }
    };
    match step {
        // These begin at the hours of a clock, so that a day of 25 hours has no odd rest.
        Step::Hours3 | Step::Hours6 => {
            let hours = if step == Step::Hours3 { 3 } else { 6 };
            (0..24)
                .step_by(hours)
                .for_each(|hour| push(zone.first_at(day, hour)));
        }
        // These are of one length, so that an hour that occurs twice has two bars.
        Step::Minute | Step::Minutes5 | Step::Minutes15 | Step::Hour => {
            let end = zone.day_end(day);
            let mut edge = zone.day_start(day);
            while edge < end {
                push(edge);
                edge += step.length_ms();
            }
        }
        Step::Day | Step::Week | Step::Month | Step::Quarter | Step::Year => {
            push(zone.day_start(day));
        }
    }
}

fn first_of(year: i16, month: u8) -> Date {
    Date::new(year, month, 1).unwrap_or(Date::FIRST)
}

#[cfg(test)]
mod tests {
    use super::super::time::{parse_rfc3339, rfc3339};
    use super::*;

    fn at(text: &str) -> Millis {
        parse_rfc3339(text).unwrap().0
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    #[test]
    fn the_smallest_step_with_at_most_62_bars_is_taken() {
        fn case(length_ms: Millis, step: Step) {
            let start = at("2026-06-01T00:00:00Z");
            let buckets = Buckets::over((start, start + length_ms), &Zone::utc());
            assert_eq!(buckets.step, step, "{length_ms}");
            assert!(buckets.edges.len() <= BARS_MAX + 1);
        }
        case(1, Step::Minute);
        case(62 * MINUTE_MS, Step::Minute);
        case(62 * MINUTE_MS + 1, Step::Minutes5);
        case(62 * 5 * MINUTE_MS + 1, Step::Minutes15);
        case(DAY_MS, Step::Hour);
        case(62 * HOUR_MS + 1, Step::Hours3);
        case(7 * DAY_MS, Step::Hours3);
        case(10 * DAY_MS, Step::Hours6);
        case(30 * DAY_MS, Step::Day);
        case(62 * DAY_MS, Step::Day);
        case(62 * DAY_MS + 1, Step::Week);
        case(400 * DAY_MS, Step::Week);
        case(500 * DAY_MS, Step::Month);
        case(6 * 365 * DAY_MS, Step::Quarter);
        case(36 * 365 * DAY_MS, Step::Year);
    }

    #[test]
    fn days_have_the_hours_the_zone_gave_them() {
        let berlin = zone("Europe/Berlin");
        let span = (at("2026-10-20T00:00:00Z"), at("2026-11-15T00:00:00Z"));
        let edges = Buckets::over(span, &berlin).edges;
        let day = edges
            .iter()
            .position(|it| *it == at("2026-10-24T22:00:00Z"));
        let hours = edges[day.unwrap() - 1..]
            .windows(2)
            .map(|it| (it[1] - it[0]) / HOUR_MS);
        assert_eq!(hours.take(3).collect::<Vec<_>>(), [24, 25, 24]);
    }

    #[test]
    fn an_hour_that_occurs_twice_has_two_bars_and_longer_steps_keep_the_clock() {
        fn case(step: Step, day: &str, clocks: &[&str]) {
            let berlin = zone("Europe/Berlin");
            let day = Date::parse(day).unwrap();
            let span = (berlin.day_start(day), berlin.day_end(day));
            let edges = edges(step, span, &berlin);
            let clock = |ms: &Millis| format!("{:02}", berlin.local(*ms).hour);
            let found: Vec<_> = edges.iter().map(clock).collect();
            assert_eq!(found, clocks, "{day}");
        }
        let six = ["00", "06", "12", "18", "00"];
        case(Step::Hours6, "2026-10-25", &six);
        case(Step::Hours6, "2026-03-29", &six);
        let autumn = edges(
            Step::Hour,
            (at("2026-10-24T23:00:00Z"), at("2026-10-25T03:00:00Z")),
            &zone("Europe/Berlin"),
        );
        let clocks: Vec<_> = autumn
            .iter()
            .map(|it| zone("Europe/Berlin").local(*it).hour)
            .collect();
        assert_eq!(clocks, [1, 2, 2, 3, 4]);
        // Three o'clock does not exist there on that day: the bar begins after the gap.
        let helsinki = zone("Europe/Helsinki");
        let day = Date::parse("2026-03-29").unwrap();
        let span = (helsinki.day_start(day), helsinki.day_end(day));
        let clocks: Vec<_> = edges(Step::Hours3, span, &helsinki)
            .iter()
            .map(|it| helsinki.local(*it).hour)
            .collect();
        assert_eq!(clocks, [0, 4, 6, 9, 12, 15, 18, 21, 0]);
    }

    #[test]
    fn weeks_begin_on_mondays_and_months_on_their_first() {
        let span = (at("2025-06-18T12:00:00Z"), at("2026-02-03T00:00:00Z"));
        let first = |step| rfc3339(edges(step, span, &Zone::utc())[0]);
        assert_eq!(first(Step::Week), "2025-06-16T00:00:00.000Z");
        assert_eq!(first(Step::Month), "2025-06-01T00:00:00.000Z");
        assert_eq!(first(Step::Quarter), "2025-04-01T00:00:00.000Z");
        assert_eq!(first(Step::Year), "2025-01-01T00:00:00.000Z");
        let months = edges(Step::Month, span, &Zone::utc());
        assert_eq!(months.len(), 10);
        assert_eq!(rfc3339(months[9]), "2026-03-01T00:00:00.000Z");
    }

    #[test]
    fn every_span_is_covered_by_buckets_that_ascend() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut pick = |count: i64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            i64::try_from(random >> 1).unwrap() % count
        };
        for name in [
            "UTC",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "Pacific/Apia",
            "Asia/Beirut",
        ] {
            let zone = zone(name);
            for _ in 0..300 {
                let start = at("2004-01-01T00:00:00Z") + pick(20 * 365 * DAY_MS);
                let longest = 1 << (10 + pick(31));
                let span = (start, start + 1 + pick(longest));
                let Buckets { step, edges } = Buckets::over(span, &zone);
                assert!(edges.windows(2).all(|it| it[0] < it[1]), "{name} {span:?}");
                assert!(edges.len() <= BARS_MAX + 1, "{name} {span:?} {step:?}");
                assert!(edges[0] <= span.0 && span.0 < edges[1], "{name} {span:?}");
                let last = edges.len() - 1;
                assert!(
                    edges[last] >= span.1 && span.1 > edges[last - 1],
                    "{name} {span:?}"
                );
            }
        }
    }

    #[test]
    fn the_extent_is_the_filters_or_that_of_the_matches() {
        fn case(filtered: (Millis, Millis), extent: (Millis, Millis)) {
            let (oldest, newest, now) = (1_000 * DAY_MS * 8, 1_001 * DAY_MS * 8, 9_000 * DAY_MS);
            assert_eq!(Buckets::extent(filtered, (oldest, newest), now), extent);
        }
        let now = 9_000 * DAY_MS;
        case((Millis::MIN, Millis::MAX), (8_000 * DAY_MS, now + 1));
        case((7_500 * DAY_MS, now + 1), (7_500 * DAY_MS, now + 1));
        case(
            (7_500 * DAY_MS, 8_500 * DAY_MS),
            (7_500 * DAY_MS, 8_500 * DAY_MS),
        );
        case((-1, Millis::MAX), (EARLIEST_MS, now + 1));
        case(
            (Millis::MIN, 8_009 * DAY_MS),
            (8_000 * DAY_MS, 8_009 * DAY_MS),
        );
        let short = Buckets::extent((Millis::MIN, Millis::MAX), (now - 9, now), now);
        assert_eq!(short, (now + 1 - HOUR_MS, now + 1));
    }
}
