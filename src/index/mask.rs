//! Masks over a chunk of events: a byte an event while they are made, then a bit.

use super::idset::bits;

/// Events looked at in one go: their bytes fit the fastest cache.
pub const CHUNK: usize = 4096;

/// A bit for each event of a chunk.
pub type Words = [u64; CHUNK / 64];

/// Bytes that are zero or one to bits.
pub fn gather(mask: &[u8; CHUNK], words: &mut Words) {
    /// Moves the lowest bit of byte n to bit 56 + n.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (groups, _) = mask.as_chunks::<8>();
    for (word, groups) in words.iter_mut().zip(groups.chunks(8)) {
        let bytes = groups
            .iter()
            .map(|it| u64::from_le_bytes(*it).wrapping_mul(GATHER) >> 56);
        *word = bytes.rev().fold(0, |word, byte| word << 8 | byte);
    }
}

/// Clears the bits outside `from..until`.
pub fn trim(words: &mut Words, from: usize, until: usize) {
    for (at, word) in words.iter_mut().enumerate() {
        let low = from.saturating_sub(at * 64).min(64);
        let high = until.saturating_sub(at * 64).min(64);
        let below = |end: usize| if end == 64 { u64::MAX } else { (1 << end) - 1 };
        *word &= below(high) & !below(low);
    }
}

/// Keeps the bits whose number passes.
pub fn retain(words: &mut [u64], passes: impl Fn(usize) -> bool) {
    for (at, word) in words.iter_mut().enumerate() {
        *word = bits(*word).fold(0, |kept, bit| {
            kept | u64::from(passes(at * 64 + bit as usize)) << bit
        });
    }
}
