//! What is written down once in a while, however often it happens: an hour of reads, a day of
//! credentials in deliveries.
use std::collections::HashMap;

use crate::base::{DAY_MS, Millis};

/// Beyond this many different things, those of days past are forgotten, then all.
const KINDS_MAX: usize = 20_000;

#[derive(Default)]
pub struct Seldom(HashMap<String, Told>);

struct Told {
    at: Millis,
    /// How often it happened since.
    since: u64,
}

impl Seldom {
    /// Counts so many occurrences. Returns how many there were since the last time that was
    /// written, if this one is to be: the first, and the first after each `window`.
    pub fn note(&mut self, what: &str, times: u64, window: Millis, now: Millis) -> Option<u64> {
        if let Some(told) = self.0.get_mut(what) {
            told.since += times;
            // A clock that was set back must not silence it for longer.
            if (0..window).contains(&(now - told.at)) {
                return None;
            }
            told.at = now;
            return Some(std::mem::take(&mut told.since));
        }
        if self.0.len() >= KINDS_MAX {
            self.0.retain(|_, it| now - it.at < DAY_MS);
        }
        if self.0.len() >= KINDS_MAX {
            self.0.clear();
        }
        let told = Told { at: now, since: 0 };
        self.0.insert(what.to_owned(), told);
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_a_window_and_nothing_is_lost_between() {
        let mut seldom = Seldom::default();
        assert_eq!(seldom.note("a", 2, 100, 1000), Some(2));
        assert_eq!(seldom.note("a", 3, 100, 1099), None);
        assert_eq!(seldom.note("b", 1, 100, 1099), Some(1));
        assert_eq!(seldom.note("a", 1, 100, 1100), Some(4));
        assert_eq!(seldom.note("a", 1, 100, 1100), None);
        assert_eq!(
            seldom.note("a", 1, 100, 900),
            Some(2),
            "the clock was set back"
        );
    }

    #[test]
    fn memory_is_bounded() {
        let mut seldom = Seldom::default();
        for number in 0..3 * KINDS_MAX {
            seldom.note(&number.to_string(), 1, 100, 1000);
        }
        assert!(seldom.0.len() <= KINDS_MAX);
    }
}
