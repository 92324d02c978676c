//! A query on one snapshot: pages in the order of the list, and exact counts.
use super::bitmap::set;
use super::log::{Bounds, Log, Source};
use super::matches::{Found, Matches};
use super::query::{Query, Wanted};
use super::row::{Place, Row};
use super::scan::{Part, Scan};
use super::segment::Segment;
use super::tail::Block;
use super::terms::Terms;

/// In so many sources a page is expected to become full.
const HOPEFUL: usize = 3;

/// The answers to one query. They all speak of the same moment.
pub struct Plan {
    log: Log,
    wanted: Wanted,
    /// The sources that can match by time and arrival.
    sources: Vec<Bounds>,
}

/// Which part of the list is asked for, besides what the query itself allows.
#[derive(Clone, Copy, Default)]
struct Slice {
    after: Option<Place>,
    before: Option<Place>,
    from_seq: Option<i64>,
}

/// How many matches at most, and how many sources were visited before.
#[derive(Clone, Copy)]
struct Reach {
    limit: usize,
    visited: usize,
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
            let reach = Reach { limit, visited };
            if self.visit(bounds, slice, reach, &mut best) {
                best.sort_unstable_by(|a, b| b.cmp(a));
                best.truncate(limit);
            }
        }
        best
    }

    /// How many events match.
    pub fn count(&self) -> u64 {
        self.count_all(Slice::default())
    }

    /// The numbers of the matches, ascending.
    pub fn seqs(&self) -> Vec<i64> {
        let found = self.sources.iter().map(|bounds| Found {
            bounds: *bounds,
            events: self.bits_among(bounds, None),
            failed: Vec::new(),
        });
        Matches::new(self.log.clone(), found.collect()).seqs()
    }

    /// What can match by time and arrival, the newest first.
    pub fn sources(&self) -> &[Bounds] {
        &self.sources
    }

    pub fn wants(&self, row: &Row, seq: i64) -> bool {
        self.wanted.matches(row, seq)
    }

    /// How many matching events were recorded as number `seq` or later.
    pub fn since(&self, seq: i64) -> u64 {
        let slice = Slice {
            from_seq: Some(seq),
            ..Slice::default()
        };
        self.count_all(slice)
    }

    fn count_all(&self, slice: Slice) -> u64 {
        self.sources.iter().map(|it| self.count_in(it, slice)).sum()
    }

    fn count_in(&self, bounds: &Bounds, slice: Slice) -> u64 {
        match bounds.source {
            Source::Segment(at) => {
                let segment = &self.log.segments[at];
                let part = self.part(segment, bounds, slice, None);
                part.and_then(|it| Scan::new(segment, &self.wanted, it))
                    .map_or(0, |it| it.count())
            }
            Source::Block(at) => {
                let places = self.places_in(self.log.tail.block(at), bounds, slice);
                places.count() as u64
            }
        }
    }

    /// The matches in one source among some of its events, a bit for each.
    pub fn bits_among(&self, bounds: &Bounds, among: Option<&[u64]>) -> Vec<u64> {
        match bounds.source {
            Source::Segment(at) => {
                let segment = &self.log.segments[at];
                let part = self.part(segment, bounds, Slice::default(), None);
                part.and_then(|it| Scan::among(segment, &self.wanted, it, among))
                    .map_or_else(Vec::new, |it| it.bits())
            }
            Source::Block(at) => {
                let rows = (bounds.first_seq..).zip(self.log.tail.block(at).rows());
                let mut bits = Vec::new();
                for (no, (seq, row)) in rows.enumerate() {
                    if self.wanted.matches(row, seq) {
                        set(&mut bits, no);
                    }
                }
                bits
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
                found.extend(places);
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
        let scan = part.and_then(|it| Scan::new(segment, &self.wanted, it));
        let Some(scan) = scan else { return };
        let full = found.len().saturating_add(reach.limit);
        scan.newest_first(|position| {
            found.push(segment.place_at(position));
            found.len() < full
        });
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

    /// The matches in a block, in the order of their arrival.
    fn places_in(
        &self,
        block: &Block,
        bounds: &Bounds,
        slice: Slice,
    ) -> impl Iterator<Item = Place> {
        let rows = (bounds.first_seq..).zip(block.rows());
        rows.filter_map(move |(seq, row)| {
            let place = Place {
                occurred_ms: row.occurred_ms,
                seq,
            };
            let wanted = slice.takes(place) && self.wanted.matches(row, seq);
            wanted.then_some(place)
        })
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
    /// How many matches to expect to be enough. A page that is still not full after some
    /// sources has less luck than was expected: then everything is looked at.
    fn enough(self) -> Option<usize> {
        (self.visited < HOPEFUL).then_some(self.limit)
    }
}
