//! What a failure of SQLite means to us, and nothing of what it says: its texts can quote values.
use std::fmt;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use super::failpoint;
use crate::base::{Error, Kind, Result};

const TOO_LONG: &str = "Reading took too long. Ask for less, or try again.";

pub trait OrSql<T> {
    /// Names a failure; the kind follows from SQLite's code.
    fn sql(self, message: &'static str) -> Result<T>;
}

impl<T> OrSql<T> for rusqlite::Result<T> {
    fn sql(self, message: &'static str) -> Result<T> {
        self.map_err(|error| {
            let code = error.sqlite_error_code();
            let extended = error.sqlite_error().map_or(0, |it| it.extended_code);
            let kind = kind(code, extended);
            let public = match code {
                Some(ErrorCode::OperationInterrupted) => TOO_LONG,
                _ => public(kind, message),
            };
            Error::new(kind, public).with_source(Code(extended))
        })
    }
}

/// After a failed fsync the page cache cannot be trusted: going on could acknowledge what is not
/// on disk. Whoever restarts the process finds what really is.
pub fn stop_if_the_disk_failed(error: &Error) {
    const EXIT: i32 = 74;
    if error.kind() == Kind::StorageFailed && !failpoint::is(failpoint::DEAF) {
        tracing::error!(?error, "the storage failed: stopping");
        std::process::exit(EXIT);
    }
}

fn kind(code: Option<ErrorCode>, extended: i32) -> Kind {
    // The shared memory of the write-ahead log is a file too: it could not grow.
    if extended == SQLITE_IOERR_SHMSIZE {
        return Kind::StorageFull;
    }
    match code {
        Some(ErrorCode::DiskFull) => Kind::StorageFull,
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Kind::StorageFailed
        }
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::OperationInterrupted,
        ) => Kind::Unavailable,
        _ => Kind::Internal,
    }
}

fn public(kind: Kind, message: &'static str) -> &'static str {
    match kind {
        Kind::StorageFull => "The disk is full. Nothing of this request was recorded.",
        Kind::Unavailable => "The database cannot be used right now. Try again.",
        _ => message,
    }
}

struct Code(i32);

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLite code {}", self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Code {}
