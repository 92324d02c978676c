//! The events of a source as bits, 64 to a word: what is counted and combined of them.
use super::idset::bits;
use super::lanes::ones;

/// The bits that both have.
pub fn both(one: &[u64], other: &[u64]) -> Vec<u64> {
    one.iter().zip(other).map(|(a, b)| a & b).collect()
}

pub fn set(words: &mut Vec<u64>, at: usize) {
    if at / 64 >= words.len() {
        words.resize(at / 64 + 1, 0);
    }
    words[at / 64] |= 1 << (at % 64);
}

pub fn is_set(words: &[u64], at: usize) -> bool {
    words
        .get(at / 64)
        .is_some_and(|it| it >> (at % 64) & 1 == 1)
}

pub fn is_empty(words: &[u64]) -> bool {
    words.iter().all(|it| *it == 0)
}

/// How many of the bits `from..until` are set.
pub fn ones_in(words: &[u64], from: usize, until: usize) -> u64 {
    if from >= until {
        return 0;
    }
    let below = |end: usize| (1u64 << (end % 64)) - 1;
    let (first, last) = (from / 64, until / 64);
    let end = words.get(last).map_or(0, |it| it & below(until));
    let start = u64::from((words[first] & below(from)).count_ones());
    ones(&words[first..last]) + u64::from(end.count_ones()) - start
}

/// The numbers of the bits that are set, ascending.
pub fn numbers(words: &[u64]) -> impl Iterator<Item = usize> {
    numbers_up(words, 0, usize::MAX)
}

/// The same among the bits `from..until`.
pub fn numbers_up(words: &[u64], from: usize, until: usize) -> impl Iterator<Item = usize> {
    let words = words.iter().enumerate().skip(from / 64);
    words
        .flat_map(|(at, word)| bits(*word).map(move |bit| at * 64 + bit as usize))
        .skip_while(move |it| *it < from)
        .take_while(move |it| *it < until)
}

/// The same, descending.
pub fn numbers_down(words: &[u64], from: usize, until: usize) -> impl Iterator<Item = usize> {
    let last = until.div_ceil(64).min(words.len());
    let words = words[..last].iter().enumerate().skip(from / 64).rev();
    words
        .flat_map(|(at, word)| bits_down(*word).map(move |bit| at * 64 + bit as usize))
        .skip_while(move |it| *it >= until)
        .take_while(move |it| *it >= from)
}

fn bits_down(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.checked_ilog2()?;
        word &= !(1 << bit);
        Some(bit)
    })
}

/// The numbers of the lowest and of the highest bit that is set.
pub fn first_and_last(words: &[u64]) -> Option<(usize, usize)> {
    let first = words.iter().position(|it| *it != 0)?;
    let last = words.iter().rposition(|it| *it != 0)?;
    let low = words[first].trailing_zeros() as usize;
    let high = 63 - words[last].leading_zeros() as usize;
    Some((first * 64 + low, last * 64 + high))
}
