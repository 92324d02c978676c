//! How fast each key may deliver: a bucket of a minute's events for each, which fills evenly.
use std::collections::HashMap;

use crate::base::{MINUTE_MS, Millis, SECOND_MS};

/// In memory: a restart fills every bucket.
#[derive(Default)]
pub struct Rates(HashMap<i64, Bucket>);

/// An event weighs a minute's milliseconds, so that a limit of n lets n flow in a millisecond.
const EVENT: i64 = MINUTE_MS;

struct Bucket {
    /// Below nothing after a delivery of more than was left: the next one waits for it.
    level: i64,
    filled_ms: Millis,
}

impl Rates {
    /// Lets a delivery in and takes one event for it; or says after how many seconds to come back.
    /// How many events it has is known later: `take` them then.
    pub fn admit(&mut self, key_no: i64, limit: i64, now: Millis) -> Result<(), i64> {
        let full = limit * EVENT;
        let bucket = self.0.entry(key_no).or_insert(Bucket {
            level: full,
            filled_ms: now,
        });
        // A clock that was set back fills nothing, and does not stop the filling.
        let passed = (now - bucket.filled_ms).max(0);
        bucket.level = full.min(bucket.level.saturating_add(passed.saturating_mul(limit)));
        bucket.filled_ms = now;
        if bucket.level < EVENT {
            let missing = EVENT - bucket.level;
            let wait_ms = (missing + limit - 1) / limit;
            return Err((wait_ms + SECOND_MS - 1) / SECOND_MS);
        }
        bucket.level -= EVENT;
        Ok(())
    }

    pub fn take(&mut self, key_no: i64, events: usize) {
        if let Some(bucket) = self.0.get_mut(&key_no) {
            let events = i64::try_from(events).unwrap_or(i64::MAX);
            bucket.level = bucket.level.saturating_sub(events.saturating_mul(EVENT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: i64 = 7;

    #[test]
    fn a_minute_of_events_may_come_at_once_and_then_they_flow() {
        let mut rates = Rates::default();
        for _ in 0..60 {
            assert_eq!(rates.admit(KEY, 60, 0), Ok(()));
        }
        assert_eq!(rates.admit(KEY, 60, 0), Err(1));
        assert_eq!(rates.admit(KEY, 60, 999), Err(1));
        assert_eq!(rates.admit(KEY, 60, 1000), Ok(()));
        assert!(rates.admit(KEY, 60, 1000).is_err());
        assert_eq!(rates.admit(8, 60, 1000), Ok(()), "each key has its own");
    }

    #[test]
    fn a_large_delivery_is_paid_back_before_the_next() {
        let mut rates = Rates::default();
        assert_eq!(rates.admit(KEY, 60, 0), Ok(()));
        rates.take(KEY, 999);
        let Err(wait) = rates.admit(KEY, 60, 0) else {
            panic!("nothing is left");
        };
        assert_eq!(
            wait, 941,
            "60 were there, 1,000 came, and one has to be there again"
        );
        assert!(rates.admit(KEY, 60, 940 * SECOND_MS).is_err());
        assert_eq!(rates.admit(KEY, 60, wait * SECOND_MS), Ok(()));
    }

    /// Over any hour the average holds, whatever the batches.
    #[test]
    fn no_pattern_of_batches_beats_the_limit() {
        for batch in [1, 7, 100, 1000] {
            let (mut rates, mut taken) = (Rates::default(), 0);
            for second in 0..3600 {
                if rates.admit(KEY, 600, second * SECOND_MS).is_ok() {
                    rates.take(KEY, batch - 1);
                    taken += batch;
                }
            }
            assert!(taken <= 600 * 61 + 1000, "{taken} in batches of {batch}");
            // One delivery in a second is all that this test sends.
            assert!(
                taken >= (600 * 59).min(3600 * batch),
                "{taken} in batches of {batch}"
            );
        }
    }

    #[test]
    fn a_clock_that_steps_back_neither_opens_nor_closes() {
        let mut rates = Rates::default();
        assert_eq!(rates.admit(KEY, 1, 10 * MINUTE_MS), Ok(()));
        assert!(rates.admit(KEY, 1, 0).is_err());
        assert!(rates.admit(KEY, 1, MINUTE_MS - 1).is_err());
        assert_eq!(rates.admit(KEY, 1, MINUTE_MS), Ok(()));
        // A limit that was lowered counts at once.
        assert_eq!(rates.admit(9, 1000, 0), Ok(()));
        assert_eq!(rates.admit(9, 1, 0), Ok(()));
        assert!(rates.admit(9, 1, 0).is_err());
    }
}
