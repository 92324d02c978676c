//! A test of events by one narrow column, 16 events at a time or one.
use super::bitmap::ones;
use super::column::{Column, Picked, Picks};
use super::idset::{IdSet, bits};
use super::mask::{CHUNK, Words, gather, retain};
use super::query::FlagTest;
use super::segment::Segment;

pub enum ByteTest<'a> {
    Column(&'a Column, Picks),
    Flags {
        column: &'a [u8],
        test: FlagTest,
        expected: usize,
    },
    /// First and last.
    Arrival(&'a [u16], u16, u16),
}

/// Chunks with fewer events than this are tested event by event.
const SPARSE: u64 = 256;

/// What a test is worth in one segment.
pub enum Worth<T> {
    NothingPasses,
    EverythingPasses,
    Some(T),
}

impl Worth<ByteTest<'_>> {
    /// A bit for each of the segment's events; none where all pass.
    pub fn bits(&self, len: usize) -> Option<Vec<u64>> {
        let mut all = vec![0; len.div_ceil(CHUNK) * (CHUNK / 64)];
        match self {
            Self::NothingPasses => {}
            Self::EverythingPasses => return None,
            Self::Some(test) => {
                let (chunks, _) = all.as_chunks_mut::<{ CHUNK / 64 }>();
                for (chunk, words) in chunks.iter_mut().enumerate() {
                    test.fill(chunk * CHUNK, len, words);
                }
            }
        }
        all.truncate(len.div_ceil(64));
        Some(all)
    }
}

impl<'a> ByteTest<'a> {
    pub fn of_column(column: &'a Column, wanted: &IdSet) -> Worth<Self> {
        match column.pick(wanted) {
            Picked::Nothing => Worth::NothingPasses,
            Picked::Everything => Worth::EverythingPasses,
            Picked::Some(picks) => Worth::Some(Self::Column(column, picks)),
        }
    }

    pub fn of_flags(segment: &'a Segment, test: FlagTest) -> Worth<Self> {
        let (any, all) = segment.flags_any_all();
        let differ = any & !all;
        if (all ^ test.value) & test.mask & !differ != 0 {
            return Worth::NothingPasses;
        }
        let test = FlagTest {
            mask: test.mask & differ,
            value: test.value & differ,
        };
        if test.mask == 0 {
            return Worth::EverythingPasses;
        }
        // As if flags did not depend on each other.
        let len = segment.len();
        let expected = bits(u64::from(test.mask)).fold(len, |left, bit| {
            let have = segment.flagged(bit);
            let wanted = test.value >> bit & 1 == 1;
            left * if wanted { have } else { len - have } / len
        });
        Worth::Some(Self::Flags {
            column: &segment.flags,
            test,
            expected,
        })
    }

    /// About how many events of the segment pass.
    pub fn expected(&self) -> usize {
        match self {
            Self::Column(_, picks) => picks.events,
            Self::Flags { expected, .. } => *expected,
            Self::Arrival(column, ..) => column.len(),
        }
    }

    /// How many events of the segment pass, if that is known.
    pub fn exactly(&self) -> Option<usize> {
        match self {
            Self::Column(_, picks) => Some(picks.events),
            Self::Flags { test, expected, .. } => test.mask.is_power_of_two().then_some(*expected),
            Self::Arrival(..) => None,
        }
    }

    pub fn passes(&self, at: usize) -> bool {
        match self {
            Self::Column(column, picks) => column.picks(picks, at),
            Self::Flags { column, test, .. } => test.passes(column[at]),
            Self::Arrival(column, first, last) => (*first..=*last).contains(&column[at]),
        }
    }

    /// Those of a segment's events, a bit each, that pass.
    pub fn among(&self, events: &[u64]) -> Vec<u64> {
        let mut left = events.to_vec();
        let mut words = [0; CHUNK / 64];
        for (chunk, left) in left.chunks_mut(CHUNK / 64).enumerate() {
            let first = chunk * CHUNK;
            if ones(left) < SPARSE {
                retain(left, |at| self.passes(first + at));
                continue;
            }
            self.fill(first, events.len() * 64, &mut words);
            left.iter_mut()
                .zip(&words)
                .for_each(|(left, word)| *left &= word);
        }
        left
    }

    /// The bits of the events from `first` on, of a segment of `len`.
    fn fill(&self, first: usize, len: usize, words: &mut Words) {
        let mut mask = [1; CHUNK];
        self.narrow(first, &mut mask[..len.min(first + CHUNK) - first]);
        gather(&mask, words);
    }

    /// Clears every byte of `mask` whose event, counted from `first`, does not pass.
    pub fn narrow(&self, first: usize, mask: &mut [u8]) {
        match self {
            Self::Column(column, picks) => column.narrow(picks, first, mask),
            Self::Flags { column, test, .. } => {
                for (keep, flags) in mask.iter_mut().zip(&column[first..]) {
                    *keep &= u8::from(flags & test.mask == test.value);
                }
            }
            Self::Arrival(column, low, high) => {
                for (keep, arrival) in mask.iter_mut().zip(&column[first..]) {
                    *keep &= u8::from(arrival.wrapping_sub(*low) <= high - low);
                }
            }
        }
    }
}
