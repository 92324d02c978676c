//! Room kept free on the disk. Deliveries are refused before there is none, so that people can
//! still sign in, see why, and administer.
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::disk::{Room, room};
use crate::base::{Error, Kind, Result};

/// Bytes; of a small disk one part in `PARTS`.
const KEPT_MAX: u64 = 64 * 1024 * 1024;
const PARTS: u64 = 20;

#[derive(Clone)]
pub struct Reserve {
    folder: PathBuf,
    is_low: Arc<AtomicBool>,
}

impl Reserve {
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            is_low: Arc::default(),
        }
    }

    /// Refuses a delivery of `bytes` that would use up what is kept free.
    pub fn admit(&self, bytes: usize) -> Result<()> {
        let is_low = room(&self.folder).is_some_and(|it| !takes(&it, bytes));
        if self.is_low.swap(is_low, Ordering::Relaxed) != is_low {
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

/// Everything is written twice: to the write-ahead log, and from there to the database.
fn takes(room: &Room, bytes: usize) -> bool {
    let needed = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(2);
    room.free >= kept(room).saturating_add(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_small_disk_and_no_more_of_a_large_one_is_kept() {
        #[track_caller]
        fn case(free: u64, total: u64, bytes: usize, expected: bool) {
            assert_eq!(takes(&Room { free, total }, bytes), expected);
        }
        const MIB: u64 = 1024 * 1024;
        case(10 * MIB, 100 * MIB, 1024, true);
        case(5 * MIB, 100 * MIB, 1024, false);
        case(70 * MIB, 100_000 * MIB, 1024, true);
        case(64 * MIB, 100_000 * MIB, 1024, false);
        case(65 * MIB, 100_000 * MIB, 1024 * 1024, false);
        case(0, 0, 0, true);
    }
}
