//! What this machine gives and what Annals makes of it, in one run: `cargo bench`.
//!
//!   cargo bench                        1,000,000 events, about five minutes on two cores
//!   cargo bench -- --events 200000     another number
//!
//! Everything is measured against the real binary over HTTP on 127.0.0.1, in a folder of its own
//! under the target directory. Compare lines of one run, never of two: disks and neighbours vary.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "its output is its result")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "figures, not facts"
)]

mod events;
mod http;
mod instance;
mod raw;

use std::time::{Duration, Instant};

use events::Events;
use http::{Connection, Load};
use instance::Instance;

const EVENTS: usize = 1_000_000;
const BATCH: usize = 100;
const BATCH_CONNECTIONS: usize = 16;
const ROUNDS: usize = 3;

fn main() {
    let events = wanted();
    println!("Annals {}, {events} events\n", env!("CARGO_PKG_VERSION"));
    let mut instance = Instance::new();
    println!("| ingest, durable | events/s | of the raw rate |");
    println!("|---|---:|---:|");
    let raw_one = raw::rate(&instance.folder, 1, 2_000);
    let raw_hundred = raw::rate(&instance.folder, BATCH, 40_000);
    let raw_group = raw::rate(&instance.folder, BATCH * BATCH_CONNECTIONS, 160_000);
    line("raw SQLite, one a commit", raw_one, raw_one);
    line("raw SQLite, 100 a commit", raw_hundred, raw_hundred);
    line("raw SQLite, 1,600 a commit", raw_group, raw_group);
    for connections in [1, 64, 256] {
        let requests = if connections == 1 { 2_000 } else { 20_000 };
        let rate = median(|| singles(&instance, connections, requests));
        line(
            &format!("single requests, {connections} connections"),
            rate,
            raw_one,
        );
    }
    let hello = median(|| hello(&instance, 64, 40_000));
    println!("| GET /healthz, 64 connections (requests/s) | {hello:.0} | |");
    let rate = batches(&instance, events);
    line("NDJSON of 100, 16 connections", rate, raw_group);
    println!(
        "\n| page of the newest 50 of {} events | API ms | log page ms |",
        instance.size()
    );
    println!("|---|---:|---:|");
    for (name, query) in QUESTIONS {
        let api = instance.ask_api(query);
        let page = instance.ask_page(query);
        println!("| {name} | {:.2} | {:.2} |", ms(api), ms(page));
    }
    let (ready, memory, bytes) = instance.restart();
    println!("\n| | |\n|---|---:|");
    println!("| ready after a restart, ms | {:.0} |", ms(ready));
    println!("| resident memory, MiB | {:.0} |", memory / 1_048_576.0);
    println!("| file, bytes an event | {bytes:.0} |");
}

/// Each filter alone, then the combinations that hurt.
const QUESTIONS: [(&str, &str); 22] = [
    ("no filter", ""),
    ("Pool", "pool=bench"),
    ("outcome: 2 %", "outcome=failure"),
    ("action: most frequent", "action=service.scale"),
    ("action: rare", "action=policy.archive"),
    ("action: never", "action=operator.delete"),
    ("actor type", "actor_type=system"),
    ("actor: one", "actor=u-2711"),
    ("actor: a hundred", "actor=smith"),
    ("actor: most", "actor=a"),
    ("actor: nobody", "actor=nobody+at+all"),
    ("target: one", "target=svc-77123"),
    ("target: a thousand", "target=77"),
    ("target: most", "target=svc"),
    ("target: none", "target=nothing+like+it"),
    ("three days long ago", "from=2025-03-01&to=2025-03-03"),
    ("failure and one actor", "outcome=failure&actor=u-2711"),
    (
        "failure and an action that never fails",
        "outcome=failure&action=policy.archive",
    ),
    ("many actors and many targets", "actor=smith&target=77"),
    (
        "most actors, most targets, rare action",
        "actor=a&target=svc&action=policy.archive",
    ),
    (
        "failure, system, one action",
        "outcome=failure&actor_type=system&action=service.scale",
    ),
    (
        "every filter at once",
        "pool=bench&outcome=success&action=service.scale&actor_type=user&actor=smith&target=7\
         &from=2025-01-01&to=2026-06-30",
    ),
];

fn wanted() -> usize {
    let mut arguments = std::env::args().skip_while(|it| it != "--events").skip(1);
    arguments.next().map_or(EVENTS, |it| it.parse().unwrap())
}

fn line(name: &str, rate: f64, raw: f64) {
    println!("| {name} | {rate:.0} | {:.2} |", rate / raw);
}

fn median(mut measure: impl FnMut() -> f64) -> f64 {
    let mut rates: Vec<f64> = (0..ROUNDS).map(|_| measure()).collect();
    rates.sort_by(f64::total_cmp);
    rates[ROUNDS / 2]
}

fn singles(instance: &Instance, connections: usize, requests: usize) -> f64 {
    let bodies = Events::new(instance.next_seed()).json(requests);
    let load = Load {
        address: &instance.address,
        head: &instance.write_head("application/json"),
        connections,
    };
    rate(requests, || load.send(&bodies))
}

fn batches(instance: &Instance, events: usize) -> f64 {
    let mut generator = Events::new(instance.next_seed());
    let (mut sent, mut time) = (0, Duration::ZERO);
    let head = instance.write_head("application/x-ndjson");
    // Made in portions: a million events as text would not fit beside the server.
    while sent < events {
        let portion = (events - sent).min(50_000);
        let bodies = generator.ndjson(portion, BATCH);
        let load = Load {
            address: &instance.address,
            head: &head,
            connections: BATCH_CONNECTIONS,
        };
        let began = Instant::now();
        load.send(&bodies);
        time += began.elapsed();
        sent += portion;
    }
    number(sent) / time.as_secs_f64()
}

fn hello(instance: &Instance, connections: usize, requests: usize) -> f64 {
    rate(requests, || {
        std::thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let mut connection = Connection::open(&instance.address);
                    for _ in 0..requests / connections {
                        connection.get("/healthz", "");
                    }
                });
            }
        });
    })
}

fn rate(count: usize, work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    number(count) / began.elapsed().as_secs_f64()
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
