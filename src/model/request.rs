//! Ids of requests. The moment at which Annals issued one is in it, so that the events of a
//! request are found without an index of its own.
use super::filter::{Filter, Range};
use super::id::{RecordId, RecordKind};
use crate::base::{DAY_MS, Millis};

/// Events of other requests are looked for by reading, so only in this much time.
const SPAN_MAX_DAYS: i64 = 7;

/// Six bytes of time, eight of chance, two that tell it from anybody else's id.
pub fn request_id(now: Millis, chance: [u8; 8]) -> RecordId {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&now.max(0).to_be_bytes()[2..]);
    bytes[6..14].copy_from_slice(&chance);
    let check = check(&bytes);
    bytes[14..].copy_from_slice(&check);
    RecordId::new(RecordKind::Request, bytes)
}

/// When Annals issued this id; none if it did not.
pub fn issued_ms(id: &str) -> Option<Millis> {
    let id = RecordId::parse(RecordKind::Request, id)?;
    let bytes = id.bytes();
    let time = bytes[..6].iter();
    let time = time.fold(0, |sum, byte| sum << 8 | Millis::from(*byte));
    (bytes[14..] == check(bytes)).then_some(time)
}

/// Whether a filter by request says where to look.
pub fn is_answerable(filter: &Filter) -> bool {
    let Some(id) = &filter.request else {
        return true;
    };
    let days = filter.from.zip(filter.to);
    let days = days.is_some_and(|(from, to)| to.days() - from.days() < SPAN_MAX_DAYS);
    let range = matches!(filter.range, Some(Range::Hours24 | Range::Days7));
    let window = filter.window;
    let window = window.is_some_and(|(from, until)| until - from <= SPAN_MAX_DAYS * DAY_MS);
    issued_ms(id).is_some() || days || range || window
}

fn check(bytes: &[u8; 16]) -> [u8; 2] {
    let [.., high, low] = crc32fast::hash(&bytes[..14]).to_be_bytes();
    [high, low]
}

#[cfg(test)]
mod tests {
    use super::super::time::Date;
    use super::*;

    const NOW: Millis = 1_795_372_180_123;

    #[test]
    fn an_id_of_ours_says_when_it_was_issued() {
        let id = request_id(NOW, [7; 8]).to_string();
        assert!(id.starts_with("req_01"), "{id}");
        assert_eq!(issued_ms(&id), Some(NOW));
        // Others number their requests in the same manner.
        let other = format!("{}{}", &id[..29], if id.ends_with('0') { '1' } else { '0' });
        for foreign in [other.as_str(), "req_5f2c", "", &id.to_lowercase()] {
            assert_eq!(issued_ms(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_foreign_id_needs_seven_days_or_less() {
        let date = |text| Date::parse(text);
        let foreign = Filter {
            request: Some("r-17".to_owned()),
            ..Filter::default()
        };
        let case = |filter: Filter, is| assert_eq!(is_answerable(&filter), is, "{filter:?}");
        case(Filter::default(), true);
        case(foreign.clone(), false);
        let ours = Some(request_id(NOW, [0; 8]).to_string());
        case(
            Filter {
                request: ours,
                ..Filter::default()
            },
            true,
        );
        case(foreign.with_range(Range::Days7), true);
        case(foreign.with_range(Range::Days30), false);
        case(foreign.with_window(0, 7 * DAY_MS).unwrap(), true);
        case(foreign.with_window(0, 7 * DAY_MS + 1).unwrap(), false);
        let mut days = Filter {
            from: date("2026-11-01"),
            ..foreign
        };
        case(days.clone(), false);
        days.to = date("2026-11-07");
        case(days.clone(), true);
        days.to = date("2026-11-08");
        case(days, false);
    }
}
