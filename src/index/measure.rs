//! How fast the index answers, and how much memory it takes. Run it on purpose, in release:
//! `cargo test --release index::measure -- --ignored --nocapture --test-threads 1`.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stderr,
    reason = "a report, from numbers that are made up"
)]
use std::time::{Duration, Instant};

use super::model::Dice;
use super::query::{Pools, Query};
use super::row::{Flags, Place, Row, SEGMENT_LEN};
use super::segment::Segment;
use super::snapshot::{Index, Snapshot};
use super::survey::Survey;
use super::terms::Vocabulary;

const POOLS: usize = 41;
const ACTIONS: usize = 60;
const KINDS: usize = 20;
const ACTORS: usize = 5_000;
const TARGETS: usize = 200_000;
const YEARS_MS: usize = 2 * 365 * 86_400_000;
const KIND_WORDS: [&str; 20] = [
    "alert_rule",
    "alert_channel",
    "alert",
    "api_key",
    "backup",
    "build",
    "cluster",
    "dashboard",
    "deployment",
    "document",
    "group",
    "invoice",
    "operator",
    "policy",
    "project",
    "secret",
    "service",
    "session",
    "user",
    "workspace",
];
const FIRST: [&str; 10] = [
    "ana", "bo", "carla", "dmitri", "eve", "farid", "gwen", "hugo", "ines", "jo",
];
const LAST: [&str; 10] = [
    "ruiz", "smith", "novak", "li", "okafor", "haas", "silva", "kim", "berg", "moss",
];

/// Draws 0.. with probability falling as 1 / rank^exponent.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(len: usize, exponent: f64) -> Self {
        let mut sum = 0.0;
        Self(
            (1..=len)
                .map(|rank| {
                    sum += (rank as f64).powf(-exponent);
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, dice: &mut Dice) -> usize {
        let at = dice.below(1 << 30) as f64 / f64::from(1 << 30) * self.0[self.0.len() - 1];
        self.0.partition_point(|it| *it <= at).min(self.0.len() - 1)
    }
}

fn log(events: usize, jitter: bool) -> (Index, Duration) {
    let mut dice = Dice::new(1);
    let mut index = Index::new();
    name(index.vocabulary(), &mut dice);
    let draws = Draws {
        pools: Zipf::new(POOLS - 1, 1.0),
        actions: Zipf::new(ACTIONS, 1.0),
        actors: Zipf::new(ACTORS, 0.9),
        targets: Zipf::new(TARGETS / KINDS, 0.6),
    };
    let mut building = Duration::ZERO;
    let mut rows = Vec::with_capacity(SEGMENT_LEN);
    for at in 0..events {
        let mut occurred = at as f64 / events as f64 * YEARS_MS as f64;
        if jitter {
            occurred -= dice.below(5_000) as f64;
        }
        if jitter && dice.below(200) == 0 {
            occurred -= dice.below(9_000_000) as f64;
        }
        rows.push(draws.row(&mut dice, occurred as i64));
        if rows.len() == SEGMENT_LEN {
            let start = Instant::now();
            let segment = Segment::build(index.segments() as u32, &rows);
            building += start.elapsed();
            let pairs = segment.pairs();
            index.push_segment(segment, &pairs);
            rows.clear();
        }
    }
    index.append(&rows);
    index.publish();
    (index, building)
}

fn name(vocabulary: &mut Vocabulary, dice: &mut Dice) {
    for it in KIND_WORDS {
        assert!(vocabulary.kinds.intern(it).is_some());
    }
    for it in 0..ACTORS {
        let (first, last) = (FIRST[dice.below(10)], LAST[dice.below(10)]);
        let text = format!("u_{it:05}\n{first}.{last}{it}@example.org\n{first} {last}");
        vocabulary.actors.intern(&text);
    }
    for it in 0..TARGETS {
        let hash = (it as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let kind = KIND_WORDS[it % KINDS];
        let text = format!("{hash:016x}-{it:06}\n{kind}-{}", it / KINDS);
        vocabulary.targets.intern(&text);
    }
}

struct Draws {
    pools: Zipf,
    actions: Zipf,
    actors: Zipf,
    targets: Zipf,
}

impl Draws {
    fn row(&self, dice: &mut Dice, occurred_ms: i64) -> Row {
        let actor = self.actors.draw(dice);
        let action = self.actions.draw(dice);
        let kind = action % KINDS;
        let target = self.targets.draw(dice) * KINDS + kind;
        let pool = (self.pools.draw(dice) + actor % 3) % (POOLS - 1) + 1;
        let global = dice.below(25) == 0;
        Row {
            occurred_ms,
            pool: if global { 0 } else { pool as u16 },
            action: action as u16 + 1,
            flags: Flags::FAILURE.when(dice.below(1000) < 18) | Flags::SYSTEM.when(actor % 8 == 7),
            kind: kind as u16 + 1,
            actor: actor as u32 + 1,
            target: target as u32 + 1,
        }
    }
}

fn query(dice: &mut Dice) -> (Query, String) {
    let mut query = Query::everything(Pools::All);
    let some = |dice: &mut Dice, end: usize, count: usize| -> Vec<u16> {
        (0..count).map(|_| dice.below(end) as u16).collect()
    };
    match dice.below(4) {
        0 => query.pools = Pools::Only(some(dice, POOLS, 1)),
        1 => {
            let count = 1 + dice.below(20);
            query.pools = Pools::Only(some(dice, POOLS, count));
        }
        _ => {}
    }
    if dice.below(4) == 0 {
        query.failure = Some(dice.below(3) > 0);
    }
    if dice.below(4) == 0 {
        query.system = Some(dice.below(2) == 0);
    }
    if dice.below(3) == 0 {
        let count = if dice.below(3) == 0 { 8 } else { 1 };
        query.actions = Some(some(dice, ACTIONS, count).iter().map(|it| it + 1).collect());
    }
    if dice.below(2) == 0 {
        query.actor = Some(vec![needle(dice, ["u_", "smith", "ana", "e", "sys"])]);
    }
    if dice.below(2) == 0 {
        query.target = Some(vec![needle(dice, ["alert", "a", "session-1", "abc", "e"])]);
    }
    if dice.below(4) == 0 {
        let from = dice.below(YEARS_MS) as i64;
        let days = [1, 3, 30, 200][dice.below(4)];
        query.span = (from, from + days * 86_400_000);
    }
    let said = format!(
        "{:?} failure {:?} system {:?} actions {:?} actor {:?} target {:?} span {:?}",
        query.pools,
        query.failure,
        query.system,
        query.actions,
        query.actor,
        query.target,
        (query.span.0 > i64::MIN).then(|| (query.span.1 - query.span.0) / 86_400_000)
    );
    (query, said)
}

fn needle(dice: &mut Dice, words: [&str; 5]) -> String {
    match dice.below(6) {
        0 => words[dice.below(5)].to_owned(),
        1 => format!("{:02x}", dice.below(256)),
        2 => format!("{:03x}", dice.below(4096)),
        3 => format!("{:05}", dice.below(5000)),
        4 => LAST[dice.below(10)].to_owned(),
        _ => char::from(b'a' + dice.below(26) as u8).to_string(),
    }
}

fn report(name: &str, times: &mut [(Duration, String)]) {
    times.sort_by_key(|it| it.0);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].0;
    let (slowest, said) = &times[times.len() - 1];
    eprintln!(
        "{name:>9}: p50 {:.2?} p90 {:.2?} p99 {:.2?} p99.9 {:.2?} max {slowest:.2?} ({said})",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999)
    );
    if std::env::var_os("SLOW").is_some() {
        for (time, said) in times.iter().rev().take(20) {
            eprintln!("    {time:.2?} {said}");
        }
    }
}

fn measure(events: usize, jitter: bool) {
    let (index, building) = log(events, jitter);
    let snapshot = index.reader().snapshot();
    let (segments, texts) = snapshot.bytes();
    let bytes = segments as f64 / (events / SEGMENT_LEN * SEGMENT_LEN) as f64;
    let building = building / (events / SEGMENT_LEN) as u32;
    eprintln!("{events} events, jitter {jitter}: {bytes:.2} B an event, texts {texts} B");
    eprintln!("    a segment is built in {building:.2?}");
    let names = ["search", "page", "count", "survey", "deep"];
    let mut times: [Vec<(Duration, String)>; 5] = Default::default();
    let mut dice = Dice::new(99);
    let mut matches = 0;
    for _ in 0..4000 {
        let (query, said) = query(&mut dice);
        for (at, time) in ask(&snapshot, &query, &mut matches).into_iter().enumerate() {
            times[at].push((time, said.clone()));
        }
    }
    for (name, times) in names.iter().zip(&mut times) {
        report(name, times);
    }
    eprintln!("    ({matches} matches in all)");
    publishing(index, &snapshot);
}

/// The texts alone; with them the newest page; or the exact count; or all that a page counts. A
/// page in the middle without the texts.
fn ask(snapshot: &Snapshot, query: &Query, matches: &mut u64) -> [Duration; 5] {
    let plan = snapshot.plan(query);
    let page = plan.older(None, 50);
    let middle = page.last().map_or(0, |it| it.occurred_ms / 2);
    let middle = Place {
        occurred_ms: middle,
        seq: 0,
    };
    // The middle of three: the first brings the columns into the processor's caches.
    let mut time = |work: &dyn Fn() -> u64| {
        let mut runs = [(); 3].map(|()| {
            let start = processor_time();
            *matches += work();
            processor_time().saturating_sub(start)
        });
        runs.sort_unstable();
        runs[1]
    };
    [
        time(&|| snapshot.plan(query).sources().len() as u64),
        time(&|| snapshot.plan(query).older(None, 50).len() as u64),
        time(&|| snapshot.plan(query).count()),
        time(&|| everything(&snapshot.survey(query, &Pools::All))),
        time(&|| plan.older(Some(middle), 50).len() as u64),
    ]
}

/// What this thread took of a processor so far: the machine has other work.
fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

fn everything(survey: &Survey) -> u64 {
    let matches = &survey.matches;
    let (from, until) = matches.ends().unwrap_or_default();
    let edges: Vec<i64> = (0..=62)
        .map(|it| from + (until + 1 - from) * it / 62)
        .collect();
    let bars = matches.bars(&edges).iter().map(|it| it.events).sum::<u64>();
    let options = survey.choices.pools.len() + survey.choices.actions.len();
    bars + matches.count() + survey.successes + options as u64
}

fn publishing(mut index: Index, snapshot: &Snapshot) {
    let rows: Vec<Row> = (0..30_000).map(|it| snapshot.row(it).unwrap()).collect();
    let start = Instant::now();
    for rows in rows.chunks(30) {
        index.append(rows);
        index.publish();
    }
    eprintln!(
        "    append and publish 30 events: {:.2?}",
        start.elapsed() / 1000
    );
    let segment = Segment::build(0, &snapshot_rows(snapshot));
    let start = Instant::now();
    let blob = segment.encode();
    let encoding = start.elapsed();
    let start = Instant::now();
    assert!(Segment::decode(0, &blob).is_ok());
    eprintln!(
        "    encode {encoding:.2?}, decode {:.2?}, {:.2} B an event",
        start.elapsed(),
        blob.len() as f64 / SEGMENT_LEN as f64
    );
}

fn snapshot_rows(snapshot: &Snapshot) -> Vec<Row> {
    (0..SEGMENT_LEN as i64)
        .map(|it| snapshot.row(it).unwrap())
        .collect()
}

#[test]
#[ignore = "measures"]
fn one_million() {
    measure(1_000_000, false);
}

#[test]
#[ignore = "measures"]
fn ten_million() {
    measure(10_000_000, false);
}

#[test]
#[ignore = "measures"]
fn ten_million_out_of_order() {
    measure(10_000_000, true);
}
