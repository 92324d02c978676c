//! What the disk and SQLite alone can give: the rows that Annals stored, appended to a table of
//! the same schema in another file of the same folder.
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::Path;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

const SCHEMA: &str = include_str!("../../schema.sql");
const SYNCS: usize = 200;
const PAGE: usize = 4096;

pub type Row = Vec<Value>;

/// Up to `count` rows of the log of a running Annals, the newest.
pub fn rows(database: &Path, count: usize) -> Vec<Row> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = conn
        .prepare(
            "select seq, kind, received_ms, pool_no, pool_seq, item, salt, payload, commitment, leaf
             from event where seq > (select max(seq) from event) - ?1 order by seq",
        )
        .unwrap();
    let rows = statement.query_map([count as i64], |row| {
        (0..10)
            .map(|it| row.get(it))
            .collect::<rusqlite::Result<Row>>()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// What a row holds, in bytes, on average.
pub fn row_bytes(rows: &[Row]) -> f64 {
    let bytes = |value: &Value| match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 8,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    };
    let all: usize = rows.iter().flatten().map(bytes).sum();
    all as f64 / rows.len().max(1) as f64
}

/// Durable rows a second, `group` of them in each commit.
pub fn append(folder: &Path, rows: &[Row], group: usize) -> f64 {
    let file = folder.join("raw.db");
    remove(&file);
    let conn = Connection::open(&file).unwrap();
    conn.execute_batch(
        "pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full;
         pragma foreign_keys = off; pragma cache_size = -65536;",
    )
    .unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let began = Instant::now();
    for rows in rows.chunks(group) {
        conn.execute_batch("begin immediate").unwrap();
        let mut insert = conn
            .prepare_cached("insert into event values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .unwrap();
        for row in rows {
            insert.execute(params_from_iter(row)).unwrap();
        }
        conn.execute_batch("commit").unwrap();
    }
    let rate = rows.len() as f64 / began.elapsed().as_secs_f64();
    conn.close().unwrap();
    remove(&file);
    rate
}

/// Microseconds that writing a page over and syncing it takes, in the median.
pub fn fdatasync_us(folder: &Path) -> f64 {
    let path = folder.join("sync");
    let mut file = File::create(&path).unwrap();
    let mut times: Vec<f64> = (0..SYNCS)
        .map(|_| {
            file.rewind().unwrap();
            let began = Instant::now();
            file.write_all(&[7; PAGE]).unwrap();
            file.sync_data().unwrap();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    fs::remove_file(path).unwrap();
    times.sort_by(f64::total_cmp);
    times[SYNCS / 2]
}

fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let _ = fs::remove_file(name);
    }
}
