//! Checks a database offline, without writing: the file, the chain of every entry, and what is
//! derived from it (`tamper-evidence.md` §9). Never stops at the first finding.
use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::event_rows::{self, Stored};
use super::file_header;
use super::log::short;
use super::prepared;
use super::sql::OrSql;
use super::terms;
use super::used::Used;
use super::{migrate, schema, segment_rows, sums};
use crate::base::{Hash, Kind, Millis, Result, is_checked};
use crate::index::{Row, SEGMENT_LEN, Segment, Vocabulary};
use crate::ledger::{Frontier, GLOBAL, Header, PoolId, commitment};
use crate::model::{Body, EventKind};

/// Findings listed; beyond it they are counted.
const LISTED_MAX: usize = 1000;

pub struct Report {
    pub events: u64,
    pub erased: u64,
    pub root: Hash,
    pub findings: Vec<Finding>,
    pub findings_total: u64,
}

pub struct Finding {
    pub class: Class,
    /// The event, where there is one.
    pub seq: Option<i64>,
    /// The table, where it is one of records.
    pub table: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// SQLite's own check of the file failed.
    Integrity,
    /// A table, trigger or index is not as this version ships it.
    Schema,
    Gap,
    Time,
    PoolGap,
    /// The payload or its salt is not what was committed to.
    Payload,
    /// The header is not what was hashed.
    Leaf,
    /// A column, term or segment does not follow from the payloads.
    Derived,
    /// What an event is recognized by when it comes again is not what was written.
    Item,
    /// A table of records is not what was written.
    Record,
    /// Size or root is not what the caller wrote down.
    Expect,
}

/// A size and root that somebody wrote down earlier.
pub struct Expected {
    pub size: u64,
    pub root: Hash,
}

/// A file that cannot be read to its end is damaged, or never was a database of ours.
pub fn verify(file: &Path, expected: Option<&Expected>) -> Result<Report> {
    match read(file, expected) {
        Err(error) if matches!(error.kind(), Kind::StorageFailed | Kind::Internal) => {
            tracing::error!(?error, "the database cannot be read");
            Ok(Report {
                events: 0,
                erased: 0,
                root: Frontier::default().root(),
                findings: vec![Finding {
                    class: Class::Integrity,
                    seq: None,
                    table: None,
                }],
                findings_total: 1,
            })
        }
        report => report,
    }
}

fn read(file: &Path, expected: Option<&Expected>) -> Result<Report> {
    let conn = schema::open_offline(file)?;
    // One read transaction, so that a running server's writes do not change what is compared.
    conn.execute_batch("begin")
        .sql("cannot read the database")?;
    let mut check = Check::new(&conn)?;
    check.file(&conn, file)?;
    check.schema(&conn)?;
    check.records(&conn);
    if let Err(error) = event_rows::walk(&conn, 0, |stored| {
        check.entry(&stored, expected);
        check.derive(&conn, &stored)
    }) {
        tracing::error!(?error, "the log cannot be read to its end");
        check.find(Class::Integrity, None);
    }
    check.leftovers(&conn)?;
    if expected.is_some_and(|it| check.root_at_expected != Some(it.root)) {
        check.find(Class::Expect, None);
    }
    Ok(Report {
        events: check.tree.size(),
        erased: check.erased,
        root: check.tree.root(),
        findings: check.findings,
        findings_total: check.findings_total,
    })
}

struct Check {
    pools: HashMap<u16, PoolId>,
    vocabulary: Vocabulary,
    next_seq: i64,
    received_ms: Millis,
    pool_seqs: HashMap<u16, i64>,
    tree: Frontier,
    root_at_expected: Option<Hash>,
    segment: Vec<Row>,
    segment_seen: Vec<u64>,
    segment_tree: Frontier,
    segments: u32,
    used: Used,
    erased: u64,
    findings: Vec<Finding>,
    findings_total: u64,
}

impl Check {
    fn new(conn: &Connection) -> Result<Self> {
        let mut vocabulary = Vocabulary::new();
        let whole = terms::load(conn, &mut vocabulary)?;
        let empty = Frontier::default();
        let mut check = Self {
            pools: pool_ids(conn)?,
            vocabulary,
            next_seq: 0,
            received_ms: Millis::MIN,
            pool_seqs: HashMap::new(),
            root_at_expected: None,
            tree: empty.clone(),
            segment: Vec::with_capacity(SEGMENT_LEN),
            segment_seen: Vec::with_capacity(SEGMENT_LEN),
            segment_tree: empty,
            segments: 0,
            used: Used::default(),
            erased: 0,
            findings: Vec::new(),
            findings_total: 0,
        };
        if !whole {
            check.find(Class::Derived, None);
        }
        Ok(check)
    }

    fn find(&mut self, class: Class, seq: Option<i64>) {
        self.list(Finding {
            class,
            seq,
            table: None,
        });
    }

    fn list(&mut self, finding: Finding) {
        self.findings_total += 1;
        if self.findings.len() < LISTED_MAX {
            self.findings.push(finding);
        }
    }

    fn file(&mut self, conn: &Connection, file: &Path) -> Result<()> {
        if !file_header::is_sound(file)? {
            self.find(Class::Integrity, None);
        }
        let answer: rusqlite::Result<String> =
            conn.query_row("pragma integrity_check(1)", [], |row| row.get(0));
        if !answer.is_ok_and(|it| it == "ok") {
            self.find(Class::Integrity, None);
        }
        Ok(())
    }

    fn schema(&mut self, conn: &Connection) -> Result<()> {
        let is_todays = migrate::version_of(conn)? == migrate::VERSION
            && migrate::layout(conn)? == migrate::layout(&migrate::todays()?)?;
        if !is_todays {
            self.find(Class::Schema, None);
        }
        Ok(())
    }

    /// What no event tells whole: records as they stand, by the sums of their tables.
    fn records(&mut self, conn: &Connection) {
        match sums::mismatches(conn) {
            Ok(tables) => {
                for table in tables {
                    self.list(Finding {
                        class: Class::Record,
                        seq: None,
                        table: Some(table),
                    });
                }
            }
            Err(error) => {
                tracing::error!(?error, "the records cannot be read to their end");
                self.find(Class::Integrity, None);
            }
        }
    }

    /// One row against its predecessors and its own hashes.
    fn entry(&mut self, stored: &Stored, expected: Option<&Expected>) {
        if expected.is_some_and(|it| it.size == self.tree.size()) {
            self.root_at_expected = Some(self.tree.root());
        }
        let seq = Some(stored.seq);
        if stored.seq != self.next_seq {
            self.find(Class::Gap, seq);
        }
        if stored.received_ms < self.received_ms {
            self.find(Class::Time, seq);
        }
        let pool_no = stored.pool_no.unwrap_or_default();
        let next = self.pool_seqs.entry(pool_no).or_default();
        let dense = stored.pool_seq == *next;
        *next = stored.pool_seq + 1;
        if !dense {
            self.find(Class::PoolGap, seq);
        }
        match (&stored.salt, &stored.payload) {
            (Some(salt), Some(payload)) => {
                if commitment(salt, payload.as_bytes()) != stored.commitment {
                    self.find(Class::Payload, seq);
                }
            }
            _ => self.erased += 1,
        }
        if self.leaf(stored) != Some(stored.leaf) {
            self.find(Class::Leaf, seq);
        }
        if stored.item.is_some_and(|it| !is_checked(&it)) {
            self.find(Class::Item, seq);
        }
        self.next_seq = stored.seq + 1;
        self.received_ms = stored.received_ms;
        self.tree.push(stored.leaf);
        if expected.is_some_and(|it| it.size == self.tree.size()) {
            self.root_at_expected = Some(self.tree.root());
        }
    }

    fn leaf(&self, stored: &Stored) -> Option<Hash> {
        let pool_id = match stored.pool_no {
            Some(no) => *self.pools.get(&no)?,
            None => GLOBAL,
        };
        let header = Header {
            kind: stored.kind,
            index: u64::try_from(stored.seq).ok()?,
            received_ms: stored.received_ms,
            pool_id,
            pool_seq: u64::try_from(stored.pool_seq).ok()?,
            commitment: stored.commitment,
        };
        EventKind::from_code(stored.kind).map(|_| header.leaf())
    }

    /// Rebuilds the columns from the payload, and compares each segment when it is full.
    fn derive(&mut self, conn: &Connection, stored: &Stored) -> Result<()> {
        match self.row(stored) {
            Some(row) => {
                self.used.note(&row);
                self.segment.push(row);
            }
            None => self.find(Class::Derived, Some(stored.seq)),
        }
        self.segment_seen
            .push(stored.item.as_ref().map_or(0, short));
        self.segment_tree.push(stored.leaf);
        if self.segment_tree.size() < SEGMENT_LEN as u64 {
            return Ok(());
        }
        let root = std::mem::take(&mut self.segment_tree).root();
        let rows = std::mem::take(&mut self.segment);
        let seen = segment_rows::seen(&std::mem::take(&mut self.segment_seen));
        // Sealed in the commit of its last event.
        let same = stored_segment(conn, self.segments)?.is_some_and(|it| {
            rows.len() == SEGMENT_LEN
                && it.root == root
                && it.seen == seen
                && it.columns == Segment::build(self.segments, &rows).encode()
        });
        if !same {
            self.find(Class::Derived, Some(stored.seq));
        }
        self.segments += 1;
        Ok(())
    }

    fn row(&self, stored: &Stored) -> Option<Row> {
        let mut body = Body::read(stored.payload.as_deref()?).ok()?;
        let columns = prepared::columns(&mut body, EventKind::from_code(stored.kind)?);
        let terms = &self.vocabulary;
        let kind = columns.target_kind.as_deref();
        Some(Row {
            occurred_ms: columns.occurred_ms,
            pool: stored.pool_no.unwrap_or_default(),
            action: terms.actions.id(&columns.action)?,
            flags: columns.flags,
            kind: kind.map_or(Some(0), |it| terms.kinds.id(it))?,
            actor: number(&columns.actor, |it| terms.actors.id(it))?,
            target: number(&columns.target, |it| terms.targets.id(it))?,
        })
    }

    /// A segment or a term for which there are no events.
    fn leftovers(&mut self, conn: &Connection) -> Result<()> {
        let segments: u32 = conn
            .query_row("select count(*) from segment", [], |row| row.get(0))
            .sql("cannot count the segments")?;
        if segments > self.segments || self.used != Used::all(&self.vocabulary) {
            self.find(Class::Derived, None);
        }
        Ok(())
    }
}

impl Class {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integrity => "integrity",
            Self::Schema => "schema",
            Self::Gap => "gap",
            Self::Time => "time",
            Self::PoolGap => "pool_gap",
            Self::Payload => "payload",
            Self::Leaf => "leaf",
            Self::Derived => "derived",
            Self::Item => "item",
            Self::Record => "record",
            Self::Expect => "expect",
        }
    }
}

fn number(text: &str, id: impl FnOnce(&str) -> Option<u32>) -> Option<u32> {
    if text.is_empty() { Some(0) } else { id(text) }
}

fn pool_ids(conn: &Connection) -> Result<HashMap<u16, PoolId>> {
    let mut statement = conn
        .prepare("select no, id from pool")
        .sql("cannot read the Pools")?;
    let rows = statement
        .query_map([], |row| Ok((row.get("no")?, row.get("id")?)))
        .sql("cannot read the Pools")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a Pool")
}

struct StoredSegment {
    columns: Vec<u8>,
    seen: Vec<u8>,
    root: Hash,
}

fn stored_segment(conn: &Connection, no: u32) -> Result<Option<StoredSegment>> {
    conn.query_row(
        "select columns, seen, root from segment where no = :no",
        named_params! { ":no": no },
        |row| {
            Ok(StoredSegment {
                columns: row.get("columns")?,
                seen: row.get("seen")?,
                root: row.get("root")?,
            })
        },
    )
    .optional()
    .sql("cannot read a segment")
}
