//! The test of one text filter on one segment: the id is in a set, or something else holds.
use super::bytetest::ByteTest;
use super::idset::{IdSet, bits};
use super::mask::{CHUNK, Words, gather};
use super::segment::Texts;

/// The events of so many ids are counted; those of more are estimated.
const COUNTED_MAX: usize = 512;
/// Words with more candidates than this are tested without branches.
const DENSE: u32 = 20;
/// Chunks with fewer candidates than this are tested event by event.
const SPARSE: u32 = 256;

pub struct TextTest<'a> {
    pub texts: &'a Texts,
    pub ids: &'a IdSet,
    /// What else lets an event pass: the actor's type, the target's kind.
    pub or: Option<ByteTest<'a>>,
    /// How many distinct ids of the segment are in the set.
    hits: usize,
    /// How many events have such an id: exact for few ids, else expected.
    events_by_id: usize,
    /// The events with such an id, a bit each, when that is cheaper than to look at each.
    marked: Option<Vec<u64>>,
}

impl<'a> TextTest<'a> {
    pub fn new(texts: &'a Texts, ids: &'a IdSet, or: Option<ByteTest<'a>>, hits: usize) -> Self {
        let postings = &texts.postings;
        let events_by_id = if hits <= COUNTED_MAX {
            postings.events_of(ids, hits)
        } else {
            postings.events() * hits / postings.ids()
        };
        Self {
            texts,
            ids,
            or,
            hits,
            events_by_id,
            marked: None,
        }
    }

    /// About how many events pass.
    pub fn expected(&self) -> usize {
        let others = self.or.as_ref().map_or(0, ByteTest::expected);
        self.texts.column.len().min(self.events_by_id + others)
    }

    /// How many events pass, if that can be told from the postings alone.
    pub fn exactly(&self) -> Option<usize> {
        let events = || self.texts.postings.events_of(self.ids, self.hits);
        self.or.is_none().then(events)
    }

    /// Where the ids of the set occur, ascending.
    pub fn positions(&self, from: usize, until: usize) -> Vec<u16> {
        let mut positions = Vec::with_capacity(self.events_by_id);
        self.texts.postings.each(self.ids, |it| {
            let inside = |at: &u16| (from..until).contains(&usize::from(*at));
            positions.extend(it.iter().copied().filter(inside));
        });
        positions.sort_unstable();
        positions
    }

    /// Walks the postings once, if that is cheaper than to look at so many candidates.
    pub fn mark_unless_few(&mut self, candidates: usize) {
        let (len, postings) = (self.texts.column.len(), &self.texts.postings);
        let flip = self.hits > postings.ids() / 2;
        let to_walk = if flip {
            len - self.events_by_id.min(len)
        } else {
            self.events_by_id
        };
        if to_walk >= candidates * 2 {
            return;
        }
        let words = len.div_ceil(CHUNK) * (CHUNK / 64);
        let mut marked = vec![if flip { u64::MAX } else { 0 }; words];
        let mut turn = |positions: &[u16]| {
            for at in positions {
                marked[usize::from(*at) / 64] ^= 1 << (at % 64);
            }
        };
        if flip {
            postings.each_other(self.ids, &mut turn);
            turn(postings.without());
        } else {
            postings.each(self.ids, &mut turn);
        }
        self.marked = Some(marked);
    }

    pub fn passes(&self, at: usize) -> bool {
        let other = self.or.as_ref().is_some_and(|it| it.passes(at));
        other || self.ids.contains(self.texts.column[at])
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
        let ids = self.texts.column[first..end].chunks(64);
        for ((word, other), ids) in words.iter_mut().zip(&others).zip(ids) {
            *word = (*word & other) | self.look_at(*word & !other, ids);
        }
    }

    /// Those of the candidates whose id is in the set.
    fn look_at(&self, candidates: u64, ids: &[u32]) -> u64 {
        let bit = |(at, id): (u32, &u32)| self.ids.bit(*id) << at;
        if candidates.count_ones() > DENSE {
            return candidates & (0..).zip(ids).fold(0, |all, it| all | bit(it));
        }
        bits(candidates).fold(0, |all, at| all | bit((at, &ids[at as usize])))
    }
}

/// Keeps the bits whose number passes.
pub fn retain(words: &mut Words, passes: impl Fn(usize) -> bool) {
    for (at, word) in words.iter_mut().enumerate() {
        *word = bits(*word).fold(0, |kept, bit| {
            kept | u64::from(passes(at * 64 + bit as usize)) << bit
        });
    }
}
