//! The end of the log, where events are appended: numbers, hashes, interning, idempotency. Only
//! the writer thread has one. Whatever a group of jobs stages here is published after its commit
//! or rewound with it.
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::Connection;

use super::cut::{Cuts, Edge};
use super::event_rows::{self, Receipt, Stored};
use super::failpoint;
use super::prepared::{Columns, Prepared};
use super::segment_rows;
use super::terms::{self, Named};
use crate::base::{Hash, Millis, OrFail, Result};
use crate::index::{Gathered, Index, Mark as Texts, Row, SEGMENT_LEN, Seen, Segment};
use crate::ledger::{Header, Tree};
use crate::model::EventKind;

/// Distinct action names that one Pool's sources may use.
const ACTIONS_A_POOL_MAX: u32 = 1000;
/// Distinct names that all sources may use. The rest of what the index can number is ours: no
/// source can keep an operator's action from being recorded, such as revoking its key.
const SOURCES_NAMES_MAX: usize = 60_000;
/// The database refuses more, and would refuse the whole group with it.
const PAYLOAD_BYTES_MAX: usize = 32 * 1024;

pub struct Log {
    pub index: Index,
    state: State,
    seen: Seen,
    actions_a_pool: HashMap<u16, u32>,
    pool_actions: HashSet<(u16, u16)>,
    staged: Staged,
    /// Digests of the senders' ids of the events after the last sealed segment.
    tail_digests: Vec<u64>,
    edge: Edge,
}

/// What a refused change or a failed commit takes back as a whole.
#[derive(Clone, Default)]
struct State {
    next_seq: i64,
    received_ms: Millis,
    /// By the Pool's number.
    pool_seqs: Vec<i64>,
    tree: Tree,
}

#[derive(Default)]
struct Staged {
    rows: Vec<Row>,
    digests: Vec<u64>,
    /// The same digests, to tell at once that an id is new.
    seen: HashSet<u64, BuildHasherDefault<AsItIs>>,
    pool_actions: Vec<(u16, u16)>,
    /// The root of the segment that the staged events complete, and the segment.
    root: Option<Hash>,
    segment: Option<Segment>,
}

/// A keyed digest is spread evenly already, and whoever sends an id cannot choose it.
#[derive(Default)]
struct AsItIs(u64);

/// A point to come back to.
pub struct Mark {
    state: State,
    texts: Texts,
    rows: usize,
    pool_actions: usize,
    root: Option<Hash>,
}

/// What became of one event.
#[derive(Clone, Debug)]
pub enum Appended {
    Recorded(Receipt),
    Duplicate(Receipt),
    /// The same id with other content.
    Conflict,
    /// No room for another distinct action name or target kind.
    TooManyNames,
    /// Kept texts can be longer than those sent, such as letters that NFC takes apart.
    TooLong,
}

impl Log {
    pub fn new() -> Self {
        Self {
            index: Index::new(),
            state: State::default(),
            seen: Seen::new(),
            actions_a_pool: HashMap::new(),
            pool_actions: HashSet::new(),
            staged: Staged::default(),
            tail_digests: Vec::new(),
            edge: Edge::default(),
        }
    }

    pub fn next_seq(&self) -> i64 {
        self.state.next_seq
    }

    pub fn append(&mut self, conn: &Connection, event: &Prepared, now: Millis) -> Result<Appended> {
        if let Some(item) = &event.item
            && !failpoint::is(failpoint::TWICE)
            && let Some(known) = self.known(conn, item)?
        {
            return Ok(known);
        }
        if event.payload.len() > PAYLOAD_BYTES_MAX {
            return Ok(Appended::TooLong);
        }
        let named = Named::of(&event.columns, self.index.vocabulary());
        if event.kind == EventKind::Delivered && !self.takes_names(event.pool_no, named) {
            return Ok(Appended::TooManyNames);
        }
        let Some(row) = self.intern(conn, event.pool_no, &event.columns, named)? else {
            return Ok(Appended::TooManyNames);
        };
        let seq = self.state.next_seq;
        let received_ms = self.state.received_ms.max(now);
        let next = self.pool_seq(event.pool_no);
        let pool_seq = *next;
        *next += 1;
        let header = Header {
            kind: event.kind.code(),
            index: unsigned(seq)?,
            received_ms,
            pool_id: event.pool_id,
            pool_seq: unsigned(pool_seq)?,
            commitment: event.commitment,
        };
        let leaf = header.leaf();
        let receipt = Receipt {
            seq,
            recorded_ms: received_ms,
            leaf,
            redactions: event.redactions,
        };
        event_rows::insert(conn, event, &receipt, pool_seq)?;
        self.stage(event.item.as_ref(), row, leaf, received_ms);
        Ok(Appended::Recorded(receipt))
    }

    pub fn mark(&mut self) -> Mark {
        Mark {
            state: self.state.clone(),
            texts: self.index.vocabulary().mark(),
            rows: self.staged.rows.len(),
            pool_actions: self.staged.pool_actions.len(),
            root: self.staged.root,
        }
    }

    pub fn rewind(&mut self, mark: Mark) {
        self.state = mark.state;
        self.index.vocabulary().rewind(mark.texts);
        for pair in self.staged.pool_actions.drain(mark.pool_actions..) {
            self.pool_actions.remove(&pair);
            if let Some(count) = self.actions_a_pool.get_mut(&pair.0) {
                *count -= 1;
            }
        }
        self.staged.rows.truncate(mark.rows);
        self.staged.digests.truncate(mark.rows);
        self.staged.seen = self.staged.digests.iter().copied().collect();
        self.staged.root = mark.root;
        self.staged.segment = None;
    }

    /// Writes the segment that the staged events complete, if they do; the last act before a
    /// commit. A group of jobs is far smaller than a segment, so it completes one at most.
    pub fn seal(&mut self, conn: &Connection) -> Result<()> {
        let Some(root) = self.staged.root else {
            return Ok(());
        };
        let mut rows: Vec<_> = self.index.tail_rows().collect();
        let missing = SEGMENT_LEN - rows.len();
        rows.extend_from_slice(&self.staged.rows[..missing]);
        let mut digests = self.tail_digests.clone();
        digests.extend_from_slice(&self.staged.digests[..missing]);
        let no = u32::try_from(self.index.segments()).internal("too many segments")?;
        let segment = Segment::build(no, &rows);
        segment_rows::insert(conn, &segment, &digests, &root)?;
        self.staged.segment = Some(segment);
        Ok(())
    }

    /// After a commit: makes what was staged visible to readers.
    pub fn publish(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        let first = self.state.next_seq - signed(staged.rows.len());
        for (seq, digest) in (first..).zip(&staged.digests) {
            if *digest != 0 {
                self.seen.insert(*digest, seq);
            }
        }
        self.tail_digests.extend_from_slice(&staged.digests);
        match staged.segment {
            Some(segment) => {
                let missing = SEGMENT_LEN - self.index.tail_len();
                self.index.append(&staged.rows[..missing]);
                self.index.seal(segment);
                self.index.append(&staged.rows[missing..]);
                self.tail_digests.drain(..SEGMENT_LEN);
            }
            None => self.index.append(&staged.rows),
        }
        let index = &self.index;
        self.edge.publish(&self.state.tree, || index.publish());
    }

    /// Where readers get the log and its tree as of the same commit.
    pub fn cuts(&self) -> Cuts {
        Cuts::new(self.index.reader(), self.edge.clone())
    }

    /// At start, before any event with an id: about so many are to come.
    pub fn make_room(&mut self, events: usize) {
        self.seen = Seen::with_room_for(events);
    }

    /// Takes over a segment that was sealed by an earlier run, all but the digests of its events;
    /// `pairs` says how often each pair of Pool and action occurs in it.
    pub fn load_segment(&mut self, segment: Segment, pairs: &[(u16, u16, u64)], root: Hash) {
        for (pool, action, events) in pairs {
            *self.pool_seq(*pool) += events.cast_signed();
            self.note_action(*pool, *action);
        }
        self.state.next_seq += signed(SEGMENT_LEN);
        self.state.tree.push_segment(root);
        self.index.push_segment(segment, pairs);
    }

    /// Takes over the digests of such segments' events.
    pub fn load_digests(&mut self, digests: &Gathered) {
        self.seen.insert_all(digests);
    }

    /// Takes over an event that is in the database and in no segment yet.
    pub fn load_event(
        &mut self,
        conn: &Connection,
        stored: &Stored,
        columns: &Columns,
    ) -> Result<()> {
        let pool = stored.pool_no.unwrap_or_default();
        let named = Named::of(columns, self.index.vocabulary());
        let row = self.intern(conn, pool, columns, named)?;
        let row = row.internal("too many distinct names")?;
        *self.pool_seq(pool) += 1;
        self.stage(stored.item.as_ref(), row, stored.leaf, stored.received_ms);
        Ok(())
    }

    /// Whether the staged events complete a segment.
    pub fn completes_a_segment(&self) -> bool {
        self.staged.root.is_some()
    }

    pub fn staged_len(&self) -> usize {
        self.staged.rows.len()
    }

    /// An event with this id that is in the log already.
    fn known(&self, conn: &Connection, item: &Hash) -> Result<Option<Appended>> {
        let (id, content) = item.split_at(16);
        let digest = short(item);
        for seq in self.seen.candidates(digest).chain(self.staged_with(digest)) {
            let Some((stored, receipt)) = event_rows::receipt(conn, seq)? else {
                continue;
            };
            let (stored_id, stored_content) = stored.split_at(16);
            if stored_id == id {
                let same = stored_content == content;
                let known = if same {
                    Appended::Duplicate(receipt)
                } else {
                    Appended::Conflict
                };
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The staged events whose id has this digest.
    fn staged_with(&self, digest: u64) -> impl Iterator<Item = i64> {
        let first = self.state.next_seq - signed(self.staged.rows.len());
        let digests = if self.staged.seen.contains(&digest) {
            self.staged.digests.as_slice()
        } else {
            &[]
        };
        (first..)
            .zip(digests)
            .filter(move |(_, it)| **it == digest)
            .map(|(seq, _)| seq)
    }

    fn intern(
        &mut self,
        conn: &Connection,
        pool: u16,
        columns: &Columns,
        named: Named,
    ) -> Result<Option<Row>> {
        terms::intern(conn, self.index.vocabulary(), pool, columns, named)
    }

    /// False when its names are new and the Pool's sources, or all of them, have used up theirs.
    fn takes_names(&mut self, pool: u16, named: Named) -> bool {
        let is_used = |it| self.pool_actions.contains(&(pool, it));
        let is_used = named.action.is_some_and(is_used);
        if is_used && named.kind.is_some() {
            return true;
        }
        let vocabulary = self.index.vocabulary();
        let has_room = (named.action.is_some() || vocabulary.actions.len() < SOURCES_NAMES_MAX)
            && (named.kind.is_some() || vocabulary.kinds.len() < SOURCES_NAMES_MAX);
        let used = self.actions_a_pool.get(&pool);
        has_room && (is_used || used.is_none_or(|it| *it < ACTIONS_A_POOL_MAX))
    }

    fn note_action(&mut self, pool: u16, action: u16) -> bool {
        let new = self.pool_actions.insert((pool, action));
        if new {
            *self.actions_a_pool.entry(pool).or_default() += 1;
        }
        new
    }

    /// The number of the Pool's next event.
    fn pool_seq(&mut self, pool: u16) -> &mut i64 {
        let at = usize::from(pool);
        if at >= self.state.pool_seqs.len() {
            self.state.pool_seqs.resize(at + 1, 0);
        }
        &mut self.state.pool_seqs[at]
    }

    fn stage(&mut self, item: Option<&Hash>, row: Row, leaf: Hash, received_ms: Millis) {
        if self.note_action(row.pool, row.action) {
            self.staged.pool_actions.push((row.pool, row.action));
        }
        self.staged.rows.push(row);
        let digest = item.map_or(0, short);
        self.staged.digests.push(digest);
        self.staged.seen.insert(digest);
        self.state.next_seq += 1;
        self.state.received_ms = received_ms;
        if let Some(root) = self.state.tree.push(leaf) {
            self.staged.root = Some(root);
        }
    }
}

impl Hasher for AsItIs {
    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn write(&mut self, bytes: &[u8]) {
        for it in bytes {
            self.0 = self.0 << 8 | u64::from(*it);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The part of an id's digest that is kept in memory. Zero means "no id".
pub fn short(item: &Hash) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&item[..8]);
    u64::from_le_bytes(bytes).max(1)
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).internal("a number of the log is negative")
}
