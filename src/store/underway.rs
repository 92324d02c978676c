//! How much of each key's deliveries may be under way, from when a body was read to its answer.
//! All of it waits for one writer: it is what is not let in that keeps the rest quick.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::failpoint;
use crate::base::{Error, Kind, Result};

/// Of a key, however large they are. More of them would not make the writer any quicker.
const DELIVERIES_MAX: usize = 16;
/// However many they are: a thousand single events.
const BYTES_MAX: usize = 1024 * 1024;
/// What a delivery is counted with besides its body.
const DELIVERY_BYTES: usize = 512;
/// The part of both that a key has left once it sent more, until all that it has under way is
/// answered. The writer stays as busy, and whoever is let in waits a quarter as long.
const PART_IN_A_FLOOD: usize = 4;

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
    is_flood: bool,
}

impl UnderWay {
    /// Whether a body of this length may be read. Refused here it costs next to nothing.
    pub fn admit(&self, key_no: i64, bytes: usize) -> Result<()> {
        admit(&mut self.lock(), key_no, bytes).map(|_| ())
    }

    /// Takes a place for a body that was read, if there still is one.
    pub fn begin(&self, key_no: i64, bytes: usize) -> Result<Delivery> {
        let mut keys = self.lock();
        let held = admit(&mut keys, key_no, bytes)?;
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
        let mut keys = self.under_way.lock();
        if let Some(held) = keys.get_mut(&self.key_no) {
            held.deliveries -= 1;
            held.bytes -= self.bytes + DELIVERY_BYTES;
            if held.deliveries == 0 {
                keys.remove(&self.key_no);
            }
        }
    }
}

impl Held {
    fn is_allowed(self) -> bool {
        let part = if self.is_flood { PART_IN_A_FLOOD } else { 1 };
        self.deliveries <= DELIVERIES_MAX / part || self.bytes <= BYTES_MAX / part
    }
}

/// What the key would hold with one delivery more. Without room it is remembered as a flood.
fn admit(keys: &mut HashMap<i64, Held>, key_no: i64, bytes: usize) -> Result<Held> {
    let held = keys.get(&key_no).copied().unwrap_or_default();
    let wanted = Held {
        deliveries: held.deliveries + 1,
        bytes: held
            .bytes
            .saturating_add(bytes)
            .saturating_add(DELIVERY_BYTES),
        ..held
    };
    if wanted.is_allowed() || failpoint::is(failpoint::BOUNDLESS) {
        return Ok(wanted);
    }
    if let Some(held) = keys.get_mut(&key_no) {
        held.is_flood = true;
    }
    Err(Error::new(
        Kind::Unavailable,
        "Too much is waiting to be written. Send the same request again.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;

    fn fill(under_way: &UnderWay, key_no: i64, bytes: usize) -> Vec<Delivery> {
        let tries = 0..10_000;
        tries
            .map_while(|_| under_way.begin(key_no, bytes).ok())
            .collect()
    }

    #[test]
    fn a_key_has_sixteen_of_any_size_or_a_mebibyte_of_any_number() {
        let under_way = UnderWay::default();
        let large = fill(&under_way, 1, KIB * KIB);
        let middling = fill(&under_way, 2, 100 * KIB);
        let single = fill(&under_way, 3, KIB / 2);
        assert_eq!((large.len(), middling.len(), single.len()), (16, 16, 1024));
        assert!(under_way.admit(4, KIB * KIB).is_ok(), "each has its own");
        drop((large, middling, single));
        assert!(under_way.lock().is_empty());
    }

    #[test]
    fn a_key_that_sent_more_has_a_quarter_until_all_is_answered() {
        let under_way = UnderWay::default();
        let mut held = fill(&under_way, 1, 100 * KIB);
        while held.len() > 4 {
            held.pop();
            assert!(under_way.admit(1, 100 * KIB).is_err(), "{}", held.len());
        }
        held.pop();
        held.push(under_way.begin(1, 100 * KIB).unwrap());
        assert!(under_way.admit(1, 100 * KIB).is_err());
        held.clear();
        assert_eq!(fill(&under_way, 1, 100 * KIB).len(), 16);
    }
}
