//! How long credentials last, as forms offer it and pages tell it.
use super::parts::Choice;
use super::times::Times;
use crate::base::Millis;

/// Days of life, as a form sends them in `expires`.
pub const EXPIRES: [Choice; 4] = [
    choice("30", "In 30 days"),
    choice("90", "In 90 days"),
    choice("365", "In 1 year"),
    choice("never", "Never"),
];

/// How long the secret before is taken as well, in hours.
pub const OVERLAPS: [Choice; 5] = [
    choice("0", "No longer: it ends at once"),
    choice("1", "For 1 hour"),
    choice("4", "For 4 hours"),
    choice("12", "For 12 hours"),
    choice("24", "For 24 hours"),
];

pub fn end(expires: Option<Millis>, times: Times) -> String {
    match expires {
        Some(ms) => times.long_date(ms),
        None => "Never".to_owned(),
    }
}

const fn choice(value: &'static str, label: &'static str) -> Choice<'static> {
    Choice { value, label }
}
