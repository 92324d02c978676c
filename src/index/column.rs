//! A column of few distinct values, stored as codes that the segment gives them.
use super::idset::{IdSet, bits};
use super::lanes::{keep_runs, ones};
use super::mask::retain;
use super::number::{short, word};

pub struct Column {
    /// The distinct values, ascending; a code is an index into them.
    pub(super) values: Box<[u16]>,
    /// Events with each code.
    pub(super) counts: Box<[u32]>,
    pub(super) codes: Codes,
}

/// Nearly always fewer than 257 values occur among 65,536 events, and then a code is one byte.
pub(super) enum Codes {
    Narrow(Box<[u8]>),
    Wide(Box<[u16]>),
}

/// What a set of wanted values means for one column.
pub enum Picked {
    Nothing,
    Everything,
    Some(Picks),
}

/// The wanted codes of one column: some, but not all.
pub struct Picks {
    /// One for each wanted code, else zero.
    table: Vec<u8>,
    /// The same as first code and length less one, where a code is a byte.
    runs: Vec<(u8, u8)>,
    /// How many events have a wanted code.
    pub events: usize,
}

impl Column {
    pub fn build(rows: impl Iterator<Item = u16> + Clone) -> Self {
        let mut counts_by_value = vec![0u32; 1 << 16];
        for value in rows.clone() {
            counts_by_value[usize::from(value)] += 1;
        }
        let present = (0..=u16::MAX).filter(|it| counts_by_value[usize::from(*it)] > 0);
        let values: Box<[u16]> = present.collect();
        let counts = values
            .iter()
            .map(|it| counts_by_value[usize::from(*it)])
            .collect();
        let mut codes_by_value = counts_by_value;
        for (code, value) in values.iter().enumerate() {
            codes_by_value[usize::from(*value)] = word(code);
        }
        let codes = rows.map(|it| short(codes_by_value[usize::from(it)] as usize));
        let codes = if values.len() <= 256 {
            Codes::Narrow(codes.map(|it| it.to_le_bytes()[0]).collect())
        } else {
            Codes::Wide(codes.collect())
        };
        Self {
            values,
            counts,
            codes,
        }
    }

    pub fn value(&self, at: usize) -> u16 {
        self.values[self.code(at)]
    }

    pub fn code(&self, at: usize) -> usize {
        match &self.codes {
            Codes::Narrow(codes) => usize::from(codes[at]),
            Codes::Wide(codes) => usize::from(codes[at]),
        }
    }

    pub fn values(&self) -> &[u16] {
        &self.values
    }

    pub fn pick(&self, wanted: &IdSet) -> Picked {
        let mut table = vec![0; self.values.len()];
        let mut runs: Vec<(u8, u8)> = Vec::new();
        let (mut events, mut codes) = (0, 0);
        for (code, value) in self.values.iter().enumerate() {
            if !wanted.contains(u32::from(*value)) {
                continue;
            }
            table[code] = 1;
            events += self.counts[code] as usize;
            codes += 1;
            let [byte, ..] = code.to_le_bytes();
            match runs.last_mut() {
                Some((first, more)) if *first + *more + 1 == byte => *more += 1,
                _ => runs.push((byte, 0)),
            }
        }
        if codes == 0 {
            return Picked::Nothing;
        }
        if codes == self.values.len() {
            return Picked::Everything;
        }
        Picked::Some(Picks {
            table,
            runs,
            events,
        })
    }

    /// How often each value occurs among the events whose bits are set.
    pub fn tally(&self, events: &[u64]) -> impl Iterator<Item = (u16, u32)> {
        let (set, all) = (
            ones(events),
            self.counts.iter().map(|it| u64::from(*it)).sum(),
        );
        let mut counts = self.counts.to_vec();
        if set * 2 > all {
            // The others are fewer.
            if set < all {
                let others = self.add_up(events, u64::MAX);
                let pairs = counts.iter_mut().zip(&others);
                pairs.for_each(|(count, others)| *count -= others);
            }
        } else {
            counts = self.add_up(events, 0);
        }
        let values = self.values.iter().copied().zip(counts);
        values.filter(|(_, count)| *count > 0)
    }

    fn add_up(&self, events: &[u64], flip: u64) -> Vec<u32> {
        let mut counts = vec![0; self.values.len()];
        match &self.codes {
            Codes::Narrow(codes) => add_up(codes, events, flip, &mut counts),
            Codes::Wide(codes) => add_up(codes, events, flip, &mut counts),
        }
        counts
    }

    pub fn picks(&self, picks: &Picks, at: usize) -> bool {
        picks.table[self.code(at)] != 0
    }

    /// Clears the bits of the events, counted from `first`, that have no wanted code.
    pub fn narrow(&self, picks: &Picks, first: usize, words: &mut [u64]) {
        match &self.codes {
            Codes::Narrow(codes) => keep_runs(&codes[first..], &picks.runs, words),
            Codes::Wide(_) => retain(words, |at| picks.table[self.code(first + at)]),
        }
    }

    pub fn bytes(&self) -> usize {
        let codes = match &self.codes {
            Codes::Narrow(codes) => codes.len(),
            Codes::Wide(codes) => codes.len() * 2,
        };
        codes + self.values.len() * 6
    }
}

/// Counts the codes of the events whose bits are set, or with `flip` all ones of the others.
fn add_up<T: Copy + Into<usize>>(codes: &[T], events: &[u64], flip: u64, counts: &mut [u32]) {
    for (codes, word) in codes.chunks(64).zip(events) {
        let inside = u64::MAX >> (64 - codes.len());
        let word = (word ^ flip) & inside;
        if word == u64::MAX {
            for code in codes {
                counts[(*code).into()] += 1;
            }
        } else {
            for bit in bits(word) {
                counts[codes[bit as usize].into()] += 1;
            }
        }
    }
}
