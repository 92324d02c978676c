//! Measures the release binary from outside, beside what its parts could give at best:
//!
//!     cargo bench                          a million events, some minutes
//!     cargo bench -- --quick               20,000 events: does it still run?
//!     cargo bench -- --events N --data DIR another size, in a folder that stays: the next run
//!                                          loads only what is missing; --slim: shorter events
//!     cargo bench -- --raw                 what the disk, SQLite and HTTP alone can give
//!     cargo bench -- --growth              from 100,000 to 10,000,000 events, with a plot
//!     cargo bench -- --engine              also the index and recording in process, on one thread
//!     cargo bench -- --postgres URL        also the same in PostgreSQL, where it stays
//!     cargo bench -- --only --engine       that alone; so with --postgres
//!
//! Rates mean little alone: the ratios were measured in the same minute on the same disk.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark may panic, prints what it measured, and rounds it"
)]

mod appliance;
mod ceilings;
mod chance;
mod client;
mod engine;
mod folder;
mod growth;
mod hello;
#[path = "../../src/cli/history.rs"]
#[allow(dead_code, reason = "the demo needs more of it")]
mod history;
#[path = "../it/http.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod http;
mod mixed;
mod options;
mod postgres;
mod psql;
mod questions;
mod raw;
mod report;
mod rounds;
mod station;
mod targets;
mod world;

use std::process::exit;

use crate::appliance::program;
use crate::folder::Log;
use crate::options::{Options, USAGE, What, options};
use crate::report::thousands;
use crate::rounds::Sender;
use crate::station::Empty;
use crate::targets::Column;

/// Where everything is measured on the way to more.
const SIZES: [usize; 2] = [1_000_000, 10_000_000];

fn main() {
    let Some(options) = options(jiff::Timestamp::now().as_millisecond()) else {
        eprintln!("{USAGE}");
        exit(2);
    };
    println!("{}.", program().display());
    report::machine();
    let events = options.events;
    let mut columns = match options.what {
        What::Raw => return ceilings::measure(&mut options.log(), events),
        What::Growth => return growth::measure(&mut options.log(), events),
        What::Only => Vec::new(),
        What::Everything => everything(&options),
    };
    if options.engine {
        columns.push(engine::measure());
    }
    if let Some(url) = &options.postgres {
        columns.push(postgres::measure(&options, url));
    }
    targets::report(&columns);
}

fn everything(options: &Options) -> Vec<Column> {
    let mut log = options.log();
    let events = options.events;
    let found = log.events();
    let is_new = |it: &usize| *it < events && *it > found;
    let sizes = SIZES.into_iter().filter(is_new).chain([events]);
    let mut empty = Empty {
        resident: 0.0,
        rounds: Vec::new(),
    };
    let mut stations = Vec::new();
    for size in sizes {
        load(&mut log, size);
        let beside = (size == events).then_some((&mut empty, options.plan));
        stations.push(station::measure(&mut log, beside));
    }
    println!("## Deliveries into an empty log, each round beside one of these\n");
    report::rates(&empty.rounds);
    let mut columns = vec![targets::empty(&empty)];
    for station in &stations {
        let title = format!("at {}", thousands(station.events as f64));
        columns.push(targets::station(title, station, &empty));
    }
    columns
}

/// Brings a log to this size, and says what was there.
pub fn load(log: &mut Log, size: usize) {
    let found = log.events();
    let missing = size.saturating_sub(found);
    if missing > 0 {
        eprintln!("loading {missing} events …");
        let server = log.folder.start();
        Sender::new(log, &server).load_to(size);
        server.stop();
    }
    println!(
        "{}: {} events were there and are used again, {} were loaded.",
        log.folder.path().display(),
        thousands(found as f64),
        thousands(missing as f64)
    );
}
