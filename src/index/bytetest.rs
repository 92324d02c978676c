//! A test of events by one narrow column, 64 events at a time or one.
use super::column::{Column, Picked, Picks};
use super::idset::{IdSet, bits};
use super::lanes::keep_flags;
use super::mask::{first_bits, retain};
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

/// What a test is worth in one segment.
pub enum Worth<T> {
    NothingPasses,
    EverythingPasses,
    Some(T),
}

impl Worth<ByteTest<'_>> {
    /// A bit for each of the segment's events; none where all pass.
    pub fn bits(&self, len: usize) -> Option<Vec<u64>> {
        match self {
            Self::NothingPasses => Some(vec![0; len.div_ceil(64)]),
            Self::EverythingPasses => None,
            Self::Some(test) => Some(test.among(&first_bits(len))),
        }
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
        self.narrow(0, &mut left);
        left
    }

    /// Clears the bits of the events, counted from `first`, that do not pass.
    pub fn narrow(&self, first: usize, words: &mut [u64]) {
        match self {
            Self::Column(column, picks) => column.narrow(picks, first, words),
            Self::Flags { column, test, .. } => keep_flags(&column[first..], *test, words),
            Self::Arrival(..) => retain(words, |at| u8::from(self.passes(first + at))),
        }
    }
}
