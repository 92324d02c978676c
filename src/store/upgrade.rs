//! Brings an opened database to the schema in schema.sql. The event that says so is of the same
//! commit; one that says that it failed is the only change of a database that stays as it was.
use rusqlite::Connection;

use super::log::Log;
use super::sql::OrSql;
use super::tx::Tx;
use super::{change, migrate, segments};
use crate::base::{Kind, Millis, Result};
use crate::model::{Action, By, OwnEvent, Reason};

pub fn to_todays(conn: &mut Connection, now: Millis) -> Result<()> {
    let done = migrate::to_todays(conn, |conn, from| record(conn, event(from), now));
    if let Err(error) = &done
        && error.kind() == Kind::Internal
        && let Err(error) = record_failure(conn, now)
    {
        tracing::warn!(?error, "a failed upgrade was not recorded");
    }
    done
}

fn event(from: u32) -> OwnEvent {
    OwnEvent::new(Action::SystemMigrate)
        .count("from_schema", from.into())
        .count("to_schema", migrate::VERSION.into())
}

/// In a transaction that others began and end.
fn record(conn: &Connection, event: OwnEvent, now: Millis) -> Result<()> {
    let mut log = Log::new();
    segments::fill(conn, &mut log)?;
    change::write(
        &mut Tx::within(conn, &mut log, now),
        &By::itself("Annals"),
        event,
    )?;
    log.seal(conn)
}

fn record_failure(conn: &mut Connection, now: Millis) -> Result<()> {
    let tx = conn.transaction().sql("cannot begin")?;
    let from = migrate::version_of(&tx)?;
    if from > 0 && migrate::has_todays_log(&tx)? {
        record(&tx, event(from).failed(Reason::InvalidState), now)?;
    }
    tx.commit().sql("cannot commit")
}
