//! What the parts of Annals could give here, alone: rows as Annals makes them, and a word as an
//! answer. A few events are delivered for their rows.
use crate::folder::Log;
use crate::raw;
use crate::report::thousands;
use crate::rounds::{BATCH, Body, RAW_GROUP, ROUNDS, Sender, hello};

const ROWS: usize = 200_000;
const SINGLE_ROWS: usize = 3_000;

pub fn measure(log: &mut Log, events: usize) {
    let server = log.folder.start();
    let count = events.min(ROWS);
    Sender::new(log, &server).batches(count, BATCH, Body::Lines);
    server.stop();
    let rows = raw::rows(&log.folder.database(), count);
    let path = log.folder.path();
    println!("| alone, a second | round 1 | round 2 | round 3 |");
    println!("|---|--:|--:|--:|");
    let three = |name: &str, figure: &dyn Fn() -> f64| {
        let figures: [f64; ROUNDS] = std::array::from_fn(|_| figure());
        let [one, two, three] = figures.map(thousands);
        println!("| {name} | {one} | {two} | {three} |");
    };
    let few = &rows[..rows.len().min(SINGLE_ROWS)];
    three("fdatasync of 4 KiB, µs", &|| raw::fdatasync_us(path));
    three("SQLite, one row a commit", &|| raw::append(path, few, 1));
    for group in [24, BATCH, RAW_GROUP] {
        let name = format!("SQLite, {group} rows a commit");
        three(&name, &|| raw::append(path, &rows, group));
    }
    three("HTTP, 64 connections, requests", &|| hello(50_000));
}
