//! What waits for the writer. Changes of records go before deliveries and have places of their
//! own, so that people can work while senders fill the queue. No sender fills it alone, and senders
//! take turns.
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
/// Deliveries taken at once, in bytes: a change that comes now waits for these, and so does another
/// key's. Enough for some thousand events, with which a commit costs each of them little.
const TAKEN_BYTES_MAX: usize = 2 * 1024 * 1024;

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
    /// What waits of each key, in its order.
    deliveries: HashMap<i64, Line<J>>,
    /// The keys that something waits of, in the order of their turns: nobody waits for all that
    /// another one sent before.
    turns: VecDeque<i64>,
    bytes: usize,
}

struct Line<J> {
    jobs: VecDeque<(usize, J)>,
    bytes: usize,
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
            && let Some((bytes, job)) = self.next()
        {
            taken += bytes;
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
        let held = self.deliveries.get(&key).map_or(0, |it| it.bytes);
        let has_room = held + bytes <= KEY_BYTES_MAX && self.bytes + bytes <= DELIVERED_BYTES_MAX;
        if !has_room {
            return false;
        }
        let line = self.deliveries.entry(key).or_insert_with(|| {
            self.turns.push_back(key);
            Line {
                jobs: VecDeque::new(),
                bytes: 0,
            }
        });
        line.jobs.push_back((bytes, job));
        line.bytes += bytes;
        self.bytes += bytes;
        true
    }

    /// One delivery of the key whose turn it is.
    fn next(&mut self) -> Option<(usize, J)> {
        let key = self.turns.pop_front()?;
        let line = self.deliveries.get_mut(&key)?;
        let (bytes, job) = line.jobs.pop_front()?;
        line.bytes -= bytes;
        self.bytes -= bytes;
        if line.jobs.is_empty() {
            self.deliveries.remove(&key);
        } else {
            self.turns.push_back(key);
        }
        Some((bytes, job))
    }
}

// Derived, it would ask the same of the jobs.
impl<J> Default for Queue<J> {
    fn default() -> Self {
        Self {
            changes: VecDeque::new(),
            deliveries: HashMap::new(),
            turns: VecDeque::new(),
            bytes: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

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
        assert_eq!(queue.take(), [0, 1]);
        assert!(queue.push(Load::Change, 12));
        assert_eq!(queue.take(), [12, 2, 3]);
    }

    #[test]
    fn keys_take_turns_however_much_one_has_sent() {
        let mut queue = Queue::default();
        for job in 0..12 {
            assert!(queue.push(delivery(1, MIB), job));
        }
        assert!(queue.push(delivery(2, MIB), 12));
        assert!(queue.push(delivery(3, MIB), 13));
        assert!(queue.push(delivery(2, MIB), 14));
        let mut taken = iter::repeat_with(|| queue.take()).take_while(|it| !it.is_empty());
        assert_eq!(taken.next().unwrap(), [0, 12]);
        assert_eq!(
            taken.flatten().collect::<Vec<_>>(),
            [13, 1, 14, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        );
        assert_eq!(queue.bytes(), 0);
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
        assert_eq!(queue.take().len(), 3);
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
