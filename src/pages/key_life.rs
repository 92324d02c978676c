//! When a key shall expire, as its forms say it.
use super::fields::text;
use crate::base::{DAY_MS, Kind, Millis, OrFail, Result};
use crate::http::Form;
use crate::model::{Date, Zone};
use crate::store::Expires;
use crate::views::key_form::KEEP;
use crate::views::lasting::EXPIRES;

/// A day goes before a choice from the list; the key works to the end of it.
pub fn expires(form: &Form, zone: &Zone, now: Millis) -> Result<Expires> {
    let day = text(form, "expires_on");
    if !day.is_empty() {
        let day = Date::parse(day).or_fail(
            Kind::Invalid,
            "Write the day on which the key expires as in 2027-01-31.",
        )?;
        return Ok(Expires::At(zone.day_end(day) - 1));
    }
    let chosen = text(form, "expires");
    if chosen == KEEP {
        return Ok(Expires::Unchanged);
    }
    if chosen == "never" {
        return Ok(Expires::Never);
    }
    let offered = EXPIRES.iter().any(|it| it.value == chosen);
    let days: Option<i64> = chosen.parse().ok().filter(|_| offered);
    let days = days.or_fail(Kind::Invalid, "Choose from the list when the key expires.")?;
    Ok(Expires::At(now + days * DAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_796_000_000_000;

    fn of(body: &str, zone: &str) -> Result<Expires, Kind> {
        let form = Form::parse(body.as_bytes());
        expires(&form, &Zone::parse(zone).unwrap(), NOW).map_err(|it| it.kind())
    }

    #[test]
    fn a_key_expires_after_days_at_the_end_of_a_day_or_never() {
        #[track_caller]
        fn case(body: &str, zone: &str, expected: Result<Expires, Kind>) {
            assert_eq!(of(body, zone), expected, "{body}");
        }
        let after = |days: i64| Ok(Expires::At(NOW + days * DAY_MS));
        case("expires=30", "UTC", after(30));
        case("expires=never", "UTC", Ok(Expires::Never));
        case("expires=keep", "UTC", Ok(Expires::Unchanged));
        let end = 1_798_761_599_999; // 2026-12-31T23:59:59.999Z
        case(
            "expires=30&expires_on=2026-12-31",
            "UTC",
            Ok(Expires::At(end)),
        );
        let berlin = Ok(Expires::At(end - 3_600_000));
        case("expires_on=2026-12-31", "Europe/Berlin", berlin);
        case("expires=31", "UTC", Err(Kind::Invalid));
        case("expires=", "UTC", Err(Kind::Invalid));
        case("expires_on=31.12.2026", "UTC", Err(Kind::Invalid));
        case("expires_on=2026-02-30", "UTC", Err(Kind::Invalid));
    }
}
