//! Times as text, and the days of a zone.
use crate::base::Millis;

pub fn rfc3339(_ms: Millis) -> String {
    String::new()
}

/// Milliseconds since 1970 UTC, and the offset east of UTC in minutes.
pub fn parse_rfc3339(_text: &str) -> Option<(Millis, i16)> {
    None
}
