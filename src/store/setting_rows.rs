//! The rows of `setting` and `preference`.
use rusqlite::{Connection, OptionalExtension, named_params};

use super::change::Recorded;
use super::sql::OrSql;
use crate::base::Result;
use crate::model::Settings;

pub fn all(conn: &Connection) -> Result<Settings> {
    let value = |name: &str| {
        conn.prepare_cached("select value from setting where name = :name")
            .and_then(|mut it| {
                it.query_row(named_params! { ":name": name }, |row| {
                    row.get::<_, String>("value")
                })
                .optional()
            })
            .sql("cannot read a setting")
    };
    Ok(Settings {
        instance_name: value("instance_name")?.unwrap_or_default(),
        time_zone: value("time_zone")?,
    })
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

/// The zone an operator chose; none: the instance's.
pub fn time_zone_of(conn: &Connection, operator_no: i64) -> Result<Option<String>> {
    conn.prepare_cached("select time_zone from preference where operator_no = :operator_no")
        .and_then(|mut it| {
            it.query_row(named_params! { ":operator_no": operator_no }, |row| {
                row.get("time_zone")
            })
            .optional()
        })
        .sql("cannot read a preference")
        .map(Option::flatten)
}

/// Not audited: what a person prefers to look at.
pub fn set_time_zone_of(conn: &Connection, operator_no: i64, zone: Option<&str>) -> Result<()> {
    conn.execute(
        "insert into preference (operator_no, time_zone) values (:operator_no, :time_zone)
         on conflict (operator_no) do update set time_zone = excluded.time_zone",
        named_params! { ":operator_no": operator_no, ":time_zone": zone },
    )
    .sql("cannot store a preference")?;
    Ok(())
}
