//! A Pool: the scope that groups sources and decides who sees their events.
use super::detail_keys::DetailKeys;
use super::id::RecordId;
use super::kinds::GateMode;
use crate::base::Millis;

/// A Pool's number in this database. Zero never names a Pool: it stands for "global".
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PoolNo(u16);

#[derive(Clone)]
pub struct Pool {
    pub no: PoolNo,
    pub id: RecordId,
    pub slug: String,
    pub name: String,
    pub state: PoolState,
    /// Sealed: every source of the Pool is.
    pub mode: GateMode,
    /// None: the instance's.
    pub retention_days: Option<i64>,
    pub detail_keys: DetailKeys,
    pub created_ms: Millis,
    pub recorded_seq: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PoolState {
    Active,
    Disabled,
    Archived,
    Deleted,
}

/// A hundred years.
pub const RETENTION_DAYS_MAX: i64 = 36_525;
const SLUG_MAX: usize = 40;

/// 1 to 40 lower-case letters and digits, with single hyphens between them.
pub fn is_slug(text: &str) -> bool {
    let ordinary = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    (1..=SLUG_MAX).contains(&text.len())
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(ordinary))
}

impl PoolNo {
    pub fn new(no: u16) -> Option<Self> {
        (no > 0).then_some(Self(no))
    }

    pub fn get(self) -> u16 {
        self.0
    }
}

impl Pool {
    /// Keys can be made for it, opened and moved into it.
    pub fn takes_keys(&self) -> bool {
        self.state == PoolState::Active
    }
}

impl PoolState {
    pub const ALL: [Self; 4] = [Self::Active, Self::Disabled, Self::Archived, Self::Deleted];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// An assigned admin sees its events only then.
    pub fn is_open_to_admins(self) -> bool {
        matches!(self, Self::Active | Self::Disabled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_short_plain_and_lower_case() {
        #[track_caller]
        fn case(text: &str, expected: bool) {
            assert_eq!(is_slug(text), expected);
        }
        case("prod", true);
        case("edge-eu-2", true);
        case("", false);
        case("-a", false);
        case("a--b", false);
        case("Prod", false);
        case("a_b", false);
        case(&"a".repeat(41), false);
    }
}
