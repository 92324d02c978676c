//! The rows of `event`: every statement that touches the table.
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::prepared::Prepared;
use super::sql::OrSql;
use crate::base::{Hash, Millis, OrFail, Result};
use crate::model::{Body, Event, EventKind};

/// What a sender gets for an event.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub seq: i64,
    pub recorded_ms: Millis,
    pub leaf: Hash,
    pub redactions: u32,
}

/// One row as it stands, for whoever recomputes it.
pub struct Stored {
    pub seq: i64,
    pub kind: u8,
    pub received_ms: Millis,
    pub pool_no: Option<u16>,
    pub pool_seq: i64,
    pub item: Option<Hash>,
    pub salt: Option<Hash>,
    pub payload: Option<String>,
    pub commitment: Hash,
    pub leaf: Hash,
}

pub fn insert(conn: &Connection, event: &Prepared, receipt: &Receipt, pool_seq: i64) -> Result<()> {
    let pool_no = (event.pool_no > 0).then_some(event.pool_no);
    // By place: to look up ten names costs a third of the insert.
    conn.prepare_cached(
        "insert into event (seq, kind, received_ms, pool_no, pool_seq, item, salt, payload,
                            commitment, leaf)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .and_then(|mut it| {
        it.execute(params![
            receipt.seq,
            event.kind.code(),
            receipt.recorded_ms,
            pool_no,
            pool_seq,
            event.item,
            event.salt,
            event.payload,
            event.commitment,
            receipt.leaf,
        ])
    })
    .sql("cannot append an event")?;
    Ok(())
}

pub fn receipt(conn: &Connection, seq: i64) -> Result<Option<(Hash, Receipt)>> {
    let found = conn
        .prepare_cached("select item, received_ms, leaf from event where seq = :seq")
        .and_then(|mut it| {
            it.query_row(named_params! { ":seq": seq }, |row| {
                let item: Option<Hash> = row.get("item")?;
                let receipt = Receipt {
                    seq,
                    recorded_ms: row.get("received_ms")?,
                    leaf: row.get("leaf")?,
                    redactions: 0,
                };
                Ok((item, receipt))
            })
            .optional()
        })
        .sql("cannot look up an event by its id")?;
    Ok(found.and_then(|(item, receipt)| Some((item?, receipt))))
}

/// One event; none if there is no such row. Damage is an error.
pub fn one(conn: &Connection, seq: i64) -> Result<Option<Event>> {
    row(conn, seq)?.transpose()
}

/// The events of these numbers that there are, in the same order. Damage is an error.
pub fn all(conn: &Connection, seqs: impl Iterator<Item = i64>) -> Result<Vec<Event>> {
    let events = seqs.map(|it| one(conn, it).transpose());
    events.flatten().collect()
}

/// The same for a list that goes on: a row that cannot be read is there, without its event.
pub fn readable(conn: &Connection, seq: i64) -> Result<Option<Event>> {
    Ok(row(conn, seq)?.and_then(|it| {
        it.inspect_err(|error| tracing::error!(seq, ?error, "an event cannot be read"))
            .ok()
    }))
}

fn row(conn: &Connection, seq: i64) -> Result<Option<Result<Event>>> {
    conn.prepare_cached("select seq, kind, received_ms, payload, leaf from event where seq = :seq")
        .and_then(|mut it| {
            it.query_row(named_params! { ":seq": seq }, event)
                .optional()
        })
        .sql("cannot read an event")
}

/// When an event was recorded: never before the event of a smaller number.
pub fn recorded_ms(conn: &Connection, seq: i64) -> Result<Millis> {
    conn.prepare_cached("select received_ms from event where seq = :seq")
        .and_then(|mut it| {
            it.query_row(named_params! { ":seq": seq }, |row| row.get("received_ms"))
        })
        .sql("cannot read when an event was recorded")
}

/// Adds to `found`, in order, those of `seqs` whose request or delivery has one of these names.
pub fn of_request(
    conn: &Connection,
    seqs: Range<i64>,
    names: &[String; 2],
    found: &mut Vec<i64>,
) -> Result<()> {
    // As it stands in the payload; most rows need no further look.
    let [one, other] = names
        .each_ref()
        .map(|it| serde_json::to_string(it).unwrap_or_default());
    let mut statement = conn
        .prepare_cached(
            "select seq, payload from event where seq >= :first and seq < :end
               and (instr(payload, :one) > 0 or instr(payload, :other) > 0)
             order by seq",
        )
        .sql("cannot look for a request")?;
    let mut rows = statement
        .query(named_params! {
            ":first": seqs.start, ":end": seqs.end, ":one": one, ":other": other,
        })
        .sql("cannot look for a request")?;
    while let Some(row) = rows.next().sql("cannot look for a request")? {
        let payload: String = row.get("payload").sql("cannot look for a request")?;
        let body = Body::read(&payload).ok();
        let ids = body.map(|it| [it.request_id, it.delivery_id]);
        let is_named = |id: &String| names.contains(id);
        if ids.is_some_and(|ids| ids.iter().flatten().any(is_named)) {
            found.push(row.get("seq").sql("cannot look for a request")?);
        }
    }
    Ok(())
}

/// Every row from `first` on, in order; stops at the first error of `each`.
pub fn walk(
    conn: &Connection,
    first: i64,
    mut each: impl FnMut(Stored) -> Result<()>,
) -> Result<()> {
    let mut statement = conn
        .prepare("select * from event where seq >= :first order by seq")
        .sql("cannot read the log")?;
    let mut rows = statement
        .query(named_params! { ":first": first })
        .sql("cannot read the log")?;
    while let Some(row) = rows.next().sql("cannot read the log")? {
        each(stored(row).sql("cannot read a row of the log")?)?;
    }
    Ok(())
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get("seq")?,
        kind: row.get("kind")?,
        received_ms: row.get("received_ms")?,
        pool_no: row.get("pool_no")?,
        pool_seq: row.get("pool_seq")?,
        item: row.get("item")?,
        salt: row.get("salt")?,
        payload: row.get("payload")?,
        commitment: row.get("commitment")?,
        leaf: row.get("leaf")?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<Result<Event>> {
    let (seq, recorded_ms, leaf) = (row.get("seq")?, row.get("received_ms")?, row.get("leaf")?);
    let payload: Option<String> = row.get("payload")?;
    let kind = EventKind::from_code(row.get("kind")?);
    Ok(payload
        .internal("an event's content was erased")
        .and_then(|it| Body::read(&it))
        .and_then(|body| {
            Ok(Event {
                seq,
                kind: kind.internal("an event's kind is unknown")?,
                recorded_ms,
                leaf,
                body,
            })
        }))
}
