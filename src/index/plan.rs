//! A query on one snapshot: pages in the order of the list, and exact counts.
use std::sync::{Arc, OnceLock};

use super::number::seq;
use super::query::{FlagTest, Query, Wanted};
use super::row::Place;
use super::scan::{Part, Scan};
use super::segment::Segment;
use super::tail::{BLOCK_LEN, Block, Tail};
use super::terms::Terms;
use crate::base::Millis;

/// In so many sources a page is expected to become full.
const HOPEFUL: usize = 3;

/// What a plan reads: the sealed segments and the open end. Clones share everything.
#[derive(Clone)]
pub struct Log {
    pub segments: Arc<Vec<Arc<Segment>>>,
    pub tail: Tail,
    pub segment_len: usize,
}

/// The answers to one query. They all speak of the same moment.
pub struct Plan {
    log: Log,
    wanted: Wanted,
    /// The sources that can match by time and arrival.
    sources: Vec<Bounds>,
    /// How many events match in each of `sources`; counted when first asked for.
    counts: OnceLock<Vec<usize>>,
    failures: OnceLock<u64>,
}

/// A segment or a block of the tail, and what it spans.
#[derive(Clone, Copy)]
struct Bounds {
    source: Source,
    min_ms: Millis,
    max_ms: Millis,
    first_seq: i64,
    end_seq: i64,
}

#[derive(Clone, Copy)]
enum Source {
    Segment(usize),
    Block(usize),
}

/// Which part of the list is asked for, besides what the query itself allows.
#[derive(Clone, Copy, Default)]
struct Slice {
    after: Option<Place>,
    before: Option<Place>,
    from_seq: Option<i64>,
}

/// From which end, how many matches at most, and how many sources were visited before.
#[derive(Clone, Copy)]
enum Reach {
    NewestFirst(usize, usize),
    OldestFirst(usize, usize),
}

impl Plan {
    pub fn new(log: &Log, terms: &Terms, query: &Query) -> Self {
        let wanted = Wanted::of(query, terms);
        let mut sources = Vec::new();
        if !wanted.nothing {
            sources.extend(log.sources().filter(|it| it.may_match(&wanted)));
        }
        // Newest first; nearly sorted already.
        sources.sort_by_key(|it| std::cmp::Reverse((it.max_ms, it.first_seq)));
        Self {
            log: log.clone(),
            wanted,
            sources,
            counts: OnceLock::new(),
            failures: OnceLock::new(),
        }
    }

    /// Up to `limit` matches before a place, or from the newest on; newest first.
    pub fn older(&self, before: Option<Place>, limit: usize) -> Vec<Place> {
        let mut slice = Slice {
            before,
            ..Slice::default()
        };
        let mut best = Vec::new();
        for (visited, bounds) in self.sources.iter().enumerate() {
            // Once there are enough, only what is newer than the last counts.
            slice.after = best.get(limit.saturating_sub(1)).copied();
            if slice.after.is_some_and(|it| bounds.max_ms < it.occurred_ms) || limit == 0 {
                break;
            }
            let reach = Reach::NewestFirst(limit, visited);
            if self.visit(bounds, slice, reach, &mut best) {
                best.sort_unstable_by(|a, b| b.cmp(a));
                best.truncate(limit);
            }
        }
        best
    }

    /// The `limit` matches that follow a place most closely; newest first.
    pub fn newer(&self, after: Place, limit: usize) -> Vec<Place> {
        let mut slice = Slice {
            after: Some(after),
            ..Slice::default()
        };
        let mut sources: Vec<&Bounds> = self.sources.iter().collect();
        sources.sort_by_key(|it| it.min_ms);
        let mut best = Vec::new();
        for (visited, bounds) in sources.into_iter().enumerate() {
            slice.before = best.get(limit.saturating_sub(1)).copied();
            if slice
                .before
                .is_some_and(|it| bounds.min_ms > it.occurred_ms)
                || limit == 0
            {
                break;
            }
            let reach = Reach::OldestFirst(limit, visited);
            if self.visit(bounds, slice, reach, &mut best) {
                best.sort_unstable();
                best.truncate(limit);
            }
        }
        best.reverse();
        best
    }

    /// How many events match.
    pub fn count(&self) -> u64 {
        self.counts().iter().map(|it| *it as u64).sum()
    }

    /// How many matching events are failures.
    pub fn failures(&self) -> u64 {
        let Some(flags) = self.wanted.flags.and_failure() else {
            return 0;
        };
        if flags.mask == self.wanted.flags.mask && flags.value == self.wanted.flags.value {
            return self.count();
        }
        *self
            .failures
            .get_or_init(|| self.count_all(flags, Slice::default()))
    }

    /// How many matching events are newer than a place: its row in the list, from zero. Cheap
    /// after `count`. A place with `seq` -1 stands before everything of its millisecond, so the
    /// difference of two ranks is a bar of a histogram.
    pub fn rank(&self, place: Place) -> u64 {
        let slice = Slice {
            after: Some(place),
            ..Slice::default()
        };
        let counts = self.counts();
        let each = self.sources.iter().zip(counts).map(|(bounds, count)| {
            if bounds.min_ms > place.occurred_ms {
                *count
            } else if bounds.max_ms < place.occurred_ms {
                0
            } else {
                self.count_in(bounds, self.wanted.flags, slice)
            }
        });
        each.map(|it| it as u64).sum()
    }

    /// How many matching events were recorded as number `seq` or later.
    #[cfg(test)]
    pub fn since(&self, seq: i64) -> u64 {
        let slice = Slice {
            from_seq: Some(seq),
            ..Slice::default()
        };
        self.count_all(self.wanted.flags, slice)
    }

    /// Whether the event recorded as number `seq` matches.
    pub fn contains(&self, seq: i64) -> bool {
        let row = self.log.row(seq);
        row.is_some_and(|it| self.wanted.matches(&it, seq))
    }

    fn counts(&self) -> &[usize] {
        self.counts.get_or_init(|| {
            let (flags, slice) = (self.wanted.flags, Slice::default());
            let counts = self
                .sources
                .iter()
                .map(|it| self.count_in(it, flags, slice));
            counts.collect()
        })
    }

    fn count_all(&self, flags: FlagTest, slice: Slice) -> u64 {
        let counts = self
            .sources
            .iter()
            .map(|it| self.count_in(it, flags, slice));
        counts.map(|it| it as u64).sum()
    }

    fn count_in(&self, bounds: &Bounds, flags: FlagTest, slice: Slice) -> usize {
        match bounds.source {
            Source::Segment(at) => {
                let segment = &self.log.segments[at];
                let part = self.part(segment, bounds, slice, None);
                part.and_then(|it| Scan::new(segment, &self.wanted, flags, it))
                    .map_or(0, |it| it.count())
            }
            Source::Block(at) => {
                let places = self.places_in(self.log.tail.block(at), bounds, slice);
                places.filter(|(_, bits)| flags.passes(*bits)).count()
            }
        }
    }

    /// Adds the matches in one source, and says whether there were any.
    fn visit(&self, bounds: &Bounds, slice: Slice, reach: Reach, found: &mut Vec<Place>) -> bool {
        let known = found.len();
        match bounds.source {
            Source::Segment(at) => {
                self.visit_segment(&self.log.segments[at], bounds, slice, reach, found);
            }
            Source::Block(at) => {
                let places = self.places_in(self.log.tail.block(at), bounds, slice);
                found.extend(places.map(|(place, _)| place));
            }
        }
        found.len() > known
    }

    fn visit_segment(
        &self,
        segment: &Segment,
        bounds: &Bounds,
        slice: Slice,
        reach: Reach,
        found: &mut Vec<Place>,
    ) {
        let part = self.part(segment, bounds, slice, reach.enough());
        let scan = part.and_then(|it| Scan::new(segment, &self.wanted, self.wanted.flags, it));
        let Some(scan) = scan else { return };
        let full = found.len().saturating_add(reach.limit());
        let take = |position| {
            found.push(segment.place_at(position));
            found.len() < full
        };
        match reach {
            Reach::NewestFirst(..) => scan.newest_first(take),
            Reach::OldestFirst(..) => scan.oldest_first(take),
        }
    }

    /// The part of a segment that lies within the slice, the span and the arrivals wanted.
    fn part(
        &self,
        segment: &Segment,
        bounds: &Bounds,
        slice: Slice,
        enough: Option<usize>,
    ) -> Option<Part> {
        let next = |it: Place| Place {
            seq: it.seq.saturating_add(1),
            ..it
        };
        let (span_from, span_until) = self.wanted.span;
        let mut from = slice.after.map_or(0, |it| segment.before(next(it)));
        let mut until = slice.before.map_or(segment.len(), |it| segment.before(it));
        if bounds.min_ms < span_from {
            from = from.max(segment.before_ms(span_from));
        }
        if bounds.max_ms >= span_until {
            until = until.min(segment.before_ms(span_until));
        }
        let arrival = |seq: i64| {
            let inside = seq.clamp(bounds.first_seq, bounds.end_seq) - bounds.first_seq;
            usize::try_from(inside).unwrap_or(0)
        };
        let arrivals = (
            slice.from_seq.map_or(0, arrival),
            arrival(self.wanted.limit_seq),
        );
        (from < until && arrivals.0 < arrivals.1).then_some(Part {
            from,
            until,
            arrivals,
            enough,
        })
    }

    /// The matches in a block, in the order of their arrival, with their flags.
    fn places_in(
        &self,
        block: &Block,
        bounds: &Bounds,
        slice: Slice,
    ) -> impl Iterator<Item = (Place, u8)> {
        let rows = (bounds.first_seq..).zip(block.rows());
        rows.filter_map(move |(seq, row)| {
            let place = Place {
                occurred_ms: row.occurred_ms,
                seq,
            };
            let wanted = slice.takes(place) && self.wanted.matches(row, seq);
            wanted.then_some((place, row.flags.bits()))
        })
    }
}

impl Log {
    pub fn len(&self) -> i64 {
        self.sealed() + seq(self.tail.len())
    }

    pub fn sealed(&self) -> i64 {
        seq(self.segments.len() * self.segment_len)
    }

    pub fn row(&self, seq: i64) -> Option<super::row::Row> {
        let at = usize::try_from(seq).ok()?;
        match self.segments.get(at / self.segment_len) {
            Some(segment) => segment.row(u16::try_from(at % self.segment_len).ok()?),
            None => self.tail.row(at - self.segments.len() * self.segment_len),
        }
    }

    fn sources(&self) -> impl Iterator<Item = Bounds> {
        let segments = self.segments.iter().enumerate().map(|(at, it)| Bounds {
            source: Source::Segment(at),
            min_ms: it.min_ms(),
            max_ms: it.max_ms(),
            first_seq: it.first_seq(),
            end_seq: it.first_seq() + seq(it.len()),
        });
        let sealed = self.sealed();
        let blocks = self.tail.blocks().enumerate().map(move |(at, it)| {
            let first_seq = sealed + seq(at * BLOCK_LEN);
            Bounds {
                source: Source::Block(at),
                min_ms: it.min_ms(),
                max_ms: it.max_ms(),
                first_seq,
                end_seq: first_seq + seq(it.rows().len()),
            }
        });
        segments.chain(blocks)
    }
}

impl Bounds {
    fn may_match(&self, wanted: &Wanted) -> bool {
        let (from, until) = wanted.span;
        self.min_ms < until && self.max_ms >= from && self.first_seq < wanted.limit_seq
    }
}

impl Slice {
    fn takes(&self, place: Place) -> bool {
        self.after.is_none_or(|it| place > it)
            && self.before.is_none_or(|it| place < it)
            && self.from_seq.is_none_or(|it| place.seq >= it)
    }
}

impl Reach {
    fn limit(self) -> usize {
        match self {
            Self::NewestFirst(limit, _) | Self::OldestFirst(limit, _) => limit,
        }
    }

    /// How many matches to expect to be enough. A page that is still not full after some
    /// sources has less luck than was expected: then everything is looked at.
    fn enough(self) -> Option<usize> {
        match self {
            Self::NewestFirst(limit, visited) | Self::OldestFirst(limit, visited) => {
                (visited < HOPEFUL).then_some(limit)
            }
        }
    }
}
