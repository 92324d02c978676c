//! The database as the nouns see it: read, change, and what stands as of the last commit.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::change::{self, Done, Proposal, Stop};
use super::queue::Load;
use super::readers::{PIECE_MAX, READ_MAX, Readers};
use super::session_rows;
use super::standing::{self, Published, Standing};
use super::tx::Tx;
use super::writer::Writer;
use crate::base::{Clock, MINUTE_MS, Millis, Result};
use crate::model::{By, Flood, OwnEvent};

type Work<T> = Box<dyn FnOnce(Proposal<'_, '_>) -> Result<Done<T>, Stop> + Send>;

#[derive(Clone)]
pub struct Db {
    writer: Writer,
    readers: Readers,
    published: Published,
    clock: Clock,
    uses: Arc<Mutex<HashMap<(Credential, i64), Millis>>>,
    refused: Arc<Mutex<Flood>>,
}

/// Credentials whose last use is remembered; forgetting one costs a write too many.
const USES_MAX: usize = 10_000;

#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub enum Credential {
    Key,
    Session,
    McpToken,
}

impl Db {
    pub fn new(writer: Writer, readers: Readers, published: Published, clock: Clock) -> Self {
        Self {
            writer,
            readers,
            published,
            clock,
            uses: Arc::default(),
            refused: Arc::default(),
        }
    }

    pub fn standing(&self) -> Arc<Standing> {
        standing::current(&self.published)
    }

    pub async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers.run(READ_MAX, work).await
    }

    /// Reads a piece of an export.
    pub async fn read_piece<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        self.readers.run(PIECE_MAX, work).await
    }

    /// Appends what the key of this number delivers. `bytes` is what waits with it.
    pub async fn deliver<T, W>(&self, key: i64, bytes: usize, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(Load::Delivery { key, bytes }, work).await
    }

    /// Writes what no event tells.
    pub async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(Load::Change, work).await
    }

    /// The only way to change records: together with the event that says so.
    pub async fn change<T, F>(&self, by: By, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(Proposal<'_, '_>) -> Result<Done<T>, Stop> + Send + 'static,
    {
        self.run_change(by, Box::new(work)).await
    }

    /// Boxed, so that changes that return the same share one copy of all this.
    async fn run_change<T>(&self, by: By, work: Work<T>) -> Result<T>
    where
        T: Send + 'static,
    {
        let refused = Arc::clone(&self.refused);
        self.writer
            .run(Load::Change, move |tx| {
                change::change(tx, &by, &refused, work)
            })
            .await?
    }

    /// Records an attempt that changed nothing. Of a flood of the same only some are, and the rest
    /// do not wait for the writer.
    pub async fn refuse(&self, by: By, event: OwnEvent) -> Result<()> {
        let note = |what: &str| {
            let mut flood = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            flood.note(what, self.clock.now())
        };
        let Some(count) = note(&event.sameness(&by)) else {
            return Ok(());
        };
        let event = event.attempts(count);
        self.change(by, move |proposal| Ok(proposal.record(event)?.done(())))
            .await
    }

    /// Whether this use of a credential is to be written down: the first in a minute is.
    pub fn use_is_due(&self, credential: Credential, no: i64, now: Millis) -> bool {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() >= USES_MAX {
            uses.retain(|_, last| now.saturating_sub(*last) < MINUTE_MS);
        }
        let last = uses.entry((credential, no)).or_insert(Millis::MIN);
        let due = now.saturating_sub(*last) >= MINUTE_MS;
        if due {
            *last = now;
        }
        due
    }

    /// When a credential was last used is a convenience: where it cannot be written down, on a
    /// full disk above all, whoever reads is answered all the same.
    pub async fn note_use(&self, credential: Credential, no: i64, now: Millis) {
        if !self.use_is_due(credential, no, now) {
            return;
        }
        let noted = self
            .writer
            .run(Load::Change, move |tx| note_use(tx, credential, no, now))
            .await;
        if let Err(error) = noted {
            tracing::debug!(?error, "a use was not noted");
        }
    }

    /// Bytes that wait to be written.
    pub fn waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Ends the readers, then the writer: the last connection to close removes the
    /// write-ahead log.
    pub async fn close(&self) {
        self.readers.close().await;
        let writer = self.writer.clone();
        let _ = tokio::task::spawn_blocking(move || writer.close()).await;
    }
}

pub fn note_use(tx: &mut Tx<'_>, credential: Credential, no: i64, now: Millis) -> Result<()> {
    let noted = session_rows::note_use(tx.conn, credential.as_str(), no, now);
    tx.watch(noted)
}

impl Credential {
    fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Session => "session",
            Self::McpToken => "mcp_token",
        }
    }
}
