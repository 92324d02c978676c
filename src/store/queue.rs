//! What waits for the writer. Changes of records go before deliveries and have places of their
//! own, so that people can work while senders fill the queue; and no sender fills it alone.
use std::collections::{HashMap, VecDeque};
use std::mem;

/// What may wait, in bytes of events.
const DELIVERED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// At most half is one key's, even while it is alone: whoever comes finds room.
const KEY_BYTES_MAX: usize = DELIVERED_BYTES_MAX / 2;
/// What a delivery is counted with besides its events.
const JOB_BYTES: usize = 512;
/// Changes that may wait: far more than people make, and each is small.
const CHANGES_MAX: usize = 4096;
/// Deliveries taken at once, in bytes: a change that comes now waits for these.
const TAKEN_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Who a job is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Load {
    /// Of records, or a note of our own.
    Change,
    /// Events of a key, by its number.
    Delivery { key: i64, bytes: usize },
}

pub struct Queue<J> {
    changes: VecDeque<J>,
    deliveries: VecDeque<(i64, usize, J)>,
    bytes: usize,
    /// Of `bytes`, by key.
    held: HashMap<i64, usize>,
}

impl<J> Queue<J> {
    /// False: there is no room, and the job is gone.
    #[must_use]
    pub fn push(&mut self, load: Load, job: J) -> bool {
        match load {
            Load::Change => self.push_change(job),
            Load::Delivery { key, bytes } => self.push_delivery(key, bytes + JOB_BYTES, job),
        }
    }

    /// What is to be done next, in its order; empty when nothing waits.
    pub fn take(&mut self) -> VecDeque<J> {
        let mut jobs = mem::take(&mut self.changes);
        let mut taken = 0;
        while taken < TAKEN_BYTES_MAX
            && let Some((key, bytes, job)) = self.deliveries.pop_front()
        {
            taken += bytes;
            self.release(key, bytes);
            jobs.push_back(job);
        }
        jobs
    }

    /// Bytes of deliveries.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn push_change(&mut self, job: J) -> bool {
        let has_room = self.changes.len() < CHANGES_MAX;
        if has_room {
            self.changes.push_back(job);
        }
        has_room
    }

    fn push_delivery(&mut self, key: i64, bytes: usize, job: J) -> bool {
        let held = self.held.entry(key).or_default();
        let has_room = *held + bytes <= KEY_BYTES_MAX && self.bytes + bytes <= DELIVERED_BYTES_MAX;
        if has_room {
            *held += bytes;
            self.bytes += bytes;
            self.deliveries.push_back((key, bytes, job));
        }
        has_room
    }

    fn release(&mut self, key: i64, bytes: usize) {
        self.bytes -= bytes;
        // Emptied whole whenever nothing waits, which is all the time: it does not grow.
        if self.deliveries.is_empty() {
            self.held.clear();
        } else if let Some(held) = self.held.get_mut(&key) {
            *held -= bytes;
        }
    }
}

// Derived, it would ask the same of the jobs.
impl<J> Default for Queue<J> {
    fn default() -> Self {
        Self {
            changes: VecDeque::new(),
            deliveries: VecDeque::new(),
            bytes: 0,
            held: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn delivery(key: i64, bytes: usize) -> Load {
        Load::Delivery {
            key,
            bytes: bytes - JOB_BYTES,
        }
    }

    #[test]
    fn changes_go_before_deliveries_and_both_in_their_order() {
        let mut queue = Queue::default();
        assert!(queue.push(delivery(1, MIB), 1));
        assert!(queue.push(Load::Change, 2));
        assert!(queue.push(delivery(2, MIB), 3));
        assert!(queue.push(Load::Change, 4));
        assert_eq!(queue.take(), [2, 4, 1, 3]);
        assert!(queue.take().is_empty());
        assert_eq!(queue.bytes(), 0);
    }

    #[test]
    fn a_change_waits_for_what_was_taken_and_no_longer() {
        let mut queue = Queue::default();
        for job in 0..12 {
            assert!(queue.push(delivery(1, MIB), job));
        }
        assert_eq!(queue.take().len(), 8);
        assert!(queue.push(Load::Change, 12));
        assert_eq!(queue.take(), [12, 8, 9, 10, 11]);
    }

    #[test]
    fn one_key_has_half_and_all_keys_have_the_whole_and_changes_have_their_own() {
        let mut queue = Queue::default();
        let mut fill = |key| {
            let jobs = 0..;
            jobs.take_while(|_| queue.push(delivery(key, MIB), ()))
                .count()
        };
        assert_eq!((fill(1), fill(2), fill(3)), (16, 16, 0));
        assert!(queue.push(Load::Change, ()));
        assert_eq!(queue.take().len(), 9);
        assert!(queue.push(delivery(1, MIB), ()));
        let mut changes = 0..;
        assert_eq!(
            changes
                .by_ref()
                .take_while(|_| queue.push(Load::Change, ()))
                .count(),
            CHANGES_MAX
        );
    }
}
