//! A column of ids, in as few bytes an event as its largest id takes.
use super::mask::retain;

pub enum IdColumn {
    Short(Box<[u16]>),
    /// The lower 16 bits, and the 8 above them.
    Middle(Box<[u16]>, Box<[u8]>),
    Long(Box<[u32]>),
}

impl IdColumn {
    pub fn new(ids: &[u32]) -> Self {
        let [_, _, high, highest] = ids.iter().fold(0, |all, it| all | it).to_le_bytes();
        if highest > 0 {
            return Self::Long(ids.into());
        }
        let low = |id: &u32| {
            let [first, second, ..] = id.to_le_bytes();
            u16::from_le_bytes([first, second])
        };
        let lower = ids.iter().map(low).collect();
        if high == 0 {
            return Self::Short(lower);
        }
        Self::Middle(lower, ids.iter().map(|it| it.to_le_bytes()[2]).collect())
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Short(ids) | Self::Middle(ids, _) => ids.len(),
            Self::Long(ids) => ids.len(),
        }
    }

    pub fn at(&self, at: usize) -> u32 {
        match self {
            Self::Short(ids) => u32::from(ids[at]),
            Self::Middle(lower, upper) => join(lower[at], upper[at]),
            Self::Long(ids) => ids[at],
        }
    }

    /// Keeps the bits of the events, counted from `first`, whose id makes `bit` one.
    pub fn retain(&self, first: usize, words: &mut [u64], bit: impl Fn(u32) -> u8) {
        match self {
            Self::Short(ids) => {
                let ids = &ids[first..];
                retain(words, |at| bit(u32::from(ids[at])));
            }
            Self::Middle(lower, upper) => {
                let (lower, upper) = (&lower[first..], &upper[first..]);
                retain(words, |at| bit(join(lower[at], upper[at])));
            }
            Self::Long(ids) => {
                let ids = &ids[first..];
                retain(words, |at| bit(ids[at]));
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..self.len()).map(|it| self.at(it))
    }

    /// Memory, without what the allocator adds.
    pub fn bytes(&self) -> usize {
        self.len()
            * match self {
                Self::Short(_) => 2,
                Self::Middle(..) => 3,
                Self::Long(_) => 4,
            }
    }
}

fn join(lower: u16, upper: u8) -> u32 {
    u32::from(upper) << 16 | u32::from(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_whatever_the_largest_is() {
        fn case(largest: u32, bytes: usize) {
            let ids = [0, 1, largest / 2, largest, 7];
            let column = IdColumn::new(&ids);
            assert!(column.iter().eq(ids), "{largest}");
            let mut kept = [0b1101];
            column.retain(1, &mut kept, |id| u8::from(id == 7));
            assert_eq!(kept, [0b1000], "{largest}");
            assert_eq!(column.bytes(), bytes * ids.len(), "{largest}");
        }
        case(1, 2);
        case(0xffff, 2);
        case(0x1_0000, 3);
        case(0xff_ffff, 3);
        case(0x100_0000, 4);
        case(u32::MAX, 4);
    }
}
