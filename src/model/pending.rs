//! Sign-ins that wait for a second factor: the password was right, and nothing opens yet.
use std::collections::HashMap;

use crate::base::{Hash, MINUTE_MS, Millis, Phc};

const LASTS_MS: Millis = 5 * MINUTE_MS;
const TRIES: u32 = 5;
/// Only who knows a password can make one; more than these and the oldest is forgotten.
const WAITING_MAX: usize = 1000;

/// What was proved so far.
#[derive(Clone)]
pub struct Pending {
    pub operator_no: i64,
    /// The hash that the password matched. Another one ends it.
    pub seen: Phc,
    pub is_known_browser: bool,
}

/// By the digest of their cookie.
#[derive(Default)]
pub struct Waiting(HashMap<Hash, Entry>);

struct Entry {
    pending: Pending,
    since_ms: Millis,
    tries: u32,
}

impl Waiting {
    pub fn begin(&mut self, digest: Hash, pending: Pending, now: Millis) {
        self.0.retain(|_, it| it.is_open(now));
        if self.0.len() >= WAITING_MAX {
            let oldest = self.0.iter().min_by_key(|(_, it)| it.since_ms);
            if let Some(oldest) = oldest.map(|(digest, _)| *digest) {
                self.0.remove(&oldest);
            }
        }
        let entry = Entry {
            pending,
            since_ms: now,
            tries: 0,
        };
        self.0.insert(digest, entry);
    }

    pub fn find(&self, digest: &Hash, now: Millis) -> Option<Pending> {
        let entry = self.0.get(digest).filter(|it| it.is_open(now))?;
        Some(entry.pending.clone())
    }

    /// Counts a try before anything is compared. False: there was one too many.
    pub fn count_try(&mut self, digest: &Hash, now: Millis) -> bool {
        let Some(entry) = self.0.get_mut(digest).filter(|it| it.is_open(now)) else {
            return false;
        };
        entry.tries += 1;
        true
    }

    pub fn end(&mut self, digest: &Hash) {
        self.0.remove(digest);
    }
}

impl Entry {
    fn is_open(&self, now: Millis) -> bool {
        self.tries < TRIES && (0..LASTS_MS).contains(&(now - self.since_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> Pending {
        Pending {
            operator_no: 1,
            seen: Phc::from_stored("x".to_owned()),
            is_known_browser: false,
        }
    }

    #[test]
    fn a_pending_sign_in_has_five_tries_in_five_minutes() {
        let mut waiting = Waiting::default();
        waiting.begin([1; 32], pending(), 0);
        assert!(waiting.find(&[1; 32], LASTS_MS - 1).is_some());
        assert!(waiting.find(&[1; 32], LASTS_MS).is_none());
        assert!(waiting.find(&[2; 32], 0).is_none());
        let tries = (0..9).filter(|_| waiting.count_try(&[1; 32], 0)).count();
        assert_eq!(tries, 5);
        assert!(waiting.find(&[1; 32], 0).is_none());
    }

    #[test]
    fn too_many_forget_the_oldest() {
        let mut waiting = Waiting::default();
        for number in 0..=WAITING_MAX {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_be_bytes());
            waiting.begin(digest, pending(), i64::try_from(number).unwrap());
        }
        assert_eq!(waiting.0.len(), WAITING_MAX);
        assert!(waiting.find(&[0; 32], 1000).is_none());
    }
}
