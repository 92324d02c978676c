//! Times as text, and the days of a zone.
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};

pub fn rfc3339(ms: Millis) -> String {
    let (year, month, day) = civil(ms.div_euclid(DAY_MS));
    let rest = ms.rem_euclid(DAY_MS);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        rest / HOUR_MS,
        rest / MINUTE_MS % 60,
        rest / SECOND_MS % 60,
        rest % 1000
    )
}

/// Milliseconds since 1970 UTC, and the offset east of UTC in minutes.
pub fn parse_rfc3339(text: &str) -> Option<(Millis, i16)> {
    let bytes = text.as_bytes();
    let number = |from: usize, len: usize| -> Option<i64> {
        bytes.get(from..from + len)?.iter().try_fold(0, |sum, it| {
            it.is_ascii_digit().then(|| sum * 10 + i64::from(it - b'0'))
        })
    };
    let sign = |at: usize, signs: &[u8]| bytes.get(at).is_some_and(|it| signs.contains(it));
    let signs_fit = sign(4, b"-") && sign(7, b"-") && sign(10, b"Tt");
    if !(signs_fit && sign(13, b":") && sign(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let days = days(year, month, day);
    if civil(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut ms = 0;
    if sign(at, b".") {
        at += 1;
        let digits = bytes[at..]
            .iter()
            .take_while(|it| it.is_ascii_digit())
            .count();
        if digits == 0 {
            return None;
        }
        ms = (0..3).fold(0, |sum, place| {
            sum * 10
                + if place < digits {
                    number(at + place, 1).unwrap_or(0)
                } else {
                    0
                }
        });
        at += digits;
    }
    let offset = match &bytes[at..] {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (number(at + 1, 2)?, number(at + 4, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    let local = days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms;
    Some((local - offset * MINUTE_MS, i16::try_from(offset).ok()?))
}

/// Days since 1970 of a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
