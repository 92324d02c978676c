//! How much room the disk under a folder has.
use std::path::Path;

use rustix::fs::statvfs;

/// In bytes.
pub struct Room {
    /// What this process may still use.
    pub free: u64,
    pub total: u64,
}

/// None where the file system does not say.
pub fn room(folder: &Path) -> Option<Room> {
    let found = statvfs(folder).ok()?;
    Some(Room {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}
