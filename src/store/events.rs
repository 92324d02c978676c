//! The log as handlers see it: deliver, page, one, feed.
use std::sync::Arc;

use rusqlite::Connection;

use super::db::{Credential, Db, note_use};
use super::event_rows;
use super::log::Appended;
use super::prepared::{frame, prepare};
use super::questions::{pools, query};
use super::reserve::Reserve;
use crate::base::{Millis, Result};
use crate::index::{Place, Plan, Reader, Snapshot};
use crate::model::Digester;
use crate::model::safe::SafeEvent;
use crate::model::{
    ApiKey, At, Cursor, Entry, Event, EventKind, Field, Filter, Pool, PoolNo, RecordId, Scope, Via,
    ViaKind, Zone,
};

/// Rows on a page for people.
pub const PAGE: usize = 50;

#[derive(Clone)]
pub struct Events {
    db: Db,
    index: Reader,
    digester: Arc<Digester>,
    reserve: Reserve,
}

/// What a viewer asks: who sees what, filtered how, as of when.
pub struct Question {
    pub scope: Scope,
    pub filter: Filter,
    pub zone: Zone,
    pub now: Millis,
}

/// A row of the log that is there, and what it says if it can be read.
pub struct Listed {
    pub seq: i64,
    pub occurred_ms: Millis,
    pub event: Option<Event>,
}

pub struct Page {
    pub rows: Vec<Listed>,
    pub total: u64,
    pub failures: u64,
    /// How many matching events are newer than the first row.
    pub skipped: u64,
    pub older: Option<Cursor>,
    pub newer: Newer,
    /// When nothing matches: how many events would without one of the filters, if any would.
    pub without: Vec<(Field, u64)>,
    /// The event that was asked for besides the rows.
    pub open: Option<Open>,
}

/// Where "Newer" leads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Newer {
    Nowhere,
    FirstPage,
    After(Cursor),
}

/// One event in the filtered order.
pub struct Open {
    pub listed: Listed,
    /// None: outside the current filters.
    pub rank: Option<u64>,
    pub newer: Option<Cursor>,
    pub older: Option<Cursor>,
}

impl Events {
    pub fn new(db: Db, index: Reader, digester: Arc<Digester>, reserve: Reserve) -> Self {
        Self {
            db,
            index,
            digester,
            reserve,
        }
    }

    /// Appends what a key delivered; returns once it is on disk, in the order given.
    pub async fn deliver(
        &self,
        key: &ApiKey,
        pool: &Pool,
        events: Vec<SafeEvent>,
        delivery: RecordId,
        now: Millis,
    ) -> Result<Vec<Appended>> {
        let via = Via {
            kind: ViaKind::Key,
            id: Some(key.id.to_string()),
            label: Some(key.name.clone()),
        };
        let entries = events
            .into_iter()
            .map(|event| {
                let via = via.clone();
                let frame = frame(EventKind::Delivered, Some(pool), via, Some(delivery), now);
                Entry::new(event, frame)
            })
            .collect();
        let prepared = prepare(entries, Some(pool));
        let bytes = prepared.iter().map(|it| it.payload.len() + 512).sum();
        self.reserve.admit(bytes)?;
        let used = self.db.use_is_due(Credential::Key, key.no, now);
        let (key_no, is_first) = (key.no, key.used_ms.is_none());
        self.db
            .append(bytes, move |tx| {
                if used {
                    note_use(tx, Credential::Key, key_no, now)?;
                }
                if used && is_first {
                    tx.renew_standing();
                }
                prepared.iter().map(|it| tx.append(it)).collect()
            })
            .await
    }

    /// One page of what the question matches, newest first, and the event asked for besides.
    pub async fn page(&self, question: &Question, at: &At, open: Option<i64>) -> Result<Page> {
        let (snapshot, plan) = self.plan(question);
        let (places, newer) = places(&plan, at);
        let skipped = places.first().map_or(0, |it| plan.rank(*it));
        let last = places.last().copied();
        let older = last.filter(|it| !plan.older(Some(*it), 1).is_empty());
        let open = open.and_then(|seq| open_event(&snapshot, &plan, &question.scope, seq));
        let (total, failures) = (plan.count(), plan.failures());
        let without = match total {
            0 => self.without(&snapshot, question),
            _ => Vec::new(),
        };
        self.db
            .read(move |conn| {
                Ok(Page {
                    rows: places
                        .iter()
                        .map(|it| listed(conn, *it))
                        .collect::<Result<_>>()?,
                    total,
                    failures,
                    skipped,
                    older: older.map(cursor),
                    newer,
                    without,
                    open: open.map(|it| it.read(conn)).transpose()?,
                })
            })
            .await
    }

    /// The API's page: up to `limit` events before a cursor, and the cursor of the next.
    pub async fn list(
        &self,
        question: &Question,
        before: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Event>, Option<Cursor>, u64)> {
        let (_, plan) = self.plan(question);
        let mut places = plan.older(before.map(place), limit + 1);
        let more = places.len() > limit;
        places.truncate(limit);
        let next = places.last().copied().filter(|_| more).map(cursor);
        let count = plan.count();
        let events = self
            .read_all(places.into_iter().map(|it| it.seq).collect())
            .await?;
        Ok((events, next, count))
    }

    /// The feed: the next `limit` events in scope after a `seq`, oldest first, without a hole.
    pub async fn feed(&self, question: &Question, after: i64, limit: usize) -> Result<Vec<Event>> {
        let snapshot = self.index.snapshot();
        let pools = pools(&question.scope, None);
        self.read_all(snapshot.feed(&pools, Some(after), limit))
            .await
    }

    /// None for an event that does not exist and for one out of scope alike.
    pub async fn one(&self, scope: &Scope, seq: i64) -> Result<Option<Event>> {
        if place_in_scope(&self.index.snapshot(), scope, seq).is_none() {
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

    /// Whether the writer can commit: an empty transaction of its own.
    pub async fn ping(&self) -> Result<()> {
        self.db.append(0, |_| Ok(())).await
    }

    /// The names of the actions that occur in scope.
    pub fn seen_actions(&self, scope: &Scope) -> Vec<String> {
        let snapshot = self.index.snapshot();
        let seen = snapshot.seen_actions(&pools(scope, None)).into_iter();
        let names = &snapshot.terms().actions;
        seen.filter_map(|(no, _)| names.name(no).map(str::to_owned))
            .collect()
    }

    fn plan(&self, question: &Question) -> (Arc<Snapshot>, Plan) {
        let snapshot = self.index.snapshot();
        let plan = self.plan_on(&snapshot, question, &question.filter);
        (snapshot, plan)
    }

    fn plan_on(&self, snapshot: &Snapshot, question: &Question, filter: &Filter) -> Plan {
        let span = filter.span(&question.zone, question.now);
        let query = query(snapshot, &question.scope, filter, span, &self.digester);
        snapshot.plan(&query)
    }

    fn without(&self, snapshot: &Snapshot, question: &Question) -> Vec<(Field, u64)> {
        let active = question.filter.active().into_iter();
        let count = |field| {
            let fewer = question.filter.without(field);
            (field, self.plan_on(snapshot, question, &fewer).count())
        };
        let counts = active.map(|it| count(it.field));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    async fn read_all(&self, seqs: Vec<i64>) -> Result<Vec<Event>> {
        self.db
            .read(move |conn| {
                let mut events = Vec::with_capacity(seqs.len());
                for seq in seqs {
                    events.extend(event_rows::one(conn, seq)?);
                }
                Ok(events)
            })
            .await
    }
}

/// An open event before its payload is read.
struct Opening {
    place: Place,
    rank: Option<u64>,
    newer: Option<Cursor>,
    older: Option<Cursor>,
}

impl Opening {
    fn read(self, conn: &Connection) -> Result<Open> {
        Ok(Open {
            listed: listed(conn, self.place)?,
            rank: self.rank,
            newer: self.newer,
            older: self.older,
        })
    }
}

fn open_event(snapshot: &Snapshot, plan: &Plan, scope: &Scope, seq: i64) -> Option<Opening> {
    let place = place_in_scope(snapshot, scope, seq)?;
    if !plan.contains(place.seq) {
        return Some(Opening {
            place,
            rank: None,
            newer: None,
            older: None,
        });
    }
    let first = |places: Vec<Place>| places.first().copied().map(cursor);
    Some(Opening {
        place,
        rank: Some(plan.rank(place)),
        newer: first(plan.newer(place, 1)),
        older: first(plan.older(Some(place), 1)),
    })
}

/// Where an event stands, if there is such an event and the scope sees it.
fn place_in_scope(snapshot: &Snapshot, scope: &Scope, seq: i64) -> Option<Place> {
    let row = snapshot.row(seq)?;
    scope.sees(PoolNo::new(row.pool)).then_some(Place {
        occurred_ms: row.occurred_ms,
        seq,
    })
}

/// The rows that a position in the order shows, and where "Newer" leads from them.
fn places(plan: &Plan, at: &At) -> (Vec<Place>, Newer) {
    if let Some(after) = at.after {
        let rows = plan.newer(place(after), PAGE);
        if rows.len() == PAGE {
            let newer = newer(plan, rows.first().copied());
            return (rows, newer);
        }
        // A page that is not full would start in the middle of the first one.
        return (plan.older(None, PAGE), Newer::Nowhere);
    }
    let rows = plan.older(at.before.map(place), PAGE);
    let from = rows.first().copied().or(at.before.map(place));
    let newer = match at.before {
        Some(_) => newer(plan, from),
        None => Newer::Nowhere,
    };
    (rows, newer)
}

fn newer(plan: &Plan, first: Option<Place>) -> Newer {
    let Some(first) = first else {
        return Newer::FirstPage;
    };
    match plan.newer(first, PAGE).len() {
        0 => Newer::Nowhere,
        PAGE => Newer::After(cursor(first)),
        _ => Newer::FirstPage,
    }
}

fn listed(conn: &Connection, place: Place) -> Result<Listed> {
    Ok(Listed {
        seq: place.seq,
        occurred_ms: place.occurred_ms,
        event: event_rows::readable(conn, place.seq)?,
    })
}

fn cursor(place: Place) -> Cursor {
    Cursor {
        ms: place.occurred_ms,
        seq: place.seq,
    }
}

fn place(cursor: Cursor) -> Place {
    Place {
        occurred_ms: cursor.ms,
        seq: cursor.seq,
    }
}
