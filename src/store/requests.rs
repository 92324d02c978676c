//! The events of one request, found by reading: there is no index of requests.
use std::ops::Range;

use rusqlite::Connection;

use super::event_rows;
use crate::base::{Error, Kind, MINUTE_MS, Millis, Result};

/// An event is recorded within so long after Annals issued its request's id.
const RECORDED_WITHIN_MS: Millis = MINUTE_MS;
/// Reading more than this would take seconds.
const READ_MAX: i64 = 500_000;
/// Events that lie closer than this are read in one go.
const GAP_MAX: i64 = 16;

/// The numbers of the events that name a request which Annals issued at `ms`, ascending, of the
/// first `len` of the log.
pub fn recorded_after(
    conn: &Connection,
    len: i64,
    ms: Millis,
    names: &[String; 2],
) -> Result<Vec<i64>> {
    let soon = recorded_soon_after(conn, len, ms)?;
    read(conn, std::slice::from_ref(&soon), names)
}

/// Those of some events, and perhaps of their neighbors, that name a request. Both ascend.
pub fn among(conn: &Connection, seqs: &[i64], names: &[String; 2]) -> Result<Vec<i64>> {
    read(conn, &runs(seqs), names)
}

fn read(conn: &Connection, runs: &[Range<i64>], names: &[String; 2]) -> Result<Vec<i64>> {
    if runs.iter().map(|it| it.end - it.start).sum::<i64>() > READ_MAX {
        return Err(Error::new(
            Kind::Invalid,
            "Too much happened in this span to look for a request. Choose a shorter one.",
        ));
    }
    let mut found = Vec::new();
    for run in runs {
        event_rows::of_request(conn, run.clone(), names, &mut found)?;
    }
    Ok(found)
}

/// The events recorded in the minute after a moment. Where the clock was set back, recorded times
/// stand still, and the minute begins with the first event after the moment.
fn recorded_soon_after(conn: &Connection, len: i64, ms: Millis) -> Result<Range<i64>> {
    let first = first_recorded(conn, len, ms)?;
    if first == len {
        return Ok(len..len);
    }
    let began = event_rows::recorded_ms(conn, first)?.max(ms);
    let end = first_recorded(conn, len, began.saturating_add(RECORDED_WITHIN_MS))?;
    Ok(first..end)
}

/// The first of `len` events that was recorded at `ms` or later: recorded times never decrease.
fn first_recorded(conn: &Connection, len: i64, ms: Millis) -> Result<i64> {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.midpoint(high);
        if event_rows::recorded_ms(conn, middle)? < ms {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Ranges that hold these numbers, which ascend, and few others.
fn runs(seqs: &[i64]) -> Vec<Range<i64>> {
    let mut runs: Vec<Range<i64>> = Vec::new();
    for seq in seqs {
        match runs.last_mut() {
            Some(last) if seq - last.end < GAP_MAX => last.end = seq + 1,
            _ => runs.push(*seq..seq + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_together() {
        assert_eq!(runs(&[]), []);
        assert_eq!(runs(&[5, 6, 9, 24, 41, 100]), [5..25, 41..42, 100..101]);
    }
}
