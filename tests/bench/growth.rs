//! The same log at growing sizes: what delivering, asking, starting and keeping cost. The table is
//! printed; the plot of it is written where `packaging/` keeps it.
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::folder::Log;
use crate::raw;
use crate::report::{MIB, median, thousands};
use crate::rounds::{BATCH, Body, RAW_GROUP, ROUNDS, Sender};
use crate::station;

const SIZES: [usize; 5] = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];
/// Events that are delivered in each of three rounds, at each size.
const MEASURED: usize = 50_000;
const RAW_ROWS: usize = 50_000;
const ASKED: usize = 1_000;
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/growth.svg");

/// One size's figures.
struct Point {
    events: usize,
    /// Events a second in batches, and the same divided by bare SQLite beside it.
    delivered: f64,
    ratio: f64,
    /// Milliseconds of a page with filters by chance: the median and the 99th percentile.
    page: [f64; 2],
    start_ms: f64,
    resident: f64,
    bytes_each: f64,
}

pub fn measure(log: &mut Log, events: usize) {
    println!(
        "| events | NDJSON by 100 | ÷ SQLite alone | page, median | p99 | start | memory | file |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut points = Vec::new();
    let found = log.events();
    for size in SIZES {
        // What a folder that stayed has behind it cannot be measured again.
        if size > events || size + size / 10 < found {
            continue;
        }
        let server = log.folder.start();
        let mut sender = Sender::new(log, &server);
        sender.load_to(size.saturating_sub(ROUNDS * MEASURED));
        let rounds = [(); ROUNDS].map(|()| delivering(&mut sender));
        server.stop();
        let standing = station::standing(log, ASKED, false);
        let point = Point {
            events: size,
            delivered: median(&rounds, |it| it[0]),
            ratio: median(&rounds, |it| it[1]),
            page: [standing.chance[0], standing.chance[1]],
            start_ms: standing.start_ms,
            resident: standing.resident / MIB,
            bytes_each: standing.bytes_each,
        };
        print(&point);
        points.push(point);
        fs::write(PLOT, plot(&points)).unwrap();
    }
    println!("\nThe plot is in {}.", Path::new(PLOT).display());
}

fn delivering(sender: &mut Sender) -> [f64; 2] {
    let load = sender.batches(MEASURED, BATCH, Body::Lines);
    let delivered = load.rate() * BATCH as f64;
    let rows = raw::rows(&sender.log.folder.database(), RAW_ROWS);
    let bare = raw::append(sender.log.folder.path(), &rows, RAW_GROUP);
    [delivered, delivered / bare]
}

fn print(point: &Point) {
    println!(
        "| {} | {} | {:.2} | {:.1} ms | {:.1} ms | {:.0} ms | {:.0} MiB | {:.0} B each |",
        thousands(point.events as f64),
        thousands(point.delivered),
        point.ratio,
        point.page[0],
        point.page[1],
        point.start_ms,
        point.resident,
        point.bytes_each,
    );
}

/// Four small charts beside each other, each with its own scale from zero.
fn plot(points: &[Point]) -> String {
    type Line = (&'static str, fn(&Point) -> f64);
    let charts: [Line; 4] = [
        ("events a second, batches of 100", |it| it.delivered),
        ("ms of a page, 99th percentile", |it| it.page[1]),
        ("ms until it listens", |it| it.start_ms),
        ("MiB of memory", |it| it.resident),
    ];
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 880 220\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Annals from a hundred thousand to ten million events</title>\n\
         <rect width=\"880\" height=\"220\" fill=\"#fff\"/>\n",
    );
    for (place, (title, figure)) in charts.into_iter().enumerate() {
        chart(&mut svg, place as f64 * 220.0, title, points, figure);
    }
    svg.push_str("</svg>\n");
    svg
}

fn chart(svg: &mut String, left: f64, title: &str, points: &[Point], figure: fn(&Point) -> f64) {
    let most = points.iter().map(figure).fold(1.0, f64::max);
    let x = |it: &Point| {
        let decades = (it.events as f64 / 1e5).log10();
        left + 25.0 + 85.0 * decades
    };
    let y = |it: &Point| 180.0 - 120.0 * figure(it) / most;
    let spots = points.iter().map(|it| format!("{:.0},{:.0}", x(it), y(it)));
    let path = spots.collect::<Vec<_>>().join(" ");
    let (start, end) = (left + 25.0, left + 195.0);
    write!(
        svg,
        "<text x=\"{start}\" y=\"25\">{title}</text>\n\
         <path d=\"M{start} 180H{end}\" stroke=\"#999\"/>\n\
         <polyline points=\"{path}\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"2\"/>\n"
    )
    .unwrap();
    for point in points {
        let (x, y) = (x(point), y(point));
        let value = short(figure(point));
        writeln!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"3\" fill=\"#2563eb\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{value}</text>\
             <text x=\"{x:.0}\" y=\"198\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
            y - 8.0,
            short(point.events as f64),
        )
        .unwrap();
    }
}

/// `150k`, `10M`, `7.4`.
fn short(number: f64) -> String {
    match number {
        it if it >= 1e6 => format!("{:.0}M", it / 1e6),
        it if it >= 1e4 => format!("{:.0}k", it / 1e3),
        it if it >= 20.0 => format!("{it:.0}"),
        it => format!("{it:.1}"),
    }
}
