//! Places at which a test ends the process, as a crash would, holds the writer or a reader, or has
//! the store break a promise, to see that a rig notices. Release builds have none.
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// Between a change's event and its rows.
pub const RECORDED: &str = "recorded";
/// Between a change's rows and the commit.
pub const CHANGED: &str = "changed";
/// Commits that wait for no disk.
pub const UNSYNCED: &str = "unsynced";
/// Answers before the commit.
pub const EARLY: &str = "early";
/// Going on after the disk failed.
pub const DEAF: &str = "deaf";
/// Knowing no id again.
pub const TWICE: &str = "twice";
/// Committing a change's event before its rows.
#[cfg(debug_assertions)]
const APART: &str = "apart";
/// Taking whatever is sent, as long as there is memory for it.
pub const BOUNDLESS: &str = "boundless";
/// One query that forgets its scope.
pub const UNSCOPED: &str = "unscoped";

#[cfg(debug_assertions)]
static FILE: std::sync::OnceLock<std::path::PathBuf> = std::sync::OnceLock::new();

/// The file in the data directory that names a place; only the first directory counts.
#[cfg(debug_assertions)]
pub fn watch(folder: &Path) {
    let _ = FILE.set(folder.join("failpoint"));
}

/// Ends here if the file says so.
#[cfg(debug_assertions)]
pub fn at(place: &str) {
    if is(place) {
        std::process::abort();
    }
}

/// Commits what is written so far, and goes on in another transaction.
#[cfg(debug_assertions)]
pub fn apart(conn: &Connection) {
    if is(APART) {
        let split = "release change; commit; begin immediate; savepoint change";
        if let Err(error) = conn.execute_batch(split) {
            tracing::error!(?error, "the event stays with its change");
        }
    }
}

/// Waits here as long as the file says so, as on a disk that takes its time.
#[cfg(debug_assertions)]
pub fn hold() {
    while is("hold") {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Reads without end, as a question would that nobody thought of; only reads of this limit.
#[cfg(debug_assertions)]
pub fn endless(conn: &Connection, limit: Duration) -> rusqlite::Result<()> {
    const NUMBERS: &str = "with recursive number (it) as
        (select 1 union all select it + 1 from number) select count(*) from number";
    if !is(&format!("endless {}", limit.as_secs())) {
        return Ok(());
    }
    conn.query_row(NUMBERS, [], |_| Ok(()))
}

/// Whether a line of the file says so.
#[cfg(debug_assertions)]
pub fn is(place: &str) -> bool {
    let named = FILE.get().and_then(|it| std::fs::read_to_string(it).ok());
    named.is_some_and(|it| it.lines().any(|it| it == place))
}

#[cfg(not(debug_assertions))]
pub fn watch(_: &Path) {}

#[cfg(not(debug_assertions))]
pub fn at(_: &str) {}

#[cfg(not(debug_assertions))]
pub fn apart(_: &Connection) {}

#[cfg(not(debug_assertions))]
pub fn hold() {}

#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "a debug build's may fail")]
pub fn endless(_: &Connection, _: Duration) -> rusqlite::Result<()> {
    Ok(())
}

#[cfg(not(debug_assertions))]
pub fn is(_: &str) -> bool {
    false
}
