//! How often somebody asks for what is not there: so many in a minute, and then no answer until
//! the next. For secrets that are too long to be guessed, this only bounds the work.
use std::collections::HashMap;

use crate::base::{MINUTE_MS, Millis};

const MISSES_A_MINUTE: u32 = 30;
/// Beyond this many at once, the rest count as one.
const ASKERS_MAX: usize = 20_000;

#[derive(Default)]
pub struct Tries {
    minute: Millis,
    misses: HashMap<String, u32>,
}

impl Tries {
    /// Whether `who` may ask in this minute.
    pub fn may_ask(&mut self, who: &str, now: Millis) -> bool {
        self.settle(now);
        let who = self.counted_as(who);
        self.misses.get(who).copied().unwrap_or_default() < MISSES_A_MINUTE
    }

    /// What `who` asked for was not there.
    pub fn miss(&mut self, who: &str, now: Millis) {
        self.settle(now);
        let who = self.counted_as(who).to_owned();
        let misses = self.misses.entry(who).or_default();
        *misses = misses.saturating_add(1);
    }

    fn settle(&mut self, now: Millis) {
        let minute = now / MINUTE_MS;
        if self.minute != minute {
            self.minute = minute;
            self.misses.clear();
        }
    }

    fn counted_as<'a>(&self, who: &'a str) -> &'a str {
        let is_new = !self.misses.contains_key(who);
        if is_new && self.misses.len() >= ASKERS_MAX {
            ""
        } else {
            who
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_misses_too_often_waits_for_the_next_minute_alone() {
        let mut tries = Tries::default();
        for _ in 0..MISSES_A_MINUTE {
            assert!(tries.may_ask("a", 0));
            tries.miss("a", 0);
        }
        assert!(!tries.may_ask("a", MINUTE_MS - 1));
        assert!(tries.may_ask("b", MINUTE_MS - 1));
        assert!(tries.may_ask("a", MINUTE_MS));
    }

    #[test]
    fn more_askers_than_are_counted_share_one_count() {
        let mut tries = Tries::default();
        for who in 0..ASKERS_MAX {
            tries.miss(&who.to_string(), 0);
        }
        for _ in 0..MISSES_A_MINUTE {
            tries.miss("one more", 0);
        }
        assert!(!tries.may_ask("another", 0));
        assert!(tries.may_ask("7", 0));
        assert!(tries.misses.len() <= ASKERS_MAX + 1);
    }
}
