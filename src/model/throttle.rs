//! Slows guessing without locking anybody out: only failures count, in memory, outside of any
//! transaction whose rollback would forget them.
use std::collections::HashMap;

use crate::base::{MINUTE_MS, Millis};

/// Failures of one account from one address before a pause.
pub const FAILURES_MAX: u32 = 6;
pub const PAUSE_MINUTES: i64 = 15;
const PAUSE_MS: Millis = PAUSE_MINUTES * MINUTE_MS;
const BUCKETS_MAX: usize = 20_000;

#[derive(Default)]
pub struct Throttle(HashMap<String, Bucket>);

struct Bucket {
    failures: u32,
    last_ms: Millis,
}

impl Throttle {
    pub fn is_paused(&self, who: &str, now: Millis) -> bool {
        self.0
            .get(who)
            .is_some_and(|it| it.failures >= FAILURES_MAX && now - it.last_ms < PAUSE_MS)
    }

    /// Counts a failure. True when this one begins a pause.
    pub fn fail(&mut self, who: &str, now: Millis) -> bool {
        if self.0.len() >= BUCKETS_MAX {
            self.0.retain(|_, it| now - it.last_ms < PAUSE_MS);
        }
        if self.0.len() >= BUCKETS_MAX && !self.0.contains_key(who) {
            self.forget_the_oldest();
        }
        let bucket = self.0.entry(who.to_owned()).or_insert(Bucket {
            failures: 0,
            last_ms: now,
        });
        if now - bucket.last_ms >= PAUSE_MS {
            bucket.failures = 0;
        }
        bucket.failures += 1;
        bucket.last_ms = now;
        bucket.failures == FAILURES_MAX
    }

    /// Whoever fills the buckets must not switch the protection off for the next account.
    fn forget_the_oldest(&mut self) {
        let oldest = self.0.iter().min_by_key(|(_, it)| it.last_ms);
        if let Some(oldest) = oldest.map(|(who, _)| who.clone()) {
            self.0.remove(&oldest);
        }
    }

    pub fn succeed(&mut self, who: &str) {
        self.0.remove(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_failure_begins_a_pause_of_fifteen_minutes() {
        let mut throttle = Throttle::default();
        let begun: Vec<_> = (0..6).map(|_| throttle.fail("a", 0)).collect();
        assert_eq!(begun, [false, false, false, false, false, true]);
        assert!(throttle.is_paused("a", PAUSE_MS - 1));
        assert!(!throttle.is_paused("a", PAUSE_MS));
        assert!(!throttle.is_paused("b", 0));
    }

    #[test]
    fn a_flood_of_accounts_switches_nothing_off() {
        let mut throttle = Throttle::default();
        (0..BUCKETS_MAX + 3).for_each(|it| {
            throttle.fail(&it.to_string(), 0);
        });
        assert_eq!(throttle.0.len(), BUCKETS_MAX);
        (0..6).for_each(|_| {
            throttle.fail("a", 1);
        });
        assert!(throttle.is_paused("a", 1));
    }

    #[test]
    fn a_success_forgets_the_failures() {
        let mut throttle = Throttle::default();
        (0..5).for_each(|_| {
            throttle.fail("a", 0);
        });
        throttle.succeed("a");
        assert!(!throttle.fail("a", 0));
        assert!(!throttle.is_paused("a", 0));
    }
}
