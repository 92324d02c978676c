//! Which events match, a bit each. Every number of a page is counted from these bits, so that
//! total, options and histogram always agree.
use std::collections::BTreeMap;

use super::bytetest::{ByteTest, Worth};
use super::column::Column;
use super::idset::bits;
use super::log::{Bounds, Log, Source};
use super::mask::{CHUNK, gather};
use super::query::FlagTest;
use super::row::{Flags, Place, Row};
use super::segment::Segment;
use super::tail::Block;
use crate::base::Millis;

/// What one query matches at one moment.
pub struct Matches {
    log: Log,
    found: Vec<Found>,
}

/// The matches of one source, in its own order.
pub struct Found {
    pub bounds: Bounds,
    pub events: Vec<u64>,
}

/// The events of one span of time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Bar {
    pub events: u64,
    pub failures: u64,
}

/// Erased events are listed by Pool and time, and count as neither success nor failure.
const FAILED: FlagTest = FlagTest {
    mask: Flags::FAILURE.bits() | Flags::ERASED.bits(),
    value: Flags::FAILURE.bits(),
};
const READABLE: FlagTest = FlagTest {
    mask: Flags::ERASED.bits(),
    value: 0,
};

impl Matches {
    pub fn new(log: Log, mut found: Vec<Found>) -> Self {
        found.retain(|it| it.events.iter().any(|word| *word != 0));
        Self { log, found }
    }

    pub fn count(&self) -> u64 {
        self.found.iter().map(|it| ones(&it.events)).sum()
    }

    pub fn failures(&self) -> u64 {
        let failed = self.found.iter().map(|it| ones(&self.narrow(it, FAILED)));
        failed.sum()
    }

    pub fn successes(&self) -> u64 {
        let readable = self.found.iter().map(|it| ones(&self.narrow(it, READABLE)));
        readable.sum::<u64>() - self.failures()
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
                    let newer = rows.filter(|(no, row)| {
                        let seq = it.bounds.first_seq + i64::from(*no);
                        let occurred_ms = row.occurred_ms;
                        Place { occurred_ms, seq } > place
                    });
                    newer.count() as u64
                }
            }
        });
        newer.sum()
    }

    /// How many matches each Pool has; zero stands for the global events.
    pub fn by_pool(&self) -> BTreeMap<u16, u64> {
        self.tally(|it| it.events.clone(), |it| &it.pools, |it| it.pool)
    }

    /// How many matches each action has, without those that a filter by action would not find.
    pub fn by_action(&self) -> BTreeMap<u16, u64> {
        let readable = |it: &Found| self.narrow(it, READABLE);
        self.tally(readable, |it| &it.actions, |it| it.action)
    }

    /// The numbers of the matches, ascending.
    pub fn seqs(&self) -> Vec<i64> {
        let mut seqs: Vec<i64> = Vec::new();
        for found in &self.found {
            match found.bounds.source {
                Source::Segment(at) => {
                    let segment = &self.log.segments[at];
                    let set = numbers(&found.events);
                    seqs.extend(set.map(|it| segment.place_at(it as usize).seq));
                }
                Source::Block(_) => {
                    let first = found.bounds.first_seq;
                    seqs.extend(numbers(&found.events).map(|it| first + i64::from(it)));
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
            let failed = self.narrow(found, FAILED);
            match found.bounds.source {
                Source::Segment(at) => {
                    let segment = &self.log.segments[at];
                    let mut from = edges.first().map_or(0, |it| segment.before_ms(*it));
                    for (bar, end) in bars.iter_mut().zip(edges.iter().skip(1)) {
                        let until = segment.before_ms(*end);
                        bar.events += ones_in(&found.events, from, until);
                        bar.failures += ones_in(&failed, from, until);
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
                            bar.failures += failed[no as usize / 64] >> (no % 64) & 1;
                        }
                    }
                }
            }
        }
        bars
    }

    fn tally(
        &self,
        events: impl Fn(&Found) -> Vec<u64>,
        column: impl Fn(&Segment) -> &Column,
        value: impl Fn(&Row) -> u16,
    ) -> BTreeMap<u16, u64> {
        let mut tally = BTreeMap::new();
        for found in &self.found {
            let events = events(found);
            match found.bounds.source {
                Source::Segment(at) => {
                    for (value, count) in column(&self.log.segments[at]).tally(&events) {
                        *tally.entry(value).or_default() += u64::from(count);
                    }
                }
                Source::Block(at) => {
                    for (_, row) in rows_of(self.log.tail.block(at), &events) {
                        *tally.entry(value(row)).or_default() += 1;
                    }
                }
            }
        }
        tally
    }

    /// The matches whose flags pass.
    fn narrow(&self, found: &Found, test: FlagTest) -> Vec<u64> {
        match found.bounds.source {
            Source::Segment(at) => narrow_segment(&self.log.segments[at], &found.events, test),
            Source::Block(at) => {
                let mut passing = vec![0; found.events.len()];
                for (no, row) in rows_of(self.log.tail.block(at), &found.events) {
                    passing[no as usize / 64] |=
                        u64::from(test.passes(row.flags.bits())) << (no % 64);
                }
                passing
            }
        }
    }
}

fn narrow_segment(segment: &Segment, events: &[u64], test: FlagTest) -> Vec<u64> {
    let test = match ByteTest::of_flags(segment, test) {
        Worth::NothingPasses => return vec![0; events.len()],
        Worth::EverythingPasses => return events.to_vec(),
        Worth::Some(test) => test,
    };
    let mut passing = events.to_vec();
    let mut words = [0; CHUNK / 64];
    for (chunk, passing) in passing.chunks_mut(CHUNK / 64).enumerate() {
        let first = chunk * CHUNK;
        let end = segment.len().min(first + CHUNK);
        let mut mask = [1; CHUNK];
        test.narrow(first, &mut mask[..end - first]);
        gather(&mask, &mut words);
        for (keep, word) in passing.iter_mut().zip(&words) {
            *keep &= word;
        }
    }
    passing
}

/// The rows of a block whose bits are set, with their numbers in it.
fn rows_of<'a>(block: &'a Block, events: &'a [u64]) -> impl Iterator<Item = (u32, &'a Row)> {
    numbers(events).filter_map(|no| Some((no, block.rows().get(no as usize)?)))
}

/// The numbers of the bits that are set, ascending.
fn numbers(words: &[u64]) -> impl Iterator<Item = u32> {
    let words = (0..).zip(words);
    words.flat_map(|(at, word)| bits(*word).map(move |bit| at * 64 + bit))
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

fn ones(words: &[u64]) -> u64 {
    words.iter().map(|it| u64::from(it.count_ones())).sum()
}

/// How many of the bits `from..until` are set.
fn ones_in(words: &[u64], from: usize, until: usize) -> u64 {
    if from >= until {
        return 0;
    }
    let below = |end: usize| (1u64 << (end % 64)) - 1;
    let (first, last) = (from / 64, until / 64);
    let end = words.get(last).map_or(0, |it| it & below(until));
    let start = u64::from((words[first] & below(from)).count_ones());
    ones(&words[first..last]) + u64::from(end.count_ones()) - start
}

/// The numbers of the lowest and of the highest bit that is set.
fn first_and_last(words: &[u64]) -> Option<(usize, usize)> {
    let first = words.iter().position(|it| *it != 0)?;
    let last = words.iter().rposition(|it| *it != 0)?;
    let low = words[first].trailing_zeros() as usize;
    let high = 63 - words[last].leading_zeros() as usize;
    Some((first * 64 + low, last * 64 + high))
}
