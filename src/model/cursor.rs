//! A position in the order of events. It names a time and a number, so it outlives its row.
use std::fmt;

use super::date::MS_MAX;
use crate::base::Millis;

/// `<ms>-<seq>`: the events beside it are those that sort before or after this pair.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Cursor {
    pub ms: Millis,
    pub seq: i64,
}

/// The event that an address opens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EventRef {
    Seq(i64),
    /// Something was asked for that is no event: the same 404 as for one that does not exist.
    Invalid,
}

/// Where in the matching events the reader is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct At {
    /// Older events than this.
    pub before: Option<Cursor>,
    /// Newer events than this. Never together with `before`.
    pub after: Option<Cursor>,
    pub event: Option<EventRef>,
}

impl Cursor {
    /// Accepts exactly what `Display` prints, within the years −6061 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let (ms, seq) = text.rsplit_once('-')?;
        let cursor = Self {
            ms: integer(ms)?,
            seq: integer(seq)?,
        };
        let fits = (-MS_MAX..=MS_MAX).contains(&cursor.ms) && cursor.seq >= 0;
        fits.then_some(cursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ms, self.seq)
    }
}

impl EventRef {
    pub fn parse(text: &str) -> Self {
        match integer(text) {
            Some(seq) if seq >= 0 => Self::Seq(seq),
            Some(_) | None => Self::Invalid,
        }
    }
}

impl At {
    pub fn before(cursor: Cursor) -> Self {
        Self {
            before: Some(cursor),
            ..Self::default()
        }
    }

    pub fn after(cursor: Cursor) -> Self {
        Self {
            after: Some(cursor),
            ..Self::default()
        }
    }

    /// The same page with this event opened.
    #[must_use]
    pub fn with_event(self, seq: i64) -> Self {
        Self {
            event: Some(EventRef::Seq(seq)),
            ..self
        }
    }

    /// The same page with no event opened.
    #[must_use]
    pub fn closed(self) -> Self {
        Self {
            event: None,
            ..self
        }
    }
}

/// `<ms>-<ms>`, a half-open span: as strict as a cursor, and never empty.
pub fn span(text: &str) -> Option<(Millis, Millis)> {
    // The first character may be a sign, so the dash between is looked for behind it.
    let dash = text.bytes().skip(1).position(|it| it == b'-')? + 1;
    let (start, end) = (integer(text.get(..dash)?)?, integer(text.get(dash + 1..)?)?);
    valid_span(start, end)
}

/// The span, if there is anything in it and it lies where times are.
pub fn valid_span(start: Millis, end: Millis) -> Option<(Millis, Millis)> {
    (-MS_MAX <= start && start < end && end <= MS_MAX).then_some((start, end))
}

/// Decimal as we print it: no plus, no leading zeros, no minus zero.
pub fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_canonical.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_exactly_as_printed() {
        fn case(text: &str, is_cursor: bool) {
            let read = Cursor::parse(text);
            assert_eq!(read.is_some(), is_cursor, "{text}");
            if let Some(cursor) = read {
                assert_eq!(cursor.to_string(), text);
            }
        }
        case("0-0", true);
        case("1795372180123-48213", true);
        case("-5-3", true);
        case("253402300799999-9223372036854775807", true);
        case("253402300800000-1", false);
        case("9223372036854775807-1", false);
        case("99999999999999999999-1", false);
        case("1-9223372036854775808", false);
        case("-0-1", false);
        case("01-1", false);
        case("1-01", false);
        case("+1-1", false);
        case("1--1", false);
        case("1-", false);
        case("-1", false);
        case("1", false);
        case("-", false);
        case("", false);
        case("1-1 ", false);
        case("１-1", false);
    }

    #[test]
    fn what_is_no_event_is_still_asked_for() {
        fn case(text: &str, event: EventRef) {
            assert_eq!(EventRef::parse(text), event, "{text}");
        }
        case("0", EventRef::Seq(0));
        case("9223372036854775807", EventRef::Seq(i64::MAX));
        case("9223372036854775808", EventRef::Invalid);
        case("-1", EventRef::Invalid);
        case("007", EventRef::Invalid);
        case("abc", EventRef::Invalid);
    }

    #[test]
    fn a_span_has_a_beginning_before_its_end() {
        fn case(text: &str, read: Option<(Millis, Millis)>) {
            assert_eq!(span(text), read, "{text}");
        }
        case("1-2", Some((1, 2)));
        case("-20--10", Some((-20, -10)));
        case("-20-10", Some((-20, 10)));
        case("0-253402300799999", Some((0, MS_MAX)));
        case("0-253402300800000", None);
        case("2-2", None);
        case("2-1", None);
        case("1-2-3", None);
        case("--1", None);
        case("1-", None);
        case("-", None);
        case("", None);
        case("é-1", None);
    }
}
