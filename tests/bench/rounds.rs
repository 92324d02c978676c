//! Deliveries: every way to deliver, beside what the disk, SQLite and HTTP alone can give in the
//! same minute, since disks and hosts have moods.
use crate::appliance::Running;
use crate::client::{self, Load, Requests};
use crate::folder::Log;
use crate::hello::{Hello, WORD};
use crate::raw;

pub const ROUNDS: usize = 3;
pub const BATCH: usize = 100;
pub const LARGE_BATCH: usize = 1_000;
pub const BATCH_CONNECTIONS: usize = 16;
/// Rows a commit of the raw append: about what Annals commits together at 16 × 100.
pub const RAW_GROUP: usize = 600;
/// Connections of single deliveries, and one in how many events of a round is delivered so.
const SINGLES: [(usize, usize); 3] = [(1, 200), (64, 20), (256, 20)];
/// Events that are made before they are sent; nothing is made while the time is taken.
const CHUNK: usize = 50_000;
/// The bodies that a delivery can have.
#[derive(Clone, Copy)]
pub enum Body {
    Json,
    Array,
    Lines,
}

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
    /// In arrays of a hundred and of a thousand, and in as many lines.
    pub arrays: [f64; 2],
    pub lines: [f64; 2],
    /// Bytes that the process wrote for an event of a thousand lines, and those of its row.
    pub written: f64,
    pub row: f64,
    /// Processor time of the process for a single event at 64 connections, and for an event of a
    /// hundred lines.
    pub cpu_us: [f64; 2],
}

pub struct Sender<'a> {
    pub log: &'a mut Log,
    pub server: &'a Running,
    /// Bytes of all events as they were sent, and how many.
    pub sent: [usize; 2],
}

impl<'a> Sender<'a> {
    pub fn new(log: &'a mut Log, server: &'a Running) -> Self {
        Self {
            log,
            server,
            sent: [0; 2],
        }
    }

    /// Loads what is missing.
    pub fn load_to(&mut self, events: usize) {
        let missing = events.saturating_sub(self.log.events());
        self.batches(missing, LARGE_BATCH, Body::Lines);
    }

    /// Delivers about this many events.
    pub fn round(&mut self, events: usize) -> Round {
        let database = self.log.folder.database();
        let folder = self.log.folder.path().to_owned();
        let sync_us = raw::fdatasync_us(&folder);
        let mut single_cpu_us = 0.0;
        let singles = SINGLES.map(|(connections, part)| {
            let requests = self.requests((events / part).max(connections), 1, Body::Json);
            let before = self.server.cpu_seconds();
            let load = client::drive(&self.server.address, connections, requests);
            if connections == 64 {
                let cpu = self.server.cpu_seconds() - before;
                single_cpu_us = cpu * 1e6 / load.requests as f64;
            }
            load
        });
        let rows = raw::rows(&database, singles[0].requests);
        let raw_single = raw::append(&folder, &rows, 1);
        let hello = hello(singles[1].requests);
        let part = (events / 5).max(LARGE_BATCH);
        let rate = |it: Load, size: usize| it.rate() * size as f64;
        let arrays = [BATCH, LARGE_BATCH].map(|it| rate(self.batches(part, it, Body::Array), it));
        let cpu_before = self.server.cpu_seconds();
        let hundreds = self.batches(part, BATCH, Body::Lines);
        let batch_cpu = self.server.cpu_seconds() - cpu_before;
        let rows = raw::rows(&database, part);
        let raw_grouped = raw::append(&folder, &rows, RAW_GROUP);
        let before = self.server.written_bytes();
        let thousands = self.batches(part, LARGE_BATCH, Body::Lines);
        let written = self.server.written_bytes() - before;
        Round {
            sync_us,
            hello,
            raw_single,
            raw_grouped,
            median_64_us: singles[1].within_us(0.5),
            p99_64_us: singles[1].within_us(0.99),
            singles: singles.map(|it| it.rate()),
            arrays,
            written: written / (thousands.requests * LARGE_BATCH) as f64,
            row: raw::row_bytes(&rows),
            cpu_us: [
                single_cpu_us,
                batch_cpu * 1e6 / (hundreds.requests * BATCH) as f64,
            ],
            lines: [rate(hundreds, BATCH), rate(thousands, LARGE_BATCH)],
        }
    }

    /// Delivers in batches of `size`.
    pub fn batches(&mut self, events: usize, size: usize, body: Body) -> Load {
        let mut load = Load::default();
        let mut left = events.div_ceil(size);
        while left > 0 {
            let now = left.min(CHUNK / size);
            let requests = self.requests(now, size, body);
            let address = &self.server.address;
            load.add(client::drive(address, BATCH_CONNECTIONS, requests));
            left -= now;
        }
        load
    }

    /// Whole requests of `size` events each.
    pub fn requests(&mut self, count: usize, size: usize, body: Body) -> Requests {
        let requests = Requests {
            bytes: (0..count).map(|_| self.request(size, body)).collect(),
            answer: format!(r#"{{"recorded":{size},"duplicate":0,"rejected":0,"#),
        };
        self.log.note();
        requests
    }

    fn request(&mut self, size: usize, body: Body) -> Vec<u8> {
        let world = &mut self.log.world;
        let key = &self.log.keys.write[world.pool()];
        let (kind, before, between, after) = match body {
            Body::Json => ("json", "", "", ""),
            Body::Array => ("json", "[", ",", "]"),
            Body::Lines => ("x-ndjson", "", "\n", "\n"),
        };
        let mut text = String::with_capacity(size * 640);
        text.push_str(before);
        for place in 0..size {
            if place > 0 {
                text.push_str(between);
            }
            world.tell(&mut text);
        }
        text.push_str(after);
        self.sent = [self.sent[0] + text.len(), self.sent[1] + size];
        let request = format!(
            "POST /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/{kind}\r\nContent-Length: {}\r\n\r\n{text}",
            self.server.address,
            text.len(),
        );
        request.into_bytes()
    }
}

pub fn hello(count: usize) -> f64 {
    let hello = Hello::start();
    let requests = Requests {
        bytes: vec![hello.request(); count],
        answer: WORD.to_owned(),
    };
    client::drive(&hello.address, 64, requests).rate()
}
