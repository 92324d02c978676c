//! The rows of `setting` and `preference`.
use std::collections::HashMap;

use rusqlite::{Connection, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::Result;
use crate::model::{Preferences, Settings};

pub fn all(conn: &Connection) -> Result<Settings> {
    let mut statement = conn
        .prepare_cached("select name, value from setting")
        .sql("cannot read the settings")?;
    let stored = statement
        .query_map([], |row| Ok((row.get("name")?, row.get("value")?)))
        .and_then(|it| it.collect::<rusqlite::Result<HashMap<String, String>>>())
        .sql("cannot read the settings")?;
    Ok(Settings::read(|name| stored.get(name).map(String::as_str)))
}

pub fn insert(recorded: &Recorded<'_, '_>, name: &str, value: &str) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into setting (name, value, recorded_seq) values (:name, :value, :seq)",
            named_params! { ":name": name, ":value": value, ":seq": recorded.seq() },
        )
        .sql("cannot store a setting")?;
    Ok(())
}

/// The preferences of every operator who chose any.
pub fn preferences(conn: &Connection) -> Result<HashMap<i64, Preferences>> {
    let mut statement = conn
        .prepare_cached("select * from preference")
        .sql("cannot read the preferences")?;
    let rows = statement
        .query_map([], |row| {
            let preferences = Preferences {
                time_zone: row.get("time_zone")?,
                shortcuts: row.get("shortcuts")?,
            };
            Ok((row.get("operator_no")?, preferences))
        })
        .sql("cannot read the preferences")?;
    rows.collect::<rusqlite::Result<_>>()
        .sql("cannot read a preference")
}

/// Not audited: what a person prefers to look at.
pub fn prefer(conn: &Connection, operator_no: i64, preferences: &Preferences) -> Result<()> {
    conn.execute(
        "insert into preference (operator_no, time_zone, shortcuts)
         values (:operator_no, :time_zone, :shortcuts)
         on conflict (operator_no) do update
         set time_zone = excluded.time_zone, shortcuts = excluded.shortcuts",
        named_params! {
            ":operator_no": operator_no,
            ":time_zone": preferences.time_zone,
            ":shortcuts": preferences.shortcuts,
        },
    )
    .sql("cannot store a preference")?;
    Ok(())
}
