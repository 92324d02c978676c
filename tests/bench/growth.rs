//! The same log at growing sizes: what delivering, asking, starting and keeping cost. The table is
//! printed; the plot of it is written where `packaging/` keeps it.
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::appliance::{Folder, Keys};
use crate::chance;
use crate::questions::Asking;
use crate::raw;
use crate::report::thousands;
use crate::rounds::{BATCH, RAW_GROUP, Sender};
use crate::world::World;

const SIZES: [usize; 5] = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];
/// Events whose delivery is measured, at each size.
const MEASURED: usize = 100_000;
const RAW_ROWS: usize = 50_000;
const ASKED: usize = 1_000;
const STARTS: usize = 3;
const MIB: f64 = 1024.0 * 1024.0;
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

pub fn measure(folder: &Folder, keys: &Keys, events: usize, now_ms: i64) {
    let mut world = World::new(events, now_ms);
    let sizes = SIZES.into_iter().filter(|it| *it <= events);
    println!(
        "| events | batches of 100 | ÷ SQLite alone | page, median | p99 | start | memory | file |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut points = Vec::new();
    for size in sizes {
        let server = folder.start();
        let mut sender = Sender::new(folder, &server, keys, world);
        let told = sender.world.told;
        sender.batches(size.saturating_sub(told + MEASURED), BATCH);
        let (delivered, ratio) = delivering(&mut sender);
        world = sender.world;
        server.stop();
        let point = standing(folder, keys, [delivered, ratio], size, now_ms);
        print(&point);
        points.push(point);
        fs::write(PLOT, plot(&points)).unwrap();
    }
    println!("\nThe plot is in {}.", Path::new(PLOT).display());
}

fn delivering(sender: &mut Sender) -> (f64, f64) {
    let load = sender.batches(MEASURED, BATCH);
    let delivered = load.rate() * BATCH as f64;
    let rows = raw::rows(&sender.folder.database(), RAW_ROWS);
    let bare = raw::append(sender.folder.path(), &rows, RAW_GROUP);
    (delivered, delivered / bare)
}

/// What is measured of a log that nobody adds to.
fn standing(
    folder: &Folder,
    keys: &Keys,
    [delivered, ratio]: [f64; 2],
    events: usize,
    now_ms: i64,
) -> Point {
    let mut starts: Vec<f64> = (0..STARTS)
        .map(|_| {
            let server = folder.start();
            let ms = server.ready.as_secs_f64() * 1e3;
            server.stop();
            ms
        })
        .collect();
    starts.sort_by(f64::total_cmp);
    let bytes = fs::metadata(folder.database()).unwrap().len() as f64;
    let server = folder.start();
    let resident = server.resident_bytes() / MIB;
    let asking = Asking::new(&server.address, &keys.read);
    let mut connection = asking.connect();
    let mut pages: Vec<f64> = chance::questions(ASKED, now_ms)
        .iter()
        .map(|it| asking.once(&mut connection, it))
        .collect();
    server.stop();
    pages.sort_by(f64::total_cmp);
    Point {
        events,
        delivered,
        ratio,
        page: [pages[ASKED / 2], pages[ASKED * 99 / 100]],
        start_ms: starts[STARTS / 2],
        resident,
        bytes_each: bytes / events as f64,
    }
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
