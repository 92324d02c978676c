//! The log as handlers see it: deliver, page, one, feed.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;

use super::db::{Credential, Db, note_use};
use super::event_rows;
use super::log::Appended;
use super::page::{self, Page, cursor, place};
use super::prepared::{Prepared, frame, prepare};
use super::questions::{Asked, Question, pools};
use super::reserve::Reserve;
use super::tx::{self, Tx};
use super::underway::{Delivery, UnderWay};
use crate::base::{Millis, Result, SECOND_MS};
use crate::index::Reader;
use crate::model::Digester;
use crate::model::safe::SafeEvent;
use crate::model::{ApiKey, At, Cursor, Event, EventKind, Pool, RecordId, Scope, Via, ViaKind};

#[derive(Clone)]
pub struct Events {
    db: Db,
    index: Reader,
    digester: Arc<Digester>,
    reserve: Reserve,
    under_way: UnderWay,
    /// When the last commit was seen to succeed by whoever asked for it.
    committed_ms: Arc<AtomicI64>,
}

/// Events that only have to be written.
pub struct Ready(pub(super) Vec<Prepared>);

impl Events {
    pub fn new(db: Db, index: Reader, digester: Arc<Digester>, reserve: Reserve) -> Self {
        Self {
            db,
            index,
            digester,
            reserve,
            under_way: UnderWay::default(),
            committed_ms: Arc::new(AtomicI64::new(Millis::MIN)),
        }
    }

    /// Whether a body of this length of a key may be read. Refused here it costs next to nothing.
    pub fn admit(&self, key: &ApiKey, bytes: usize) -> Result<()> {
        self.under_way.admit(key.no, bytes)
    }

    /// A place for a body that was read, to be held until it is answered.
    pub fn begin(&self, key: &ApiKey, bytes: usize) -> Result<Delivery> {
        self.under_way.begin(key.no, bytes)
    }

    /// Makes ready what a key delivered: all the work there is before the writer's.
    pub fn prepare(
        key: &ApiKey,
        pool: &Pool,
        events: Vec<SafeEvent>,
        delivery: RecordId,
        now: Millis,
    ) -> Ready {
        let via = Via {
            kind: ViaKind::Key,
            id: Some(key.id.to_string()),
            label: Some(key.name.clone()),
        };
        let frame = frame(EventKind::Delivered, Some(pool), via, Some(delivery), now);
        Ready(prepare(events, frame, Some(pool)))
    }

    /// Appends what a key delivered; returns once it is on disk, in the order given.
    pub async fn deliver(
        &self,
        key: &ApiKey,
        Ready(prepared): Ready,
        now: Millis,
    ) -> Result<Vec<Appended>> {
        if prepared.is_empty() {
            return Ok(Vec::new());
        }
        let bytes = prepared.iter().map(|it| it.payload.len() + 512).sum();
        self.reserve.admit(bytes, self.db.waiting())?;
        let used = self.db.use_is_due(Credential::Key, key.no, now);
        let (key_no, is_first) = (key.no, key.used_ms.is_none());
        let append = move |tx: &mut Tx<'_>| {
            if used {
                note_use(tx, Credential::Key, key_no, now)?;
            }
            if used && is_first {
                tx.renew_standing();
            }
            let appended: Result<_> = prepared.iter().map(|it| tx.append(it)).collect();
            Ok((appended?, prepared))
        };
        // What was prepared comes back to be freed here: the writer has better to do.
        let (appended, _prepared) = self.db.deliver(key_no, bytes, append).await?;
        Ok(appended)
    }

    /// One page of what the question matches, newest first, and the event asked for besides.
    pub async fn page(&self, question: &Question, at: At, open: Option<i64>) -> Result<Page> {
        let ask = self.ask(question);
        self.db
            .read(move |conn| page::read(conn, &ask(conn)?, &at, open))
            .await
    }

    /// The API's page: up to `limit` events before a cursor, and the cursor of the next.
    pub async fn list(
        &self,
        question: &Question,
        before: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Event>, Option<Cursor>, u64)> {
        let ask = self.ask(question);
        self.db
            .read(move |conn| {
                let asked = ask(conn)?;
                let plan = asked.plan(&asked.question.filter);
                let mut places = plan.older(before.map(place), limit + 1);
                let more = places.len() > limit;
                places.truncate(limit);
                let next = places.last().copied().filter(|_| more).map(cursor);
                let seqs = places.into_iter().map(|it| it.seq);
                let events = event_rows::all(conn, seqs)?;
                Ok((events, next, plan.count()))
            })
            .await
    }

    /// How many events that match were recorded after number `seq`.
    pub async fn recorded_after(&self, question: &Question, seq: i64) -> Result<u64> {
        let next = seq.saturating_add(1);
        // Asked over and over while nothing happens.
        if next >= self.index.snapshot().len() {
            return Ok(0);
        }
        let ask = self.ask(question);
        self.db
            .read(move |conn| {
                let asked = ask(conn)?;
                Ok(asked.plan(&asked.question.filter).since(next))
            })
            .await
    }

    /// The feed: the next `limit` events in scope after a `seq`, oldest first, without a hole.
    pub async fn feed(&self, question: &Question, after: i64, limit: usize) -> Result<Vec<Event>> {
        let snapshot = self.index.snapshot();
        let pools = pools(&question.scope, None);
        let seqs = snapshot.feed(&pools, Some(after), limit);
        self.db
            .read(move |conn| event_rows::all(conn, seqs.into_iter()))
            .await
    }

    /// None for an event that does not exist and for one out of scope alike.
    pub async fn one(&self, scope: &Scope, seq: i64) -> Result<Option<Event>> {
        if page::place_in_scope(&self.index.snapshot(), scope, seq).is_none() {
            return Ok(None);
        }
        self.db.read(move |conn| event_rows::one(conn, seq)).await
    }

    /// How many events the log holds.
    pub fn size(&self) -> u64 {
        u64::try_from(self.index.snapshot().len()).unwrap_or_default()
    }

    /// Bytes that wait to be written.
    pub fn waiting(&self) -> usize {
        self.db.waiting()
    }

    /// Whether deliveries find room and the writer commits: seen by a commit that changes nothing.
    /// Whoever asks within a second of a good one is told the same, so that strangers who ask over
    /// and over do not keep the disk busy.
    pub async fn ping(&self, now: Millis) -> Result<()> {
        self.reserve.is_ready(self.db.waiting())?;
        let since = now.saturating_sub(self.committed_ms.load(Ordering::Relaxed));
        if (0..SECOND_MS).contains(&since) {
            return Ok(());
        }
        self.db.write(tx::touch).await?;
        self.committed_ms.store(now, Ordering::Relaxed);
        Ok(())
    }

    /// The names of the actions that occur in scope.
    pub fn seen_actions(&self, scope: &Scope) -> Vec<String> {
        let snapshot = self.index.snapshot();
        let seen = snapshot.seen_actions(&pools(scope, None)).into_iter();
        let names = &snapshot.terms().actions;
        seen.filter_map(|(no, _)| names.name(no).map(str::to_owned))
            .collect()
    }

    /// Asks as of now; what the index does not know is read.
    fn ask(
        &self,
        question: &Question,
    ) -> impl FnOnce(&Connection) -> Result<Asked> + Send + 'static {
        let (snapshot, question) = (self.index.snapshot(), question.clone());
        let digester = Arc::clone(&self.digester);
        move |conn| Asked::new(conn, snapshot, question, digester)
    }
}
