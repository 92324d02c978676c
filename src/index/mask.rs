//! Masks over a chunk of events, a bit each.
use super::idset::bits;

/// Events looked at in one go: their columns fit the fastest cache.
pub const CHUNK: usize = 4096;

/// A bit for each event of a chunk.
pub type Words = [u64; CHUNK / 64];

/// The lowest `len` bits.
pub fn first_bits(len: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; len.div_ceil(64)];
    if let (Some(last), 1..) = (words.last_mut(), len % 64) {
        *last = (1 << (len % 64)) - 1;
    }
    words
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

/// Keeps the bits for whose number `bit` is one, not zero.
pub fn retain(words: &mut [u64], bit: impl Fn(usize) -> u8) {
    for (at, word) in words.iter_mut().enumerate() {
        *word = bits(*word).fold(0, |kept, it| {
            kept | u64::from(bit(at * 64 + it as usize)) << it
        });
    }
}
