//! Slows guessing without locking anybody out: only failures count, in memory, outside of any
//! transaction whose rollback would forget them. Strangers slow strangers; a browser in which the
//! account signed in before is counted by itself, so nobody else can close it.
use std::collections::HashMap;

use crate::base::{HOUR_MS, Hash, MINUTE_MS, Millis};

/// Failures of one account from one place before a pause.
pub const FAILURES_MAX: u32 = 6;
pub const PAUSE_MINUTES: i64 = 15;
const PAUSE_MS: Millis = PAUSE_MINUTES * MINUTE_MS;
/// Failures of one account an hour, from all browsers that it never signed in from.
const FAILURES_OF_STRANGERS_MAX: u32 = 30;
/// Failures an hour from one address, whatever the account.
const FAILURES_OF_AN_ADDRESS_MAX: u32 = 60;
const BUCKETS_MAX: usize = 20_000;
/// How many are forgotten at once when all are taken.
const ROOM: usize = 1000;

/// Who tries, digested by the caller: anything of any length may be typed.
pub struct Attempt {
    pub account: Hash,
    /// The network that it comes from.
    pub address: Hash,
    /// Account and network together.
    pub place: Hash,
    /// Account and browser together, where the account signed in from this browser before.
    pub known_browser: Option<Hash>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Limit {
    Place,
    Account,
    Address,
    KnownBrowser,
}

/// A limit that an attempt reaches if it fails, and until when it then pauses sign-in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reached {
    pub limit: Limit,
    pub until_ms: Millis,
}

#[derive(Default)]
pub struct Throttle {
    strangers: Buckets,
    /// By themselves: strangers cannot make any, so they cannot push these out either.
    browsers: Buckets,
}

#[derive(Default)]
struct Buckets(HashMap<(Limit, Hash), Bucket>);

#[derive(Clone, Copy)]
struct Bucket {
    failures: u32,
    since_ms: Millis,
    last_ms: Millis,
}

impl Attempt {
    /// Somebody who is signed in: counted by nothing else.
    pub fn of_browser(browser: Hash) -> Self {
        Self {
            account: browser,
            address: browser,
            place: browser,
            known_browser: Some(browser),
        }
    }
}

impl Throttle {
    /// Counts an attempt as a failure before anything is compared: a thousand at once must not
    /// pass together. None while sign-in is paused; else what it reaches if it does fail.
    pub fn admit(&mut self, attempt: &Attempt, now: Millis) -> Option<Vec<Reached>> {
        let (buckets, keys) = self.of(attempt);
        if keys.iter().any(|it| buckets.is_paused(it, now)) {
            return None;
        }
        let reached = keys.into_iter().filter_map(|it| buckets.fail(it, now));
        Some(reached.collect())
    }

    /// Nothing was compared after all.
    pub fn take_back(&mut self, attempt: &Attempt) {
        let (buckets, keys) = self.of(attempt);
        for key in keys {
            buckets.take_back(&key);
        }
    }

    /// It was no failure. What others did on this account, or here on other accounts, stays.
    pub fn succeed(&mut self, attempt: &Attempt) {
        self.take_back(attempt);
        let (buckets, _) = self.of(attempt);
        buckets.0.remove(&(Limit::Place, attempt.place));
        if let Some(browser) = attempt.known_browser {
            buckets.0.remove(&(Limit::KnownBrowser, browser));
        }
    }

    fn of(&mut self, attempt: &Attempt) -> (&mut Buckets, Vec<(Limit, Hash)>) {
        match attempt.known_browser {
            Some(browser) => (&mut self.browsers, vec![(Limit::KnownBrowser, browser)]),
            None => (
                &mut self.strangers,
                vec![
                    (Limit::Place, attempt.place),
                    (Limit::Account, attempt.account),
                    (Limit::Address, attempt.address),
                ],
            ),
        }
    }
}

impl Buckets {
    fn is_paused(&mut self, key: &(Limit, Hash), now: Millis) -> bool {
        let Some(bucket) = self.0.get_mut(key) else {
            return false;
        };
        bucket.settle(now);
        bucket.failures >= key.0.failures_max() && now < bucket.until_ms(key.0)
    }

    fn fail(&mut self, key: (Limit, Hash), now: Millis) -> Option<Reached> {
        if self.0.len() >= BUCKETS_MAX && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let fresh = Bucket {
            failures: 0,
            since_ms: now,
            last_ms: now,
        };
        let bucket = self.0.entry(key).or_insert(fresh);
        if now >= bucket.until_ms(key.0) {
            *bucket = fresh;
        }
        bucket.failures += 1;
        bucket.last_ms = now;
        (bucket.failures == key.0.failures_max()).then(|| Reached {
            limit: key.0,
            until_ms: bucket.until_ms(key.0),
        })
    }

    fn take_back(&mut self, key: &(Limit, Hash)) {
        if let Some(bucket) = self.0.get_mut(key) {
            bucket.failures = bucket.failures.saturating_sub(1);
        }
    }

    /// Whoever fills the buckets must not switch the protection off: what is over goes first, then
    /// what is farthest from its limit. To push out a pause, nearly all others have to be pauses.
    fn make_room(&mut self, now: Millis) {
        self.0.retain(|key, it| now < it.until_ms(key.0));
        if self.0.len() + ROOM <= BUCKETS_MAX {
            return;
        }
        let fullness = |(key, it): (&(Limit, Hash), &Bucket)| {
            let fullness = it.failures * FAILURES_OF_AN_ADDRESS_MAX / key.0.failures_max();
            (fullness, it.last_ms, *key)
        };
        let mut emptiest: Vec<_> = self.0.iter().map(fullness).collect();
        emptiest.select_nth_unstable_by_key(ROOM, |(fullness, last_ms, _)| (*fullness, *last_ms));
        for (_, _, key) in &emptiest[..ROOM] {
            self.0.remove(key);
        }
    }
}

impl Bucket {
    /// A clock that was set back must not make a pause longer.
    fn settle(&mut self, now: Millis) {
        self.since_ms = self.since_ms.min(now);
        self.last_ms = self.last_ms.min(now);
    }

    /// When its failures no longer count.
    fn until_ms(self, limit: Limit) -> Millis {
        match limit {
            Limit::Place | Limit::KnownBrowser => self.last_ms + PAUSE_MS,
            Limit::Account | Limit::Address => self.since_ms + HOUR_MS,
        }
    }
}

impl Limit {
    pub fn failures_max(self) -> u32 {
        match self {
            Self::Place | Self::KnownBrowser => FAILURES_MAX,
            Self::Account => FAILURES_OF_STRANGERS_MAX,
            Self::Address => FAILURES_OF_AN_ADDRESS_MAX,
        }
    }

    /// Whether it is about one account.
    pub fn is_of_an_account(self) -> bool {
        match self {
            Self::Place | Self::Account | Self::KnownBrowser => true,
            Self::Address => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::sha256;

    fn digest(text: &str) -> Hash {
        sha256(&[text.as_bytes()])
    }

    fn stranger(account: &str, address: &str) -> Attempt {
        Attempt {
            account: digest(account),
            address: digest(address),
            place: digest(&format!("{account} {address}")),
            known_browser: None,
        }
    }

    fn own(account: &str) -> Attempt {
        Attempt {
            known_browser: Some(digest(&format!("browser of {account}"))),
            ..stranger(account, "home")
        }
    }

    fn limits(reached: Option<Vec<Reached>>) -> Option<Vec<Limit>> {
        reached.map(|it| it.into_iter().map(|it| it.limit).collect())
    }

    #[test]
    fn the_sixth_failure_begins_a_pause_of_fifteen_minutes() {
        for (attempt, limit) in [
            (stranger("ana", "a"), Limit::Place),
            (own("ana"), Limit::KnownBrowser),
        ] {
            let mut throttle = Throttle::default();
            for _ in 0..5 {
                assert_eq!(throttle.admit(&attempt, 0), Some(vec![]));
            }
            let until_ms = PAUSE_MS;
            assert_eq!(
                throttle.admit(&attempt, 0),
                Some(vec![Reached { limit, until_ms }])
            );
            assert_eq!(throttle.admit(&attempt, PAUSE_MS - 1), None);
            assert_eq!(throttle.admit(&attempt, PAUSE_MS), Some(vec![]));
            assert_eq!(throttle.admit(&stranger("otto", "a"), 0), Some(vec![]));
        }
    }

    #[test]
    fn strangers_slow_strangers_and_never_the_own_browser() {
        let mut throttle = Throttle::default();
        let mut admitted = 0;
        let mut minute: i64 = 0;
        // A thousand guesses from a hundred addresses, each as soon as it is let through.
        while admitted < 1000 {
            for address in 0..100 {
                let attempt = stranger("ana", &address.to_string());
                if admitted < 1000 && throttle.admit(&attempt, minute * MINUTE_MS).is_some() {
                    admitted += 1;
                    if admitted == 500 {
                        assert!(throttle.admit(&own("ana"), minute * MINUTE_MS).is_some());
                        throttle.succeed(&own("ana"));
                    }
                }
            }
            // Thirty were let through in this hour: somebody new is not.
            let new = throttle.admit(&stranger("ana", "new"), minute * MINUTE_MS);
            assert!(new.is_none() || admitted == 1000);
            minute += 1;
        }
        assert!(minute >= 24 * 60, "{minute} minutes");
    }

    #[test]
    fn an_address_has_sixty_failures_an_hour_whatever_the_accounts() {
        let mut throttle = Throttle::default();
        for number in 0..59 {
            let attempt = stranger(&number.to_string(), "a");
            assert_eq!(throttle.admit(&attempt, 0), Some(vec![]));
        }
        let last = throttle.admit(&stranger("59", "a"), 7);
        assert_eq!(limits(last), Some(vec![Limit::Address]));
        assert_eq!(throttle.admit(&stranger("60", "a"), HOUR_MS - 1), None);
        assert_eq!(
            throttle.admit(&stranger("60", "b"), HOUR_MS - 1),
            Some(vec![])
        );
        assert_eq!(throttle.admit(&stranger("60", "a"), HOUR_MS), Some(vec![]));
    }

    #[test]
    fn a_success_forgets_the_own_failures_and_nobody_elses() {
        let mut throttle = Throttle::default();
        for number in 0..29 {
            throttle.admit(&stranger("ana", &format!("a{}", number / 5)), 0);
        }
        throttle.admit(&stranger("ana", "a5"), 0);
        throttle.succeed(&stranger("ana", "a5"));
        assert!(
            !throttle
                .strangers
                .0
                .contains_key(&(Limit::Place, stranger("ana", "a5").place))
        );
        let thirtieth = throttle.admit(&stranger("ana", "b"), 0);
        assert_eq!(limits(thirtieth), Some(vec![Limit::Account]));
        assert_eq!(throttle.admit(&stranger("ana", "c"), 0), None);
    }

    #[test]
    fn attempts_at_once_are_counted_before_they_are_compared() {
        let mut throttle = Throttle::default();
        let attempt = stranger("ana", "a");
        let admitted = (0..100).filter(|_| throttle.admit(&attempt, 0).is_some());
        assert_eq!(admitted.count(), 6);
        throttle.take_back(&attempt);
        assert!(throttle.admit(&attempt, 0).is_some());
    }

    #[test]
    fn a_flood_of_accounts_switches_nothing_off() {
        let mut throttle = Throttle::default();
        (0..6).for_each(|_| {
            throttle.admit(&stranger("ana", "a"), 0);
        });
        for number in 0..BUCKETS_MAX {
            let number = number.to_string();
            throttle.admit(&stranger(&number, &number), 1);
        }
        assert!(throttle.strangers.0.len() <= BUCKETS_MAX);
        assert_eq!(throttle.admit(&stranger("ana", "a"), 1), None);
        (0..6).for_each(|_| {
            throttle.admit(&stranger("otto", "a"), 1);
        });
        assert_eq!(throttle.admit(&stranger("otto", "a"), 1), None);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_pause_longer() {
        let mut throttle = Throttle::default();
        let attempt = stranger("ana", "a");
        (0..6).for_each(|_| {
            throttle.admit(&attempt, 1000 * HOUR_MS);
        });
        assert_eq!(throttle.admit(&attempt, HOUR_MS), None);
        assert_eq!(throttle.admit(&attempt, HOUR_MS + PAUSE_MS), Some(vec![]));
    }
}
