//! Reading while events arrive at full speed, and delivering while everything is exported.
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::client::{self, Load, Requests};
use crate::questions::{Asking, Question, Who};
use crate::report::{line, median, thousands};
use crate::rounds::{BATCH, BATCH_CONNECTIONS, Body, Sender};

const ASKED: usize = 400;
const READ_BYTES: usize = 256 * 1024;
const WAL_LOOK: Duration = Duration::from_millis(5);
const MIB: f64 = 1024.0 * 1024.0;

/// What the last lines of the report say.
pub struct Mixed {
    /// Milliseconds of a page: the median and the slowest of a hundred, alone and with deliveries.
    pub alone: [f64; 2],
    pub with_deliveries: [f64; 2],
    /// Events a second, alone and with an export.
    delivered_alone: f64,
    delivered_with_export: f64,
    wal_bytes: u64,
}

pub fn measure(sender: &mut Sender, asking: &Asking, events: usize) -> Mixed {
    let page = Question {
        name: "outcome = failure",
        who: Who::Owner,
        query: "outcome=failure".to_owned(),
    };
    let alone = percentiles(asking, &page, &AtomicBool::new(false));
    let (with_deliveries, load) = while_delivering(sender, events, |is_over| {
        percentiles(asking, &page, is_over)
    });
    let delivered_alone = sender.batches(events, BATCH, Body::Lines).rate() * BATCH as f64;
    let wal = sender.log.folder.wal();
    let (wal_bytes, exported) = while_delivering(sender, events, |is_over| {
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    export(asking, is_over);
                }
            });
            largest(is_over, || fs::metadata(&wal).map_or(0, |it| it.len()))
        })
    });
    drop(load);
    Mixed {
        alone,
        with_deliveries,
        delivered_alone,
        delivered_with_export: exported.rate() * BATCH as f64,
        wal_bytes,
    }
}

/// In the median of all runs, but for the log's greatest length.
pub fn report(runs: &[Mixed]) {
    println!("| reading and writing at once | |");
    println!("|---|--:|");
    let pages = |figure: fn(&Mixed) -> [f64; 2]| {
        let [middle, p99] = [0, 1].map(|it| median(runs, |run| figure(run)[it]));
        format!("{middle:.1} ms, {p99:.1} ms")
    };
    line(
        "a page (failures), median and p99, alone",
        &pages(|it| it.alone),
    );
    let ratio = median(runs, Mixed::slower);
    line(
        "the same under full deliveries",
        &format!("{}: p99 × {ratio:.1}", pages(|it| it.with_deliveries)),
    );
    let delivered = median(runs, |it| it.delivered_with_export);
    let ratio = median(runs, |it| it.delivered_with_export / it.delivered_alone);
    line(
        "deliveries while everything is exported, events a second",
        &format!("{} = {ratio:.2} × without", thousands(delivered)),
    );
    let wal = runs.iter().map(|it| it.wal_bytes).max().unwrap_or(0) as f64 / MIB;
    line(
        "the write-ahead log at most, meanwhile",
        &format!("{wal:.0} MiB"),
    );
    println!();
}

impl Mixed {
    /// The 99th percentile under full deliveries ÷ without.
    pub fn slower(&self) -> f64 {
        self.with_deliveries[1] / self.alone[1]
    }
}

/// Delivers batches in threads of their own while `work` goes on.
fn while_delivering<T>(
    sender: &mut Sender,
    events: usize,
    work: impl FnOnce(&AtomicBool) -> T,
) -> (T, Load) {
    let requests: Requests = sender.requests(events.div_ceil(BATCH), BATCH, Body::Lines);
    let address = sender.server.address.clone();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let delivering = scope.spawn(|| {
            let load = client::drive(&address, BATCH_CONNECTIONS, requests);
            is_over.store(true, Ordering::Relaxed);
            load
        });
        let done = work(&is_over);
        (done, delivering.join().unwrap())
    })
}

/// The median and the 99th percentile of a page, asked until it is over.
fn percentiles(asking: &Asking, page: &Question, is_over: &AtomicBool) -> [f64; 2] {
    let mut connection = asking.connect();
    let mut times = Vec::with_capacity(ASKED);
    while times.len() < ASKED && !is_over.load(Ordering::Relaxed) {
        times.push(asking.once(&mut connection, page));
    }
    times.sort_by(f64::total_cmp);
    [times[times.len() / 2], times[times.len() * 99 / 100]]
}

/// Exports everything, or as much as there is time for.
fn export(asking: &Asking, is_over: &AtomicBool) {
    let mut stream = TcpStream::connect(asking.address()).unwrap();
    write!(
        stream,
        "GET /audit-logs.ndjson HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        asking.address(),
        asking.owner()
    )
    .unwrap();
    let mut buffer = vec![0; READ_BYTES];
    let first = stream.read(&mut buffer).unwrap();
    assert!(buffer[..first].starts_with(b"HTTP/1.1 200 "));
    while !is_over.load(Ordering::Relaxed) && stream.read(&mut buffer).unwrap() > 0 {}
}

fn largest(is_over: &AtomicBool, look: impl Fn() -> u64) -> u64 {
    let mut largest = 0;
    while !is_over.load(Ordering::Relaxed) {
        largest = largest.max(look());
        thread::sleep(WAL_LOOK);
    }
    largest
}
