//! A person who signs in.
use super::id::RecordId;
use crate::base::{HOUR_MS, Millis};

/// How long a temporary password opens the page to change it.
pub const TEMPORARY_MS: Millis = 72 * HOUR_MS;
/// Its length: 100 bits.
pub const TEMPORARY_PASSWORD_GROUPS: usize = 5;
/// Operators that an instance can have, deleted ones not counted.
pub const OPERATORS_MAX: usize = 1000;

#[derive(Clone)]
pub struct Operator {
    pub no: i64,
    pub id: RecordId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub state: OperatorState,
    /// The password only opens the page to change it, until then; none: it is the person's own.
    pub temporary_until_ms: Option<Millis>,
    pub created_ms: Millis,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    Owner,
    Admin,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OperatorState {
    Active,
    Deactivated,
    Deleted,
}

impl Operator {
    /// A temporary password that nobody changed in time opens nothing.
    pub fn may_enter(&self, now: Millis) -> bool {
        self.temporary_until_ms.is_none_or(|until| now < until)
    }
}

impl Role {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Owner, Self::Admin]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

impl OperatorState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Deleted => "deleted",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Deactivated, Self::Deleted]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}
