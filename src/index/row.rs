//! One event as the index sees it: numbers only, in the order of the log.
use std::ops::BitOr;

use crate::base::Millis;

/// Events in one sealed segment.
pub const SEGMENT_LEN: usize = 65_536;

/// What can be said about an event with yes or no.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Flags(u8);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
    pub occurred_ms: Millis,
    /// Zero: global.
    pub pool: u16,
    pub action: u16,
    pub flags: Flags,
    /// The target's kind; zero: no target.
    pub kind: u16,
    /// Zero: nothing that could be searched for.
    pub actor: u32,
    /// Zero: no target, or one without id and label.
    pub target: u32,
}

/// Where an event stands in the order of the list. The greatest is the newest.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    pub occurred_ms: Millis,
    pub seq: i64,
}

impl Flags {
    pub const NONE: Self = Self(0);
    pub const FAILURE: Self = Self(1);
    pub const SYSTEM: Self = Self(2);
    pub const LATE: Self = Self(4);
    pub const OWN: Self = Self(8);
    /// The content is gone: only Pool and time can still be asked for.
    pub const ERASED: Self = Self(16);
    /// The last three bits are one number: the way the event came in.
    pub const WAY: Self = Self(0b1110_0000);
    const WAY_SHIFT: u32 = 5;

    pub fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The bits of a way in, 0 to 7.
    pub fn way(number: u8) -> Self {
        Self(number << Self::WAY_SHIFT)
    }

    pub const fn bits(self) -> u8 {
        self.0
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These flags if `yes`, else none: `Flags::FAILURE.when(failed) | …`.
    #[must_use]
    pub fn when(self, yes: bool) -> Self {
        if yes { self } else { Self::NONE }
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
