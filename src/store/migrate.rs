//! Brings a database to schema.sql: a new one whole, an older one by making anew what differs.
use rusqlite::{Connection, named_params};

use super::sql::OrSql;
use super::sums;
use crate::base::{Hash, Result, checked};

/// Goes up with every change of schema.sql that a released program could meet.
pub const VERSION: u32 = 3;
/// Since this version the end of `event.item` is a checksum.
const CHECKED_ITEMS: u32 = 3;
const ITEMS_AT_ONCE: u32 = 1000;
pub const SCHEMA: &str = include_str!("../../schema.sql");

/// One entry of a database's schema.
#[derive(Debug, Eq, PartialEq)]
pub struct Object {
    pub name: String,
    pub sql: String,
}

/// One transaction: whatever stops it, the database stays as it was. `upgraded` is called in it,
/// with the version before, once an older database is as today's.
pub fn to_todays(
    conn: &mut Connection,
    upgraded: impl FnOnce(&Connection, u32) -> Result<()>,
) -> Result<()> {
    // A table is dropped and made again under the eyes of those that refer to it.
    conn.execute_batch("pragma foreign_keys = off")
        .sql("cannot configure the database")?;
    let done = in_one(conn, upgraded);
    conn.execute_batch("pragma foreign_keys = on")
        .sql("cannot configure the database")?;
    done
}

fn in_one(
    conn: &mut Connection,
    upgraded: impl FnOnce(&Connection, u32) -> Result<()>,
) -> Result<()> {
    let tx = conn.transaction().sql("cannot start the migration")?;
    let found = version_of(&tx)?;
    if found == 0 {
        tx.execute_batch(SCHEMA).sql("cannot create the schema")?;
    } else if found < VERSION {
        if found < CHECKED_ITEMS {
            check_items(&tx)?;
        }
        rebuild(&tx)?;
        tx.pragma_update(None, "user_version", VERSION)
            .sql("cannot set the schema version")?;
        upgraded(&tx, found)?;
        // The tables may have other columns now.
        run(&tx, "delete from record_sum")?;
    }
    tx.commit().sql("cannot commit the migration")
}

pub fn version_of(conn: &Connection) -> Result<u32> {
    conn.query_row("pragma user_version", [], |row| row.get(0))
        .sql("cannot read the schema version")
}

/// Whether today's program can append an event to this database, whatever else is older in it.
pub fn has_todays_log(conn: &Connection) -> Result<bool> {
    let found = objects(conn)?;
    let of_the_log = |it: &Object| matches!(it.name.as_str(), "event" | "term" | "segment");
    let mut wanted = todays_objects()?.into_iter().filter(of_the_log);
    Ok(wanted.all(|it| found.contains(&it)))
}

/// The statements that make today's schema.
pub fn todays_objects() -> Result<Vec<Object>> {
    objects(&todays()?)
}

/// An empty database of today, for `verify` to compare a file with.
pub fn todays() -> Result<Connection> {
    let conn = Connection::open_in_memory().sql("cannot open a database in memory")?;
    conn.execute_batch(SCHEMA).sql("cannot create the schema")?;
    Ok(conn)
}

/// Name and statement of everything in a database's schema.
pub fn objects(conn: &Connection) -> Result<Vec<Object>> {
    let mut statement = conn
        .prepare("select name, sql from sqlite_schema where sql is not null order by name")
        .sql("cannot read the schema")?;
    let rows = statement
        .query_map([], |row| {
            Ok(Object {
                name: row.get("name")?,
                sql: row.get("sql")?,
            })
        })
        .sql("cannot read the schema")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read the schema")
}

/// Every entry of the schema whole, for `verify`.
pub fn layout(conn: &Connection) -> Result<Vec<String>> {
    let mut statement = conn
        .prepare(
            "select type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') as entry
             from sqlite_schema order by entry",
        )
        .sql("cannot read the schema")?;
    let rows = statement
        .query_map([], |row| row.get("entry"))
        .sql("cannot read the schema")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read the schema")
}

/// Tables first: their triggers would refuse the rows that are put back, and come last.
fn rebuild(conn: &Connection) -> Result<()> {
    let before = objects(conn)?;
    let after = todays_objects()?;
    let has = |objects: &[Object], one: &Object| objects.contains(one);
    for gone in before
        .iter()
        .filter(|it| !it.is_table() && !has(&after, it))
    {
        let kind = gone.kind();
        run(conn, &format!("drop {kind} if exists {}", gone.name))?;
    }
    for table in after.iter().filter(|it| it.is_table() && !has(&before, it)) {
        if before.iter().any(|it| it.name == table.name) {
            remake(conn, table)?;
        } else {
            run(conn, &table.sql)?;
        }
    }
    // A table that was made anew lost its own.
    let left = objects(conn)?;
    for lost in after.iter().filter(|it| !it.is_table() && !has(&left, it)) {
        run(conn, &lost.sql)?;
    }
    Ok(())
}

/// Gives each item the checksum at its end, some at a time: a log is larger than memory.
fn check_items(conn: &Connection) -> Result<()> {
    // Made again with everything that differs from today's schema.
    run(conn, "drop trigger if exists event_is_only_ever_erased")?;
    let mut update = conn
        .prepare("update event set item = :item where seq = :seq")
        .sql("cannot check the items")?;
    let mut done = -1;
    loop {
        let items = items_after(conn, done)?;
        let Some((last, _)) = items.last() else {
            return Ok(());
        };
        done = *last;
        for (seq, item) in items {
            update
                .execute(named_params! { ":seq": seq, ":item": checked(item) })
                .sql("cannot check an item")?;
        }
    }
}

fn items_after(conn: &Connection, seq: i64) -> Result<Vec<(i64, Hash)>> {
    let mut select = conn
        .prepare_cached(
            "select seq, item from event where seq > :seq and item is not null
             order by seq limit :most",
        )
        .sql("cannot read the items")?;
    let rows = select
        .query_map(
            named_params! { ":seq": seq, ":most": ITEMS_AT_ONCE },
            |row| Ok((row.get("seq")?, row.get("item")?)),
        )
        .sql("cannot read the items")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read an item")
}

/// Keeps every row; a column that is new has its default. In memory meanwhile, as records may be:
/// the log's own tables are as they were in the first release.
fn remake(conn: &Connection, table: &Object) -> Result<()> {
    let name = &table.name;
    let before = sums::columns(conn, name)?;
    run(
        conn,
        &format!("create temp table kept as select * from main.{name}"),
    )?;
    run(conn, &format!("drop table main.{name}"))?;
    run(conn, &table.sql)?;
    let both: Vec<_> = sums::columns(conn, name)?
        .into_iter()
        .filter(|it| before.contains(it))
        .collect();
    let both = both.join(", ");
    run(
        conn,
        &format!("insert into main.{name} ({both}) select {both} from temp.kept"),
    )?;
    run(conn, "drop table temp.kept")
}

fn run(conn: &Connection, sql: &str) -> Result<()> {
    conn.execute_batch(sql).sql("cannot upgrade the schema")
}

impl Object {
    fn is_table(&self) -> bool {
        self.kind() == "table"
    }

    /// "table", "index" or "trigger".
    fn kind(&self) -> &'static str {
        let starts = |word: &str| self.sql.starts_with(word);
        if starts("CREATE TABLE") {
            "table"
        } else if starts("CREATE TRIGGER") {
            "trigger"
        } else {
            "index"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::sha256;

    const FIRST: &str = include_str!("../../tests/it/schema/1.sql");
    const SECOND: &str = include_str!("../../tests/it/schema/2.sql");

    /// A database of the first release, with a row in every table of records.
    fn first() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(FIRST).unwrap();
        conn.execute_batch(
            "insert into event (seq, kind, received_ms, pool_seq, item, salt, payload, commitment,
                                leaf)
             values (0, 2, 5, 0, unhex(replace(hex(zeroblob(32)), '00', '07')), zeroblob(32), '{}',
                     zeroblob(32), zeroblob(32));
             insert into pool values (1, randomblob(16), 'edge', 'Edge', 'active', 1, 0);
             insert into operator values (1, randomblob(16), 'A@x.org', 'a@x.org', 'Ana', 'owner',
                                          'active', 'phc', 1, 0);
             insert into assignment values (1, 1, 1, 0);
             insert into session values (1, randomblob(16), randomblob(32), 1, 1, 9, null, 0);
             insert into pool_key values (1, randomblob(16), 1, 'ci', 'write', 'gated', 'paused',
                                          'anp_00000001', randomblob(32), null, 1, 0);
             insert into setting values ('time_zone', 'UTC', 0);
             insert into preference values (1, null, 0);
             insert into last_use values ('key', 1, 7);
             insert into key_check values ('instance.key', randomblob(32));",
        )
        .unwrap();
        conn
    }

    #[test]
    fn an_upgraded_database_has_the_schema_of_a_new_one_and_every_row() {
        let tables = [
            "event",
            "pool",
            "operator",
            "assignment",
            "session",
            "pool_key",
            "setting",
            "preference",
            "last_use",
            "key_check",
        ];
        let rows = |conn: &Connection| {
            tables.map(|table| {
                let sql = format!("select count(*) from {table}");
                conn.query_row(&sql, [], |row| row.get::<_, u32>(0))
                    .unwrap()
            })
        };
        let mut conn = first();
        let before = rows(&conn);
        to_todays(&mut conn, |_, _| Ok(())).unwrap();
        assert_eq!(objects(&conn).unwrap(), todays_objects().unwrap());
        assert_eq!(rows(&conn), before);
        assert_eq!(version_of(&conn).unwrap(), VERSION);
        let state: String = conn
            .query_row("select name || state from pool_key", [], |row| row.get(0))
            .unwrap();
        assert_eq!(state, "cipaused");
        let item: Hash = conn
            .query_row("select item from event", [], |row| row.get(0))
            .unwrap();
        assert_eq!(item, checked([7; 32]));
        let broken = conn.prepare("pragma foreign_key_check").unwrap().exists([]);
        assert!(!broken.unwrap());
    }

    #[test]
    fn every_item_of_the_second_release_gets_its_checksum_and_no_event_another_item() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SECOND).unwrap();
        let events = i64::from(2 * ITEMS_AT_ONCE + 7);
        for seq in 0..events {
            let item = (seq % 7 > 0).then(|| sha256(&[&seq.to_le_bytes()]));
            conn.execute(
                "insert into event (seq, kind, received_ms, pool_seq, item, salt, payload,
                                    commitment, leaf)
                 values (:seq, 2, 5, :seq, :item, zeroblob(32), '{}', zeroblob(32), zeroblob(32))",
                named_params! { ":seq": seq, ":item": item },
            )
            .unwrap();
        }
        to_todays(&mut conn, |_, _| Ok(())).unwrap();
        assert_eq!(objects(&conn).unwrap(), todays_objects().unwrap());
        for seq in 0..events {
            let item: Option<Hash> = conn
                .query_row("select item from event where seq = ?1", [seq], |row| {
                    row.get(0)
                })
                .unwrap();
            let expected = (seq % 7 > 0).then(|| checked(sha256(&[&seq.to_le_bytes()])));
            assert_eq!(item, expected, "{seq}");
        }
    }

    #[test]
    fn an_upgrade_that_cannot_be_finished_changes_nothing() {
        let mut conn = first();
        conn.execute_batch("create table invite (no integer)")
            .unwrap();
        conn.execute_batch("create table kept_by_hand (no integer)")
            .unwrap();
        conn.execute_batch("create temp table kept (no integer)")
            .unwrap();
        let before = objects(&conn).unwrap();
        assert!(to_todays(&mut conn, |_, _| Ok(())).is_err());
        assert_eq!(objects(&conn).unwrap(), before);
        assert_eq!(version_of(&conn).unwrap(), 1);
    }

    #[test]
    fn todays_database_is_left_as_it_is() {
        let mut conn = Connection::open_in_memory().unwrap();
        to_todays(&mut conn, |_, _| Ok(())).unwrap();
        conn.execute_batch("insert into key_check values ('a', zeroblob(32))")
            .unwrap();
        to_todays(&mut conn, |_, _| Ok(())).unwrap();
        assert_eq!(objects(&conn).unwrap(), todays_objects().unwrap());
    }
}
