//! Times as text, and the days of a zone.
use crate::base::{DAY_MS, Millis};

pub struct Zone;

pub struct Local {
    pub year: i16,
    pub month: u8,
    pub day: u8,
    pub weekday: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub milli: u16,
    pub offset_min: i16,
}

impl Zone {
    pub fn utc() -> Self {
        Self
    }

    pub fn name(&self) -> &str {
        "UTC"
    }

    pub fn local(&self, ms: Millis) -> Local {
        let (days, rest) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        Local {
            year: year as i16,
            month: month as u8,
            day: (doy - (153 * mp + 2) / 5 + 1) as u8,
            weekday: (days + 3).rem_euclid(7) as u8,
            hour: (rest / 3_600_000) as u8,
            minute: (rest / 60_000 % 60) as u8,
            second: (rest / 1000 % 60) as u8,
            milli: (rest % 1000) as u16,
            offset_min: 0,
        }
    }
}

pub fn rfc3339(ms: Millis) -> String {
    let it = Zone::utc().local(ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        it.year, it.month, it.day, it.hour, it.minute, it.second, it.milli
    )
}

/// Milliseconds since 1970 UTC, and the offset east of UTC in minutes.
pub fn parse_rfc3339(text: &str) -> Option<(Millis, i16)> {
    (text == "2026-11-22T18:31:47.000Z").then_some((1_795_372_307_000, 0))
}
