//! Seals, loads and rebuilds what is derived from the log: terms and segments.
use rusqlite::{Connection, named_params};

use super::ahead::ahead;
use super::event_rows::{self, Stored};
use super::log::Log;
use super::prepared::{self, Columns};
use super::sql::OrSql;
use super::{segment_rows, terms};
use crate::base::{Hash, Result};
use crate::index::{Gathered, Index, SEGMENT_LEN, Segment};
use crate::model::{Body, EventKind};

/// The digests of so many segments are entered together.
const GATHERED_MAX: usize = 8;
/// So many go to the other thread together.
const EVENTS_AT_ONCE: usize = 256;

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
    load_events(conn, log)?;
    log.publish();
    Ok(())
}

/// A row of `segment`, and what is read from its columns.
struct Sealed {
    no: u32,
    columns: Vec<u8>,
    seen: Vec<u8>,
    root: Hash,
}

struct Decoded {
    /// None: it is damaged, or one before it was.
    sound: Option<Sound>,
    /// The digests of the segments since those given last.
    digests: Option<Gathered>,
}

/// A segment as the log takes it over.
struct Sound {
    segment: Segment,
    pairs: Vec<(u16, u16, u64)>,
    root: Hash,
}

fn load_segments(conn: &Connection, log: &mut Log) -> Result<()> {
    let stored = segment_rows::count(conn)?;
    let mut decoder = Decoder::new(stored);
    let mut loaded = 0;
    let mut has_room = false;
    ahead(
        |give| read_segments(conn, give),
        |sealed| decoder.decode(sealed),
        |decoded| {
            if let Some(sound) = decoded.sound {
                log.load_segment(sound.segment, &sound.pairs, sound.root);
                loaded += 1;
            }
            if let Some(digests) = decoded.digests {
                if !has_room {
                    // As many of the other events have an id.
                    log.make_room(digests.len() * stored / loaded.max(1));
                    has_room = true;
                }
                log.load_digests(&digests);
            }
            Ok(())
        },
    )?;
    let dropped = conn
        .execute(
            "delete from segment where no >= :first",
            named_params! { ":first": i64::try_from(loaded).unwrap_or(i64::MAX) },
        )
        .sql("cannot drop a damaged segment")?;
    if dropped > 0 {
        tracing::warn!(dropped, "damaged segments are made again from the events");
    }
    Ok(())
}

fn read_segments(conn: &Connection, give: &mut dyn FnMut(Sealed) -> Result<()>) -> Result<()> {
    let mut statement = conn
        .prepare("select no, columns, seen, root from segment order by no")
        .sql("cannot read the segments")?;
    let mut rows = statement.query([]).sql("cannot read the segments")?;
    while let Some(row) = rows.next().sql("cannot read the segments")? {
        give(Sealed {
            no: row.get("no").sql("cannot read a segment")?,
            columns: row.get("columns").sql("cannot read a segment")?,
            seen: row.get("seen").sql("cannot read a segment")?,
            root: row.get("root").sql("cannot read a segment")?,
        })?;
    }
    Ok(())
}

/// On the other thread.
struct Decoder {
    /// Of those that are stored, so many are still to come.
    left: usize,
    /// The next segment's number; none behind a damaged one, with which all are made again.
    next: Option<u32>,
    gathered: Gathered,
    gathered_segments: usize,
}

impl Decoder {
    fn new(stored: usize) -> Self {
        Self {
            left: stored,
            next: Some(0),
            gathered: Gathered::default(),
            gathered_segments: 0,
        }
    }

    fn decode(&mut self, sealed: Sealed) -> Decoded {
        self.left = self.left.saturating_sub(1);
        let segment = self.segment(&sealed);
        self.next = segment.as_ref().map(|it| it.no() + 1);
        if segment.is_some() {
            self.gathered_segments += 1;
        }
        let is_due = segment.is_none() || self.left == 0;
        Decoded {
            digests: (is_due || self.gathered_segments == GATHERED_MAX).then(|| self.digests()),
            sound: segment.map(|it| Sound {
                pairs: it.pairs(),
                segment: it,
                root: sealed.root,
            }),
        }
    }

    fn segment(&mut self, sealed: &Sealed) -> Option<Segment> {
        let no = self.next.filter(|it| *it == sealed.no)?;
        let segment = Segment::decode(no, &sealed.columns).ok()?;
        let (digests, rest) = sealed.seen.as_chunks::<8>();
        if !rest.is_empty() || digests.len() != SEGMENT_LEN {
            return None;
        }
        let digests = digests.iter().map(|it| u64::from_le_bytes(*it));
        self.gathered.add(segment.first_seq(), digests);
        Some(segment)
    }

    fn digests(&mut self) -> Gathered {
        self.gathered_segments = 0;
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.sort();
        gathered
    }
}

/// The events after the last segment, many at a time.
fn load_events(conn: &Connection, log: &mut Log) -> Result<()> {
    let first = log.next_seq();
    let read = |give: &mut dyn FnMut(Vec<Stored>) -> Result<()>| {
        let mut some = Vec::with_capacity(EVENTS_AT_ONCE);
        event_rows::walk(conn, first, |stored| {
            some.push(stored);
            if some.len() < EVENTS_AT_ONCE {
                return Ok(());
            }
            give(std::mem::replace(
                &mut some,
                Vec::with_capacity(EVENTS_AT_ONCE),
            ))
        })?;
        give(some)
    };
    let work = |some: Vec<Stored>| -> Vec<(Stored, Columns)> {
        let with_columns = |it| {
            let columns = columns(&it);
            (it, columns)
        };
        some.into_iter().map(with_columns).collect()
    };
    ahead(read, work, |some| {
        for (stored, columns) in some {
            log.load_event(conn, &stored, &columns)?;
            if log.completes_a_segment() {
                log.seal(conn)?;
                log.publish();
            }
        }
        Ok(())
    })
}

/// An event that cannot be read still has its place: it is found by time, and says so when shown.
fn columns(stored: &Stored) -> Columns {
    let body = stored.payload.as_deref().map(Body::read).transpose();
    match (body, EventKind::from_code(stored.kind)) {
        (Ok(Some(mut body)), Some(kind)) => prepared::columns(&mut body, kind),
        _ => prepared::unreadable(stored.received_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::{Appended, short};
    use super::super::migrate::SCHEMA;
    use super::super::prepared::Prepared;
    use super::*;
    use crate::ledger::GLOBAL;

    const EVENTS: i64 = 2 * 65_536 + 5;

    fn conn() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        conn.execute(
            r#"with recursive e (seq) as (select 0 union all select seq + 1 from e
                                          where seq + 1 < :events)
             insert into event (seq, kind, received_ms, pool_seq, item, salt, payload, commitment,
                                leaf)
             select seq, 1, seq, seq,
                    iif(seq % 5, cast(printf('%08x%024d', seq * 2654435761 & 0xffffffff, 0)
                                      as blob), null),
                    zeroblob(32),
                    printf('{"v":1,"occurred_at":"2026-11-22T18:29:%02d.000Z","action":"x.do%d",'
                           || '"outcome":"success","actor":{"type":"user","id":"u%d"},'
                           || '"via":{"kind":"key"}}', seq % 60, seq % 3, seq % 1000),
                    zeroblob(32), randomblob(32)
             from e"#,
            named_params! { ":events": EVENTS },
        )
        .unwrap();
        conn
    }

    fn loaded(conn: &Connection) -> Log {
        let mut log = Log::new();
        load(conn, &mut log).unwrap();
        log
    }

    /// The log takes no event twice, wherever it learned of the first, and goes on behind the last.
    #[track_caller]
    fn check(conn: &Connection) {
        let mut log = loaded(conn);
        for seq in (0..EVENTS).step_by(37).chain(EVENTS - 10..EVENTS) {
            let item: Option<Hash> = conn
                .query_row("select item from event where seq = ?1", [seq], |row| {
                    row.get(0)
                })
                .unwrap();
            let Some(item) = item else {
                continue;
            };
            let again = log.append(conn, &event(item), 0).unwrap();
            assert!(
                matches!(again, Appended::Duplicate(it) if it.seq == seq),
                "{seq}"
            );
        }
        conn.execute_batch("savepoint other").unwrap();
        let other = log.append(conn, &event([7; 32]), 0).unwrap();
        assert!(matches!(other, Appended::Recorded(it) if it.seq == EVENTS));
        let place: i64 = conn
            .query_row(
                "select pool_seq from event where seq = ?1",
                [EVENTS],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(place, EVENTS);
        conn.execute_batch("rollback to other; release other")
            .unwrap();
    }

    fn event(item: Hash) -> Prepared {
        assert!(short(&item) > 0);
        Prepared {
            kind: EventKind::Delivered,
            pool_no: 0,
            pool_id: GLOBAL,
            item: Some(item),
            salt: [0; 32],
            payload: "{}".to_owned(),
            commitment: [0; 32],
            columns: prepared::unreadable(0),
            redactions: 0,
        }
    }

    fn segments(conn: &Connection) -> Vec<(u32, Vec<u8>, Vec<u8>)> {
        let mut statement = conn
            .prepare("select no, columns, seen from segment order by no")
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn a_log_is_the_same_from_its_segments_as_from_its_events() {
        let conn = conn();
        assert!(segments(&conn).is_empty());
        check(&conn);
        let sealed = segments(&conn);
        assert_eq!(sealed.len(), 2);
        check(&conn);
        for damage in [
            "update segment set columns = zeroblob(100) where no = 0",
            "update segment set seen = zeroblob(8) where no = 1",
            "delete from term where vocabulary = 3 and no = 7",
        ] {
            conn.execute_batch(damage).unwrap();
            check(&conn);
            assert!(segments(&conn) == sealed, "{damage}");
        }
    }
}
