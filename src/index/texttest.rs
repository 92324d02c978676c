//! The test of one text filter on one segment: the id is in a set, or something else holds.
use super::bytetest::ByteTest;
use super::idset::IdSet;
use super::mask::{CHUNK, Words};
use super::segment::Texts;

/// An id set that is expected to meet no more ids of the segment than this is listed.
const LISTED_MAX: usize = 128;

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
        // Measured: a posting list costs as much as sixteen events, a candidate as much as two.
        if ids * 16 + events >= to_look_at * 2 {
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

    pub fn is_marked(&self) -> bool {
        self.marked.is_some()
    }

    pub fn passes(&self, at: usize) -> bool {
        let other = self.or.as_ref().is_some_and(|it| it.passes(at));
        other || self.ids.contains(self.texts.column.at(at))
    }

    /// Clears the bits of the events from `first` on that do not pass.
    pub fn narrow(&self, first: usize, words: &mut Words) {
        let mut others = [0; CHUNK / 64];
        if let Some(or) = &self.or {
            others = *words;
            or.narrow(first, &mut others);
        }
        // The id decides on the rest.
        let either = words.iter_mut().zip(&others);
        either.for_each(|(word, other)| *word &= !other);
        match &self.marked {
            Some(marked) => {
                let marked = &marked[first / 64..];
                let both = words.iter_mut().zip(marked);
                both.for_each(|(word, it)| *word &= it);
            }
            None => self
                .texts
                .column
                .retain(first, words, |id| self.ids.bit(id)),
        }
        let either = words.iter_mut().zip(&others);
        either.for_each(|(word, other)| *word |= other);
    }
}
