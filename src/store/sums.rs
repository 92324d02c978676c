//! A sum for every table of records: what the hash tree does not cover must not rot unseen. The
//! SHA-256 of each row, all combined with XOR, so that a changed row changes the sum without a
//! look at the others. It shows damage; whoever can write the file can write the sum.
//!
//! Temporary triggers of the writing connection keep them, in whatever transaction and savepoint
//! a row is changed; the database read with another tool knows nothing of them.
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use sha2::{Digest, Sha256};

use super::sql::OrSql;
use crate::base::{Hash, Result};

/// Their content is checked by the hash tree, or by being made again from what that covers.
const OTHERS: &str = "'event', 'term', 'segment', 'record_sum'";

/// Keeps the sums from here on. A table that has none yet gets the one of what is there.
pub fn keep(conn: &Connection) -> Result<()> {
    add_function(conn).sql("cannot add a function")?;
    for table in tables(conn)? {
        if stored(conn, &table)?.is_none() {
            let sum = computed(conn, &table)?;
            conn.execute(
                "insert into record_sum (name, sum) values (:name, :sum)",
                named_params! { ":name": table, ":sum": sum },
            )
            .sql("cannot begin a sum")?;
        }
        conn.execute_batch(&triggers(&table, &columns(conn, &table)?))
            .sql("cannot keep a sum")?;
    }
    Ok(())
}

/// The tables whose rows are not those that were written, and sums without a table.
pub fn mismatches(conn: &Connection) -> Result<Vec<String>> {
    let tables = tables(conn)?;
    let mut found = Vec::new();
    for table in &tables {
        if stored(conn, table)? != Some(computed(conn, table)?) {
            found.push(table.clone());
        }
    }
    let sums = names(conn, "select name from record_sum order by name")?;
    found.extend(sums.into_iter().filter(|it| !tables.contains(it)));
    Ok(found)
}

fn add_function(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("sum_toggled", -1, flags, |context: &mut Context<'_>| {
        let sum: Hash = context.get(0)?;
        let row = (1..context.len()).map(|it| context.get_raw(it));
        Ok(toggled(sum, hash(row)))
    })
}

/// Taken out and put in are the same act.
fn triggers(table: &str, columns: &[String]) -> String {
    let list = |row: &str| {
        let each = columns.iter().map(|it| format!("{row}.{it}"));
        each.collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (list("old"), list("new"));
    let trigger = |act: &str, sum: &str| {
        format!(
            "create temp trigger {table}_{act}_is_summed after {act} on main.{table}
             begin update record_sum set sum = {sum} where name = '{table}'; end;"
        )
    };
    [
        trigger("insert", &format!("sum_toggled(sum, {new})")),
        trigger("delete", &format!("sum_toggled(sum, {old})")),
        trigger(
            "update",
            &format!("sum_toggled(sum_toggled(sum, {old}), {new})"),
        ),
    ]
    .concat()
}

fn computed(conn: &Connection, table: &str) -> Result<Hash> {
    let mut statement = conn
        .prepare(&format!("select * from main.{table}"))
        .sql("cannot read a table")?;
    let count = statement.column_count();
    let hash_of = |row: &Row<'_>| -> rusqlite::Result<Hash> {
        let values = (0..count).map(|it| row.get_ref(it));
        Ok(hash(values.collect::<rusqlite::Result<Vec<_>>>()?))
    };
    let rows = statement
        .query_map([], hash_of)
        .sql("cannot read a table")?;
    let sum = rows
        .into_iter()
        .try_fold(Hash::default(), |sum, it| it.map(|hash| toggled(sum, hash)));
    sum.sql("cannot read a row")
}

/// A mark for the type and a length: two rows never read the same.
fn hash<'a>(row: impl IntoIterator<Item = ValueRef<'a>>) -> Hash {
    let mut hasher = Sha256::new();
    for value in row {
        let number;
        let (mark, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (b'n', &[]),
            ValueRef::Integer(it) => {
                number = it.to_le_bytes();
                (b'i', &number)
            }
            ValueRef::Real(it) => {
                number = it.to_le_bytes();
                (b'r', &number)
            }
            ValueRef::Text(it) => (b't', it),
            ValueRef::Blob(it) => (b'b', it),
        };
        hasher.update([mark]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize().into()
}

fn toggled(mut sum: Hash, row: Hash) -> Hash {
    for (byte, other) in sum.iter_mut().zip(row) {
        *byte ^= other;
    }
    sum
}

fn stored(conn: &Connection, table: &str) -> Result<Option<Hash>> {
    conn.query_row(
        "select sum from record_sum where name = :name",
        named_params! { ":name": table },
        |row| row.get("sum"),
    )
    .optional()
    .sql("cannot read a sum")
}

fn tables(conn: &Connection) -> Result<Vec<String>> {
    names(
        conn,
        &format!(
            "select name from main.sqlite_schema
             where type = 'table' and name not in ({OTHERS})
               and name not like 'sqlite@_%' escape '@'
             order by name"
        ),
    )
}

/// The names of a table's columns, in their order.
pub fn columns(conn: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement = conn
        .prepare("select name from pragma_table_info(?1, 'main') order by cid")
        .sql("cannot read the columns of a table")?;
    let rows = statement
        .query_map([table], |row| row.get("name"))
        .sql("cannot read the columns of a table")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read the columns of a table")
}

fn names(conn: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = conn.prepare(sql).sql("cannot read names of tables")?;
    let rows = statement
        .query_map([], |row| row.get("name"))
        .sql("cannot read names of tables")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read names of tables")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summed() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "create table record_sum (name text primary key, sum blob) strict, without rowid;
             create table event (seq integer primary key) strict;
             create table pool (no integer primary key, name text, id blob) strict;
             create table setting (name text primary key, value text) strict, without rowid;
             insert into pool values (1, 'edge', x'01');",
        )
        .unwrap();
        keep(&conn).unwrap();
        conn
    }

    #[test]
    fn a_sum_follows_whatever_the_connection_writes_and_takes_back() {
        let conn = summed();
        conn.execute_batch(
            "insert into pool values (2, 'core', null), (3, null, x'');
             update pool set name = 'other' where no < 3;
             insert into setting values ('zone', 'UTC')
               on conflict (name) do update set value = excluded.value;
             insert into setting values ('zone', 'EST')
               on conflict (name) do update set value = excluded.value;
             delete from pool where no = 2;
             savepoint a; delete from pool; insert into setting values ('a', 'b');
             rollback to a; release a;
             insert into event values (1);",
        )
        .unwrap();
        assert_eq!(mismatches(&conn).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_row_that_is_not_what_was_written_is_found() {
        #[track_caller]
        fn case(damage: &str, expected: &[&str]) {
            let conn = summed();
            for act in ["insert", "update", "delete"] {
                conn.execute_batch(&format!("drop trigger pool_{act}_is_summed"))
                    .unwrap();
            }
            conn.execute_batch(damage).unwrap();
            assert_eq!(mismatches(&conn).unwrap(), expected, "{damage}");
        }
        case("update pool set name = 'eege'", &["pool"]);
        case("update pool set id = x'03'", &["pool"]);
        case(
            "update pool set name = null, id = cast('edge' as blob)",
            &["pool"],
        );
        case("delete from pool", &["pool"]);
        case("insert into pool values (9, 'edge', x'01')", &["pool"]);
        case(
            "update record_sum set sum = zeroblob(32) where name = 'pool'",
            &["pool"],
        );
        case(
            "update record_sum set name = 'qool' where name = 'pool'",
            &["pool", "qool"],
        );
        case("update pool set no = no", &[]);
    }
}
