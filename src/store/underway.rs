//! How much of each key's deliveries may be under way, from when a body was read to its answer.
//! All of it waits for one writer: it is what is not let in that keeps the rest quick.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::failpoint;
use crate::base::{Error, Kind, Result};

/// Of a key, however large they are. More of them would not make the writer any quicker.
const DELIVERIES_MAX: usize = 16;
/// However many they are: a thousand single events.
const BYTES_MAX: usize = 1024 * 1024;
/// What a delivery is counted with besides its body.
const DELIVERY_BYTES: usize = 512;
/// The part of both that a key has left for a while after it sent more. The writer stays as busy,
/// and whoever is let in waits a quarter as long.
const PART_IN_A_FLOOD: usize = 4;
/// As long as whoever is refused is told to stay away.
const FLOOD: Duration = Duration::from_secs(1);

#[derive(Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashMap<i64, Held>>>);

/// A delivery's place; given back when it is dropped.
pub struct Delivery {
    under_way: UnderWay,
    key_no: i64,
    bytes: usize,
}

#[derive(Clone, Copy, Default)]
struct Held {
    deliveries: usize,
    bytes: usize,
    refused: Option<Instant>,
}

impl UnderWay {
    /// Whether a body of this length may be read. Refused here it costs next to nothing.
    pub fn admit(&self, key_no: i64, bytes: usize) -> Result<()> {
        admit(&mut self.lock(), key_no, bytes, Instant::now()).map(|_| ())
    }

    /// Takes a place for a body that was read, if there still is one.
    pub fn begin(&self, key_no: i64, bytes: usize) -> Result<Delivery> {
        self.begin_at(key_no, bytes, Instant::now())
    }

    fn begin_at(&self, key_no: i64, bytes: usize, now: Instant) -> Result<Delivery> {
        let mut keys = self.lock();
        let held = admit(&mut keys, key_no, bytes, now)?;
        keys.insert(key_no, held);
        drop(keys);
        Ok(Delivery {
            under_way: self.clone(),
            key_no,
            bytes,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if let Some(held) = self.under_way.lock().get_mut(&self.key_no) {
            held.deliveries -= 1;
            held.bytes -= self.bytes + DELIVERY_BYTES;
        }
    }
}

impl Held {
    fn is_allowed(&self, now: Instant) -> bool {
        let is_flood = self.refused.is_some_and(|it| now < it + FLOOD);
        let part = if is_flood { PART_IN_A_FLOOD } else { 1 };
        self.deliveries <= DELIVERIES_MAX / part || self.bytes <= BYTES_MAX / part
    }
}

/// What the key would hold with one delivery more. That there is no room is remembered.
fn admit(keys: &mut HashMap<i64, Held>, key_no: i64, bytes: usize, now: Instant) -> Result<Held> {
    let held = keys.entry(key_no).or_default();
    let wanted = Held {
        deliveries: held.deliveries + 1,
        bytes: held
            .bytes
            .saturating_add(bytes)
            .saturating_add(DELIVERY_BYTES),
        refused: held.refused,
    };
    if wanted.is_allowed(now) || failpoint::is(failpoint::BOUNDLESS) {
        return Ok(wanted);
    }
    held.refused = Some(now);
    Err(Error::new(
        Kind::Unavailable,
        "Too much is waiting to be written. Send the same request again.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;

    fn fill(under_way: &UnderWay, key_no: i64, bytes: usize, now: Instant) -> Vec<Delivery> {
        let tries = 0..10_000;
        tries
            .map_while(|_| under_way.begin_at(key_no, bytes, now).ok())
            .collect()
    }

    #[test]
    fn a_key_has_sixteen_of_any_size_or_a_mebibyte_of_any_number() {
        let (under_way, now) = (UnderWay::default(), Instant::now());
        let large = fill(&under_way, 1, KIB * KIB, now);
        let middling = fill(&under_way, 2, 100 * KIB, now);
        let single = fill(&under_way, 3, KIB / 2, now);
        assert_eq!((large.len(), middling.len(), single.len()), (16, 16, 1024));
        assert!(under_way.admit(4, KIB * KIB).is_ok(), "each has its own");
        drop((large, middling, single));
        assert!(
            under_way
                .lock()
                .values()
                .all(|it| it.deliveries + it.bytes == 0)
        );
    }

    #[test]
    fn a_key_that_sent_more_has_a_quarter_until_nothing_was_refused_for_a_second() {
        let (under_way, now) = (UnderWay::default(), Instant::now());
        let mut held = fill(&under_way, 1, 100 * KIB, now);
        while held.len() >= 4 {
            let refused = under_way.begin_at(1, 100 * KIB, now).err();
            assert_eq!(refused.unwrap().kind(), Kind::Unavailable, "{}", held.len());
            held.pop();
        }
        assert!(under_way.begin_at(1, 100 * KIB, now).is_ok());
        held.clear();
        let soon = now + FLOOD / 2;
        assert_eq!(fill(&under_way, 1, 100 * KIB, soon).len(), 4);
        // A fifth was refused then.
        assert_eq!(fill(&under_way, 1, 100 * KIB, now + FLOOD).len(), 4);
        assert_eq!(fill(&under_way, 1, 100 * KIB, now + 2 * FLOOD).len(), 16);
    }
}
