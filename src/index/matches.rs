//! Which events match, a bit each. Every number of a page is counted from these bits, so that
//! rows, total, choices and histogram always agree.
use super::bitmap::{first_and_last, is_empty, is_set, numbers, numbers_down, numbers_up, ones_in};
use super::lanes::ones;
use super::log::{Bounds, Log, Source};
use super::number;
use super::row::{Place, Row};
use super::tail::Block;
use crate::base::Millis;

/// What one query matches at one moment.
pub struct Matches {
    log: Log,
    /// By source, the newest first; only those with matches.
    found: Vec<Found>,
}

/// The matches of one source, a bit for each in the source's order, and those that failed.
pub struct Found {
    pub bounds: Bounds,
    pub events: Vec<u64>,
    pub failed: Vec<u64>,
}

/// The events of one span of time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Bar {
    pub events: u64,
    pub failures: u64,
}

impl Matches {
    pub fn new(log: Log, mut found: Vec<Found>) -> Self {
        found.retain(|it| !is_empty(&it.events));
        Self { log, found }
    }

    pub fn count(&self) -> u64 {
        self.found.iter().map(|it| ones(&it.events)).sum()
    }

    /// Up to `limit` matches before a place, or from the newest on; newest first.
    pub fn older(&self, before: Option<Place>, limit: usize) -> Vec<Place> {
        let mut best: Vec<Place> = Vec::new();
        for found in &self.found {
            // Once there are enough, only what is newer than the last counts.
            let last = best.get(limit.saturating_sub(1)).copied();
            if limit == 0 || last.is_some_and(|it| found.bounds.max_ms < it.occurred_ms) {
                break;
            }
            let (from, until) = self.between(found, last, before);
            let places = numbers_down(&found.events, from, until);
            best.extend(self.places(found, places, limit, (last, before)));
            best.sort_unstable_by(|a, b| b.cmp(a));
            best.truncate(limit);
        }
        best
    }

    /// The `limit` matches that follow a place most closely; newest first.
    pub fn newer(&self, after: Place, limit: usize) -> Vec<Place> {
        let mut sources: Vec<&Found> = self.found.iter().collect();
        sources.sort_by_key(|it| it.bounds.min_ms);
        let mut best: Vec<Place> = Vec::new();
        for found in sources {
            let last = best.get(limit.saturating_sub(1)).copied();
            if limit == 0 || last.is_some_and(|it| found.bounds.min_ms > it.occurred_ms) {
                break;
            }
            let (from, until) = self.between(found, Some(after), last);
            let places = numbers_up(&found.events, from, until);
            best.extend(self.places(found, places, limit, (Some(after), last)));
            best.sort_unstable();
            best.truncate(limit);
        }
        best.reverse();
        best
    }

    /// Whether the event recorded as number `seq` matches.
    pub fn contains(&self, seq: i64) -> bool {
        let holds = |it: &&Found| (it.bounds.first_seq..it.bounds.end_seq).contains(&seq);
        let Some(found) = self.found.iter().find(holds) else {
            return false;
        };
        let at = match found.bounds.source {
            Source::Segment(at) => {
                let positions = self.log.segments[at].positions(&[seq]);
                positions.first().map(|it| usize::from(*it))
            }
            Source::Block(_) => usize::try_from(seq - found.bounds.first_seq).ok(),
        };
        at.is_some_and(|at| is_set(&found.events, at))
    }

    /// How many matches are newer than a place: its row in the list, from zero.
    pub fn rank(&self, place: Place) -> u64 {
        let newer = self.found.iter().map(|it| {
            if it.bounds.max_ms < place.occurred_ms {
                return 0;
            }
            match it.bounds.source {
                Source::Segment(at) => {
                    let segment = &self.log.segments[at];
                    ones_in(&it.events, segment.before(next(place)), segment.len())
                }
                Source::Block(at) => {
                    let rows = rows_of(self.log.tail.block(at), &it.events);
                    let newer = rows.filter(|(no, row)| place_of(&it.bounds, *no, row) > place);
                    newer.count() as u64
                }
            }
        });
        newer.sum()
    }

    /// The numbers of the matches, ascending.
    pub fn seqs(&self) -> Vec<i64> {
        let mut seqs: Vec<i64> = Vec::new();
        for found in &self.found {
            match found.bounds.source {
                Source::Segment(at) => {
                    let segment = &self.log.segments[at];
                    let set = numbers(&found.events);
                    seqs.extend(set.map(|it| segment.place_at(it).seq));
                }
                Source::Block(_) => {
                    let first = found.bounds.first_seq;
                    seqs.extend(numbers(&found.events).map(|it| first + number::seq(it)));
                }
            }
        }
        seqs.sort_unstable();
        seqs
    }

    /// The times of the oldest and of the newest match.
    pub fn ends(&self) -> Option<(Millis, Millis)> {
        let ends = self.found.iter().filter_map(|it| match it.bounds.source {
            Source::Segment(at) => {
                let times = &self.log.segments[at].times;
                let (first, last) = first_and_last(&it.events)?;
                Some((times.at(first), times.at(last)))
            }
            Source::Block(at) => {
                let rows = rows_of(self.log.tail.block(at), &it.events);
                let times = rows.map(|(_, row)| (row.occurred_ms, row.occurred_ms));
                times.reduce(wider)
            }
        });
        ends.reduce(wider)
    }

    /// The matches between each two of `edges`, which ascend.
    pub fn bars(&self, edges: &[Millis]) -> Vec<Bar> {
        let mut bars = vec![Bar::default(); edges.len().saturating_sub(1)];
        for found in &self.found {
            match found.bounds.source {
                Source::Segment(at) => {
                    let segment = &self.log.segments[at];
                    // Most edges are before or after all of it.
                    let before = |edge: &Millis| match *edge {
                        edge if edge <= found.bounds.min_ms => 0,
                        edge if edge > found.bounds.max_ms => segment.len(),
                        edge => segment.before_ms(edge),
                    };
                    let mut from = edges.first().map_or(0, before);
                    for (bar, end) in bars.iter_mut().zip(edges.iter().skip(1)) {
                        let until = before(end);
                        bar.events += ones_in(&found.events, from, until);
                        bar.failures += ones_in(&found.failed, from, until);
                        from = until;
                    }
                }
                Source::Block(at) => {
                    let block = self.log.tail.block(at);
                    for (no, row) in rows_of(block, &found.events) {
                        let after = edges.partition_point(|it| *it <= row.occurred_ms);
                        let bar = after.checked_sub(1).and_then(|it| bars.get_mut(it));
                        if let Some(bar) = bar {
                            bar.events += 1;
                            bar.failures += u64::from(is_set(&found.failed, no));
                        }
                    }
                }
            }
        }
        bars
    }

    /// The positions of a segment between two places. Of a block all: it is in no order.
    fn between(
        &self,
        found: &Found,
        after: Option<Place>,
        before: Option<Place>,
    ) -> (usize, usize) {
        match found.bounds.source {
            Source::Segment(at) => {
                let segment = &self.log.segments[at];
                (
                    after.map_or(0, |it| segment.before(next(it))),
                    before.map_or(segment.len(), |it| segment.before(it)),
                )
            }
            Source::Block(at) => (0, self.log.tail.block(at).rows().len()),
        }
    }

    /// The places of events that are given in order, as far as they lie between two others.
    fn places(
        &self,
        found: &Found,
        events: impl Iterator<Item = usize>,
        limit: usize,
        (after, before): (Option<Place>, Option<Place>),
    ) -> Vec<Place> {
        match found.bounds.source {
            Source::Segment(at) => {
                let segment = &self.log.segments[at];
                events.take(limit).map(|it| segment.place_at(it)).collect()
            }
            Source::Block(at) => {
                let rows = self.log.tail.block(at).rows();
                let places = events.map(|it| place_of(&found.bounds, it, &rows[it]));
                let inside = places.filter(|it| {
                    after.is_none_or(|after| *it > after)
                        && before.is_none_or(|before| *it < before)
                });
                inside.collect()
            }
        }
    }
}

/// The rows of a block whose bits are set, with their numbers in it.
fn rows_of<'a>(block: &'a Block, events: &'a [u64]) -> impl Iterator<Item = (usize, &'a Row)> {
    numbers(events).filter_map(|no| Some((no, block.rows().get(no)?)))
}

fn place_of(bounds: &Bounds, no: usize, row: &Row) -> Place {
    Place {
        occurred_ms: row.occurred_ms,
        seq: bounds.first_seq + number::seq(no),
    }
}

fn next(place: Place) -> Place {
    Place {
        seq: place.seq.saturating_add(1),
        ..place
    }
}

fn wider(one: (Millis, Millis), other: (Millis, Millis)) -> (Millis, Millis) {
    (one.0.min(other.0), one.1.max(other.1))
}
