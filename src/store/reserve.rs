//! Room kept free on the disk. Deliveries are refused before there is none, so that people can
//! still sign in, see why, and administer.
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::base::disk::{Room, room};
use crate::base::{Error, Kind, Result};

/// Bytes; of a small disk one part in `PARTS`.
const KEPT_MAX: u64 = 64 * 1024 * 1024;
const PARTS: u64 = 20;

/// The largest item of a delivery: with less room than it needs, some senders are refused already.
const READY_FOR: usize = 32 * 1024;

/// How long a look at the disk counts: under load it would cost more than hashing the event.
const LOOK_COUNTS: Duration = Duration::from_millis(1);

#[derive(Clone)]
pub struct Reserve(Arc<Mutex<State>>);

struct State {
    folder: PathBuf,
    is_low: bool,
    looked: Option<(Instant, Room)>,
}

impl Reserve {
    pub fn new(folder: PathBuf) -> Self {
        Self(Arc::new(Mutex::new(State {
            folder,
            is_low: false,
            looked: None,
        })))
    }

    /// Refuses a delivery of `bytes` that would use up what is kept free.
    pub fn admit(&self, bytes: usize) -> Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_low = state.room().is_some_and(|it| !take(it, bytes));
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
    pub fn is_ready(&self) -> Result<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.room() {
            Some(room) if !fits(room, READY_FOR) => Err(full()),
            _ => Ok(()),
        }
    }
}

impl State {
    /// None where the file system does not say.
    fn room(&mut self) -> Option<&mut Room> {
        let now = Instant::now();
        let counts = |at: Instant| now.duration_since(at) < LOOK_COUNTS;
        if !self.looked.as_ref().is_some_and(|(at, _)| counts(*at)) {
            self.looked = room(&self.folder).map(|it| (now, it));
        }
        self.looked.as_mut().map(|(_, room)| room)
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
fn take(room: &mut Room, bytes: usize) -> bool {
    let has_room = fits(room, bytes);
    if has_room {
        room.free = room.free.saturating_sub(needed(bytes));
    }
    has_room
}

fn fits(room: &Room, bytes: usize) -> bool {
    room.free >= kept(room).saturating_add(needed(bytes))
}

/// Everything is written twice: to the write-ahead log, and from there to the database.
fn needed(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_small_disk_and_no_more_of_a_large_one_is_kept() {
        #[track_caller]
        fn case(free: u64, total: u64, bytes: usize, expected: bool) {
            assert_eq!(take(&mut Room { free, total }, bytes), expected);
        }
        const MIB: u64 = 1024 * 1024;
        case(10 * MIB, 100 * MIB, 1024, true);
        case(5 * MIB, 100 * MIB, 1024, false);
        case(70 * MIB, 100_000 * MIB, 1024, true);
        case(64 * MIB, 100_000 * MIB, 1024, false);
        case(65 * MIB, 100_000 * MIB, 1024 * 1024, false);
        case(0, 0, 0, true);
    }

    #[test]
    fn deliveries_between_two_looks_share_one_room() {
        const MIB: usize = 1024 * 1024;
        let mut room = Room {
            free: 70 << 20,
            total: 100_000 << 20,
        };
        let taken = (0..10).filter(|_| take(&mut room, MIB)).count();
        assert_eq!(taken, 3, "twice one MiB each of the six above what is kept");
    }
}
