//! Opens connections to the database.
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::failpoint;
use super::migrate;
use super::sql::OrSql;
use crate::base::{Error, Kind, Result};

/// How long a connection waits for another one's lock.
pub const BUSY_MAX: Duration = Duration::from_secs(5);

/// What a start and an upgrade read, they read once: kept, it would be 59 MiB that nobody asks for.
const START_CACHE_KIB: i32 = 2 * 1024;
/// The writer only appends: this holds the largest group, and the edges of the trees.
pub const WRITER_CACHE_KIB: i32 = 16 * 1024;

/// A value or a row; the largest are the columns of a sealed segment.
const VALUE_BYTES_MAX: i32 = 16 * 1024 * 1024;
const SQL_BYTES_MAX: i32 = 64 * 1024;

pub fn open_writer(file: &Path) -> Result<Connection> {
    refuse_newer(file)?;
    let conn = Connection::open(file).sql("cannot open the database")?;
    conn.busy_timeout(BUSY_MAX).sql("cannot set a time-out")?;
    refuse(migrate::version_of(&conn)?)?;
    conn.set_prepared_statement_cache_capacity(64);
    // 8 KiB pages: measured 23 % more batch inserts than 4 KiB. Only a new file takes them.
    // FULL, not NORMAL: an acknowledged event must survive a power cut.
    // secure_delete: an erased payload must not stay in free pages.
    conn.execute_batch(
        "pragma page_size = 8192;
         pragma journal_mode = wal;
         pragma synchronous = full;
         pragma foreign_keys = on;
         pragma secure_delete = on;
         pragma cell_size_check = on;
         pragma trusted_schema = off;
         pragma temp_store = memory;
         pragma journal_size_limit = 67108864;",
    )
    .sql("cannot configure the database")?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .sql("cannot configure the database")?;
    keep_pages(&conn, START_CACHE_KIB)?;
    limit(&conn, 0)?;
    confirm(&conn)?;
    if failpoint::is(failpoint::UNSYNCED) {
        conn.execute_batch("pragma synchronous = normal")
            .sql("cannot configure the database")?;
    }
    Ok(conn)
}

/// At most so much of the database stays in this connection's memory.
pub fn keep_pages(conn: &Connection, kib: i32) -> Result<()> {
    conn.pragma_update(None, "cache_size", -kib)
        .sql("cannot bound the cache")
}

/// For moving the write-ahead log to the database, and nothing else. FULL, as above: what is moved
/// is on disk before the log forgets it.
pub fn open_mover(file: &Path) -> Result<Connection> {
    let conn = Connection::open(file).sql("cannot open the database")?;
    conn.execute_batch("pragma synchronous = full; pragma trusted_schema = off;")
        .sql("cannot configure the database")?;
    Ok(conn)
}

pub fn open_reader(file: &Path) -> Result<Connection> {
    only_reading(open_as(file, OpenFlags::empty())?)
}

/// For a file that may lie where nothing can be written, such as a snapshot or a mounted backup.
pub fn open_offline(file: &Path) -> Result<Connection> {
    only_reading(open_where_it_lies(file)?)
}

/// Reads only, and may write what it reads to a new database. A disk that has become read-only is
/// a reason for a backup.
pub fn open_for_backup(file: &Path) -> Result<Connection> {
    let conn = open_where_it_lies(file)?;
    limit(&conn, 1)?;
    Ok(conn)
}

fn only_reading(conn: Connection) -> Result<Connection> {
    conn.execute_batch("pragma query_only = on")
        .sql("cannot configure a reader")?;
    limit(&conn, 0)?;
    Ok(conn)
}

fn open_as(file: impl AsRef<Path>, more: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let conn = Connection::open_with_flags(file, flags).sql("cannot open a reader")?;
    conn.busy_timeout(BUSY_MAX).sql("cannot set a time-out")?;
    conn.execute_batch("pragma trusted_schema = off")
        .sql("cannot configure a reader")?;
    Ok(conn)
}

/// `attached` databases beside the one that was opened.
fn limit(conn: &Connection, attached: i32) -> Result<()> {
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX),
        (Limit::SQLITE_LIMIT_ATTACHED, attached),
    ] {
        conn.set_limit(limit, most)
            .sql("cannot limit a connection")?;
    }
    Ok(())
}

fn open_where_it_lies(file: &Path) -> Result<Connection> {
    let mut conn = open_as(file, OpenFlags::empty())?;
    let mut version = migrate::version_of(&conn);
    // SQLite wants to write beside it, to share it with others. Without a write-ahead log there is
    // nothing to share where nobody can write.
    if version
        .as_ref()
        .is_err_and(|it| it.kind() == Kind::Unavailable)
        && !has_beside(file, "-wal")
        && !has_beside(file, "-journal")
    {
        conn = open_immutable(file)?;
        version = migrate::version_of(&conn);
    }
    refuse(version?)?;
    Ok(conn)
}

fn open_immutable(file: &Path) -> Result<Connection> {
    let mut uri = b"file:".to_vec();
    for byte in file.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => uri.extend_from_slice(format!("%{byte:02x}").as_bytes()),
            _ => uri.push(*byte),
        }
    }
    uri.extend_from_slice(b"?immutable=1");
    open_as(OsString::from_vec(uri), OpenFlags::SQLITE_OPEN_URI)
}

fn has_beside(file: &Path, ending: &str) -> bool {
    let mut other = file.as_os_str().to_owned();
    other.push(ending);
    fs::metadata(other).is_ok_and(|it| it.len() > 0)
}

/// Looks before anything is written: a file from a later release stays as it is.
fn refuse_newer(file: &Path) -> Result<()> {
    // A first start that was cut, before there was a write-ahead log, has to be taken back first.
    // Only who may write can do that.
    if !file.exists() || has_beside(file, "-journal") {
        return Ok(());
    }
    refuse(migrate::version_of(&open_reader(file)?)?)
}

fn refuse(version: u32) -> Result<()> {
    if version > migrate::VERSION {
        return Err(Error::new(
            Kind::WrongVersion,
            "the database is newer than this program",
        ));
    }
    Ok(())
}

/// Since then a log that begins anew cannot damage the database; 3.52.0 was withdrawn.
const SOUND_SINCE: i32 = 3_051_003;
const WITHDRAWN: i32 = 3_052_000;

/// A pragma that could not be kept is silently ignored by SQLite, so we look.
fn confirm(conn: &Connection) -> Result<()> {
    let version = rusqlite::version_number();
    if version < SOUND_SINCE || version == WITHDRAWN {
        return Err(Error::new(
            Kind::Internal,
            "this program was built with a version of SQLite that can lose data",
        ));
    }
    let journal: String = conn
        .query_row("pragma journal_mode", [], |row| row.get(0))
        .sql("cannot read the journal mode")?;
    let synchronous: u32 = conn
        .query_row("pragma synchronous", [], |row| row.get(0))
        .sql("cannot read the synchronous mode")?;
    if journal != "wal" || synchronous != 2 {
        return Err(Error::new(
            Kind::Internal,
            "this file system cannot keep the database's write-ahead log",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::migrate::{Object, SCHEMA, objects};
    use super::*;

    fn fresh() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("pragma foreign_keys = on;").unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        conn
    }

    fn append(conn: &Connection, seq: i64) {
        conn.execute(
            "insert into event (seq, kind, received_ms, pool_seq, salt, payload, commitment, leaf)
             values (?1, 2, 0, ?1, zeroblob(32), '{}', zeroblob(32), zeroblob(32))",
            [seq],
        )
        .unwrap();
    }

    fn pool(conn: &Connection, no: i64, recorded_seq: i64) -> rusqlite::Result<usize> {
        conn.execute(
            "insert into pool (no, id, slug, name, state, created_ms, recorded_seq)
             values (?1, randomblob(16), 'p' || ?1, 'P', 'active', 0, ?2)",
            [no, recorded_seq],
        )
    }

    #[test]
    fn a_first_start_that_was_cut_is_begun_again() {
        let folder = std::env::temp_dir().join(format!("annals-cut-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (made, cut) = (folder.join("made.db"), folder.join("cut.db"));
        let conn = Connection::open(&made).unwrap();
        conn.execute_batch("create table t (x); begin immediate; insert into t values (1)")
            .unwrap();
        conn.cache_flush().unwrap();
        fs::copy(&made, &cut).unwrap();
        fs::copy(
            folder.join("made.db-journal"),
            folder.join("cut.db-journal"),
        )
        .unwrap();
        let rows = open_writer(&cut)
            .unwrap()
            .query_row("select count(*) from t", [], |row| row.get::<_, u32>(0));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(rows, Ok(0));
    }

    #[test]
    fn a_database_without_a_write_ahead_log_or_without_syncs_is_refused() {
        let conn = Connection::open_in_memory().unwrap();
        assert!(confirm(&conn).is_err(), "its journal is kept in memory");
        let folder = std::env::temp_dir().join(format!("annals-mode-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let conn = open_writer(&folder.join("a.db")).unwrap();
        for (pragmas, is_good) in [
            ("pragma synchronous = full", true),
            ("pragma synchronous = normal", false),
            (
                "pragma synchronous = full; pragma journal_mode = delete",
                false,
            ),
        ] {
            conn.execute_batch(pragmas).unwrap();
            assert_eq!(confirm(&conn).is_ok(), is_good, "{pragmas}");
        }
        drop(conn);
        fs::remove_dir_all(&folder).unwrap();
    }

    /// Every table is either changed together with an event, or on this list with a reason.
    #[test]
    fn only_these_tables_change_without_an_event() {
        let unaudited = [
            "event",      // the log itself
            "term",       // derived from it
            "segment",    // derived from it
            "preference", // what a person likes to look at
            "saved_view", // the same, under a name
            "last_use",   // when a credential was last used
            "key_check",  // written once, when a key file is made
            "record_sum", // shows damage in the others
        ];
        let objects = objects(&fresh()).unwrap();
        let has = |name: &str| objects.iter().any(|it| it.name == name);
        for Object { name, sql } in &objects {
            if !sql.starts_with("CREATE TABLE") || unaudited.contains(&name.as_str()) {
                continue;
            }
            for rule in [
                "insert_names_its_event",
                "update_names_its_event",
                "is_never_deleted",
            ] {
                assert!(has(&format!("{name}_{rule}")), "{name} {rule}");
            }
        }
    }

    #[test]
    fn the_database_refuses_a_change_without_its_event() {
        let conn = fresh();
        assert!(pool(&conn, 1, 0).is_err(), "there is no event at all");
        append(&conn, 0);
        assert!(pool(&conn, 1, 0).is_ok());
        append(&conn, 1);
        assert!(pool(&conn, 2, 0).is_err(), "it names an earlier event");
        let rename = |seq: i64| {
            conn.execute(
                "update pool set name = 'Q', recorded_seq = ?1 where no = 1",
                [seq],
            )
        };
        assert!(
            rename(0).is_err(),
            "it names the event of an earlier change"
        );
        assert!(rename(2).is_err(), "it names an event that is not there");
        assert!(rename(1).is_ok());
        assert!(rename(1).is_err(), "one event, one change of a row");
        assert!(conn.execute("delete from pool", []).is_err());
    }

    #[test]
    fn the_database_refuses_to_change_or_delete_an_event() {
        #[track_caller]
        fn case(conn: &Connection, sql: &str, allowed: bool) {
            assert_eq!(conn.execute(sql, []).is_ok(), allowed, "{sql}");
        }
        let conn = fresh();
        append(&conn, 0);
        case(&conn, "delete from event", false);
        case(&conn, "update event set payload = '[]'", false);
        case(&conn, "update event set received_ms = 1", false);
        case(&conn, "update event set salt = null", false);
        case(
            &conn,
            "update event set salt = null, payload = null, leaf = x'00'",
            false,
        );
        case(&conn, "update event set salt = null, payload = null", true);
        case(
            &conn,
            "update event set salt = zeroblob(32), payload = '{}'",
            false,
        );
    }
}
