//! Where to go on looking from an event, and how many events each way leads to.
use rusqlite::Connection;

use super::questions::Asked;
use crate::base::{DAY_MS, HOUR_MS, MINUTE_MS, Millis, Result};
use crate::model::{Event, Filter, Look, is_answerable, near};

/// The events of a foreign request are looked for around this one, as far as that is quick.
const AROUND_MS: [Millis; 4] = [7 * DAY_MS / 2, 12 * HOUR_MS, HOUR_MS, 5 * MINUTE_MS];
const QUICK: u64 = 20_000;

pub fn looks(conn: &Connection, asked: &Asked, event: &Event) -> Result<Vec<(Look, Filter, u64)>> {
    let mut looks = Vec::new();
    for (look, filter) in near(event) {
        let filter = bounded(asked, filter, event.body.occurred_ms);
        let count = asked.count(conn, &filter)?;
        looks.push((look, filter, count));
    }
    Ok(looks)
}

fn bounded(asked: &Asked, filter: Filter, ms: Millis) -> Filter {
    if is_answerable(&filter) {
        return filter;
    }
    let around = |it: Millis| filter.with_window(ms - it, ms + it);
    let is_quick = |it: &Filter| asked.plan(&it.of_any_request()).count() <= QUICK;
    let widest = AROUND_MS.into_iter().filter_map(around).find(is_quick);
    let narrowest = || around(5 * MINUTE_MS);
    widest.or_else(narrowest).unwrap_or(filter)
}
