//! The ceiling: the same rows in the same table on the same disk, by SQLite alone.
use std::fs;
use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, params};

/// What a stored event of the load is long.
const PAYLOAD: usize = 640;

/// Rows a second, durable, in groups of `group`.
pub fn rate(folder: &Path, group: usize, rows: usize) -> f64 {
    let file = folder.join(format!("raw-{group}.db"));
    let conn = Connection::open(&file).unwrap();
    conn.execute_batch(
        "pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full;
         pragma cache_size = -65536; pragma wal_autocheckpoint = 2000;",
    )
    .unwrap();
    conn.execute_batch(include_str!("../../schema.sql"))
        .unwrap();
    let payload = "x".repeat(PAYLOAD);
    let bytes = [7_u8; 32];
    let began = Instant::now();
    for first in (0..rows).step_by(group) {
        conn.execute_batch("begin immediate").unwrap();
        for row in first..(first + group).min(rows) {
            let seq = i64::try_from(row).unwrap();
            conn.prepare_cached(
                "insert into event (seq, kind, received_ms, pool_seq, item, salt, payload,
                                    commitment, leaf)
                 values (?1, 1, 0, ?1, ?2, ?2, ?3, ?2, ?2)",
            )
            .unwrap()
            .execute(params![seq, bytes, payload])
            .unwrap();
        }
        conn.execute_batch("commit").unwrap();
    }
    let seconds = began.elapsed().as_secs_f64();
    drop(conn);
    for name in [format!("raw-{group}.db"), format!("raw-{group}.db-wal")] {
        let _ = fs::remove_file(folder.join(name));
    }
    f64::from(u32::try_from(rows).unwrap()) / seconds
}
