//! The pace of a copy that others deliver beside: it works for a moment, brings to the disk what it
//! wrote, and gives eight times as long to them. A copy at full speed takes a processor, and leaves
//! the disk one long sync in the end, for which every commit waits.
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// Steps of SQLite's machine between two looks: some hundred rows.
const STEPS: i32 = 1_000;
const WORK: Duration = Duration::from_millis(1);
/// How much longer than the work the rest is.
const REST: u32 = 8;
/// A disk that took long to sync is not waited for any longer than this.
const REST_MAX: Duration = Duration::from_millis(100);
/// Brought to the disk at once: about a millisecond of it. With four times as much a commit that
/// comes meanwhile took five times as long as alone.
const PIECE_BYTES: u64 = 256 * 1024;

pub struct Pace<'a> {
    conn: &'a mut Connection,
    failure: Arc<OnceLock<io::Error>>,
}

struct Copying {
    file: File,
    synced_bytes: u64,
    since: Instant,
}

impl<'a> Pace<'a> {
    /// For what `conn` writes to `file` from now on.
    pub fn keep(conn: &'a mut Connection, file: &Path) -> io::Result<Self> {
        let failure = Arc::new(OnceLock::new());
        let mut copying = Copying {
            file: File::open(file)?,
            synced_bytes: 0,
            since: Instant::now(),
        };
        let failed = Arc::clone(&failure);
        let has_to_end = move || match copying.rest() {
            Ok(()) => false,
            // A failed sync is told once, and never to whoever asks again.
            Err(error) => failed.set(error).is_ok(),
        };
        let set = conn.progress_handler(STEPS, Some(has_to_end));
        set.map_err(io::Error::other)?;
        Ok(Self { conn, failure })
    }

    pub fn conn(&self) -> &Connection {
        self.conn
    }

    /// What ended the copy, if it was a sync.
    pub fn end(self) -> Option<io::Error> {
        // It fails for a closed connection only.
        let _ended = self.conn.progress_handler(0, None::<fn() -> bool>);
        Arc::into_inner(self.failure).and_then(OnceLock::into_inner)
    }
}

impl Copying {
    fn rest(&mut self) -> io::Result<()> {
        if self.since.elapsed() < WORK {
            return Ok(());
        }
        let bytes = self.file.metadata()?.len();
        if bytes >= self.synced_bytes + PIECE_BYTES {
            self.file.sync_data()?;
            self.synced_bytes = bytes;
        }
        thread::sleep((self.since.elapsed() * REST).min(REST_MAX));
        self.since = Instant::now();
        Ok(())
    }
}
