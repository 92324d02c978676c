//! A million events exported: in how much memory, and whether each is there once.
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use flate2::write::GzDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::browser::Browser;
use crate::data::say;
use crate::http::Connection;
use crate::site::{EVENTS, JSON, Site, get, post};

const EVENTS_DELIVERED: usize = 1_000_000;
const BATCH: usize = 1000;
const PLAIN: &str = "identity";
const GROWTH_MAX: u64 = 16 * 1024 * 1024;
/// What waits to be moved to the database may grow this far, and no further for a slow reader.
const WAL_MAX: u64 = 64 * 1024 * 1024;
/// Exports that one person may have at once.
const EXPORTS_OF_ONE: usize = 4;

/// As many events as asked for, up to a million; fewer make a first look quicker.
fn delivered() -> usize {
    let asked = std::env::var("ANNALS_TEST_EXPORTED").ok();
    asked.map_or(EVENTS_DELIVERED, |it| it.parse().unwrap())
}

#[test]
#[ignore = "takes minutes and measures"]
fn a_million_events_are_exported_once_each_in_little_memory() {
    let site = Site::new();
    let count = delivered();
    deliver(&site, 0, count);
    let admin = site.admin();
    // Every reader has answered before: what follows is the export's alone.
    for _ in 0..8 {
        admin.page("/audit-logs");
    }
    let exported = exported(&site, &admin, "ndjson");
    let table = exported_table(&site, &admin);
    assert_eq!(
        table,
        exported.len() - 1,
        "a row for each line but the trailer"
    );
    let packed = exported_packed(&site, &admin);
    assert_eq!(
        packed,
        exported.len(),
        "as many lines when it is compressed"
    );
    check_against_the_feed(&site, &exported, count);
    stalled_readers_hold_nothing(&site, &admin, count);
    a_stalled_reader_does_not_keep_it_from_stopping(site, &admin);
}

fn deliver(site: &Site, from: usize, until: usize) {
    let mut connection = site.app.connect();
    for first in (from..until).step_by(BATCH) {
        let items: Vec<_> = (first..until.min(first + BATCH)).map(event).collect();
        let body = format!("[{}]", items.join(","));
        post(&mut connection, &site.keys.write, JSON, body.as_bytes()).expect(200);
    }
}

/// Spread over a year, a tenth of them late.
fn event(number: usize) -> String {
    let day = if number.is_multiple_of(10) {
        number * 7 % 360
    } else {
        number / 2800 % 360
    };
    let (month, day) = (1 + day / 30, 1 + day % 28);
    let (outcome, person) = (
        ["success", "failure"][usize::from(number.is_multiple_of(9))],
        number % 977,
    );
    format!(
        r#"{{"id":"million-{number}","occurred_at":"2025-{month:02}-{day:02}T12:{:02}:{:02}Z",
        "action":"service.scale","outcome":"{outcome}",
        "actor":{{"type":"user","id":"u-{person}","label":"Ana Ruiz"}},
        "target":{{"kind":"service","id":"s-{}","label":"checkout"}},
        "request_id":"r-{number}","ip":"10.0.{}.7",
        "changes":[{{"field":"replica_count","from":2,"to":4}}],
        "details":{{"trigger":"manual","model_count":{person}}}}}"#,
        number / 60 % 60,
        number % 60,
        number % 4999,
        number % 256,
    )
}

/// The digests of the lines of an export, and what it cost.
fn exported(site: &Site, admin: &Browser, format: &str) -> Vec<u64> {
    let mut digests = Vec::new();
    let mut rest = Vec::new();
    measured(site, admin, (format, PLAIN), &mut |piece| {
        for line in piece.split_inclusive(|it| *it == b'\n') {
            rest.extend_from_slice(line);
            if let Some(whole) = rest.strip_suffix(b"\n") {
                digests.push(digest(whole));
                rest.clear();
            }
        }
    });
    assert!(rest.is_empty());
    digests
}

/// How many rows the table has besides its header; no cell of these events has a line break.
fn exported_table(site: &Site, admin: &Browser) -> usize {
    let mut lines = 0;
    measured(site, admin, ("csv", PLAIN), &mut |piece| {
        lines += piece.split(|it| *it == b'\n').count() - 1;
    });
    lines - 1
}

/// How many lines there are in what a browser takes.
fn exported_packed(site: &Site, admin: &Browser) -> usize {
    let mut unpacked = GzDecoder::new(Lines(0));
    measured(site, admin, ("ndjson", "gzip"), &mut |piece| {
        unpacked.write_all(piece).unwrap();
    });
    unpacked.finish().unwrap().0
}

struct Lines(usize);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.split(|it| *it == b'\n').count() - 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn measured(
    site: &Site,
    admin: &Browser,
    (format, coding): (&str, &str),
    each: &mut impl FnMut(&[u8]),
) {
    let process = site.app.process();
    let before = resident(process);
    let (peak, done) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let watch = {
        let (peak, done) = (Arc::clone(&peak), Arc::clone(&done));
        thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(resident(process), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        })
    };
    let began = Instant::now();
    let mut bytes = 0;
    let cookies = admin.cookie_header();
    let mut connection = site.app.connect();
    let path = format!("/audit-logs.{format}?via=key");
    let headers = [("Cookie", cookies.as_str()), ("Accept-Encoding", coding)];
    let reply = connection.begin(&path, &headers).unwrap();
    assert_eq!(reply.status, 200);
    connection
        .pieces(|piece| {
            bytes += piece.len();
            each(piece);
        })
        .unwrap();
    let took = began.elapsed();
    done.store(true, Ordering::Relaxed);
    watch.join().unwrap();
    let growth = peak.load(Ordering::Relaxed).saturating_sub(before);
    say(&format!(
        "export {format}, {coding}: {} rows, {} MB in {:.1} s, \
         resident {} KiB before, {} KiB more at most",
        reply.header("x-annals-row-count").unwrap(),
        bytes / 1_000_000,
        took.as_secs_f64(),
        before / 1024,
        growth / 1024,
    ));
    assert!(growth < GROWTH_MAX, "{growth} bytes more");
}

#[derive(Deserialize)]
struct Feed<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    next: i64,
}

/// Each event of the feed is a line of the export, byte for byte, and no line is left.
fn check_against_the_feed(site: &Site, exported: &[u64], count: usize) {
    let mut expected: Vec<u64> = exported[..exported.len() - 1].to_vec();
    expected.sort_unstable();
    assert!(expected.is_sorted_by(|a, b| a < b), "a line is there twice");
    assert_eq!(expected.len(), count);
    let mut connection = site.app.connect();
    let (mut after, mut seen) = (-1, 0);
    loop {
        let path = format!("{EVENTS}?after_seq={after}&limit=200");
        let reply = get(&mut connection, &site.keys.read, &path).expect(200);
        let feed: Feed<'_> = serde_json::from_slice(&reply.body).unwrap();
        if feed.events.is_empty() {
            break;
        }
        for event in feed.events {
            if event.get().contains(r#""kind":"key""#) {
                let found = expected.binary_search(&digest(event.get().as_bytes()));
                assert!(found.is_ok(), "not exported: {}", event.get());
                seen += 1;
            }
        }
        after = feed.next;
    }
    assert_eq!(seen, count);
}

/// Readers that stop reading: each keeps its place and one piece, and neither a reader of the
/// database nor the write-ahead log.
fn stalled_readers_hold_nothing(site: &Site, admin: &Browser, count: usize) {
    let cookies = admin.cookie_header();
    let cookie = [("Cookie", cookies.as_str())];
    let mut stalled = Vec::new();
    for _ in 0..EXPORTS_OF_ONE {
        let mut connection = site.app.connect();
        assert_eq!(
            connection.begin("/audit-logs.csv", &cookie).unwrap().status,
            200
        );
        stalled.push(connection);
    }
    let refused = site
        .app
        .send("GET", "/audit-logs.csv", &cookie, b"")
        .expect(503);
    assert!(refused.text().contains("Too many exports at once"));
    deliver(site, count, count + count / 10);
    let wal = site.app.folder.data().join("annals.db-wal");
    let wal = fs::metadata(wal).unwrap().len();
    say(&format!(
        "write-ahead log beside {EXPORTS_OF_ONE} stalled exports: {} KiB",
        wal / 1024
    ));
    assert!(wal < WAL_MAX);
    admin.page("/audit-logs");
    drop(stalled);
    let (sender, ended) = mpsc::channel();
    let address = site.app.address.clone();
    thread::spawn(move || {
        let begun = |cookies: &str| {
            let mut connection = Connection::open(&address);
            connection
                .begin("/audit-logs.csv", &[("Cookie", cookies)])
                .unwrap()
                .status
                == 200
        };
        while !begun(&cookies) {
            thread::sleep(Duration::from_millis(50));
        }
        sender.send(()).unwrap();
    });
    let waited = ended.recv_timeout(Duration::from_mins(1));
    assert!(waited.is_ok(), "a place was not given back");
}

fn a_stalled_reader_does_not_keep_it_from_stopping(site: Site, admin: &Browser) {
    let cookies = admin.cookie_header();
    let mut connection = site.app.connect();
    let reply = connection.begin("/audit-logs.csv", &[("Cookie", &cookies)]);
    assert_eq!(reply.unwrap().status, 200);
    let (status, folder) = site.app.terminate();
    assert!(status.success(), "{status}");
    assert!(!folder.data().join("annals.db-wal").exists());
    let cut = connection.pieces(|_| ());
    assert!(cut.is_err(), "a part was taken for the whole");
}

fn digest(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

/// Bytes of the process in memory.
fn resident(process: u32) -> u64 {
    let mut text = String::new();
    let file = fs::File::open(format!("/proc/{process}/status"));
    file.unwrap().read_to_string(&mut text).unwrap();
    let line = text
        .lines()
        .find_map(|it| it.strip_prefix("VmRSS:"))
        .unwrap();
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kib * 1024
}
