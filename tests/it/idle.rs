//! A server that nobody writes to for a while keeps all that it has in one file.
use std::fs;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection as Database, OpenFlags};

use crate::site::{Site, event};

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// It settles after twenty seconds; a busy machine may take its time.
const LOOKS: u32 = 600;

#[test]
fn the_write_ahead_log_becomes_empty_when_nobody_writes_and_takes_the_next_event() {
    let site = Site::new();
    let data = site.app.folder.data();
    let log = || fs::metadata(data.join("annals.db-wal")).unwrap().len();
    let first = site.record(&event("before"));
    assert!(log() > 0);
    let is_empty = (0..LOOKS).any(|_| {
        thread::sleep(LOOK_EVERY);
        log() == 0
    });
    assert!(is_empty, "{} bytes are left", log());

    let copy = data.join("copy.db");
    fs::copy(data.join("annals.db"), &copy).unwrap();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let database = Database::open_with_flags(&copy, flags).unwrap();
    let last: i64 = database
        .query_row("select max(seq) from event", [], |row| row.get(0))
        .unwrap();
    assert_eq!(last, first, "the file alone has everything");

    assert_eq!(site.record(&event("after")), first + 1);
    assert!(log() > 0);
}
