//! The test of one text filter on one segment: the id is in a set, or something else holds.
use super::column::{Column, Picks};
use super::idset::{IdSet, bits};
use super::mask::{CHUNK, Words, gather};
use super::query::FlagTest;
use super::segment::{Segment, Texts};

/// The events of so many ids are counted; those of more are estimated.
const COUNTED_MAX: usize = 512;
/// Words with more candidates than this are tested without branches.
const DENSE: u32 = 16;

/// An id is in the set, or something else holds.
pub struct TextTest<'a> {
    pub texts: &'a Texts,
    pub ids: &'a IdSet,
    pub or: Or<'a>,
    /// How many distinct ids of the segment are in the set.
    pub hits: usize,
    /// How many events have such an id: exact for few ids, else expected.
    events_by_id: usize,
    /// The events with such an id, a bit each, when that is cheaper than to look at each.
    marked: Option<Vec<u64>>,
}

pub enum Or<'a> {
    Nothing,
    Flags(FlagTest),
    Kind(&'a Column, Picks),
}

impl<'a> TextTest<'a> {
    pub fn new(texts: &'a Texts, ids: &'a IdSet, or: Or<'a>, hits: usize) -> Self {
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
    pub fn events_expected(&self) -> usize {
        let by_id = self.events_by_id;
        match &self.or {
            Or::Nothing => by_id,
            Or::Flags(_) => by_id + self.texts.column.len() / 2,
            Or::Kind(_, picks) => by_id + picks.events,
        }
    }

    pub fn positions(&self, from: usize, until: usize) -> Vec<u16> {
        let mut positions = Vec::new();
        self.texts.postings.each(self.ids, |it| {
            let inside = |at: &u16| (from..until).contains(&usize::from(*at));
            positions.extend(it.iter().copied().filter(inside));
        });
        positions.sort_unstable();
        positions
    }

    pub fn mark(&mut self, len: usize) {
        let mut marked = vec![0u64; len.div_ceil(CHUNK) * (CHUNK / 64)];
        self.texts.postings.each(self.ids, |positions| {
            for at in positions {
                marked[usize::from(*at) / 64] |= 1 << (at % 64);
            }
        });
        self.marked = Some(marked);
    }

    pub fn passes(&self, segment: &Segment, at: usize) -> bool {
        let or = match &self.or {
            Or::Nothing => false,
            Or::Flags(test) => test.passes(segment.flags[at]),
            Or::Kind(column, picks) => column.picks(picks, at),
        };
        or || self.ids.contains(self.texts.column[at])
    }

    pub fn narrow(&self, segment: &Segment, first: usize, end: usize, words: &mut Words) {
        let mut others = [0; CHUNK / 64];
        match &self.or {
            Or::Nothing => {}
            Or::Flags(test) => {
                let mut mask = [0; CHUNK];
                for (keep, flags) in mask.iter_mut().zip(&segment.flags[first..end]) {
                    *keep = u8::from(flags & test.mask == test.value);
                }
                gather(&mask, &mut others);
            }
            Or::Kind(column, picks) => {
                let mut mask = [1; CHUNK];
                column.narrow(picks, first, &mut mask[..end - first]);
                gather(&mask, &mut others);
            }
        }
        if let Some(marked) = &self.marked {
            for ((word, other), marked) in words.iter_mut().zip(&others).zip(&marked[first / 64..])
            {
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
        if candidates.count_ones() > DENSE {
            let all = (0..)
                .zip(ids)
                .fold(0, |all, (bit, id): (u32, _)| all | self.ids.bit(*id) << bit);
            return candidates & all;
        }
        bits(candidates).fold(0, |all, bit| all | self.ids.bit(ids[bit as usize]) << bit)
    }
}
