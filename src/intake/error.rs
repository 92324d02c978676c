//! What was wrong with one submitted item, without a word of it.

/// A rejected item's fault. The pointer names documented fields only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ItemError {
    pub pointer: String,
    pub code: ItemCode,
}

/// The item codes of `domain.md` §2.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ItemCode {
    Missing,
    WrongType,
    Malformed,
    TooLong,
    TooMany,
    NotSupported,
    OutOfRange,
    PoolMismatch,
    DuplicateKey,
    InvalidJson,
    /// The same id with other content; found by the store.
    Conflict,
}

impl ItemError {
    pub fn new(pointer: String, code: ItemCode) -> Self {
        Self { pointer, code }
    }
}

impl ItemCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::WrongType => "wrong_type",
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::NotSupported => "not_supported",
            Self::OutOfRange => "out_of_range",
            Self::PoolMismatch => "pool_mismatch",
            Self::DuplicateKey => "duplicate_key",
            Self::InvalidJson => "invalid_json",
            Self::Conflict => "conflict",
        }
    }

    /// Constant: what was sent is never repeated.
    pub fn detail(self) -> &'static str {
        match self {
            Self::Missing => "This field is required.",
            Self::WrongType => "This value has the wrong JSON type.",
            Self::Malformed => "This value does not have the documented form.",
            Self::TooLong => "This is longer than its limit.",
            Self::TooMany => "This is nested deeper or holds more than its limit.",
            Self::NotSupported => "This is not one of the supported values.",
            Self::OutOfRange => "This time is before 1990 or more than 10 minutes ahead.",
            Self::PoolMismatch => "The key belongs to another Pool.",
            Self::DuplicateKey => "An object names a key twice.",
            Self::InvalidJson => "This line is not valid JSON.",
            Self::Conflict => "An event with this id and other content is already recorded.",
        }
    }
}
