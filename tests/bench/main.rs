//! Measures the release binary from outside, beside what its parts could give at best:
//!
//!     cargo bench                          a million events, some minutes
//!     cargo bench -- --quick               20,000 events: does it still run?
//!     cargo bench -- --events N --data DIR another size; on the disk of another folder
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
mod client;
mod hello;
#[path = "../it/http.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod http;
mod questions;
mod random;
mod raw;
mod report;
mod rounds;
mod world;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, exit};

use crate::appliance::{Folder, Running, program};
use crate::questions::{Asking, Question, Times};
use crate::report::{line, thousands};
use crate::rounds::{ROUNDS, Sender};
use crate::world::World;

const EVENTS: usize = 1_000_000;
const QUICK: usize = 20_000;
const MIB: f64 = 1024.0 * 1024.0;

struct Options {
    events: usize,
    parent: PathBuf,
}

fn main() {
    let Some(options) = options() else {
        eprintln!("usage: cargo bench -- [--quick] [--events N] [--data DIR]");
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
    let server = folder.start();
    let empty_bytes = server.resident_bytes();
    let mut sender = Sender {
        folder: &folder,
        server: &server,
        keys: &keys,
        world: World::new(events, now_ms),
        sent_bytes: 0,
    };
    let rounds: Vec<_> = (1..=ROUNDS)
        .map(|number| {
            eprintln!("delivering, round {number} of {ROUNDS} …");
            sender.round(events / ROUNDS)
        })
        .collect();
    report::rates(&rounds);
    let events = sender.world.told;
    let sent = sender.sent_bytes as f64 / events as f64;
    server.stop();
    let stored = fs::metadata(folder.database()).unwrap().len() as f64 / events as f64;
    let server = folder.start();
    eprintln!("asking …");
    let asking = Asking::new(&server.address, &keys.read);
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
    process(&server, empty_bytes, events, sent, stored);
    server.stop();
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

/// None: not understood.
fn options() -> Option<Options> {
    let mut options = Options {
        events: EVENTS,
        parent: PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // What cargo tells every benchmark.
            "--bench" => {}
            "--quick" => options.events = QUICK,
            "--events" => {
                options.events = arguments.next()?.replace(['_', ','], "").parse().ok()?;
            }
            "--data" => options.parent = PathBuf::from(arguments.next()?),
            _ => return None,
        }
    }
    (options.events >= 1_000).then_some(options)
}
