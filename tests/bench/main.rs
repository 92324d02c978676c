//! Measures the release binary from outside, beside what its parts could give at best:
//!
//!     cargo bench                          a million events, some minutes
//!     cargo bench -- --quick               20,000 events: does it still run?
//!     cargo bench -- --events N --data DIR another size; on the disk of another folder
//!     cargo bench -- --raw                 what the disk, SQLite and HTTP alone can give
//!     cargo bench -- --growth              from 100,000 to 10,000,000 events, with a plot
//!     cargo bench -- --postgres URL        the same data and questions in an empty PostgreSQL
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
mod chance;
mod client;
mod growth;
mod hello;
#[path = "../it/http.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod http;
mod mixed;
mod options;
mod postgres;
mod questions;
mod random;
mod raw;
mod report;
mod rounds;
mod world;

use std::fs;
use std::process::{Command, exit};

use crate::appliance::{Folder, Keys, Running, program};
use crate::options::{USAGE, What, options};
use crate::questions::{Asking, Question, Times};
use crate::report::{line, thousands};
use crate::rounds::{ROUNDS, Sender};
use crate::world::World;

/// Filters combined by chance.
const CHANCES: usize = 4_000;
const MIB: f64 = 1024.0 * 1024.0;

fn main() {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        exit(2);
    };
    let folder = Folder::new(&options.parent);
    let events = options.events;
    println!(
        "{} events of {}.",
        thousands(events as f64),
        program().display()
    );
    report::machine();
    eprintln!("making Pools, keys and operators …");
    let keys = folder.furnish();
    let now_ms = jiff::Timestamp::now().as_millisecond();
    match options.what {
        What::Everything => everything(&folder, &keys, events, now_ms),
        What::Raw => rounds::raw_alone(&folder, &keys, events, now_ms),
        What::Growth => growth::measure(&folder, &keys, events, now_ms),
        What::Postgres(url) => postgres::measure(&folder, &keys, events, now_ms, &url),
    }
}

fn everything(folder: &Folder, keys: &Keys, events: usize, now_ms: i64) {
    let server = folder.start();
    let empty_bytes = server.resident_bytes();
    let mut sender = Sender::new(folder, &server, keys, World::new(events, now_ms));
    let rounds: Vec<_> = (1..=ROUNDS)
        .map(|number| {
            eprintln!("delivering, round {number} of {ROUNDS} …");
            sender.round(events / ROUNDS)
        })
        .collect();
    report::rates(&rounds);
    let (world, sent_bytes) = (sender.world, sender.sent_bytes);
    let told = world.told;
    server.stop();
    let stored = fs::metadata(folder.database()).unwrap().len() as f64 / told as f64;
    let server = folder.start();
    eprintln!("asking …");
    let asking = Asking::new(&server.address, &keys.read);
    ask(&asking, now_ms);
    let sent = sent_bytes as f64 / told as f64;
    process(&server, empty_bytes, told, sent, stored);
    eprintln!("asking and delivering at once …");
    let mut sender = Sender {
        folder,
        server: &server,
        keys,
        world,
        sent_bytes,
    };
    let mixed = mixed::measure(&mut sender, &asking, (events / 5).max(10_000));
    mixed::report(&mixed);
    server.stop();
}

fn ask(asking: &Asking, now_ms: i64) {
    let ask = |questions: Vec<Question>| -> Vec<(Question, Times)> {
        let asked = questions.into_iter();
        asked
            .map(|it| {
                let times = asking.ask(&it);
                (it, times)
            })
            .collect()
    };
    report::questions(
        "first page, one filter",
        &ask(questions::each_filter(now_ms)),
    );
    report::questions(
        "first page, combined",
        &ask(questions::combinations(now_ms)),
    );
    let mut connection = asking.connect();
    let chances = chance::questions(CHANCES, now_ms);
    let pages = chances.iter().map(|it| asking.once(&mut connection, it));
    report::chance(pages.collect());
}

/// What the process and its file take.
fn process(server: &Running, empty_bytes: f64, events: usize, sent: f64, stored: f64) {
    println!("| the process | |");
    println!("|---|--:|");
    let ready = server.ready.as_secs_f64() * 1e3;
    line(
        "start until it listens, with all events",
        &format!("{ready:.0} ms"),
    );
    line(
        "resident memory, empty",
        &format!("{:.1} MiB", empty_bytes / MIB),
    );
    let full = server.resident_bytes();
    line(
        "resident memory, with all events",
        &format!("{:.1} MiB", full / MIB),
    );
    let each = (full - empty_bytes) / events as f64;
    line("the difference for an event", &format!("{each:.0} B"));
    line("an event as sent", &format!("{sent:.0} B"));
    line("an event in the file", &format!("{stored:.0} B"));
    line(
        "the binary, stripped",
        &format!("{:.1} MB", binary_bytes() / 1e6),
    );
    println!();
}

/// Without debug information, as it is shipped.
fn binary_bytes() -> f64 {
    let stripped = std::env::temp_dir().join(format!("annals-stripped-{}", std::process::id()));
    let done = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(program())
        .status();
    let size = fs::metadata(&stripped).map_or(f64::NAN, |it| it.len() as f64);
    let _ = fs::remove_file(&stripped);
    if done.is_ok_and(|it| it.success()) {
        size
    } else {
        f64::NAN
    }
}
