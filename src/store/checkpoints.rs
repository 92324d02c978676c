//! Moves what is in the write-ahead log to the database while the writer goes on. Done within a
//! commit, as SQLite does it by itself, it kept every caller waiting for thousands of pages.
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::schema;
use super::sql::{OrSql, stop_if_the_disk_failed};
use crate::base::{OrFail, Result};

const PAGE_BYTES: u64 = 8192;
/// Pages of write-ahead log from one move to the next.
const STEP_PAGES: u32 = 2000;
/// SQLite begins the log anew where nothing of it is left to move, which never happens while the
/// writer goes on. From here on the writer moves the few pages that came meanwhile by itself.
const ANEW_PAGES: u32 = 4000;
/// Here it waits. With the largest group after it this stays below 64 MiB.
const PAGES_MAX: u32 = 6000;

/// The writer's side. Dropped, it ends the thread and closes the connection.
pub struct Checkpoints {
    mover: Arc<Mover>,
    backlog: Backlog,
    seen: u32,
    /// At how many pages the next move is due, and at how many the writer's own.
    due: u32,
    own_due: u32,
    thread: Option<JoinHandle<()>>,
}

/// What the log holds and the database does not yet: it will take that much more of the disk.
#[derive(Clone, Default)]
pub struct Backlog {
    /// In the log as of the last commit.
    pages: Arc<AtomicU32>,
    /// Of these, as of the last move.
    moved: Arc<AtomicU32>,
}

struct Mover {
    conn: Mutex<Connection>,
    is_due: AtomicBool,
    is_over: AtomicBool,
    has_moved: AtomicBool,
    moved: Arc<AtomicU32>,
}

impl Checkpoints {
    pub fn start(file: &Path, writer: &mut Connection) -> Result<Self> {
        let backlog = Backlog::default();
        let mover = Arc::new(Mover {
            conn: Mutex::new(schema::open_mover(file)?),
            is_due: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            has_moved: AtomicBool::new(false),
            moved: Arc::clone(&backlog.moved),
        });
        let told = Arc::clone(&backlog.pages);
        let note = move |_: &mut _, pages| {
            told.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
            Ok(())
        };
        writer
            .wal_hook(Some(note))
            .sql("cannot watch the write-ahead log")?;
        let of_thread = Arc::clone(&mover);
        let thread = thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || of_thread.move_when_due())
            .internal("cannot start a thread")?;
        Ok(Self {
            mover,
            backlog,
            seen: 0,
            due: STEP_PAGES,
            own_due: PAGES_MAX,
            thread: Some(thread),
        })
    }

    pub fn backlog(&self) -> Backlog {
        self.backlog.clone()
    }

    /// After a commit: has moved what is due.
    pub fn keep_up(&mut self) {
        let pages = self.backlog.pages.load(Ordering::Relaxed);
        if pages < self.seen {
            (self.due, self.own_due) = (STEP_PAGES, PAGES_MAX);
            self.mover.begin_anew();
        }
        self.seen = pages;
        let may_begin_anew =
            pages >= ANEW_PAGES && self.mover.has_moved.swap(false, Ordering::Relaxed);
        if may_begin_anew || pages >= self.own_due {
            // A slow reader can hold pages back: then not at every commit.
            self.own_due = pages.max(PAGES_MAX - STEP_PAGES) + STEP_PAGES;
            self.mover.move_pages();
        } else if pages >= self.due {
            self.due = pages + STEP_PAGES;
            self.mover.is_due.store(true, Ordering::Release);
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Backlog {
    pub fn bytes(&self) -> u64 {
        let (pages, moved) = (&self.pages, &self.moved);
        let pages = pages.load(Ordering::Relaxed);
        PAGE_BYTES * u64::from(pages.saturating_sub(moved.load(Ordering::Relaxed)))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.mover.is_over.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Mover {
    fn move_when_due(&self) {
        while !self.is_over.load(Ordering::Acquire) {
            if self.is_due.swap(false, Ordering::AcqRel) {
                self.move_pages();
                self.has_moved.store(true, Ordering::Relaxed);
            } else {
                thread::park();
            }
        }
    }

    /// As much as no reader holds back, and never waiting for one.
    fn move_pages(&self) {
        let conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = conn
            .query_row("pragma wal_checkpoint(passive)", [], |row| row.get(2))
            .sql("cannot move the write-ahead log to the database");
        match moved {
            Ok(pages) => self.moved.store(pages, Ordering::Relaxed),
            Err(error) => {
                stop_if_the_disk_failed(&error);
                tracing::error!(?error, "the write-ahead log stays as it is for now");
            }
        }
    }

    /// Of a log that was begun anew nothing is moved. Not while somebody counts what was moved.
    fn begin_anew(&self) {
        let _conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        self.moved.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::base::{hex, random};

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_write_ahead_log_stays_small_while_the_writer_goes_on() {
        const LOG_MAX: u64 = 64 * 1024 * 1024;
        let unique: [u8; 8] = random::bytes();
        let folder = PathBuf::from(format!("/tmp/annals-checkpoints-{}", hex(&unique)));
        let folder = Folder(folder);
        fs::create_dir(&folder.0).unwrap();
        let file = folder.0.join("annals.db");
        let mut conn = schema::open_writer(&file).unwrap();
        conn.execute_batch("create table piece (bytes blob) strict")
            .unwrap();
        let mut checkpoints = Checkpoints::start(&file, &mut conn).unwrap();
        let pieces = 3 * PAGES_MAX / 100;
        for _ in 0..pieces {
            conn.execute("insert into piece values (zeroblob(100 * 8192))", [])
                .unwrap();
            checkpoints.keep_up();
        }
        let log = fs::metadata(folder.0.join("annals.db-wal")).unwrap().len();
        assert!(log < LOG_MAX, "{log}");
        let backlog = checkpoints.backlog();
        assert!(0 < backlog.bytes() && backlog.bytes() <= log);
        checkpoints.mover.move_pages();
        assert_eq!(backlog.bytes(), 0);
        drop(checkpoints);
        conn.close().unwrap();
        assert!(!folder.0.join("annals.db-wal").exists());
        let size = fs::metadata(&file).unwrap().len();
        assert!(size > u64::from(pieces) * 100 * 8192, "{size}");
    }
}
