//! A consistent copy of the database in one new file, beside a server that runs or without one.
//! It only reads, so it needs no lock.
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rusqlite::ffi::{SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ};
use rusqlite::{Connection, ErrorCode};

use super::instance::{database, require};
use super::pace::Pace;
use super::reserve;
use super::schema;
use super::sql::OrSql;
use crate::base::disk::{rename_new, room};
use crate::base::{Error, Kind, Result, hex, random};
use crate::model::Reason;

/// A database that is about to be copied.
pub struct Source {
    conn: Connection,
    folder: PathBuf,
}

/// Why there is no copy: for the log, and for whoever asked.
pub struct NoCopy {
    pub reason: Reason,
    pub error: Error,
}

/// A file that is removed again, unless it is kept.
struct Temporary {
    file: PathBuf,
    is_kept: bool,
}

impl Source {
    pub fn open(folder: &Path) -> Result<Self> {
        let file = database(folder);
        require(&file)?;
        Ok(Self {
            conn: schema::open_for_backup(&file)?,
            folder: folder.to_owned(),
        })
    }

    /// Ends the copying that is going on. It may have to be called again where none was yet.
    pub fn interrupter(&self) -> impl Fn() + use<> {
        let handle = self.conn.get_interrupt_handle();
        move || handle.interrupt()
    }

    /// Copies to a file that is not there yet, and returns its size. Whatever goes wrong, nothing
    /// is left of it.
    pub fn copy(&mut self, to: &Path) -> Result<u64, NoCopy> {
        let folder = self.folder_of(to)?;
        self.admit(&folder)?;
        let mut copy = Temporary::new(&folder)?;
        self.write(&copy.file)?;
        let bytes = copy.sync().map_err(unsynced)?;
        copy.publish(to)?;
        // The name must survive a power cut too.
        let synced = File::open(&folder).and_then(|it| it.sync_all());
        synced.map_err(unsynced)?;
        copy.is_kept = true;
        Ok(bytes)
    }

    fn folder_of(&self, to: &Path) -> Result<PathBuf, NoCopy> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(taken());
        }
        let folder = match to.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => return Err(taken()),
        };
        let found = folder.canonicalize().ok().filter(|it| it.is_dir());
        let Some(folder) = found else {
            let message = "the folder that --to names is not there";
            return Err(NoCopy::new(Reason::InvalidState, message));
        };
        let own = self.folder.canonicalize();
        if own.is_ok_and(|it| folder.starts_with(it)) {
            let message = "a copy inside the data directory would be lost with it";
            return Err(NoCopy::new(Reason::InvalidState, message));
        }
        Ok(folder)
    }

    /// Looks for room first: on the disk of the database, a copy that fills it would have
    /// deliveries refused for as long as it is written.
    fn admit(&self, folder: &Path) -> Result<(), NoCopy> {
        let Some(room) = room(folder) else {
            return Ok(());
        };
        let device = |it: &Path| fs::metadata(it).map(|it| it.dev()).ok();
        let kept = if device(folder) == device(&self.folder) {
            reserve::kept(&room)
        } else {
            0
        };
        let needed = self.size().map_err(unreadable)?;
        if room.free < needed.saturating_add(kept) {
            let message = "there is not enough room for a copy where --to names it";
            return Err(NoCopy::new(Reason::DiskFull, message));
        }
        Ok(())
    }

    /// Of a copy, which has no free pages.
    fn size(&self) -> rusqlite::Result<u64> {
        let sql = "select (page_count - freelist_count) * page_size as bytes
                   from pragma_page_count, pragma_freelist_count, pragma_page_size";
        let bytes: i64 = self.conn.query_row(sql, [], |row| row.get("bytes"))?;
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// One read transaction, so that what is committed meanwhile stays out as a whole.
    fn write(&mut self, file: &Path) -> Result<(), NoCopy> {
        let Some(name) = file.to_str() else {
            let message = "the folder of the copy has a name that is not text";
            return Err(NoCopy::new(Reason::InvalidState, message));
        };
        let pace = Pace::keep(&mut self.conn, file).map_err(unmade)?;
        let written = pace.conn().execute("vacuum into ?1", [name]);
        match pace.end() {
            Some(error) => Err(unsynced(error)),
            None => written.map(|_| ()).map_err(unwritten),
        }
    }
}

impl NoCopy {
    fn new(reason: Reason, message: &'static str) -> Self {
        Self {
            reason,
            error: Error::new(Kind::Internal, message),
        }
    }
}

impl Temporary {
    /// Nobody else can read it from its first byte on.
    fn new(folder: &Path) -> Result<Self, NoCopy> {
        let unique: [u8; 8] = random::bytes();
        let file = folder.join(format!("annals-backup-{}.tmp", hex(&unique)));
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&file)
            .map_err(unmade)?;
        Ok(Self {
            file,
            is_kept: false,
        })
    }

    fn sync(&self) -> io::Result<u64> {
        let file = File::open(&self.file)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }

    fn publish(&mut self, to: &Path) -> Result<(), NoCopy> {
        rename_new(&self.file, to).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => taken(),
            _ => unmade(error),
        })?;
        to.clone_into(&mut self.file);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_kept && fs::remove_file(&self.file).is_err() {
            tracing::warn!("what was begun of the copy could not be removed");
        }
    }
}

fn taken() -> NoCopy {
    let message = "what --to names is there already: a backup never replaces a file";
    NoCopy::new(Reason::NameTaken, message)
}

fn unmade(error: io::Error) -> NoCopy {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let (reason, message) = match error.kind() {
        PermissionDenied | ReadOnlyFilesystem => (
            Reason::Denied,
            "this user may not write to the folder that --to names",
        ),
        StorageFull | QuotaExceeded => (Reason::DiskFull, FULL),
        _ => (
            Reason::IoError,
            "the copy's file could not be made where --to names it",
        ),
    };
    because(reason, message, error)
}

const FULL: &str = "there is not enough room for the copy; nothing is left of it";

fn unsynced(error: io::Error) -> NoCopy {
    let message = "the copy could not be brought to the disk; nothing is left of it";
    because(Reason::IoError, message, error)
}

fn unreadable(error: rusqlite::Error) -> NoCopy {
    let message = "the database could not be read whole: see what annals verify finds";
    NoCopy {
        reason: Reason::IoError,
        error: named(error, message),
    }
}

fn unwritten(error: rusqlite::Error) -> NoCopy {
    let is_ours = error.sqlite_error().is_some_and(|it| {
        matches!(
            it.extended_code,
            SQLITE_IOERR_READ | SQLITE_IOERR_SHORT_READ
        )
    });
    let (reason, message) = match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => (
            Reason::Interrupted,
            "stopped before the copy was whole; nothing is left of it",
        ),
        Some(ErrorCode::DiskFull) => (Reason::DiskFull, FULL),
        Some(ErrorCode::SystemIoFailure) if !is_ours => (
            Reason::IoError,
            "the copy could not be written: its file is too large for a limit, or its disk failed",
        ),
        _ => return unreadable(error),
    };
    NoCopy {
        reason,
        error: named(error, message),
    }
}

fn because(reason: Reason, message: &'static str, error: io::Error) -> NoCopy {
    NoCopy {
        reason,
        error: Error::new(Kind::Internal, message).with_source(error),
    }
}

/// The kind is ours to say: a disk that fails under the copy is not the server's.
fn named(error: rusqlite::Error, message: &'static str) -> Error {
    match Err::<(), _>(error).sql(message) {
        Err(cause) => Error::new(Kind::Internal, message).with_source(format!("{cause:?}")),
        Ok(()) => Error::new(Kind::Internal, message),
    }
}
