//! The log grows to its size in three rounds. In each, every way to deliver is measured beside
//! what the disk, SQLite and HTTP alone can give at that time: disks and hosts have moods.
use crate::appliance::{Folder, Keys, Running};
use crate::client::{self, Load, Requests};
use crate::hello::{Hello, WORD};
use crate::raw;
use crate::report::thousands;
use crate::world::World;

pub const ROUNDS: usize = 3;
pub const BATCH: usize = 100;
pub const LARGE_BATCH: usize = 1_000;
pub const BATCH_CONNECTIONS: usize = 16;
/// Rows a commit of the raw append: about what Annals commits together at 16 × 100.
pub const RAW_GROUP: usize = 600;
/// Connections of single deliveries, and one in how many events is delivered so, a round.
const SINGLES: [(usize, usize); 3] = [(1, 500), (64, 50), (256, 50)];
/// Events that are made before they are sent; nothing is made while the time is taken.
const CHUNK: usize = 50_000;
const RAW_ROWS_MAX: usize = 200_000;

/// One round's figures: events a second unless named otherwise.
pub struct Round {
    pub sync_us: f64,
    pub hello: f64,
    pub raw_single: f64,
    pub raw_grouped: f64,
    /// By one connection, 64 and 256.
    pub singles: [f64; 3],
    pub median_64_us: f64,
    pub p99_64_us: f64,
    pub batches: f64,
    /// In batches of a thousand.
    pub thousands: f64,
    /// Bytes that the process wrote for an event of a large batch, and those of its row.
    pub written: f64,
    pub row: f64,
    /// Processor time of the process for a single event at 64 connections, and for an event of a
    /// batch.
    pub cpu_us: [f64; 2],
}

pub struct Sender<'a> {
    pub folder: &'a Folder,
    pub server: &'a Running,
    pub keys: &'a Keys,
    pub world: World,
    /// Bytes of all events as they were sent.
    pub sent_bytes: usize,
}

impl<'a> Sender<'a> {
    /// Nothing is sent yet.
    pub fn new(folder: &'a Folder, server: &'a Running, keys: &'a Keys, world: World) -> Self {
        Self {
            folder,
            server,
            keys,
            world,
            sent_bytes: 0,
        }
    }
}

/// What the parts of Annals could give here, alone: rows as Annals makes them, and a word as an
/// answer. A few events are delivered for their rows.
pub fn raw_alone(folder: &Folder, keys: &Keys, events: usize, now_ms: i64) {
    const SINGLE_ROWS: usize = 3_000;
    let server = folder.start();
    let mut sender = Sender::new(folder, &server, keys, World::new(events, now_ms));
    sender.batches(events.min(RAW_ROWS_MAX), BATCH);
    server.stop();
    let rows = raw::rows(&folder.database(), events.min(RAW_ROWS_MAX));
    let path = folder.path();
    println!("| alone, a second | round 1 | round 2 | round 3 |");
    println!("|---|--:|--:|--:|");
    let three = |name: &str, figure: &dyn Fn() -> f64| {
        let figures: [f64; ROUNDS] = std::array::from_fn(|_| figure());
        let [one, two, three] = figures.map(thousands);
        println!("| {name} | {one} | {two} | {three} |");
    };
    let few = &rows[..rows.len().min(SINGLE_ROWS)];
    three("fdatasync of 4 KiB, µs", &|| raw::fdatasync_us(path));
    three("SQLite, one row a commit", &|| raw::append(path, few, 1));
    for group in [24, BATCH, RAW_GROUP] {
        let name = format!("SQLite, {group} rows a commit");
        three(&name, &|| raw::append(path, &rows, group));
    }
    three("HTTP, 64 connections, requests", &|| hello(50_000));
}

impl Sender<'_> {
    /// Delivers this many events.
    pub fn round(&mut self, events: usize) -> Round {
        let folder = self.folder.path();
        let sync_us = raw::fdatasync_us(folder);
        let mut single_cpu_us = 0.0;
        let singles = SINGLES.map(|(connections, part)| {
            let requests = self.requests((events * ROUNDS / part).max(connections), 1);
            let before = self.server.cpu_seconds();
            let load = client::drive(&self.server.address, connections, requests);
            let cpu = self.server.cpu_seconds() - before;
            if connections == 64 {
                single_cpu_us = cpu * 1e6 / load.requests as f64;
            }
            load
        });
        let rows = raw::rows(&self.folder.database(), singles[0].requests);
        let raw_single = raw::append(folder, &rows, 1);
        let hello = hello(singles[1].requests);
        let sent: usize = singles.iter().map(|it| it.requests).sum();
        let left = events.saturating_sub(sent);
        let cpu_before = self.server.cpu_seconds();
        let batches = self.batches(left - left / 3, BATCH);
        let delivered = batches.requests * BATCH;
        let batch_cpu = self.server.cpu_seconds() - cpu_before;
        let before = self.server.written_bytes();
        let thousands = self.batches(left / 3, LARGE_BATCH);
        let written =
            (self.server.written_bytes() - before) / (thousands.requests * LARGE_BATCH) as f64;
        let rows = raw::rows(&self.folder.database(), delivered.min(RAW_ROWS_MAX));
        let raw_grouped = raw::append(folder, &rows, RAW_GROUP);
        Round {
            sync_us,
            hello,
            raw_single,
            raw_grouped,
            median_64_us: singles[1].within_us(0.5),
            p99_64_us: singles[1].within_us(0.99),
            singles: singles.map(|it| it.rate()),
            batches: batches.rate() * BATCH as f64,
            thousands: thousands.rate() * LARGE_BATCH as f64,
            written,
            row: raw::row_bytes(&rows),
            cpu_us: [single_cpu_us, batch_cpu * 1e6 / delivered as f64],
        }
    }

    /// Delivers in batches of `size`.
    pub fn batches(&mut self, events: usize, size: usize) -> Load {
        let mut load = Load::default();
        let mut left = events.div_ceil(size);
        while left > 0 {
            let now = left.min(CHUNK / size);
            let requests = self.requests(now, size);
            let address = &self.server.address;
            load.add(client::drive(address, BATCH_CONNECTIONS, requests));
            left -= now;
        }
        load
    }

    /// Whole requests of `size` events each.
    pub fn requests(&mut self, count: usize, size: usize) -> Requests {
        Requests {
            bytes: (0..count).map(|_| self.request(size)).collect(),
            answer: format!(r#"{{"recorded":{size},"duplicate":0,"rejected":0,"#),
        }
    }

    fn request(&mut self, size: usize) -> Vec<u8> {
        let key = &self.keys.write[self.world.pool()];
        let mut body = String::with_capacity(size * 640);
        for _ in 0..size {
            self.world.tell(&mut body);
            body.push('\n');
        }
        self.sent_bytes += body.len();
        let kind = if size == 1 { "json" } else { "x-ndjson" };
        let request = format!(
            "POST /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/{kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.server.address,
            body.len(),
        );
        request.into_bytes()
    }
}

fn hello(count: usize) -> f64 {
    let hello = Hello::start();
    let requests = Requests {
        bytes: vec![hello.request(); count],
        answer: WORD.to_owned(),
    };
    client::drive(&hello.address, 64, requests).rate()
}
