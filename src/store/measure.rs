//! Appends as the writer does, to a database in memory, for whoever measures.
use rusqlite::Connection;

use super::event_rows;
use super::events::Ready;
use super::log::{Appended, Log};
use super::migrate::SCHEMA;
use crate::base::Millis;

pub struct Recorder {
    conn: Connection,
    log: Log,
}

impl Recorder {
    pub fn new() -> Self {
        Self {
            conn: database(),
            log: Log::new(),
        }
    }

    /// In one transaction. Every event has to be new.
    pub fn append(&mut self, deliveries: &[Ready], now: Millis) {
        self.conn.execute_batch("begin").unwrap();
        for event in deliveries.iter().flat_map(|it| &it.0) {
            let appended = self.log.append(&self.conn, event, now).unwrap();
            assert!(matches!(appended, Appended::Recorded(_)));
        }
        self.log.seal(&self.conn).unwrap();
        self.conn.execute_batch("commit").unwrap();
        self.log.publish();
    }
}

/// Only the rows of the same events, in one transaction.
pub struct Rows(Connection, i64);

impl Rows {
    pub fn new() -> Self {
        Self(database(), 0)
    }

    pub fn append(&mut self, deliveries: &[Ready]) {
        self.0.execute_batch("begin").unwrap();
        for event in deliveries.iter().flat_map(|it| &it.0) {
            let receipt = event_rows::Receipt {
                seq: self.1,
                recorded_ms: 0,
                leaf: event.commitment,
                redactions: 0,
            };
            event_rows::insert(&self.0, event, &receipt, self.1).unwrap();
            self.1 += 1;
        }
        self.0.execute_batch("commit").unwrap();
    }
}

fn database() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("pragma foreign_keys = off").unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    conn
}
