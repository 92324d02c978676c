//! The transaction of a group of jobs, as the jobs see it.
use rusqlite::Connection;

use super::failpoint;
use super::log::{Appended, Log, Mark};
use super::migrate;
use super::prepared::Prepared;
use super::sql::OrSql;
use crate::base::{Error, Kind, Millis, Result};

pub struct Tx<'a> {
    pub conn: &'a Connection,
    pub now: Millis,
    log: &'a mut Log,
    changed_records: bool,
    broken: Option<Error>,
}

impl<'a> Tx<'a> {
    /// Begins. A failure is kept: the transaction is then not usable, and its end says why.
    pub fn begin(conn: &'a Connection, log: &'a mut Log, now: Millis) -> Self {
        let mut tx = Self::within(conn, log, now);
        let _ = tx.execute("begin immediate");
        tx
    }

    /// In a transaction that others began and end.
    pub fn within(conn: &'a Connection, log: &'a mut Log, now: Millis) -> Self {
        Self {
            conn,
            now,
            log,
            changed_records: false,
            broken: None,
        }
    }

    /// SQLite ends a transaction by itself where the disk is full. Whatever a later job wrote then
    /// would be committed at once, behind the back of the group.
    pub fn is_usable(&self) -> bool {
        self.broken.is_none() && !self.conn.is_autocommit()
    }

    /// Events appended so far.
    pub fn appended(&self) -> usize {
        self.log.staged_len()
    }

    /// Commits, and says whether records were changed; or takes everything back.
    pub fn end(self) -> Result<bool> {
        let committed = match self.broken {
            Some(error) => Err(error),
            // Outside of a transaction a sealed segment would be there at once.
            None if self.conn.is_autocommit() => Err(gone()),
            None => self
                .log
                .seal(self.conn)
                .and_then(|()| self.conn.execute_batch("commit").sql("cannot commit")),
        };
        if committed.is_err() {
            // SQLite may have rolled back by itself already.
            let _ = self.conn.execute_batch("rollback");
        }
        committed.map(|()| self.changed_records)
    }

    /// Appends to the log. A storage failure spoils the whole group: nobody in it is told 2xx.
    pub fn append(&mut self, event: &Prepared) -> Result<Appended> {
        let appended = self.log.append(self.conn, event, self.now);
        self.watch(appended)
    }

    /// Runs a change of records: on an error everything it did is taken back, and only that.
    pub fn attempt<T, E>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error>,
    {
        let mark = self.begin_change()?;
        let result = work(self);
        self.end_change(mark, result.is_ok())?;
        result
    }

    fn begin_change(&mut self) -> Result<Mark> {
        let mark = self.log.mark();
        self.execute("savepoint change")?;
        Ok(mark)
    }

    fn end_change(&mut self, mark: Mark, is_done: bool) -> Result<()> {
        if is_done {
            failpoint::at(failpoint::CHANGED);
            self.changed_records = true;
        } else {
            self.log.rewind(mark);
            self.execute("rollback to change")?;
        }
        self.execute("release change")
    }

    /// Has what stands in memory read again after the commit, as after a change of records.
    pub fn renew_standing(&mut self) {
        self.changed_records = true;
    }

    /// Keeps a failure that spoils the whole group.
    pub fn watch<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result
            && spoils(error.kind())
        {
            self.spoil(error);
        }
        result
    }

    /// A disk that is full or fails spoils the group under whatever statement of a job it is.
    pub fn end_of_job<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result
            && matches!(error.kind(), Kind::StorageFull | Kind::StorageFailed)
        {
            self.spoil(error);
        }
        result
    }

    fn spoil(&mut self, error: &Error) {
        if self.broken.is_none() {
            tracing::error!(?error, "a statement failed");
            self.broken = Some(Error::new(error.kind(), "the group's transaction failed"));
        }
    }

    fn execute(&mut self, statement: &'static str) -> Result<()> {
        let done = self
            .conn
            .execute_batch(statement)
            .sql("cannot change records");
        self.watch(done)
    }
}

/// Has the commit write a page that stays as it is: without one it would reach no disk.
pub fn touch(tx: &mut Tx<'_>) -> Result<()> {
    let touched = tx
        .conn
        .pragma_update(None, "user_version", migrate::VERSION)
        .sql("cannot write to the database");
    tx.watch(touched)
}

fn gone() -> Error {
    Error::new(Kind::Internal, "the group's transaction is gone")
}

/// Whether a failure leaves nothing of the transaction to go on with.
fn spoils(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StorageFull | Kind::StorageFailed | Kind::Unavailable | Kind::Internal
    )
}
