//! Sets of ids as bits: the answer of a dictionary, the question to a segment.

/// Up to so many ids a set also knows as a list, so that one id need not walk a universe.
const FEW: usize = 256;

/// A set of ids that does not change any more.
#[derive(Clone, Default)]
pub struct IdSet {
    words: Vec<u64>,
    len: usize,
    few: Option<Vec<u32>>,
    /// Every id is below this, in the set or not.
    end: usize,
}

impl IdSet {
    pub fn of(ids: impl IntoIterator<Item = u32>) -> Self {
        let mut words = Vec::new();
        for id in ids {
            insert(&mut words, id);
        }
        Self::from_words(words)
    }

    pub fn from_words(words: Vec<u64>) -> Self {
        let len = words.iter().map(|it| it.count_ones() as usize).sum();
        let few = (len <= FEW).then(|| {
            let all = (0u32..).zip(&words);
            all.flat_map(|(at, word)| bits(*word).map(move |bit| at * 64 + bit))
                .collect()
        });
        let end = words.len() * 64;
        Self {
            words,
            len,
            few,
            end,
        }
    }

    /// Of ids below `end`: says how rare they are.
    pub fn among(self, end: u32) -> Self {
        let end = self.end.max(end as usize);
        Self { end, ..self }
    }

    /// How many of `ids` different ids are in the set, if they are like the others.
    pub fn expected_among(&self, ids: usize) -> usize {
        ids * self.len / self.end.max(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn contains(&self, id: u32) -> bool {
        self.bit(id) != 0
    }

    /// One if `id` is in the set, else zero: for loops without branches.
    pub fn bit(&self, id: u32) -> u8 {
        (self.word(id as usize / 64) >> (id % 64)).to_le_bytes()[0] & 1
    }

    /// The 64 ids from `64 * at`.
    pub fn word(&self, at: usize) -> u64 {
        self.words.get(at).copied().unwrap_or(0)
    }

    /// The 64-id words from `64 * at`, as far as there are any.
    pub fn words_from(&self, at: usize) -> &[u64] {
        self.words.get(at..).unwrap_or(&[])
    }

    /// All ids, ascending, if they are few.
    pub fn few(&self) -> Option<&[u32]> {
        self.few.as_deref()
    }
}

pub fn insert(words: &mut Vec<u64>, id: u32) {
    let at = id as usize / 64;
    if at >= words.len() {
        words.resize(at + 1, 0);
    }
    words[at] |= 1 << (id % 64);
}

/// The numbers of the bits that are set, ascending.
pub fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            bit
        })
    })
}
