//! The first hundred bytes of the file, as far as SQLite reads past what is wrong in them.
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::base::{Kind, OrFail, Result};

const LEN: usize = 100;

/// Whether they are as this program's SQLite writes them: with a write-ahead log or, in a backup,
/// without one, in UTF-8, and nothing where nothing belongs. Counters may have any value, but two
/// of them the same.
pub fn is_sound(file: &Path) -> Result<bool> {
    let mut bytes = [0; LEN];
    File::open(file)
        .and_then(|mut it| it.read_exact(&mut bytes))
        .or_fail(Kind::StorageFailed, "cannot read the database's header")?;
    Ok(is_ours(&bytes))
}

fn is_ours(bytes: &[u8; LEN]) -> bool {
    let is_with_a_log_or_without = matches!(bytes[18..20], [1, 1] | [2, 2]);
    let is_todays_format = bytes[44..48] == [0, 0, 0, 4];
    let is_utf8 = bytes[56..60] == [0, 0, 0, 1];
    let is_changed_as_said = bytes[24..28] == bytes[92..96];
    let unused = [48..56, 64..92];
    let is_empty = |it: std::ops::Range<usize>| bytes[it].iter().all(|byte| *byte == 0);
    is_with_a_log_or_without
        && is_todays_format
        && is_utf8
        && is_changed_as_said
        && unused.into_iter().all(is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_bit_is_found_but_in_the_counters_and_in_what_sqlite_checks() {
        let mut bytes = [0; LEN];
        bytes[18..20].copy_from_slice(&[2, 2]);
        bytes[47] = 4;
        bytes[59] = 1;
        assert!(is_ours(&bytes));
        let counters = [40..44, 60..64, 96..100];
        for at in 18..LEN {
            let is_sqlites = (20..24).contains(&at) || (28..40).contains(&at);
            for bit in 0..8 {
                bytes[at] ^= 1 << bit;
                let is_counter = counters.iter().any(|it| it.contains(&at));
                assert_eq!(is_ours(&bytes), is_counter || is_sqlites, "byte {at}");
                bytes[at] ^= 1 << bit;
            }
        }
    }
}
