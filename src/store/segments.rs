//! Seals, loads and rebuilds what is derived from the log: terms and segments.
use rusqlite::{Connection, named_params};

use super::event_rows::{self, Stored};
use super::log::Log;
use super::prepared;
use super::sql::OrSql;
use super::terms;
use crate::base::{Hash, Result};
use crate::index::{Index, SEGMENT_LEN, Segment};
use crate::model::{Body, EventKind};

/// Fills a new log from the database: terms, sealed segments, then the events after them. What
/// is missing or damaged of the derived data is made again from the events.
pub fn load(conn: &Connection, log: &mut Log) -> Result<()> {
    conn.execute_batch("begin immediate")
        .sql("cannot read the log at start")?;
    fill(conn, log)?;
    conn.execute_batch("commit")
        .sql("cannot store what was derived again")
}

/// The same in a transaction that others began and end.
pub fn fill(conn: &Connection, log: &mut Log) -> Result<()> {
    if terms::load(conn, log.index.vocabulary())? {
        load_segments(conn, log)?;
    } else {
        // Numbers without their texts mean nothing: everything is numbered anew.
        tracing::warn!("damaged terms are made again from the events");
        conn.execute_batch("delete from segment; delete from term;")
            .sql("cannot drop damaged terms")?;
        log.index = Index::new();
    }
    event_rows::walk(conn, log.next_seq(), |stored| {
        load_event(conn, log, &stored)?;
        if log.completes_a_segment() {
            log.seal(conn)?;
            log.publish();
        }
        Ok(())
    })?;
    log.publish();
    Ok(())
}

fn load_segments(conn: &Connection, log: &mut Log) -> Result<()> {
    let mut statement = conn
        .prepare("select no, columns, seen, root from segment order by no")
        .sql("cannot read the segments")?;
    let mut rows = statement.query([]).sql("cannot read the segments")?;
    let mut expected = 0;
    while let Some(row) = rows.next().sql("cannot read the segments")? {
        let no: u32 = row.get("no").sql("cannot read a segment")?;
        let columns: Vec<u8> = row.get("columns").sql("cannot read a segment")?;
        let seen: Vec<u8> = row.get("seen").sql("cannot read a segment")?;
        let root: Hash = row.get("root").sql("cannot read a segment")?;
        let Some(digests) = digests(&seen).filter(|_| no == expected) else {
            break;
        };
        let Ok(segment) = Segment::decode(no, &columns) else {
            break;
        };
        log.load_segment(segment, &digests, root);
        expected += 1;
    }
    drop(rows);
    let dropped = conn
        .execute(
            "delete from segment where no >= :first",
            named_params! { ":first": expected },
        )
        .sql("cannot drop a damaged segment")?;
    if dropped > 0 {
        tracing::warn!(dropped, "damaged segments are made again from the events");
    }
    Ok(())
}

fn digests(seen: &[u8]) -> Option<Vec<u64>> {
    let (words, rest) = seen.as_chunks::<8>();
    let complete = rest.is_empty() && words.len() == SEGMENT_LEN;
    complete.then(|| words.iter().map(|it| u64::from_le_bytes(*it)).collect())
}

/// An event that cannot be read still has its place: it is found by time, and says so when shown.
fn load_event(conn: &Connection, log: &mut Log, stored: &Stored) -> Result<()> {
    let body = stored.payload.as_deref().map(Body::read).transpose();
    let kind = EventKind::from_code(stored.kind);
    let columns = match (body, kind) {
        (Ok(Some(body)), Some(kind)) => prepared::columns(&body, kind),
        _ => prepared::unreadable(stored.received_ms),
    };
    log.load_event(conn, stored, &columns)
}
