//! The targets, what was measured, and whether that is enough.
use std::process::Command;
use std::{env, fs};

use crate::appliance::program;
use crate::mixed::Mixed;
use crate::report::{MIB, median};
use crate::rounds::Round;
use crate::station::{Empty, Station};

/// Number, what is measured, the bound, its unit, and what else is to be run for it.
type Target = (
    &'static str,
    &'static str,
    Bound,
    &'static str,
    Option<&'static str>,
);

#[derive(Clone, Copy)]
pub enum Bound {
    Least(f64),
    Most(f64),
}
use Bound::{Least, Most};

#[rustfmt::skip]
const TARGETS: [Target; 22] = [
    ("T1", "NDJSON, 100 lines ÷ SQLite alone, 600 a commit", Least(0.6), "", None),
    ("T2", "single events, 64 connections ÷ HTTP alone", Least(0.4), "", None),
    ("T3", "single events, 256 connections ÷ SQLite, one a commit", Least(7.0), "", None),
    ("T4", "acknowledged, 64 connections, p99 ÷ `fdatasync`", Most(40.0), "", None),
    ("T5", "deliveries ÷ those into an empty log", Least(0.9), "", None),
    ("T6", "written to disk ÷ bytes of the row, NDJSON, 1,000 lines", Most(2.5), "", None),
    ("T7", "deliveries of 100 ÷ PostgreSQL", Least(15.0), "", Some("--postgres")),
    ("T7 ", "deliveries of 1,000 ÷ PostgreSQL", Least(15.0), "", Some("--postgres")),
    ("T8", "the newest 50 of any filters in process, p99", Most(5.0), " ms", Some("--engine")),
    ("T8 ", "the same, slowest", Most(10.0), " ms", Some("--engine")),
    ("T9", "whole page of any filters, median", Most(5.0), " ms", None),
    ("T9 ", "the same, p99", Most(30.0), " ms", None),
    ("T10", "exact count of any filters in process, p99", Most(15.0), " ms", Some("--engine")),
    ("T11", "page and count ÷ PostgreSQL, least", Least(100.0), "", Some("--postgres")),
    ("T11 ", "the same, geometric mean", Least(1000.0), "", Some("--postgres")),
    ("T12", "start until it listens", Most(500.0), " ms", None),
    ("T13", "resident memory, empty", Most(32.0), " MiB", None),
    ("T13 ", "resident memory, for an event", Most(32.0), " B", None),
    ("T14", "the static binary, stripped", Most(8.0), " MB", Some("tests/run")),
    ("T15", "recording an event in process", Most(5.0), " µs", Some("--engine")),
    ("T16", "page p99 under full deliveries ÷ without", Most(3.0), "", None),
    ("T17", "in the file, an event", Most(700.0), " B", None),
];

/// What one run found at one size: figures by the number of their target.
pub struct Column {
    pub title: String,
    pub figures: Vec<(&'static str, f64)>,
}

/// Of each target the figure of the last column that has one, and beside it those before.
pub fn report(columns: &[Column]) {
    println!("\n## Targets\n");
    println!("| | what | target | measured | | beside |");
    println!("|---|---|--:|--:|---|---|");
    for (number, what, bound, unit, elsewhere) in TARGETS {
        let found = columns.iter().filter_map(|it| {
            let value = it.figure(number)?;
            Some((value, it.title.as_str()))
        });
        let mut found: Vec<_> = found.collect();
        let wanted = match bound {
            Least(it) => format!("≥ {it}{unit}"),
            Most(it) => format!("≤ {it}{unit}"),
        };
        let number = number.trim();
        let Some((value, _)) = found.pop() else {
            let how = elsewhere.map_or(String::new(), |it| format!("by `{it}`"));
            println!("| {number} | {what} | {wanted} | | {how} | |");
            continue;
        };
        let is_met = match bound {
            Least(least) => value >= least,
            Most(most) => value <= most,
        };
        let verdict = if is_met { "met" } else { "**missed**" };
        let beside = found.iter();
        let beside = beside.map(|(value, title)| format!("{title} {}", figure(*value, unit)));
        println!(
            "| {number} | {what} | {wanted} | {} | {verdict} | {} |",
            figure(value, unit),
            beside.collect::<Vec<_>>().join(", ")
        );
    }
    println!();
}

impl Column {
    fn figure(&self, number: &str) -> Option<f64> {
        let found = self.figures.iter().find(|(it, _)| *it == number);
        found.map(|(_, it)| *it).filter(|it| it.is_finite())
    }
}

pub fn empty(empty: &Empty) -> Column {
    let mut figures = rounds(&empty.rounds);
    figures.push(("T13", empty.resident / MIB));
    Column {
        title: "empty".to_owned(),
        figures,
    }
}

pub fn station(title: String, station: &Station, empty: &Empty) -> Column {
    let mut figures = rounds(&station.rounds);
    let standing = &station.standing;
    let [middle, p99, _] = standing.chance;
    let with_none = median(&empty.rounds, |it| it.lines[0]);
    figures.extend([
        ("T5", median(&station.rounds, |it| it.lines[0]) / with_none),
        ("T9", middle),
        ("T9 ", p99),
        ("T12", standing.start_ms),
        (
            "T13 ",
            (standing.resident - empty.resident) / station.events as f64,
        ),
        ("T14", static_binary_bytes() / 1e6),
        ("T16", median(&station.mixed, Mixed::slower)),
        ("T17", standing.bytes_each),
    ]);
    Column { title, figures }
}

fn rounds(rounds: &[Round]) -> Vec<(&'static str, f64)> {
    let middle = |figure: fn(&Round) -> f64| median(rounds, figure);
    let mut figures = vec![
        ("T1", middle(|it| it.lines[0] / it.raw_grouped)),
        ("T2", middle(|it| it.singles[1] / it.hello)),
    ];
    // Without a disk below, these would say nothing.
    if middle(|it| it.written) > 0.0 {
        figures.extend([
            ("T3", middle(|it| it.singles[2] / it.raw_single)),
            ("T4", middle(|it| it.p99_64_us / it.sync_us)),
            ("T6", middle(|it| it.written / it.row)),
        ]);
    }
    figures
}

/// As it is shipped; not a number where nobody built it.
fn static_binary_bytes() -> f64 {
    let found = program().parent().and_then(|release| {
        let target = release.parent()?;
        let built = format!("{}-unknown-linux-gnu/release/annals", env::consts::ARCH);
        let beside = target.join(&built);
        let itself = program();
        [beside, itself]
            .into_iter()
            .find(|it| it.exists() && it.ends_with(&built))
    });
    let Some(found) = found else { return f64::NAN };
    let stripped = env::temp_dir().join(format!("annals-stripped-{}", std::process::id()));
    let done = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(found)
        .status();
    let size = fs::metadata(&stripped).map_or(f64::NAN, |it| it.len() as f64);
    let _ = fs::remove_file(&stripped);
    if done.is_ok_and(|it| it.success()) {
        size
    } else {
        f64::NAN
    }
}

/// Two digits after the point where that says something.
fn figure(value: f64, unit: &str) -> String {
    let digits = match value {
        it if it < 10.0 => 2,
        it if it < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$}{unit}")
}
