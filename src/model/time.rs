//! Times as text, beside the days and zones that give them a meaning.
pub use super::date::Date;
use super::date::{MS_MAX, civil, days, days_in, number};
pub use super::zone::{Local, Zone};
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};

/// The longest RFC 3339 text that is read, in bytes.
pub const RFC3339_MAX: usize = 35;

/// `2026-11-22T18:29:40.123Z`. Clamps to the years 1970 to 9999.
pub fn rfc3339(ms: Millis) -> String {
    Written::of(ms).as_str().to_owned()
}

/// A time as `rfc3339` writes it, in no memory of its own.
pub struct Written([u8; 24]);

impl Written {
    pub fn of(ms: Millis) -> Self {
        let ms = ms.clamp(0, MS_MAX);
        let (year, month, day) = civil(ms / DAY_MS);
        let of_day = ms % DAY_MS;
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put(&mut text[0..4], i64::from(year));
        put(&mut text[5..7], i64::from(month));
        put(&mut text[8..10], i64::from(day));
        put(&mut text[11..13], of_day / HOUR_MS);
        put(&mut text[14..16], of_day / MINUTE_MS % 60);
        put(&mut text[17..19], of_day / SECOND_MS % 60);
        put(&mut text[20..23], of_day % SECOND_MS);
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        // Digits and signs only, so this is always text.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Milliseconds since 1970 UTC, and the offset east of UTC in minutes. The offset is required,
/// fractions are cut to milliseconds, and a leap second is the last millisecond before it.
pub fn parse_rfc3339(text: &str) -> Option<(Millis, i16)> {
    let bytes = text.as_bytes();
    if bytes.len() > RFC3339_MAX {
        return None;
    }
    let (head, rest) = bytes.split_at_checked(19)?;
    if head[4] != b'-' || head[7] != b'-' || !matches!(head[10], b'T' | b't') {
        return None;
    }
    let year = i16::try_from(number(&head[..4])?).ok()?;
    let month = u8::try_from(number(&head[5..7])?).ok()?;
    let day = u8::try_from(number(&head[8..10])?).ok()?;
    if !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let minutes = clock(&head[11..16])?;
    let second = number(&head[17..19])?;
    if head[16] != b':' || second > 60 {
        return None;
    }
    let (milli, rest) = fraction(rest)?;
    let offset_min = offset(rest)?;
    let minute_ms =
        days(i64::from(year), month, day) * DAY_MS + (minutes - i64::from(offset_min)) * MINUTE_MS;
    if second < 60 {
        return Some((
            minute_ms + i64::from(second) * SECOND_MS + milli,
            offset_min,
        ));
    }
    // Leap seconds exist at the end of a day of UTC, wherever the sender is.
    let at_end_of_day = minute_ms.rem_euclid(DAY_MS) == DAY_MS - MINUTE_MS;
    at_end_of_day.then_some((minute_ms + MINUTE_MS - 1, offset_min))
}

/// Right-aligned digits over zeros.
fn put(digits: &mut [u8], mut number: i64) {
    for place in digits.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// `HH:MM` in minutes.
fn clock(text: &[u8]) -> Option<i64> {
    let (hour, minute) = (number(text.get(..2)?)?, number(text.get(3..)?)?);
    let fits = text.len() == 5 && text[2] == b':' && hour < 24 && minute < 60;
    fits.then_some(i64::from(hour * 60 + minute))
}

/// Milliseconds of an optional fraction, and what follows it.
fn fraction(text: &[u8]) -> Option<(Millis, &[u8])> {
    let Some((b'.', text)) = text.split_first() else {
        return Some((0, text));
    };
    let length = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    let kept = number(&digits[..length.min(3)])?;
    match length {
        0 => None,
        1 => Some((i64::from(kept) * 100, rest)),
        2 => Some((i64::from(kept) * 10, rest)),
        _ => Some((i64::from(kept), rest)),
    }
}

/// Minutes east of UTC. `-00:00` says that the sender does not know its own offset.
fn offset(text: &[u8]) -> Option<i16> {
    match text {
        b"Z" | b"z" => Some(0),
        [b'+', east @ ..] => i16::try_from(clock(east)?).ok(),
        [b'-', west @ ..] => i16::try_from(-clock(west)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back_exactly() {
        fn case(ms: Millis, text: &str) {
            assert_eq!(rfc3339(ms), text);
            assert_eq!(parse_rfc3339(text), Some((ms, 0)));
        }
        case(0, "1970-01-01T00:00:00.000Z");
        case(951_782_400_000, "2000-02-29T00:00:00.000Z");
        case(1_795_372_180_123, "2026-11-22T18:29:40.123Z");
        case(MS_MAX, "9999-12-31T23:59:59.999Z");
        assert_eq!(rfc3339(-1), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(Millis::MAX), "9999-12-31T23:59:59.999Z");
        let mut ms = 0;
        while ms <= MS_MAX {
            assert_eq!(parse_rfc3339(&rfc3339(ms)), Some((ms, 0)));
            ms += 33_333_333_337;
        }
    }

    #[test]
    fn a_time_needs_every_part_and_an_offset() {
        fn case(text: &str, meaning: Option<(&str, i16)>) {
            let read = parse_rfc3339(text).map(|(ms, offset)| (rfc3339(ms), offset));
            assert_eq!(
                read.as_ref().map(|(it, min)| (it.as_str(), *min)),
                meaning,
                "{text}"
            );
        }
        let utc = |text| Some((text, 0));
        case(
            "2026-09-24T10:15:02.123+02:00",
            Some(("2026-09-24T08:15:02.123Z", 120)),
        );
        case("2026-09-24t10:15:02z", utc("2026-09-24T10:15:02.000Z"));
        case("2026-09-24T10:15:02.9Z", utc("2026-09-24T10:15:02.900Z"));
        case("2026-09-24T10:15:02.12Z", utc("2026-09-24T10:15:02.120Z"));
        case(
            "2026-09-24T10:15:02.1239999999Z",
            utc("2026-09-24T10:15:02.123Z"),
        );
        case("2026-09-24T10:15:02-00:00", utc("2026-09-24T10:15:02.000Z"));
        case(
            "2026-09-24T10:15:02-09:30",
            Some(("2026-09-24T19:45:02.000Z", -570)),
        );
        case("2026-12-31T23:59:60Z", utc("2026-12-31T23:59:59.999Z"));
        case(
            "2026-12-31T15:59:60.5-08:00",
            Some(("2026-12-31T23:59:59.999Z", -480)),
        );
        case("2026-12-31T12:30:60Z", None);
        case("2026-12-31T23:59:61Z", None);
        case("2026-09-24T10:15:02", None);
        case("2026-09-24 10:15:02Z", None);
        case("2026-09-24T24:00:00Z", None);
        case("2026-09-24T10:60:00Z", None);
        case("2026-02-29T10:00:00Z", None);
        case("2026-09-24T10:15Z", None);
        case("2026-09-24T10:15:02.Z", None);
        case("2026-09-24T10:15:02,5Z", None);
        case("2026-09-24T10:15:02+2:00", None);
        case("2026-09-24T10:15:02+0200", None);
        case("2026-09-24T10:15:02+24:00", None);
        case("2026-09-24T10:15:02+02:00 ", None);
        case("+026-09-24T10:15:02Z", None);
        case("2026-09-24T1\u{0661}:15:02Z", None);
        case("2026-09-24T10:15:02.12345678901234+02:00", None);
        case("", None);
    }
}
