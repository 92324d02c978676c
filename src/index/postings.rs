//! Where each actor or target of a segment occurs.
use super::idset::{IdSet, bits};
use super::number::{short, word};

/// For each distinct id its positions in the segment, ascending.
pub struct Postings {
    pub(super) ids: Ids,
    /// Where an id's positions begin in `positions`; they end where the next id's begin.
    pub(super) starts: Box<[u16]>,
    /// How many events have an id.
    events: usize,
    /// Of those with an id, id after id; then of those without.
    positions: Box<[u16]>,
}

/// The distinct ids, ascending. An id's rank among them is its code.
pub(super) enum Ids {
    /// Ids that lie far apart.
    Listed(Box<[u32]>),
    /// Ids that lie close: a bit each, so that a set is intersected 64 ids at a time.
    Mapped {
        /// The word of the smallest id: `id / 64`.
        first: usize,
        words: Box<[u64]>,
        /// How many ids come before each word.
        ranks: Box<[u16]>,
    },
}

impl Postings {
    /// Of a column; zero means that an event has no id.
    pub fn build(column: &[u32]) -> Self {
        let mut pairs: Vec<u64> = (0u64..)
            .zip(column)
            .filter(|(_, id)| **id != 0)
            .map(|(at, id)| u64::from(*id) << 16 | at)
            .collect();
        pairs.sort_unstable();
        let (mut ids, mut starts) = (Vec::new(), Vec::new());
        let mut positions = Vec::with_capacity(column.len());
        for (at, pair) in pairs.iter().enumerate() {
            let id = word(usize::try_from(pair >> 16).unwrap_or(0));
            if ids.last() != Some(&id) {
                ids.push(id);
                starts.push(short(at));
            }
            positions.push(short(usize::try_from(pair & 0xffff).unwrap_or(0)));
        }
        Self::of_parts(ids, starts.into(), positions, column)
    }

    /// `positions` are those of the events with an id.
    pub(super) fn of_parts(
        ids: Vec<u32>,
        starts: Box<[u16]>,
        mut positions: Vec<u16>,
        column: &[u32],
    ) -> Self {
        let events = positions.len();
        if events < column.len() {
            let none = (0..).zip(column).filter(|(_, id)| **id == 0);
            positions.extend(none.map(|(at, _)| short(at)));
        }
        Self {
            ids: Ids::new(ids),
            starts,
            events,
            positions: positions.into(),
        }
    }

    /// How many distinct ids there are.
    pub fn ids(&self) -> usize {
        self.starts.len()
    }

    /// How many events have one of them.
    pub fn events(&self) -> usize {
        self.events
    }

    /// The positions of the events that have none.
    pub fn without(&self) -> &[u16] {
        &self.positions[self.events..]
    }

    /// The positions of the others, id after id.
    pub fn with_ids(&self) -> &[u16] {
        &self.positions[..self.events]
    }

    /// The codes of the wanted ids, ascending.
    pub fn codes(&self, wanted: &IdSet) -> Vec<u16> {
        if let Some(few) = wanted.few() {
            let codes = few.iter().filter_map(|it| self.ids.code(*it));
            return codes.map(short).collect();
        }
        let mut codes = Vec::new();
        self.each_code(wanted, 0, |code| codes.push(short(code)));
        codes
    }

    /// The positions of each wanted id, or of each other id.
    pub fn each(&self, wanted: &IdSet, others: bool, mut visit: impl FnMut(&[u16])) {
        let flip = if others { u64::MAX } else { 0 };
        self.each_code(wanted, flip, |code| visit(self.of_code(code)));
    }

    /// The positions of the id with this code.
    pub fn of_code(&self, code: usize) -> &[u16] {
        &self.positions[self.range(code)]
    }

    pub fn bytes(&self) -> usize {
        let ids = match &self.ids {
            Ids::Listed(ids) => ids.len() * 4,
            Ids::Mapped { words, .. } => words.len() * 10,
        };
        ids + self.starts.len() * 2 + self.positions.len() * 2
    }

    /// The codes of the wanted ids, or with `flip` all ones of the others.
    fn each_code(&self, wanted: &IdSet, flip: u64, mut visit: impl FnMut(usize)) {
        let (first, words, ranks) = match &self.ids {
            Ids::Listed(ids) => {
                let hit = |it: &(usize, &u32)| wanted.contains(*it.1) == (flip == 0);
                let hits = ids.iter().enumerate().filter(hit);
                hits.for_each(|(code, _)| visit(code));
                return;
            }
            Ids::Mapped {
                first,
                words,
                ranks,
            } => (*first, words, ranks),
        };
        let mut visit_word = |here: u64, both: u64, rank: u16| {
            for bit in bits(both) {
                let before = here & ((1 << bit) - 1);
                visit(usize::from(rank) + before.count_ones() as usize);
            }
        };
        let known = wanted.words_from(first);
        for ((here, wanted), rank) in words.iter().zip(known).zip(ranks) {
            visit_word(*here, here & (wanted ^ flip), *rank);
        }
        // Ids beyond the last wanted one.
        for (here, rank) in words.iter().zip(ranks).skip(known.len()) {
            visit_word(*here, here & flip, *rank);
        }
    }

    fn range(&self, code: usize) -> std::ops::Range<usize> {
        let end = self.starts.get(code + 1);
        usize::from(self.starts[code])..end.map_or(self.events, |it| usize::from(*it))
    }
}

impl Ids {
    /// `ids` ascend.
    fn new(ids: Vec<u32>) -> Self {
        let (Some(low), Some(high)) = (ids.first(), ids.last()) else {
            return Self::Listed(Box::default());
        };
        let first = *low as usize / 64;
        let words = *high as usize / 64 - first + 1;
        if words * 10 > ids.len() * 4 {
            return Self::Listed(ids.into());
        }
        let mut map = vec![0u64; words];
        for id in &ids {
            map[*id as usize / 64 - first] |= 1 << (id % 64);
        }
        let mut before = 0usize;
        let ranks = map.iter().map(|it| {
            let rank = short(before);
            before += it.count_ones() as usize;
            rank
        });
        Self::Mapped {
            first,
            ranks: ranks.collect(),
            words: map.into(),
        }
    }

    pub(super) fn list(&self) -> Vec<u32> {
        match self {
            Self::Listed(ids) => ids.to_vec(),
            Self::Mapped { first, words, .. } => {
                let all = (*first..).zip(words);
                all.flat_map(|(at, it)| bits(*it).map(move |bit| word(at * 64) + bit))
                    .collect()
            }
        }
    }

    fn code(&self, id: u32) -> Option<usize> {
        match self {
            Self::Listed(ids) => ids.binary_search(&id).ok(),
            Self::Mapped {
                first,
                words,
                ranks,
            } => {
                let at = (id as usize / 64).checked_sub(*first)?;
                let here = *words.get(at)?;
                let bit = 1u64 << (id % 64);
                (here & bit != 0)
                    .then(|| usize::from(ranks[at]) + (here & (bit - 1)).count_ones() as usize)
            }
        }
    }
}
