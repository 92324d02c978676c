//! The test of one text filter on one segment: the id is in a set, or something else holds.
use super::bytetest::ByteTest;
use super::idset::{IdSet, bits};
use super::mask::{CHUNK, Words, gather, retain};
use super::segment::Texts;

/// In chunks with more candidates than this all events are looked at, which needs no branches.
const DENSE: u32 = 1200;
/// An id set that is expected to meet no more ids of the segment than this is listed.
const LISTED_MAX: usize = 128;
/// Chunks with fewer candidates than this are tested event by event.
const SPARSE: u32 = 256;

pub struct TextTest<'a> {
    texts: &'a Texts,
    ids: &'a IdSet,
    /// What else lets an event pass: the actor's type, the target's kind.
    pub or: Option<ByteTest<'a>>,
    /// The codes of the ids that are in the set, if these are rare.
    codes: Option<Vec<u16>>,
    /// How many events have such an id: exact for rare ids, else expected.
    events: usize,
    /// The events with such an id, a bit each, when that is cheaper than to look at each.
    marked: Option<Vec<u64>>,
}

impl<'a> TextTest<'a> {
    pub fn new(texts: &'a Texts, ids: &'a IdSet, or: Option<ByteTest<'a>>) -> Self {
        let postings = &texts.postings;
        let rare = ids.few().is_some() || ids.expected_among(postings.ids()) <= LISTED_MAX;
        let codes = rare.then(|| postings.codes(ids));
        let events = match &codes {
            Some(codes) => {
                let events = codes
                    .iter()
                    .map(|it| postings.of_code(usize::from(*it)).len());
                events.sum()
            }
            None => ids.expected_among(postings.events()),
        };
        Self {
            texts,
            ids,
            or,
            codes,
            events,
            marked: None,
        }
    }

    /// Whether the segment has certainly no event with an id in the set.
    pub fn has_no_id(&self) -> bool {
        self.codes.as_ref().is_some_and(Vec::is_empty)
    }

    /// About how many events pass.
    pub fn expected(&self) -> usize {
        let others = self.or.as_ref().map_or(0, ByteTest::expected);
        self.texts.column.len().min(self.events + others)
    }

    /// How many events pass, if that can be told from the postings alone.
    pub fn exactly(&self) -> Option<usize> {
        if self.or.is_some() {
            return None;
        }
        if self.codes.is_some() {
            return Some(self.events);
        }
        let (postings, others) = (&self.texts.postings, self.others_are_fewer());
        let mut events = 0;
        postings.each(self.ids, others, |it| events += it.len());
        Some(if others {
            postings.events() - events
        } else {
            events
        })
    }

    /// Where the ids of the set occur, in no order.
    pub fn positions(&self) -> Vec<u16> {
        let mut positions = Vec::with_capacity(self.events);
        self.each_posting(false, |it| it.iter().for_each(|at| positions.push(*at)));
        positions
    }

    /// Walks the postings once, if that is cheaper than to look at so many candidates.
    pub fn mark_unless_few(&mut self, candidates: usize) {
        let len = self.texts.column.len();
        let flip = self.others_are_fewer();
        let by_or = self.or.as_ref().map_or(0, ByteTest::expected).min(len);
        let to_look_at = candidates * (len - by_or) / len;
        let ids = self.texts.postings.ids();
        let (ids, events) = match &self.codes {
            Some(codes) => (codes.len(), self.events),
            None if flip => (ids - self.ids.expected_among(ids), len - self.events),
            None => (self.ids.expected_among(ids), self.events),
        };
        // Measured: a posting list costs as much as sixteen events, a candidate as much as two, and
        // where there are many candidates all events are looked at instead.
        if ids * 16 + events >= len.min(to_look_at * 2) {
            return;
        }
        let words = len.div_ceil(CHUNK) * (CHUNK / 64);
        let mut marked = vec![if flip { u64::MAX } else { 0 }; words];
        let mut turn = |positions: &[u16]| {
            for at in positions {
                marked[usize::from(*at) / 64] ^= 1 << (at % 64);
            }
        };
        self.each_posting(flip, &mut turn);
        if flip {
            turn(self.texts.postings.without());
        }
        self.marked = Some(marked);
    }

    fn others_are_fewer(&self) -> bool {
        self.codes.is_none() && self.events > self.texts.column.len() / 2
    }

    fn each_posting(&self, others: bool, mut visit: impl FnMut(&[u16])) {
        let postings = &self.texts.postings;
        match &self.codes {
            Some(codes) => {
                let codes = codes.iter().map(|it| usize::from(*it));
                codes.for_each(|it| visit(postings.of_code(it)));
            }
            None => postings.each(self.ids, others, visit),
        }
    }

    pub fn passes(&self, at: usize) -> bool {
        let other = self.or.as_ref().is_some_and(|it| it.passes(at));
        other || self.ids.contains(self.texts.column.at(at))
    }

    /// Clears the bits of the events from `first` on that do not pass.
    pub fn narrow(&self, first: usize, words: &mut Words) {
        let candidates: u32 = words.iter().map(|it| it.count_ones()).sum();
        if candidates < SPARSE && self.marked.is_none() {
            retain(words, |at| self.passes(first + at));
            return;
        }
        let end = self.texts.column.len().min(first + CHUNK);
        let mut others = [0; CHUNK / 64];
        if let Some(or) = &self.or {
            let mut mask = [1; CHUNK];
            or.narrow(first, &mut mask[..end - first]);
            gather(&mask, &mut others);
        }
        if let Some(marked) = &self.marked {
            let marked = &marked[first / 64..];
            for ((word, other), marked) in words.iter_mut().zip(&others).zip(marked) {
                *word &= other | marked;
            }
            return;
        }
        let column = &self.texts.column;
        if candidates > DENSE {
            let mut mask = [1; CHUNK];
            column.zip(first..end, &mut mask, |keep, id| *keep &= self.ids.bit(id));
            let mut found = [0; CHUNK / 64];
            gather(&mask, &mut found);
            for ((word, other), found) in words.iter_mut().zip(&others).zip(&found) {
                *word &= other | found;
            }
            return;
        }
        for (at, (word, other)) in words.iter_mut().zip(&others).enumerate() {
            let id = |bit: u32| column.at(first + at * 64 + bit as usize);
            let look = |found, bit| found | u64::from(self.ids.bit(id(bit))) << bit;
            *word = (*word & other) | bits(*word & !other).fold(0, look);
        }
    }
}
