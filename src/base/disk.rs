//! What the disk under a folder is and how much room it has, and a file's new name that nobody has.
use std::path::Path;
use std::{fs, io};

use rustix::fs::{CWD, RenameFlags, renameat_with, statfs, statvfs};
use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

/// In bytes.
pub struct Room {
    /// What this process may still use.
    pub free: u64,
    pub total: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Disk {
    Usual,
    /// Other machines write there too, and neither locks nor syncs reach them as SQLite needs it.
    OfNetwork,
    /// A container's: gone with it.
    OfContainer,
}

/// One that does not say is a usual one.
pub fn disk(folder: &Path) -> Disk {
    statfs(folder).map_or(Disk::Usual, |it| {
        named(u32::try_from(it.f_type).unwrap_or(0))
    })
}

/// By the numbers that Linux gives them.
fn named(number: u32) -> Disk {
    const NFS: u32 = 0x6969;
    const SMB: u32 = 0x517b;
    const CIFS: u32 = 0xff53_4d42;
    const SMB2: u32 = 0xfe53_4d42;
    const OVERLAY: u32 = 0x794c_7630;
    match number {
        NFS | SMB | CIFS | SMB2 => Disk::OfNetwork,
        OVERLAY => Disk::OfContainer,
        _ => Disk::Usual,
    }
}

/// What a limit of file sizes (`ulimit -f`) leaves for one that all of these are to be moved to.
/// None without a limit.
pub fn room_below_limit(files: &[&Path]) -> Option<Room> {
    let total = getrlimit(Resource::Fsize).current?;
    let sizes = files.iter().filter_map(|it| fs::metadata(it).ok());
    let used = sizes.map(|it| it.len()).sum();
    Some(Room {
        free: total.saturating_sub(used),
        total,
    })
}

/// None where the file system does not say.
pub fn room(folder: &Path) -> Option<Room> {
    let found = statvfs(folder).ok()?;
    Some(Room {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// Renames a file, and replaces none.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems cannot do it in one step.
        Err(Errno::INVAL | Errno::NOSYS) => match fs::symlink_metadata(to) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        },
        renamed => Ok(renamed?),
    }
}
