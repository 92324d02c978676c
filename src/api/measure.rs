//! What recording an event costs one core, without HTTP and without a disk: reading, redaction,
//! digests, what is stored and hashed, the look for a repetition, numbers for texts, the tree. Run
//! it on purpose, in release:
//! `cargo test --release api::measure -- --ignored --nocapture --test-threads 1`.
#![expect(
    clippy::cast_precision_loss,
    clippy::print_stderr,
    reason = "a report, from numbers that are made up"
)]
use std::fmt::{self, Write as _};
use std::fs;

use crate::base::{DAY_MS, Millis};
use crate::intake::{Format, Intake, PoolAsserted, Submitted};
use crate::model::safe::SafeEvent;
use crate::model::{
    ApiKey, DetailKeys, GateMode, KeyState, Permission, Pool, PoolNo, PoolState, RecordId,
    RecordKind, request_id, time,
};
use crate::store::Events;
use crate::store::measure::{Recorder, Rows};

const EVENTS: usize = 420_000;
/// Events of a delivery, and of a transaction, as under load. What the system counts in steps of
/// 10 ms evens out over so many of them.
const BATCH: usize = 100;
const GROUP: usize = 600;
const ACTORS: usize = 5_000;
const TARGETS: usize = 200_000;
const VERBS: [&str; 5] = ["update", "create", "delete", "rotate", "pause"];
const NOUNS: [&str; 5] = ["vault", "service", "alert", "member", "route"];
const NOW: Millis = 1_796_000_000_000;

/// Microseconds of the processor for each event.
#[derive(Default)]
struct Cost {
    reading: f64,
    preparing: f64,
    appending: f64,
    /// Of appending: SQLite's part, a row each, in memory.
    rows: f64,
}

#[test]
#[ignore = "measures"]
fn recording() {
    let (key, pool) = (key(), pool());
    let intake = Intake::new(&[1; 32], &[2; 32]);
    let (mut recorder, mut rows) = (Recorder::new(), Rows::new());
    let mut cost = Cost::default();
    for first in (0..EVENTS).step_by(GROUP) {
        let bodies: Vec<String> = (first..first + GROUP).step_by(BATCH).map(body).collect();
        let events = timed(&mut cost.reading, || {
            let read = bodies.iter().map(|it| read(&intake, &pool, it));
            read.collect::<Vec<_>>()
        });
        let deliveries = timed(&mut cost.preparing, || {
            let id = request_id(NOW, [6; 8]);
            let ready = |it| Events::prepare(&key, &pool, it, id, NOW);
            events.into_iter().map(ready).collect::<Vec<_>>()
        });
        timed(&mut cost.appending, || recorder.append(&deliveries, NOW));
        timed(&mut cost.rows, || rows.append(&deliveries));
        timed(&mut cost.preparing, || drop(deliveries));
    }
    let Cost {
        reading,
        preparing,
        appending,
        rows,
    } = cost;
    let each = reading + preparing + appending - rows;
    eprintln!("recording: each {each:.2}µs of the processor, over {EVENTS} events");
    eprintln!("  reading, redaction, digests {reading:.2}µs");
    eprintln!("  what is stored, its commitment, columns {preparing:.2}µs");
    let appending = appending - rows;
    eprintln!("  repetitions, numbers, leaf and tree {appending:.2}µs");
    eprintln!("  beside it, SQLite's row in memory: {rows:.2}µs");
}

/// Adds what `work` took for each of all events.
fn timed<T>(cost: &mut f64, work: impl FnOnce() -> T) -> T {
    let before = processor_us();
    let done = work();
    *cost += (processor_us() - before) / EVENTS as f64;
    done
}

/// What this thread took so far, outside the kernel.
fn processor_us() -> f64 {
    const US_A_TICK: f64 = 10_000.0;
    let text = fs::read_to_string("/proc/thread-self/stat").unwrap();
    // The 14th field, and the second one ends with this.
    let fields = text.rsplit(") ").next().unwrap();
    fields.split(' ').nth(11).unwrap().parse::<f64>().unwrap() * US_A_TICK
}

fn read(intake: &Intake, pool: &Pool, body: &str) -> Vec<SafeEvent> {
    let asserted = PoolAsserted {
        id: pool.id.bytes(),
        slug: &pool.slug,
        own_keys: &pool.detail_keys,
    };
    let mode = GateMode::Gated;
    let taken = intake.read(body.as_bytes(), Format::Ndjson, mode, &asserted, NOW);
    let items = taken.unwrap().items.into_iter();
    let event = |it| match it {
        Submitted::Event(event) => *event,
        Submitted::Rejected(errors) => panic!("{errors:?}"),
    };
    items.map(event).collect()
}

/// A delivery as senders make it: about 450 bytes an event.
fn body(first: usize) -> String {
    let mut body = String::new();
    for it in first..first + BATCH {
        // Spread over the range, and each comes again.
        let (actor, target) = (it * 7919 % ACTORS, it * 104_729 % TARGETS);
        let (noun, verb) = (NOUNS[it % 5], VERBS[it / 5 % 5]);
        let at = time::rfc3339(NOW - DAY_MS + Millis::try_from(it).unwrap());
        let id = it.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let uuid = format!("{id:08x}-4a1f-4000-a000-{it:012x}");
        let ip = format!("10.20.{}.{}", it % 256, it / 256 % 256);
        let mut put = |piece: fmt::Arguments<'_>| body.write_fmt(piece).unwrap();
        put(format_args!(r#"{{"id":"{uuid}","occurred_at":"{at}","#));
        put(format_args!(
            r#""action":"{noun}.{verb}","outcome":"success","#
        ));
        put(format_args!(r#""actor":{{"type":"user","id":"u-{actor}","#));
        put(format_args!(
            r#""email":"ana.{actor}@example.org","label":"Ana Ruiz"}},"#
        ));
        put(format_args!(
            r#""target":{{"kind":"{noun}","id":"{noun}-{target}","#
        ));
        put(format_args!(
            r#""label":"harbor {target}"}},"request_id":"{uuid}","#
        ));
        put(format_args!(
            r#""ip":"{ip}","details":{{"trigger":"schedule","#
        ));
        put(format_args!(
            r#""region":"eu-west-1","replica_count":7}}}}"#
        ));
        body.push('\n');
    }
    body
}

fn pool() -> Pool {
    Pool {
        no: PoolNo::new(1).unwrap(),
        id: RecordId::new(RecordKind::Pool, [4; 16]),
        slug: "payments".to_owned(),
        name: "Payments".to_owned(),
        state: PoolState::Active,
        mode: GateMode::Gated,
        retention_days: None,
        detail_keys: DetailKeys::default(),
        created_ms: 0,
        recorded_seq: 0,
    }
}

fn key() -> ApiKey {
    ApiKey {
        no: 1,
        id: RecordId::new(RecordKind::ApiKey, [5; 16]),
        pool_no: PoolNo::new(1).unwrap(),
        name: "payments write".to_owned(),
        permission: Permission::Write,
        mode: GateMode::Gated,
        state: KeyState::Active,
        prefix: String::new(),
        old: None,
        expires_ms: None,
        created_ms: 0,
        used_ms: None,
        recorded_seq: 0,
    }
}
