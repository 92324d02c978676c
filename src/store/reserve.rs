//! Room kept free on the disk. Deliveries are refused before there is none, so that people can
//! still sign in, see why, and administer.
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::checkpoints::Backlog;
use super::instance::{database, write_ahead_log};
use crate::base::disk::{Room, room, room_below_limit};
use crate::base::{Error, Kind, Result};

/// Bytes; of a small disk one part in `PARTS`.
const KEPT_MAX: u64 = 64 * 1024 * 1024;
const PARTS: u64 = 20;

/// The largest item of a delivery: with less room than it needs, some senders are refused already.
const READY_FOR: usize = 32 * 1024;

/// The pages that a commit writes however little it has to say.
const A_COMMIT: u64 = 4 * 8192;

/// How long a look at the disk counts: under load it would cost more than hashing the event.
const LOOK_COUNTS: Duration = Duration::from_millis(1);

#[derive(Clone)]
pub struct Reserve(Arc<Mutex<State>>);

struct State {
    folder: PathBuf,
    backlog: Backlog,
    is_low: bool,
    looked: Option<(Instant, Room)>,
}

impl Reserve {
    pub fn new(folder: PathBuf, backlog: Backlog) -> Self {
        Self(Arc::new(Mutex::new(State {
            folder,
            backlog,
            is_low: false,
            looked: None,
        })))
    }

    /// Refuses a delivery of `bytes` that would use up what is kept free, after all that waits.
    pub fn admit(&self, bytes: usize, waiting: usize) -> Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = state.pending(waiting);
        let is_low = state.room().is_some_and(|it| !take(it, bytes, pending));
        if is_low != state.is_low {
            state.is_low = is_low;
            if is_low {
                tracing::error!("the disk is nearly full: deliveries are refused");
            } else {
                tracing::info!("the disk has room again: deliveries are taken");
            }
        }
        if is_low {
            return Err(full());
        }
        Ok(())
    }

    /// Refuses when a delivery of one item, however large, would be refused.
    pub fn is_ready(&self, waiting: usize) -> Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = state.pending(waiting);
        match state.room() {
            Some(room) if !fits(room, READY_FOR, pending) => Err(full()),
            _ => Ok(()),
        }
    }
}

impl State {
    /// What was taken already and will be written yet.
    fn pending(&self, waiting: usize) -> u64 {
        self.backlog.bytes().saturating_add(twice(waiting))
    }

    /// None where the file system does not say.
    fn room(&mut self) -> Option<&mut Room> {
        let now = Instant::now();
        let counts = |at: Instant| now.duration_since(at) < LOOK_COUNTS;
        if !self.looked.as_ref().is_some_and(|(at, _)| counts(*at)) {
            self.looked = self.narrowest().map(|it| (now, it));
        }
        self.looked.as_mut().map(|(_, room)| room)
    }

    /// Of the disk and of what a limit of file sizes leaves of it.
    fn narrowest(&self) -> Option<Room> {
        let (file, log) = (database(&self.folder), write_ahead_log(&self.folder));
        let rooms = [room(&self.folder), room_below_limit(&[&file, &log])];
        let left = |it: &Room| it.free.saturating_sub(kept(it));
        rooms.into_iter().flatten().min_by_key(left)
    }
}

pub fn full() -> Error {
    Error::new(
        Kind::StorageFull,
        "The disk is full. Send the same request again later.",
    )
}

/// What is kept free of this disk.
pub fn kept(room: &Room) -> u64 {
    KEPT_MAX.min(room.total / PARTS)
}

/// Takes room for a delivery, if there is enough.
fn take(room: &mut Room, bytes: usize, pending: u64) -> bool {
    let has_room = fits(room, bytes, pending);
    if has_room {
        room.free = room.free.saturating_sub(needed(bytes));
    }
    has_room
}

fn fits(room: &Room, bytes: usize, pending: u64) -> bool {
    let taken = pending.saturating_add(needed(bytes));
    room.free >= kept(room).saturating_add(taken)
}

fn needed(bytes: usize) -> u64 {
    twice(bytes).saturating_add(A_COMMIT)
}

/// Everything is written twice: to the write-ahead log, and from there to the database.
fn twice(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_small_disk_and_no_more_of_a_large_one_is_kept() {
        #[track_caller]
        fn case(free: u64, total: u64, bytes: usize, expected: bool) {
            assert_eq!(take(&mut Room { free, total }, bytes, 0), expected);
        }
        const MIB: u64 = 1024 * 1024;
        case(10 * MIB, 100 * MIB, 1024, true);
        case(5 * MIB, 100 * MIB, 1024, false);
        case(70 * MIB, 100_000 * MIB, 1024, true);
        case(64 * MIB, 100_000 * MIB, 1024, false);
        case(65 * MIB, 100_000 * MIB, 1024 * 1024, false);
        case(A_COMMIT, 0, 0, true);
        case(0, 0, 0, false);
    }

    #[test]
    fn what_waits_and_what_the_database_will_still_take_count_as_used() {
        const MIB: u64 = 1024 * 1024;
        let room = |free_mib: u64| Room {
            free: free_mib * MIB,
            total: 100_000 * MIB,
        };
        assert!(take(&mut room(75), 1024, 10 * MIB));
        assert!(!take(&mut room(75), 1024, 11 * MIB));
    }

    #[test]
    fn deliveries_between_two_looks_share_one_room() {
        const MIB: usize = 1024 * 1024;
        let mut room = Room {
            free: 70 << 20,
            total: 100_000 << 20,
        };
        let taken = (0..10).filter(|_| take(&mut room, MIB, 0)).count();
        assert_eq!(taken, 2, "two MiB and a commit's pages each of the six");
    }
}
