//! How often the same thing is written down when it happens over and over: the first ten in ten
//! minutes each, then only every doubling.
use std::collections::HashMap;

use crate::base::{MINUTE_MS, Millis};

const WINDOW_MS: Millis = 10 * MINUTE_MS;
/// So many are each written.
pub const EACH: u64 = 10;
/// Beyond this many different things at once, the rest count as one.
const KINDS_MAX: usize = 20_000;

#[derive(Default)]
pub struct Flood(HashMap<String, (Millis, u64)>);

impl Flood {
    /// Counts one occurrence. Returns how many there were in this window if it is to be written.
    pub fn note(&mut self, what: &str, now: Millis) -> Option<u64> {
        if self.0.len() >= KINDS_MAX && !self.0.contains_key(what) {
            self.0.retain(|_, (since, _)| now - *since < WINDOW_MS);
        }
        let what = if self.0.len() >= KINDS_MAX { "" } else { what };
        let (since, count) = self.0.entry(what.to_owned()).or_insert((now, 0));
        if now - *since >= WINDOW_MS {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        let doubled =
            *count > EACH && count.is_multiple_of(EACH) && (*count / EACH).is_power_of_two();
        (*count <= EACH || doubled).then_some(*count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_repetitions_leave_fewer_than_thirty_marks() {
        let mut flood = Flood::default();
        let written: Vec<_> = (0..100_000).filter_map(|_| flood.note("a", 1)).collect();
        assert_eq!(written[..12], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 40]);
        assert!(written.len() < 30);
        assert_eq!(flood.note("b", 1), Some(1));
        assert_eq!(flood.note("a", 1 + WINDOW_MS), Some(1));
    }
}
