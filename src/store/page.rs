//! One page of the log for people, read at one moment: its rows, the event that is open, and
//! all its numbers.
use rusqlite::Connection;

use super::numbers::{self, Options};
use super::questions::Asked;
use super::{event_rows, failpoint, looks};
use crate::base::{Millis, Result};
use crate::index::{Matches, Place, Plan, Snapshot};
use crate::model::{At, Cursor, Event, Field, Filter, Histogram, Look, PoolNo, Scope};

/// Rows on a page.
pub const PAGE: usize = 50;

pub struct Page {
    pub rows: Vec<Listed>,
    pub total: u64,
    pub successes: u64,
    pub failures: u64,
    pub options: Options,
    /// None without a match.
    pub histogram: Option<Histogram>,
    /// How many matching events are newer than the first row.
    pub skipped: u64,
    pub older: Option<Cursor>,
    pub newer: Newer,
    /// When nothing matches: how many events would without one of the filters, if any would.
    pub without: Vec<(Field, u64)>,
    /// The event that was asked for besides the rows.
    pub open: Option<Open>,
    /// The last event of the log at this moment, whoever may see it.
    pub last_seq: i64,
}

/// A row of the log that is there, and what it says if it can be read.
pub struct Listed {
    pub seq: i64,
    pub occurred_ms: Millis,
    pub event: Option<Event>,
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
    /// The ways to go on from it, and how many events each leads to.
    pub looks: Vec<(Look, Filter, u64)>,
}

pub fn read(conn: &Connection, asked: &Asked, at: &At, open: Option<i64>) -> Result<Page> {
    let plan = asked.plan(&asked.question.filter);
    let matches = plan.matches();
    let (places, newer) = places(&plan, at);
    let last = places.last().copied();
    let older = last.filter(|it| !plan.older(Some(*it), 1).is_empty());
    let total = matches.count();
    let rows = places.iter().map(|it| listed(conn, *it));
    let open = open.map(|seq| open_event(conn, asked, (&plan, &matches), seq));
    Ok(Page {
        rows: rows.collect::<Result<_>>()?,
        total,
        successes: matches.successes(),
        failures: matches.failures(),
        options: numbers::options(asked, &matches),
        histogram: numbers::histogram(asked, &matches),
        skipped: places.first().map_or(0, |it| matches.rank(*it)),
        older: older.map(cursor),
        newer,
        without: if total == 0 {
            numbers::without(asked)
        } else {
            Vec::new()
        },
        open: open.transpose()?.flatten(),
        last_seq: asked.snapshot.len() - 1,
    })
}

/// Where an event stands, if there is such an event and the scope sees it.
pub fn place_in_scope(snapshot: &Snapshot, scope: &Scope, seq: i64) -> Option<Place> {
    let row = snapshot.row(seq)?;
    let is_seen = scope.sees(PoolNo::new(row.pool)) || failpoint::is(failpoint::UNSCOPED);
    is_seen.then_some(Place {
        occurred_ms: row.occurred_ms,
        seq,
    })
}

pub fn cursor(place: Place) -> Cursor {
    Cursor {
        ms: place.occurred_ms,
        seq: place.seq,
    }
}

pub fn place(cursor: Cursor) -> Place {
    Place {
        occurred_ms: cursor.ms,
        seq: cursor.seq,
    }
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

fn open_event(
    conn: &Connection,
    asked: &Asked,
    (plan, matches): (&Plan, &Matches),
    seq: i64,
) -> Result<Option<Open>> {
    let Some(place) = place_in_scope(&asked.snapshot, &asked.question.scope, seq) else {
        return Ok(None);
    };
    let listed = listed(conn, place)?;
    let event = listed.event.as_ref();
    let looks = event.map_or_else(|| Ok(Vec::new()), |it| looks::looks(conn, asked, it))?;
    let is_inside = plan.contains(seq);
    let first = |places: Vec<Place>| places.first().copied().map(cursor);
    Ok(Some(Open {
        listed,
        rank: is_inside.then(|| matches.rank(place)),
        newer: is_inside.then(|| first(plan.newer(place, 1))).flatten(),
        older: is_inside
            .then(|| first(plan.older(Some(place), 1)))
            .flatten(),
        looks,
    }))
}

fn listed(conn: &Connection, place: Place) -> Result<Listed> {
    Ok(Listed {
        seq: place.seq,
        occurred_ms: place.occurred_ms,
        event: event_rows::readable(conn, place.seq)?,
    })
}
