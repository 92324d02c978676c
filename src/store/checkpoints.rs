//! Moves what is in the write-ahead log to the database while the writer goes on. Done within a
//! commit, as SQLite does it by itself, it kept every caller waiting for thousands of pages.
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

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
/// Without a commit for this long, all of the log is moved and its file becomes empty: an idle
/// server keeps its events in one file. Sooner, and the next commits would pay for its growth.
const SETTLED_AFTER: Duration = Duration::from_secs(20);

/// The writer's side. Dropped, it ends the thread and closes the connection.
pub struct Checkpoints {
    mover: Arc<Mover>,
    backlog: Backlog,
    seen: u32,
    /// At how many pages the next move is due, and at how many the writer's own.
    due: u32,
    own_due: u32,
    /// Nothing was committed since the log's file was emptied.
    is_settled: bool,
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
            is_settled: false,
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
            self.begin_anew();
        }
        self.seen = pages;
        self.is_settled = false;
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

    /// How long the writer may wait for its next job before it settles. None: as long as it likes.
    pub fn settles_after(&self) -> Option<Duration> {
        (!self.is_settled).then_some(SETTLED_AFTER)
    }

    /// Of the writer, which then commits nothing meanwhile. Where a reader holds something back, it
    /// is tried again later; where it fails, after the next commit.
    pub fn settle(&mut self, writer: &Connection) {
        self.mover.move_pages();
        match empty(writer) {
            Ok(is_empty) => self.is_settled = is_empty,
            Err(error) => {
                stop_if_the_disk_failed(&error);
                tracing::error!(?error, "the write-ahead log stays as it is for now");
                self.is_settled = true;
                return;
            }
        }
        if self.is_settled {
            self.backlog.pages.store(0, Ordering::Relaxed);
            self.seen = 0;
            self.begin_anew();
        }
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    fn begin_anew(&mut self) {
        (self.due, self.own_due) = (STEP_PAGES, PAGES_MAX);
        self.mover.begin_anew();
    }
}

/// Whether the log's file is empty now. Never waits for a reader: callers wait for the writer.
fn empty(writer: &Connection) -> Result<bool> {
    let wait = |time| writer.busy_timeout(time).sql("cannot set a time-out");
    wait(Duration::ZERO)?;
    let is_held = writer
        .query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))
        .sql("cannot empty the write-ahead log");
    wait(schema::BUSY_MAX)?;
    Ok(!is_held?)
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

        let reader = schema::open_reader(&file).unwrap();
        reader.execute_batch("begin; select * from piece").unwrap();
        conn.execute("insert into piece values (x'01')", [])
            .unwrap();
        checkpoints.keep_up();
        checkpoints.settle(&conn);
        assert!(checkpoints.settles_after().is_some(), "a reader needs it");
        drop(reader);
        checkpoints.settle(&conn);
        let log = fs::metadata(folder.0.join("annals.db-wal")).unwrap().len();
        assert_eq!((log, checkpoints.settles_after()), (0, None));
        conn.execute("insert into piece values (x'02')", [])
            .unwrap();
        checkpoints.keep_up();
        assert!(checkpoints.settles_after().is_some() && backlog.bytes() > 0);

        drop(checkpoints);
        conn.close().unwrap();
        assert!(!folder.0.join("annals.db-wal").exists());
        let size = fs::metadata(&file).unwrap().len();
        assert!(size > u64::from(pieces) * 100 * 8192, "{size}");
    }
}
