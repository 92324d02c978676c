//! One page of the log for people, read at one moment: its rows, the event that is open, and
//! all its numbers.
use rusqlite::Connection;

use super::numbers::{self, Options};
use super::questions::Asked;
use super::{event_rows, failpoint, looks};
use crate::base::{Millis, Result};
use crate::index::{Matches, Place, Snapshot};
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
    let survey = asked.survey();
    let matches = &survey.matches;
    let total = matches.count();
    let places = places(matches, at);
    let (first, last) = (places.first().copied(), places.last().copied());
    let rows = places.iter().map(|it| listed(conn, *it));
    let open = open.map(|seq| open_event(conn, asked, matches, seq));
    Ok(Page {
        rows: rows.collect::<Result<_>>()?,
        total,
        successes: survey.successes,
        failures: survey.failures,
        options: numbers::options(asked, &survey.choices),
        histogram: numbers::histogram(asked, matches),
        skipped: first.map_or(0, |it| matches.rank(it)),
        older: last.filter(|it| matches.rank(*it) + 1 < total).map(cursor),
        newer: newer(matches, at, first),
        without: if total == 0 {
            numbers::without(asked, &survey.choices)
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

/// The rows that a position in the order shows.
fn places(matches: &Matches, at: &At) -> Vec<Place> {
    let Some(after) = at.after else {
        return matches.older(at.before.map(place), PAGE);
    };
    let rows = matches.newer(place(after), PAGE);
    if rows.len() == PAGE {
        return rows;
    }
    // A page that is not full would start in the middle of the first one.
    matches.older(None, PAGE)
}

/// Where "Newer" leads from the rows.
fn newer(matches: &Matches, at: &At, first: Option<Place>) -> Newer {
    if at.before.is_none() && at.after.is_none() {
        return Newer::Nowhere;
    }
    let Some(first) = first.or(at.before.map(place)) else {
        return Newer::Nowhere;
    };
    match matches.rank(first) {
        0 => Newer::Nowhere,
        newer if newer >= PAGE as u64 => Newer::After(cursor(first)),
        _ => Newer::FirstPage,
    }
}

fn open_event(
    conn: &Connection,
    asked: &Asked,
    matches: &Matches,
    seq: i64,
) -> Result<Option<Open>> {
    let Some(place) = place_in_scope(&asked.snapshot, &asked.question.scope, seq) else {
        return Ok(None);
    };
    let listed = listed(conn, place)?;
    let event = listed.event.as_ref();
    let looks = event.map_or_else(|| Ok(Vec::new()), |it| looks::looks(conn, asked, it))?;
    let is_inside = matches.contains(seq);
    let first = |places: Vec<Place>| places.first().copied().map(cursor);
    Ok(Some(Open {
        listed,
        rank: is_inside.then(|| matches.rank(place)),
        newer: is_inside.then(|| first(matches.newer(place, 1))).flatten(),
        older: is_inside
            .then(|| first(matches.older(Some(place), 1)))
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
