//! Tests of 64 events at a time, in the widest registers that the processor has: safe code, that
//! is compiled for each kind of processor and chosen as it runs.
#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the processor that was found"
)]
use fearless_simd::prelude::{Simd, SimdBase, SimdMask};
use fearless_simd::{Level, dispatch, mask8x64, u8x16, u8x64};

use super::query::FlagTest;

/// More runs than this are one set for a processor that can look up many bytes at once.
const RUNS_FEW: usize = 3;

/// By the upper half of a code its bit in the first row, and in the second.
const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];
const MORE_BITS: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128];

/// Clears the bits of the events whose code is in no run: first code, and how many follow it.
pub fn keep_runs(codes: &[u8], runs: &[(u8, u8)], words: &mut [u64]) {
    keep_runs_by(Level::new(), codes, runs, words);
}

/// Clears the bits of the events whose flags do not pass.
pub fn keep_flags(flags: &[u8], test: FlagTest, words: &mut [u64]) {
    keep_flags_by(Level::new(), flags, test, words);
}

/// How many bits are set.
pub fn ones(words: &[u64]) -> u64 {
    ones_by(Level::new(), words)
}

fn keep_runs_by(level: Level, codes: &[u8], runs: &[(u8, u8)], words: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if let (Some(avx2), true) = (level.as_avx2(), runs.len() > RUNS_FEW) {
        let rows = rows(runs);
        return avx2.vectorize(
            #[inline(always)]
            || keep_set(avx2, codes, &rows, words),
        );
    }
    dispatch!(level, simd => keep(codes, words, #[inline(always)] |codes| {
        let codes = u8x64::from_slice(simd, codes);
        let mut any = mask8x64::splat(simd, false);
        for (first, more) in runs {
            any |= if *more == 0 {
                // Most runs are of one code, which takes fewer steps.
                codes.simd_eq(*first)
            } else {
                (codes - *first).simd_le(*more)
            };
        }
        any.to_bitmask()
    }));
}

/// Looks every code up by its halves, which takes the same steps for any set.
#[inline(always)]
fn keep_set<S: Simd>(simd: S, codes: &[u8], [rows, more_rows]: &[[u8; 16]; 2], words: &mut [u64]) {
    let rows = u8x64::block_splat(u8x16::from_slice(simd, rows));
    let more_rows = u8x64::block_splat(u8x16::from_slice(simd, more_rows));
    let bits = u8x64::block_splat(u8x16::from_slice(simd, &BITS));
    let more_bits = u8x64::block_splat(u8x16::from_slice(simd, &MORE_BITS));
    keep(
        codes,
        words,
        #[inline(always)]
        |codes| {
            let codes = u8x64::from_slice(simd, codes);
            let (lower, upper) = (codes & 15, codes >> 4);
            let one = rows.swizzle_dyn_within_blocks(lower) & bits.swizzle_dyn_within_blocks(upper);
            let other = more_rows.swizzle_dyn_within_blocks(lower)
                & more_bits.swizzle_dyn_within_blocks(upper);
            !(one | other).simd_eq(0).to_bitmask()
        },
    );
}

/// A row for each lower half of a code: a bit for each upper half, 0 to 7 and 8 to 15.
fn rows(runs: &[(u8, u8)]) -> [[u8; 16]; 2] {
    let mut rows = [[0; 16]; 2];
    for code in runs
        .iter()
        .flat_map(|(first, more)| *first..=*first + *more)
    {
        let (lower, upper) = (usize::from(code & 15), code >> 4);
        rows[usize::from(upper >> 3)][lower] |= 1 << (upper & 7);
    }
    rows
}

fn keep_flags_by(level: Level, flags: &[u8], test: FlagTest, words: &mut [u64]) {
    dispatch!(level, simd => keep(flags, words, #[inline(always)] |flags| {
        let flags = u8x64::from_slice(simd, flags);
        (flags & test.mask).simd_eq(test.value).to_bitmask()
    }));
}

fn ones_by(level: Level, words: &[u64]) -> u64 {
    dispatch!(level, _ => words.iter().map(|it| u64::from(it.count_ones())).sum())
}

/// Words without a bit are not looked at, and beyond the last byte no bit may be set.
#[inline(always)]
fn keep(bytes: &[u8], words: &mut [u64], passing: impl Fn(&[u8; 64]) -> u64) {
    let (groups, rest) = bytes.as_chunks::<64>();
    for (word, group) in words.iter_mut().zip(groups) {
        if *word != 0 {
            *word &= passing(group);
        }
    }
    if let (Some(word), false) = (words.get_mut(groups.len()), rest.is_empty()) {
        let mut group = [0; 64];
        group[..rest.len()].copy_from_slice(rest);
        *word &= passing(&group);
    }
}

#[cfg(test)]
mod tests {
    use super::super::idset::bits;
    use super::super::mask::first_bits;
    use super::super::model::Dice;
    use super::*;

    #[test]
    fn the_same_events_pass_on_every_processor() {
        let mut dice = Dice::new(21);
        for _ in 0..300 {
            let bytes: Vec<u8> = (0..=dice.below(700)).map(|_| byte(&mut dice)).collect();
            let inside = first_bits(bytes.len());
            let before: Vec<u64> = inside.iter().map(|it| it & word(&mut dice)).collect();
            let runs: Vec<(u8, u8)> = (0..dice.below(20)).map(|_| run(&mut dice)).collect();
            let in_a_run = |it: u8| {
                runs.iter()
                    .any(|(first, more)| it >= *first && it - first <= *more)
            };
            let mask = byte(&mut dice);
            let value = mask & byte(&mut dice) & byte(&mut dice);
            let test = FlagTest { mask, value };
            // The widest registers there are, and those that every processor has.
            for level in [Level::new(), Level::baseline()] {
                let mut words = before.clone();
                keep_runs_by(level, &bytes, &runs, &mut words);
                assert_eq!(
                    words,
                    expected(&bytes, &before, in_a_run),
                    "{level:?} {runs:?}"
                );
                let mut words = before.clone();
                keep_flags_by(level, &bytes, test, &mut words);
                assert_eq!(
                    words,
                    expected(&bytes, &before, |it| test.passes(it)),
                    "{level:?}"
                );
                let events = before.iter().flat_map(|it| bits(*it)).count();
                assert_eq!(ones_by(level, &before), events as u64, "{level:?}");
            }
        }
    }

    /// One event at a time.
    fn expected(bytes: &[u8], before: &[u64], passes: impl Fn(u8) -> bool) -> Vec<u64> {
        let words = bytes.chunks(64).zip(before);
        let kept = words.map(|(bytes, word)| {
            let passing = bits(*word).filter(|it| passes(bytes[*it as usize]));
            passing.fold(0, |word, it| word | 1 << it)
        });
        kept.collect()
    }

    fn byte(dice: &mut Dice) -> u8 {
        dice.below(256).to_le_bytes()[0]
    }

    fn word(dice: &mut Dice) -> u64 {
        let bytes = [(); 8].map(|()| byte(dice));
        if dice.one_in(4) {
            0
        } else {
            u64::from_le_bytes(bytes)
        }
    }

    fn run(dice: &mut Dice) -> (u8, u8) {
        let (first, more) = (byte(dice), dice.below(9).to_le_bytes()[0]);
        (first, more.min(u8::MAX - first))
    }
}
