//! A Pool: the scope that groups sources and decides who sees their events.
use super::id::RecordId;
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
    pub created_ms: Millis,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PoolState {
    Active,
    Disabled,
    Archived,
    Deleted,
}

impl PoolNo {
    pub fn new(no: u16) -> Option<Self> {
        (no > 0).then_some(Self(no))
    }

    pub fn get(self) -> u16 {
        self.0
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
