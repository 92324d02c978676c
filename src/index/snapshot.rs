//! The writer's index, and what readers see of it: whole commits, without waiting.
use std::sync::{Arc, PoisonError, RwLock};

use super::idset::IdSet;
use super::log::Log;
use super::plan::Plan;
use super::query::{Pools, Query};
use super::row::{Row, SEGMENT_LEN};
use super::segment::Segment;
use super::survey::Survey;
use super::tail::{BLOCK_LEN, Tail};
use super::tally::Tally;
use super::terms::{Terms, Vocabulary};

/// The writer's side. Nothing of it is seen before `publish`.
pub struct Index {
    log: Log,
    tally: Tally,
    vocabulary: Vocabulary,
    published: Arc<RwLock<Arc<Snapshot>>>,
}

/// Hands out what was published last.
#[derive(Clone)]
pub struct Reader(Arc<RwLock<Arc<Snapshot>>>);

/// The log up to one commit. It does not change while the writer goes on.
pub struct Snapshot {
    log: Log,
    tally: Tally,
    terms: Terms,
}

impl Index {
    pub fn new() -> Self {
        Self::with_segments_of(SEGMENT_LEN)
    }

    /// Smaller segments make tests fast.
    pub(super) fn with_segments_of(segment_len: usize) -> Self {
        assert!(segment_len.is_multiple_of(BLOCK_LEN) && segment_len <= SEGMENT_LEN);
        let log = Log {
            segments: Arc::default(),
            tail: Tail::new(),
            segment_len,
        };
        let snapshot = Snapshot {
            log: log.clone(),
            tally: Tally::default(),
            terms: Terms::default(),
        };
        Self {
            log,
            tally: Tally::default(),
            vocabulary: Vocabulary::new(),
            published: Arc::new(RwLock::new(Arc::new(snapshot))),
        }
    }

    /// How many events there are, sealed and open; the next one's number.
    #[cfg(test)]
    pub fn len(&self) -> i64 {
        self.log.len()
    }

    /// The number of the segment that is sealed next.
    pub fn segments(&self) -> usize {
        self.log.segments.len()
    }

    /// Where texts get their numbers. Those of a commit that failed are taken back with
    /// `mark` and `rewind`; rows are only appended after their commit.
    pub fn vocabulary(&mut self) -> &mut Vocabulary {
        &mut self.vocabulary
    }

    /// At start: the next segment that was sealed earlier, and its `pairs`. There is no tail yet.
    pub fn push_segment(&mut self, segment: Segment, pairs: &[(u16, u16, u64)]) {
        assert!(self.log.tail.len() == 0, "a segment after the tail");
        for (pool, action, events) in pairs {
            self.tally.add(*pool, *action, *events);
        }
        self.push(segment);
    }

    /// The next events of the log, in order.
    pub fn append(&mut self, rows: &[Row]) {
        for row in rows {
            self.tally.add(row.pool, row.action, 1);
            self.log.tail.push(*row);
        }
    }

    /// How many events are in no segment yet. At `SEGMENT_LEN` it is time to seal.
    pub fn tail_len(&self) -> usize {
        self.log.tail.len()
    }

    /// The events in no segment yet, oldest first.
    pub fn tail_rows(&self) -> impl Iterator<Item = Row> {
        self.log.tail.rows()
    }

    /// Replaces the first events of the tail by the segment built from them. The tail may have
    /// grown meanwhile.
    pub fn seal(&mut self, segment: Segment) {
        self.log.tail.drop_first(segment.len());
        self.push(segment);
    }

    /// Shows readers everything that was appended. Costs microseconds.
    pub fn publish(&self) {
        let snapshot = Arc::new(Snapshot {
            log: self.log.clone(),
            tally: self.tally.clone(),
            terms: self.vocabulary.terms(),
        });
        let mut published = self
            .published
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *published, snapshot);
        drop(published);
        // Freeing it may take longer than anyone should wait for the lock.
        drop(old);
    }

    pub fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.published))
    }

    fn push(&mut self, segment: Segment) {
        assert!(
            segment.len() == self.log.segment_len && segment.no() as usize == self.segments(),
            "segments are whole and in order"
        );
        Arc::make_mut(&mut self.log.segments).push(Arc::new(segment));
    }
}

impl Reader {
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let published = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&published)
    }
}

impl Snapshot {
    pub fn plan(&self, query: &Query) -> Plan {
        Plan::new(&self.log, &self.terms, query)
    }

    /// Everything that a page counts; `scope` is where Pools can be chosen.
    pub fn survey(&self, query: &Query, scope: &Pools) -> Survey {
        Survey::new(&self.log, &self.terms, query, scope)
    }

    /// How many events there are; the next one's number.
    pub fn len(&self) -> i64 {
        self.log.len()
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn row(&self, seq: i64) -> Option<Row> {
        self.log.row(seq)
    }

    /// The next events of these Pools in the order of the log, for consumers that must miss none.
    pub fn feed(&self, pools: &Pools, after_seq: Option<i64>, limit: usize) -> Vec<i64> {
        let from = after_seq.map_or(0, |it| it.saturating_add(1).max(0));
        let Some(wanted) = pools.ids() else {
            return (from..self.len()).take(limit).collect();
        };
        let mut found = Vec::new();
        let skipped = usize::try_from(from).unwrap_or(usize::MAX) / self.log.segment_len;
        for segment in self.log.segments.iter().skip(skipped) {
            if found.len() >= limit {
                break;
            }
            feed_segment(segment, &wanted, from, limit - found.len(), &mut found);
        }
        let wants = |row: &Row| wanted.contains(u32::from(row.pool));
        let tail = (self.log.sealed()..).zip(self.log.tail.rows());
        let tail = tail.filter(|(seq, row)| *seq >= from && wants(row));
        let left = limit.saturating_sub(found.len());
        found.extend(tail.map(|(seq, _)| seq).take(left));
        found
    }

    /// The actions that occur in these Pools, ascending, and how many events have each.
    pub fn seen_actions(&self, pools: &Pools) -> Vec<(u16, u64)> {
        let mut seen = std::collections::BTreeMap::new();
        let mut add = |pool: u16| {
            for (action, events) in self.tally.actions(pool) {
                *seen.entry(*action).or_insert(0) += events;
            }
        };
        match pools {
            Pools::All => self.tally.pools().for_each(|(pool, _)| add(pool)),
            Pools::Only(pools) => {
                let distinct: std::collections::BTreeSet<_> = pools.iter().copied().collect();
                distinct.into_iter().for_each(add);
            }
        }
        seen.into_iter().collect()
    }

    /// The Pools that have events, ascending, and how many each has.
    #[cfg(test)]
    pub fn pool_counts(&self) -> Vec<(u16, u64)> {
        self.tally.pools().collect()
    }

    /// Memory of the segments and of the texts, without what the allocator adds.
    #[cfg(test)]
    pub fn bytes(&self) -> (usize, usize) {
        let segments = self.log.segments.iter().map(|it| it.bytes()).sum();
        (
            segments,
            self.terms.actors.bytes() + self.terms.targets.bytes(),
        )
    }
}

fn feed_segment(segment: &Segment, pools: &IdSet, from: i64, limit: usize, found: &mut Vec<i64>) {
    let mut seqs = segment.in_pools(pools, from);
    if seqs.len() > limit {
        seqs.select_nth_unstable(limit);
        seqs.truncate(limit);
    }
    seqs.sort_unstable();
    found.extend(seqs);
}
