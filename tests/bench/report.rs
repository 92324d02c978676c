//! The tables that are printed: rates with their ratios, pages, and what the process takes.
use crate::questions::{Question, Times};
use crate::rounds::{BATCH_CONNECTIONS, LARGE_BATCH, RAW_GROUP, Round};
use crate::station::Standing;

pub const MIB: f64 = 1024.0 * 1024.0;

pub fn machine() {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|it| it.strip_prefix("model name"));
    let model = model.map_or("unknown", |it| it.trim_start_matches([' ', '\t', ':']));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Machine: {cores} cores, {model}; load average at the start: {load}.\n");
}

pub fn rates(rounds: &[Round]) {
    println!("| durable events a second | median | least | most | ratio |");
    println!("|---|--:|--:|--:|---|");
    rate(
        rounds,
        "SQLite alone, one a commit",
        |it| it.raw_single,
        None,
    );
    let grouped = format!("SQLite alone, {RAW_GROUP} a commit");
    rate(rounds, &grouped, |it| it.raw_grouped, None);
    rate(
        rounds,
        "HTTP alone, 64 connections (requests)",
        |it| it.hello,
        None,
    );
    rate(
        rounds,
        "single events, 1 connection",
        |it| it.singles[0],
        Some((|it| it.raw_single, "SQLite, one a commit")),
    );
    rate(
        rounds,
        "single events, 64 connections",
        |it| it.singles[1],
        Some((|it| it.hello, "HTTP alone")),
    );
    rate(
        rounds,
        "single events, 256 connections",
        |it| it.singles[2],
        Some((|it| it.raw_single, "SQLite, one a commit")),
    );
    let base = format!("SQLite, {RAW_GROUP} a commit");
    let batches: [(&str, Figure); 4] = [
        ("arrays of 100", |it| it.arrays[0]),
        ("arrays of 1,000", |it| it.arrays[1]),
        ("NDJSON, 100 lines", |it| it.lines[0]),
        ("NDJSON, 1,000 lines", |it| it.lines[1]),
    ];
    for (name, figure) in batches {
        let name = format!("{name}, {BATCH_CONNECTIONS} connections");
        rate(rounds, &name, figure, Some((|it| it.raw_grouped, &base)));
    }
    println!();
    println!("| in the median of three rounds | |");
    println!("|---|--:|");
    let sync = median(rounds, |it| it.sync_us);
    line("fdatasync of 4 KiB written over", &format!("{sync:.0} µs"));
    let answered = median(rounds, |it| it.median_64_us) / 1e3;
    line(
        "answer to a single event, 64 connections",
        &format!("{answered:.2} ms"),
    );
    let p99 = median(rounds, |it| it.p99_64_us) / 1e3;
    let ratio = median(rounds, |it| it.p99_64_us / it.sync_us);
    line(
        "the same, 99th percentile",
        &format!("{p99:.2} ms = {ratio:.0} × fdatasync"),
    );
    let written = median(rounds, |it| it.written);
    let ratio = median(rounds, |it| it.written / it.row);
    line(
        &format!("written to disk for an event, batches of {LARGE_BATCH}"),
        &format!("{written:.0} B = {ratio:.1} × its row"),
    );
    let single = median(rounds, |it| it.cpu_us[0]);
    let batch = median(rounds, |it| it.cpu_us[1]);
    line(
        "processor time for a single event, for one of a batch",
        &format!("{single:.1} µs, {batch:.1} µs"),
    );
    println!();
}

/// Whole pages, each with its rows, exact count, histogram and counts of Pools and events.
pub fn questions(title: &str, asked: &[(Question, Times)]) {
    println!("| {title} | events | page | slowest of 40 | first byte | deep page | API |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for (question, times) in asked {
        let some = |it: Option<f64>| it.map_or("–".to_owned(), ms);
        println!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            question.name,
            times.matches,
            ms(times.page),
            ms(times.page_worst),
            ms(times.first_byte),
            some(times.deep),
            some(times.api),
        );
    }
    println!();
}

/// What the process and its file take, and pages with filters by chance.
pub fn process(standing: &Standing) {
    println!("| standing | median of 3 |");
    println!("|---|--:|");
    line(
        "start until it listens",
        &format!("{:.0} ms", standing.start_ms),
    );
    let resident = standing.resident / MIB;
    line("resident memory", &format!("{resident:.0} MiB"));
    line(
        "in the file",
        &format!("{:.0} B an event", standing.bytes_each),
    );
    let [middle, p99, worst] = standing.chance.map(ms);
    line(
        "pages with filters by chance: median, p99, slowest",
        &format!("{middle}, {p99}, {worst}"),
    );
    println!();
}

pub fn line(name: &str, value: &str) {
    println!("| {name} | {value} |");
}

fn ms(ms: f64) -> String {
    format!("{ms:.1} ms")
}

type Figure = fn(&Round) -> f64;

fn rate(rounds: &[Round], name: &str, figure: Figure, base: Option<(Figure, &str)>) {
    let all = rounds.iter().map(figure);
    let (least, most) = (
        all.clone().fold(f64::MAX, f64::min),
        all.fold(0.0, f64::max),
    );
    let ratio = base.map_or(String::new(), |(base, of)| {
        let ratio = median(rounds, |it| figure(it) / base(it));
        format!("{ratio:.2} × {of}")
    });
    let median = thousands(median(rounds, figure));
    let (least, most) = (thousands(least), thousands(most));
    println!("| {name} | {median} | {least} | {most} | {ratio} |");
}

pub fn median<T>(runs: &[T], figure: impl Fn(&T) -> f64) -> f64 {
    let mut all: Vec<f64> = runs.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
