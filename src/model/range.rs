//! Spans of time that end now.
use crate::base::{DAY_MS, Millis};

/// The last hours or days, until now.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Range {
    Hours24,
    Days7,
    Days30,
    Days90,
}

impl Range {
    pub const ALL: [Self; 4] = [Self::Hours24, Self::Days7, Self::Days30, Self::Days90];

    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hours24 => "24h",
            Self::Days7 => "7d",
            Self::Days30 => "30d",
            Self::Days90 => "90d",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Hours24 => "Last 24 hours",
            Self::Days7 => "Last 7 days",
            Self::Days30 => "Last 30 days",
            Self::Days90 => "Last 90 days",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    pub fn length_ms(self) -> Millis {
        match self {
            Self::Hours24 => DAY_MS,
            Self::Days7 => 7 * DAY_MS,
            Self::Days30 => 30 * DAY_MS,
            Self::Days90 => 90 * DAY_MS,
        }
    }
}
