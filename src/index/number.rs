//! Narrowing where the limit of a segment makes it exact.

/// A position or count inside a segment, which is below 65,536.
pub fn short(value: usize) -> u16 {
    debug_assert!(u16::try_from(value).is_ok());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a segment has 65,536 positions"
    )]
    let short = value as u16;
    short
}

/// An id, or a count of events in a segment.
pub fn word(value: usize) -> u32 {
    debug_assert!(u32::try_from(value).is_ok());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "ids and counts in a segment fit 32 bits"
    )]
    let word = value as u32;
    word
}

/// A count of events in the log as a sequence number.
pub fn seq(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
