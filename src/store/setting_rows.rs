//! The rows of `setting` and `preference`.
use std::collections::HashMap;

use rusqlite::{Connection, Row, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::Result;
use crate::model::{Preferences, Section, Setting, Settings};

pub fn all(conn: &Connection) -> Result<Settings> {
    read(conn).map(|it| it.settings())
}

/// What is stored now, and the version of each section.
pub struct Stored(HashMap<String, (String, i64)>);

pub fn read(conn: &Connection) -> Result<Stored> {
    let mut statement = conn
        .prepare_cached("select name, value, recorded_seq from setting")
        .sql("cannot read the settings")?;
    let row = |row: &Row<'_>| {
        let value = (row.get("value")?, row.get("recorded_seq")?);
        Ok((row.get("name")?, value))
    };
    let rows = statement.query_map([], row);
    rows.and_then(Iterator::collect)
        .map(Stored)
        .sql("cannot read the settings")
}

impl Stored {
    pub fn settings(&self) -> Settings {
        Settings::read(|name| self.0.get(name).map(|(value, _)| value.as_str()))
    }

    /// The number of the event of the section's latest change; 0 when there was none.
    pub fn version(&self, section: Section) -> i64 {
        let rows = section.settings().filter_map(|it| self.0.get(it.name()));
        rows.map(|(_, seq)| *seq).max().unwrap_or_default()
    }
}

pub fn set(recorded: &Recorded<'_, '_>, setting: Setting, settings: &Settings) -> Result<()> {
    recorded
        .conn()
        .execute(
            "insert into setting (name, value, recorded_seq) values (:name, :value, :seq)
             on conflict (name) do update
             set value = excluded.value, recorded_seq = excluded.recorded_seq",
            named_params! {
                ":name": setting.name(),
                ":value": settings.text(setting),
                ":seq": recorded.seq(),
            },
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
